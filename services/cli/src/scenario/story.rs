//! One village's year: a few proposals, of which one is decided on, or none.

use yishi_kernel::{Fen, Level, Seeded, Year};

use super::{
    act::{Act, Content, Deed, Story},
    assignment::Assignment,
    meeting,
    path::Path,
    phase::Phase,
    referral,
    survey::Survey,
    teller::Teller,
    words::{self, Theme},
    work,
};

/// What becomes of a proposal beside the one that is decided on; out of five.
#[derive(Clone, Copy)]
enum Fate {
    Merged,
    Declined,
    Withdrawn,
}

const FATES: [Fate; 5] = [Fate::Merged, Fate::Merged, Fate::Declined, Fate::Declined, Fate::Withdrawn];
/// Other proposals beside the one that is decided on; out of five.
const OTHERS: [usize; 5] = [0, 0, 1, 1, 2];

pub(super) fn tell(seed: u64, path: &Path, year: Year, assignment: Option<&Assignment>, forms: u64) -> Story {
    let village = path.village();
    let chance = Seeded::new(seed, &format!("story {village} {year}"));
    let mut village_year = VillageYear { teller: Teller::new(chance, year), proposals: 0 };
    let matter = match assignment {
        Some(assignment) => Some(village_year.a_matter(path, assignment)),
        None => {
            village_year.nothing();
            None
        }
    };
    let mut teller = village_year.teller;
    if forms > 0 {
        let survey = Survey::draw(&mut teller.chance, forms);
        teller.act(Phase::Surveys, Act::Survey(survey));
    }
    Story { village, matter, steps: teller.steps() }
}

struct VillageYear {
    teller: Teller,
    proposals: usize,
}

impl VillageYear {
    /// Which of the proposals it is.
    fn a_matter(&mut self, path: &Path, assignment: &Assignment) -> usize {
        let others = *self.teller.chance.pick(&OTHERS).expect("there are five");
        let wanted = words::of(assignment.category, &mut self.teller.chance);
        let chosen = *self.teller.chance.pick(&[0, 1, 2][..=others]).expect("one of them is chosen");
        let mut fates = Vec::new();
        let mut phase = Phase::Proposals;
        for proposal in 0..=others {
            // Once somebody came late, who comes after is late too.
            if proposal > 0 && self.teller.one_in(2) {
                phase = Phase::Sifting;
            }
            if proposal == chosen {
                self.propose(phase, wanted, assignment.investment);
                continue;
            }
            let fate = *self.teller.chance.pick(&FATES).expect("there are five");
            let theme =
                if matches!(fate, Fate::Merged) { wanted } else { words::any(&mut self.teller.chance) };
            let cost = self.teller.rough_cost();
            self.propose(phase, theme, cost);
            fates.push((proposal, fate));
        }
        self.support(chosen, 2);
        for (proposal, _) in &fates {
            self.support(*proposal, 0);
        }
        for (proposal, fate) in &fates {
            match fate {
                Fate::Merged => self.act(Phase::Sifting, Deed::Merge { proposal: *proposal, into: chosen }),
                Fate::Withdrawn => self.withdraw(*proposal),
                Fate::Declined => {}
            }
        }
        if self.teller.one_in(12) {
            self.fail(chosen);
        }
        self.carry(Phase::Meetings, chosen);
        for (proposal, _) in fates.iter().filter(|(_, fate)| matches!(fate, Fate::Declined)) {
            self.decline(Phase::Meetings, *proposal);
        }
        if self.teller.one_in(16) {
            let upheld = self.teller.one_in(4);
            self.object(chosen, upheld);
            if upheld {
                self.carry(Phase::Answers, chosen);
            }
        }
        self.carry_out(chosen, path, assignment);
        chosen
    }

    /// All that follows from the decision.
    fn carry_out(&mut self, proposal: usize, path: &Path, assignment: &Assignment) {
        let late = self.teller.one_in(20);
        let due_day = work::due_day(&mut self.teller, late);
        self.act(Phase::Determination, Deed::Determine { proposal, due_day });
        referral::tell(&mut self.teller, path, assignment.handling);
        let county = path.at(Level::County).expect("a scenario is for villages that have a county");
        work::tell(&mut self.teller, proposal, county, assignment, late);
    }

    /// A year in which nothing comes of it, in one of the ways there are.
    fn nothing(&mut self) {
        let way = self.teller.chance.below(5);
        if way == 0 {
            return;
        }
        let (theme, cost) = (words::any(&mut self.teller.chance), self.teller.rough_cost());
        let proposal = self.propose(Phase::Proposals, theme, cost);
        self.support(proposal, 0);
        match way {
            1 => self.withdraw(proposal),
            2 => self.decline(Phase::Meetings, proposal),
            3 => {
                self.fail(proposal);
                self.decline(Phase::Determination, proposal);
            }
            _ => {
                self.carry(Phase::Meetings, proposal);
                self.object(proposal, true);
                self.decline(Phase::Determination, proposal);
            }
        }
    }

    fn propose(&mut self, phase: Phase, theme: Theme, cost_estimate: Fen) -> usize {
        let proposal = self.proposals;
        self.proposals += 1;
        let place = words::place(&mut self.teller.chance);
        let households = self.teller.number(8, 400);
        let persons = households * self.teller.number(2, 4);
        let content = Content {
            title: format!("{place}{}", theme.title),
            description: format!(
                "{place}村民提出：{}。建议本年度实施{}，预计受益{households}户{persons}人。",
                theme.why, theme.title
            ),
            category: theme.category,
            subcategory: theme.subcategory,
            cost_estimate,
            households,
            persons,
            place: place.to_owned(),
        };
        self.act(phase, Deed::Propose(content));
        proposal
    }

    /// Villagers with low numbers back several proposals, which count once when those are merged.
    fn support(&mut self, proposal: usize, at_least: u64) {
        let first = self.teller.chance.range(1..=4);
        let last = first + at_least + self.teller.chance.below(3);
        for villager in first..last {
            self.act(Phase::Sifting, Deed::Support { proposal, supporter: format!("villager:{villager}") });
        }
    }

    fn withdraw(&mut self, proposal: usize) {
        let reason = self.teller.one(&words::WITHDRAWALS);
        self.act(Phase::Sifting, Deed::Withdraw { proposal, reason });
    }

    fn decline(&mut self, phase: Phase, proposal: usize) {
        let reason = self.teller.one(&words::DECLINES);
        self.act(phase, Deed::Decline { proposal, reason });
    }

    /// A meeting in January that decides nothing.
    fn fail(&mut self, proposal: usize) {
        let held_on = self.teller.some_day(1, 20);
        let meeting = meeting::failed(&mut self.teller.chance, held_on);
        self.act(Phase::Meetings, Deed::Deliberate { proposal, meeting });
    }

    /// A meeting that decides for it, and the notice.
    fn carry(&mut self, phase: Phase, proposal: usize) {
        let held_on =
            if phase == Phase::Meetings { self.teller.some_day(2, 1) } else { phase.day(self.teller.year) };
        let meeting = meeting::carried(&mut self.teller.chance, held_on);
        self.act(phase, Deed::Deliberate { proposal, meeting });
        self.act(phase, Deed::Publish { proposal });
    }

    /// An objection, and its answer some days later; an upheld one ends the notice.
    fn object(&mut self, proposal: usize, upheld: bool) {
        let text = self.teller.one(&words::OBJECTIONS);
        let objector = format!("villager:{}", self.teller.chance.range(1..=200));
        self.act(Phase::Meetings, Deed::Object { proposal, text, objector });
        let answer = self.teller.one(if upheld { &words::UPHELD } else { &words::ANSWERS });
        self.act(Phase::Answers, Deed::Answer { proposal, objection: 1, answer, upheld });
    }

    fn act(&mut self, phase: Phase, deed: Deed) {
        self.teller.act(phase, deed);
    }
}
