//! One village's year: a few proposals, of which one is decided on, or none.

use yishi_kernel::{Date, Fen, RequestId, Seeded, UnitCode, Year};

use super::{
    act::{Act, Content, Step, Story},
    assignment::Assignment,
    meeting,
    phase::{Phase, day},
    words::{self, Theme},
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

pub(super) fn tell(seed: u64, village: UnitCode, year: Year, assignment: Option<&Assignment>) -> Story {
    let chance = Seeded::new(seed, &format!("story {village} {year}"));
    let mut teller = Teller { chance, year, proposals: 0, steps: Vec::new() };
    match assignment {
        Some(assignment) => teller.a_matter(assignment),
        None => teller.nothing(),
    }
    Story { village, steps: teller.steps }
}

struct Teller {
    chance: Seeded,
    year: Year,
    proposals: usize,
    steps: Vec<Step>,
}

impl Teller {
    fn a_matter(&mut self, assignment: &Assignment) {
        let others = *self.chance.pick(&OTHERS).expect("there are five");
        let wanted = words::of(assignment.category, &mut self.chance);
        let chosen = *self.chance.pick(&[0, 1, 2][..=others]).expect("one of them is chosen");
        let mut fates = Vec::new();
        let mut phase = Phase::Proposals;
        for proposal in 0..=others {
            // Once somebody came late, who comes after is late too.
            if proposal > 0 && self.one_in(2) {
                phase = Phase::Sifting;
            }
            if proposal == chosen {
                self.propose(phase, wanted, assignment.investment);
                continue;
            }
            let fate = *self.chance.pick(&FATES).expect("there are five");
            let theme = if matches!(fate, Fate::Merged) { wanted } else { words::any(&mut self.chance) };
            let cost = self.rough_cost();
            self.propose(phase, theme, cost);
            fates.push((proposal, fate));
        }
        self.support(chosen, 2);
        for (proposal, _) in &fates {
            self.support(*proposal, 0);
        }
        for (proposal, fate) in &fates {
            match fate {
                Fate::Merged => self.act(Phase::Sifting, Act::Merge { proposal: *proposal, into: chosen }),
                Fate::Withdrawn => self.withdraw(*proposal),
                Fate::Declined => {}
            }
        }
        if self.one_in(12) {
            self.fail(chosen);
        }
        self.carry(Phase::Meetings, chosen);
        for (proposal, _) in fates.iter().filter(|(_, fate)| matches!(fate, Fate::Declined)) {
            self.decline(Phase::Meetings, *proposal);
        }
        if self.one_in(16) {
            let upheld = self.one_in(4);
            self.object(chosen, upheld);
            if upheld {
                self.carry(Phase::Answers, chosen);
            }
        }
        self.act(Phase::Determination, Act::Determine { proposal: chosen });
    }

    /// A year in which nothing comes of it, in one of the ways there are.
    fn nothing(&mut self) {
        let way = self.chance.below(5);
        if way == 0 {
            return;
        }
        let (theme, cost) = (words::any(&mut self.chance), self.rough_cost());
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
        let place = words::place(&mut self.chance);
        let households = self.number(8, 400);
        let persons = households * self.number(2, 4);
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
        self.act(phase, Act::Propose(content));
        proposal
    }

    /// Villagers with low numbers back several proposals, which count once when those are merged.
    fn support(&mut self, proposal: usize, at_least: u64) {
        let first = self.chance.range(1..=4);
        let last = first + at_least + self.chance.below(3);
        for villager in first..last {
            self.act(Phase::Sifting, Act::Support { proposal, supporter: format!("villager:{villager}") });
        }
    }

    fn withdraw(&mut self, proposal: usize) {
        let reason = words::one(&words::WITHDRAWALS, &mut self.chance);
        self.act(Phase::Sifting, Act::Withdraw { proposal, reason });
    }

    fn decline(&mut self, phase: Phase, proposal: usize) {
        let reason = words::one(&words::DECLINES, &mut self.chance);
        self.act(phase, Act::Decline { proposal, reason });
    }

    /// A meeting in January that decides nothing.
    fn fail(&mut self, proposal: usize) {
        let held_on = self.some_day(1, 20);
        let meeting = meeting::failed(&mut self.chance, held_on);
        self.act(Phase::Meetings, Act::Deliberate { proposal, meeting });
    }

    /// A meeting that decides for it, and the notice.
    fn carry(&mut self, phase: Phase, proposal: usize) {
        let held_on = if phase == Phase::Meetings { self.some_day(2, 1) } else { phase.day(self.year) };
        let meeting = meeting::carried(&mut self.chance, held_on);
        self.act(phase, Act::Deliberate { proposal, meeting });
        self.act(phase, Act::Publish { proposal });
    }

    /// An objection, and its answer some days later; an upheld one ends the notice.
    fn object(&mut self, proposal: usize, upheld: bool) {
        let text = words::one(&words::OBJECTIONS, &mut self.chance);
        let objector = format!("villager:{}", self.chance.range(1..=200));
        self.act(Phase::Meetings, Act::Object { proposal, text, objector });
        let answer = words::one(if upheld { &words::UPHELD } else { &words::ANSWERS }, &mut self.chance);
        self.act(Phase::Answers, Act::Answer { proposal, objection: 1, answer, upheld });
    }

    fn act(&mut self, phase: Phase, act: Act) {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.chance.next_u64().to_be_bytes());
        bytes[8..].copy_from_slice(&self.chance.next_u64().to_be_bytes());
        self.steps.push(Step { phase, request: RequestId::from_random_bytes(bytes), act });
    }

    /// One of ten days of the year.
    fn some_day(&mut self, month: u8, first: u8) -> Date {
        let later = u8::try_from(self.chance.below(10)).expect("below ten");
        day(self.year.get().into(), month, first + later)
    }

    /// 20,000 to 3,000,000 yuan, in ten thousands.
    fn rough_cost(&mut self) -> Fen {
        Fen::new(i64::from(self.number(2, 300)) * 1_000_000)
    }

    fn number(&mut self, least: u32, most: u32) -> i32 {
        let drawn = self.chance.range(u64::from(least)..=u64::from(most));
        i32::try_from(drawn).expect("the ranges here are small")
    }

    fn one_in(&mut self, so_many: u64) -> bool {
        self.chance.below(so_many) == 0
    }
}
