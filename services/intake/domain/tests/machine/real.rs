//! The rules themselves, asked the same, and what they say in the words of the small model.

use std::collections::BTreeMap;

use yishi_intake_domain::align::{self, Condition, Opinion, Opinions, Row};
use yishi_intake_domain::joint::{self, Event, Fact, Follow, FromLead, FromPartner, LeadFact};
use yishi_intake_domain::joint::{ParticipationId, Party, Rules, Shares, Standing};
use yishi_intake_domain::{
    Act, Amendment, Category, Command, Content, Delivery, Ending, Meeting, MeetingKind, MeetingPapers,
    Policy, Progress, Stage, Supporter, World, decide, doing, evolve,
};
use yishi_kernel::{BasisPoints, Fen, MatterId, Register, Timestamp, UnitCode, Year};

use crate::small::{self, Figures, Small};
use crate::step::{Inspector, Partner, Stand, Step, Work};

const DIVISIONS: &str = "\
code,parent,level,name
640324100000,,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
";
const VILLAGES: [u64; 2] = [640_324_100_200, 640_324_100_201];
const YEARS: [i32; 2] = [2022, 2023];
const CATEGORIES: [Category; 3] = [Category::Infrastructure, Category::Industry, Category::Governance];
const DEPARTMENTS: [&str; 2] = ["transport", "water"];
/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

pub(crate) struct Real {
    pub(crate) world: World,
    policy: Policy,
    register: Register,
    /// The ids of the small model's matters.
    ids: Vec<MatterId>,
}

pub(crate) fn village(at: usize) -> UnitCode {
    UnitCode::new(VILLAGES[at]).unwrap()
}

pub(crate) fn year(at: usize) -> Year {
    Year::try_from(YEARS[at]).unwrap()
}

/// The name of what was refused: how a refusal is called is all that both have in common.
fn name(refusal: impl std::fmt::Debug) -> String {
    let text = format!("{refusal:?}");
    let text = ["Doing(", "Align(", "Matter("]
        .iter()
        .fold(text.as_str(), |text, skin| text.trim_start_matches(skin));
    text.split([' ', '{', '(', ')']).next().unwrap_or_default().to_owned()
}

fn bound(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}

impl Real {
    pub(crate) fn new(figures: Figures) -> Self {
        let small = |number: usize| u16::try_from(number).unwrap();
        let departments = DEPARTMENTS.iter().map(|kind| kind.parse().unwrap()).collect();
        let category = Some(CATEGORIES[small::ASKED]);
        let row = Row { unit: None, year: None, category, subcategory: None, departments };
        let policy = Policy {
            matters_per_village_year: small(figures.matters),
            additional_matters: small(figures.additional),
            additional_categories: figures
                .industry_only
                .then_some(CATEGORIES[small::INDUSTRY])
                .into_iter()
                .collect(),
            proposals_per_village_year: bound(small::PROPOSALS),
            supporters_per_matter: bound(small::SUPPORTERS),
            objections_per_matter: bound(small::OBJECTIONS),
            inspections_per_matter: bound(small::INSPECTIONS),
            findings_per_matter: bound(small::FINDINGS),
            refusals_per_matter: bound(small::REFUSALS),
            opinions: Opinions {
                rows: figures.asks.then_some(row).into_iter().collect(),
                ..Opinions::default()
            },
            ..Policy::default()
        };
        let register = Register::parse(DIVISIONS, "").unwrap();
        Self { world: World::default(), policy, register, ids: Vec::new() }
    }

    /// Settled by a book, which is none of this model's business.
    pub(crate) fn settle(&mut self, at: usize, in_year: usize) {
        let used = self.world.village_year(village(at), year(in_year));
        let used = yishi_intake_domain::VillageYear { settled: true, ..used };
        self.world.put_village_year(village(at), year(in_year), used);
    }

    pub(crate) fn propose(
        &mut self,
        at: usize,
        in_year: usize,
        category: usize,
        day: i32,
    ) -> Result<(), String> {
        let content = Content {
            title: "修村道".into(),
            description: "硬化主干道三公里".into(),
            category: CATEGORIES[category],
            subcategory: "village_road".parse().unwrap(),
            cost_estimate: Fen::new(100),
            households: 200,
            persons: 700,
            place: String::new(),
        };
        let (village, year) = (village(at), year(in_year));
        let command =
            Command::Propose { village, year, content, proposer: "office".parse().unwrap(), contact: None };
        self.run(&command, day)?;
        let ordinal = self.world.village_year(village, year).proposals;
        self.ids.push(MatterId { village, year, ordinal });
        Ok(())
    }

    pub(crate) fn step(&mut self, at: usize, step: &Step, day: i32) -> Result<(), String> {
        let matter = self.ids[at];
        let other = village(usize::from(matter.village == village(0)));
        let participation = ParticipationId { village: other, matter };
        let act = match step {
            Step::Update(category) => {
                Act::Update(Amendment { category: Some(CATEGORIES[*category]), ..Amendment::default() })
            }
            Step::Support(villager) => {
                Act::Support { supporter: Supporter::Salted([*villager; 16]), formerly: None }
            }
            Step::Merge(into) => Act::Merge { into: self.ids[*into] },
            Step::Decline => Act::Decline { reason: "no".into() },
            Step::Withdraw => Act::Withdraw { reason: "no".into() },
            Step::Deliberate { present, in_favour, days_ago } => {
                Act::Deliberate(meeting(*present, *in_favour, day - days_ago))
            }
            Step::Publish => Act::Publish,
            Step::Object => Act::Object { text: "no".into(), objector: "v".parse().unwrap() },
            Step::Answer(objection, upheld) => {
                Act::Answer { objection: bound(*objection), answer: "yes".into(), upheld: *upheld }
            }
            Step::Determine => Act::Determine { due: None },
            Step::Progress(percent) => Act::Progress(Progress {
                percent: *percent,
                spent: Fen::ZERO,
                text: "yes".into(),
                papers_sha256: vec![],
                papers: vec![],
            }),
            Step::Complete => Act::Complete { text: "yes".into() },
            Step::Accept => Act::Accept,
            Step::Close => Act::RequestClosing,
            Step::End(cancel) => {
                let ending = if *cancel { Ending::Cancelled } else { Ending::CarriedOver };
                Act::RequestEnding { ending, reason: "no".into() }
            }
            Step::Work(work) => Act::Doing(work_of(work)),
            Step::MeetCondition(department) => Act::Align(align::Act::MeetCondition {
                department: DEPARTMENTS[*department].parse().unwrap(),
                condition: 1,
                text: "yes".into(),
                papers: vec![],
            }),
            Step::Settled => {
                return self.run(&Command::Delivery(Delivery::Settled { matter, paid: Fen::ZERO }), day);
            }
            Step::EndingAnswered { number, granted } => {
                let (by, reason) = (self.register.root(), "yes".into());
                let (number, granted) = (*number, *granted);
                return self.run(
                    &Command::Delivery(Delivery::EndingAnswered { matter, by, number, granted, reason }),
                    day,
                );
            }
            Step::Opinion { department, round, stand } => {
                let stand = match stand {
                    Stand::Consent => align::Stand::Consent,
                    Stand::Conditional => {
                        align::Stand::Conditional(vec![Condition { text: "no".into(), met: None }])
                    }
                    Stand::Objection => align::Stand::Objection,
                };
                let opinion = Opinion { stand: Some(stand), text: "yes".into(), given: at_noon(day) };
                let department = DEPARTMENTS[*department].parse().unwrap();
                let (by, round) = (self.register.root(), *round);
                return self.run(
                    &Command::Delivery(Delivery::OpinionGiven { matter, by, department, round, opinion }),
                    day,
                );
            }
            Step::Invite => {
                let shares =
                    |cost, credit| Shares { cost: Fen::new(cost), credit: BasisPoints::new(credit).unwrap() };
                let parties = vec![Party { village: other, shares: shares(40, 4_000) }];
                let lead = shares(60, 6_000);
                return self.together(&joint::Command::Invite { matter, version: None, lead, parties }, day);
            }
            Step::Release => {
                return self
                    .together(&joint::Command::Release { matter, version: None, reason: "no".into() }, day);
            }
            Step::Partner(partner) => {
                let reason = || "no".to_owned();
                let act = match partner {
                    Partner::Deliberate { present, in_favour, days_ago } => {
                        joint::Act::Deliberate(meeting(*present, *in_favour, day - days_ago))
                    }
                    Partner::Accept => joint::Act::Accept,
                    Partner::Decline => joint::Act::Decline { reason: reason() },
                    Partner::Leave => joint::Act::Leave { reason: reason() },
                };
                return self.together(&joint::Command::Change { participation, version: None, act }, day);
            }
            Step::Wait(_) | Step::Settle(..) | Step::Propose(..) => unreachable!("about no matter"),
        };
        self.run(&Command::Change { matter, version: None, act }, day)
    }

    fn run(&mut self, command: &Command, day: i32) -> Result<(), String> {
        let events = decide(&self.policy, &self.world, command, at_noon(day)).map_err(name)?;
        events.into_iter().for_each(|event| self.happens(&event, day));
        Ok(())
    }

    /// Letters arrive at once: what comes late has a test of its own.
    fn together(&mut self, command: &joint::Command, day: i32) -> Result<(), String> {
        let rules = Rules { policy: &self.policy, register: &self.register };
        let follows = joint::decide(&rules, &self.world, command, at_noon(day)).map_err(name)?;
        for follow in follows {
            match follow {
                Follow::Matter(event) => self.happens(&event, day),
                Follow::Participation(event) => self.happens_to_part(&event, day),
            }
        }
        Ok(())
    }

    fn happens(&mut self, event: &yishi_intake_domain::Event, day: i32) {
        evolve(&mut self.world, event).unwrap();
        let yishi_intake_domain::Fact::Joint(fact) = &event.fact else { return };
        let says = match fact.clone() {
            LeadFact::Offered { content, terms, .. } => FromLead::Offered { content, terms },
            LeadFact::Released { terms, cause, reason, .. } => FromLead::Released { terms, cause, reason },
            LeadFact::Determined { terms, number, due, .. } => FromLead::Determined { terms, number, due },
            LeadFact::Ended { state, .. } => FromLead::Ended { state },
            _ => return,
        };
        let participation = ParticipationId { village: fact.to().unwrap(), matter: event.matter };
        self.together(&joint::Command::HearLead { participation, says }, day).unwrap();
    }

    fn happens_to_part(&mut self, event: &Event, day: i32) {
        joint::evolve(&mut self.world, event).unwrap();
        let (terms, says) = match event.fact.clone() {
            Fact::Accepted { terms } => (terms, FromPartner::Accepted),
            Fact::Declined { terms, reason } => (terms, FromPartner::Declined { reason }),
            Fact::LeaveRequested { terms, reason } => (terms, FromPartner::LeaveRequested { reason }),
            _ => return,
        };
        let command = joint::Command::HearPartner { participation: event.participation, terms, says };
        self.together(&command, day).unwrap();
    }

    /// Where the two differ, if they do.
    pub(crate) fn differs(&self, small: &Small) -> Option<String> {
        let (mut there, mut here) = (Vec::new(), Vec::new());
        for (id, told) in self.ids.iter().zip(&small.matters) {
            let matter = self.world.matter(*id)?;
            let fixed = matter.stage.determination();
            let plan =
                matter.plan().map(|plan| plan.partners.iter().all(|one| one.standing == Standing::Accepted));
            let part =
                self.world.participation(ParticipationId { village: village(1 - told.village), matter: *id });
            let conditions = matter.alignment.as_ref().map_or(0, align::Alignment::open_conditions);
            let void = matches!(matter.stage, Stage::Cancelled(_))
                .then(|| fixed.map(|fixed| fixed.number))
                .flatten();
            if matter.stage.void_number() != void {
                return Some(format!("{id}: {:?} is void", matter.stage.void_number()));
            }
            there.push(format!(
                "{id}: {} {} {:?} {} {:?} {} {} {conditions} {plan:?} {} {}",
                matter.state().as_str().replace('_', ""),
                matter.supporters,
                fixed.map(|fixed| usize::from(fixed.number.ordinal)),
                fixed.is_some_and(|fixed| fixed.additional),
                matter.stage.work().map(|work| work.progress.percent),
                matter.open_objections().count(),
                matter.doing.open_findings().count(),
                part.map_or("", |part| part.state.as_str()),
                part.is_some_and(|part| part.slot),
            ));
            here.push(format!(
                "{id}: {} {} {:?} {} {:?} {} {} {} {:?} {} {}",
                format!("{:?}", told.state).to_uppercase(),
                told.backers.len(),
                told.number,
                told.additional,
                told.percent,
                told.open_objections(),
                told.open_findings(),
                told.open_conditions(),
                told.plan,
                told.part.state,
                told.part.slot,
            ));
        }
        let years: BTreeMap<_, _> = small.years();
        for ((at, in_year), told) in years {
            let used = self.world.village_year(village(at), year(in_year));
            let counted = [wide(used.proposals), used.numbers.into(), used.joint.into(), used.plans.into()];
            there.push(format!("{at} {in_year}: {counted:?} {}", used.slots));
            here.push(format!("{at} {in_year}: {told:?} {}", told[1]));
        }
        let pair = there.into_iter().zip(here).find(|(there, here)| there != here);
        pair.map(|(there, here)| format!("the rules have {there}\nthe model has {here}"))
    }
}

fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

fn at_noon(day: i32) -> Timestamp {
    START.checked_add_days(day.into()).unwrap()
}

fn meeting(present: u32, in_favour: u32, held: i32) -> Meeting {
    Meeting {
        kind: MeetingKind::VillagersAssembly,
        held_on: at_noon(held).date(),
        entitled: 12,
        present,
        in_favour,
        against: present.saturating_sub(in_favour),
        abstaining: 0,
        minutes_sha256: [7; 32],
        papers: MeetingPapers::default(),
    }
}

fn work_of(work: &Work) -> doing::Act {
    let inspector = |by: &Inspector| match by {
        Inspector::Committee => doing::Inspector::SupervisionCommittee,
        Inspector::Group => doing::Inspector::WorkGroup,
    };
    let (text, papers) = ("no".to_owned(), Vec::new());
    match work {
        Work::Inspect(by, found) => doing::Act::Inspect {
            inspector: inspector(by),
            findings: vec![text.clone(); *found],
            text,
            papers,
        },
        Work::Refuse => doing::Act::RefuseAcceptance { text },
        Work::Rework(finding) => doing::Act::Rework { finding: bound(*finding), text, papers },
        Work::Judge(by, finding, satisfied) => doing::Act::Judge {
            inspector: inspector(by),
            finding: bound(*finding),
            satisfied: *satisfied,
            text,
        },
    }
}
