//! Villages that plan matters together, on one node or on several, and the letters between them.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use yishi_intake_domain::joint::{self, Command, Follow, Party, Shares};
use yishi_intake_domain::{
    Act, Amendment, Category, Command as MatterCommand, Content, Delivery, Ending, Event, Fact as MatterFact,
    Matter, Meeting, MeetingKind, MeetingPapers, Policy, Progress, State, World, decide, evolve, reads,
    touches,
};
use yishi_kernel::{Actor, BasisPoints, Fen, MatterId, Register, Timestamp, UnitCode, Year};

use super::chance::{Lead, Partner, Step};
use super::letters::{letter, name, restricted};

/// Two of one township, and one across a county line that is registered as a neighbour of the first.
pub(crate) const VILLAGES: [u64; 3] = [640_323_203_212, 640_323_203_200, 640_324_100_200];
/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);
const COST: i64 = 7;

/// A letter: what it asks of its addressee.
pub(crate) type Letter = Command;

pub(crate) struct County {
    pub(crate) policy: Policy,
    register: Register,
    pub(crate) nodes: Vec<World>,
    host: [usize; 3],
    now: Timestamp,
    /// In order on each way, as the journal's addressed entries are.
    pub(crate) under_way: BTreeMap<(UnitCode, UnitCode), VecDeque<Letter>>,
    delivered: Vec<Letter>,
    pub(crate) matter_events: Vec<Event>,
    pub(crate) events: Vec<joint::Event>,
    pub(crate) refused: Vec<String>,
    /// Everything that was asked or heard, and when.
    pub(crate) told: Vec<(Timestamp, Told)>,
}

/// What is asked or heard.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    Matter(MatterCommand),
    Joint(Command),
}

pub(crate) fn village(nth: usize) -> UnitCode {
    UnitCode::new(VILLAGES[nth]).unwrap()
}

fn year() -> Year {
    Year::try_from(2022).unwrap()
}

fn officer() -> Actor {
    "officer".parse().unwrap()
}

fn content() -> Content {
    Content {
        title: "修桥".into(),
        description: "两村之间".into(),
        category: Category::Infrastructure,
        subcategory: "bridge".parse().unwrap(),
        cost_estimate: Fen::new(COST),
        households: 2,
        persons: 7,
        place: String::new(),
    }
}

impl County {
    pub(crate) fn new(policy: Policy, register: Register, host: [usize; 3]) -> Self {
        Self {
            policy,
            register,
            nodes: vec![World::default(); 3],
            host,
            now: START,
            under_way: BTreeMap::new(),
            delivered: Vec::new(),
            matter_events: Vec::new(),
            events: Vec::new(),
            refused: Vec::new(),
            told: Vec::new(),
        }
    }

    pub(crate) fn world(&self, village: UnitCode) -> &World {
        &self.nodes[self.node(village)]
    }

    fn node(&self, village: UnitCode) -> usize {
        self.host[VILLAGES.iter().position(|code| *code == village.as_u64()).unwrap()]
    }

    fn meeting(&self, carried: bool) -> Meeting {
        Meeting {
            kind: MeetingKind::VillagersRepresentatives,
            held_on: self.now.date(),
            entitled: 10,
            present: 10,
            in_favour: if carried { 10 } else { 0 },
            against: if carried { 0 } else { 10 },
            abstaining: 0,
            minutes_sha256: [1; 32],
            papers: MeetingPapers::default(),
        }
    }

    pub(crate) fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Wait { days } => {
                self.now = self.now.checked_add_days(days).unwrap();
                Ok(())
            }
            Step::Lead { village: of, nth, act } => self.lead(village(of), nth, act),
            Step::Partner { village: of, nth, act } => self.partner(village(of), nth, act),
            Step::Deliver { way } => match self.next(way) {
                Some(letter) => self.deliver(letter),
                None => Ok(()),
            },
            Step::Again { nth } => match nth.checked_rem(self.delivered.len()) {
                Some(nth) => self.run(&self.delivered[nth].clone(), true),
                None => Ok(()),
            },
        }
    }

    /// Does again what was told, in another world.
    pub(crate) fn repeat(&self, world: &mut World, told: &Told, now: Timestamp) {
        let rules = joint::Rules { policy: &self.policy, register: &self.register };
        let follows = match told {
            Told::Matter(command) => {
                let events = decide(&self.policy, world, command, now).unwrap_or_default();
                events.into_iter().map(Follow::Matter).collect()
            }
            Told::Joint(command) => joint::decide(&rules, world, command, now).unwrap_or_default(),
        };
        for follow in follows {
            match follow {
                Follow::Matter(event) => evolve(world, &event).unwrap(),
                Follow::Participation(event) => joint::evolve(world, &event).unwrap(),
            }
        }
    }

    /// Everything that is under way arrives, and what follows from it.
    pub(crate) fn settle(&mut self) -> Result<(), TestCaseError> {
        while let Some(letter) = self.next(0) {
            self.deliver(letter)?;
        }
        Ok(())
    }

    fn next(&mut self, way: usize) -> Option<Letter> {
        let mut ways: Vec<_> = self.under_way.values_mut().filter(|letters| !letters.is_empty()).collect();
        let nth = way.checked_rem(ways.len())?;
        ways[nth].pop_front()
    }

    fn deliver(&mut self, letter: Letter) -> Result<(), TestCaseError> {
        self.run(&letter, true)?;
        self.delivered.push(letter);
        Ok(())
    }

    fn lead(&mut self, of: UnitCode, nth: usize, act: Lead) -> Result<(), TestCaseError> {
        let matters: Vec<Matter> =
            self.world(of).matters().filter(|matter| matter.id.village == of).cloned().collect();
        if let Lead::Propose = act {
            if matters.len() < 3 {
                let (content, proposer) = (content(), officer());
                let propose =
                    MatterCommand::Propose { village: of, year: year(), content, proposer, contact: None };
                self.run_matter(of, &propose)?;
            }
            return Ok(());
        }
        // Mostly at a matter for which it is meant.
        let meant: Vec<_> = matters.iter().filter(|matter| self.is_meant(matter, act)).collect();
        let aimed = nth.checked_rem(meant.len()).map(|nth| meant[nth]);
        let Some(matter) = aimed.or_else(|| matters.first().filter(|_| nth == 0)).map(|matter| matter.id)
        else {
            return Ok(());
        };
        let reason = String::from("no");
        let act = match act {
            Lead::Propose => return Ok(()),
            Lead::Invite { others, cut } => {
                let invite = self.invite(matter, others, cut);
                return self.run(&invite, false);
            }
            Lead::Release => return self.run(&Command::Release { matter, version: None, reason }, false),
            Lead::Update => Act::Update(Amendment {
                cost_estimate: Some(Fen::new(COST)),
                households: Some(9),
                ..Amendment::default()
            }),
            Lead::Deliberate { carried } => Act::Deliberate(self.meeting(carried)),
            Lead::Publish => {
                self.run_matter(of, &MatterCommand::Change { matter, version: None, act: Act::Publish })?;
                self.now = self.now.checked_add_days(8).unwrap();
                return Ok(());
            }
            Lead::Object => Act::Object { text: reason, objector: officer() },
            Lead::Answer { upheld } => Act::Answer { objection: 1, answer: reason, upheld },
            Lead::Determine => Act::Determine { due: None },
            Lead::Withdraw => Act::Withdraw { reason },
            Lead::Decline => Act::Decline { reason },
            Lead::Merge => Act::Merge { into: matters[(nth + 1) % matters.len()].id },
            Lead::Progress => Act::Progress(Progress {
                percent: 50,
                spent: Fen::ZERO,
                text: reason,
                papers_sha256: vec![],
                papers: vec![],
            }),
            Lead::End { carried_over, granted } => {
                let ending = if carried_over { Ending::CarriedOver } else { Ending::Cancelled };
                let act = Act::RequestEnding { ending, reason };
                self.run_matter(of, &MatterCommand::Change { matter, version: None, act })?;
                let number =
                    self.world(of).matter(matter).unwrap().ending.as_ref().map_or(0, |asked| asked.number);
                let (by, reason) = (UnitCode::new(640_324_100_000).unwrap(), "yes".into());
                let answer = Delivery::EndingAnswered { matter, by, number, granted, reason };
                return self.run_matter(of, &MatterCommand::Delivery(answer));
            }
        };
        self.run_matter(of, &MatterCommand::Change { matter, version: None, act })
    }

    fn is_meant(&self, matter: &Matter, act: Lead) -> bool {
        let state = matter.state();
        match act {
            Lead::Invite { cut, .. } => {
                matter.stage.is_undecided() && (matter.plan().is_none() || cut % 4 == 0)
            }
            Lead::Release => matter.plan().is_some() && matter.stage.is_undecided(),
            Lead::Publish => state == State::Deliberated,
            Lead::Determine => {
                let agreed = matter.plan().is_some_and(|plan| plan.outstanding().next().is_none());
                state == State::Noticed && agreed
            }
            Lead::Object | Lead::Answer { .. } => state == State::Noticed,
            Lead::Progress | Lead::End { .. } => matter.stage.determination().is_some(),
            Lead::Decline => matter.stage.is_undecided(),
            _ => state == State::Proposed,
        }
    }

    /// One or both of the others, with shares that are all of it unless they are cut too far.
    fn invite(&self, matter: MatterId, others: usize, cut: u16) -> Command {
        let others = [1, 2].into_iter().filter(|bit| others & bit != 0);
        let nth = VILLAGES.iter().position(|code| *code == matter.village.as_u64()).unwrap();
        let villages: Vec<_> = others.map(|other| village((nth + other) % 3)).collect();
        let credit = BasisPoints::new(cut.min(10_000) / u16::try_from(villages.len()).unwrap()).unwrap();
        let shares = Shares { cost: Fen::new(1), credit };
        let parties: Vec<_> = villages.into_iter().map(|village| Party { village, shares }).collect();
        let given = u16::try_from(parties.len()).unwrap();
        let lead = Shares {
            cost: Fen::new(COST - i64::from(given)),
            credit: BasisPoints::new(10_000 - given * credit.get()).unwrap(),
        };
        // More than all of it is refused.
        let lead = if cut > 10_000 { Shares { cost: Fen::new(COST), ..lead } } else { lead };
        Command::Invite { matter, version: None, lead, parties }
    }

    fn partner(&mut self, of: UnitCode, nth: usize, act: Partner) -> Result<(), TestCaseError> {
        let own = || self.world(of).participations().filter(|part| part.id.village == of);
        let meant = |part: &&joint::Participation| match act {
            Partner::Accept => part.deliberation.is_some() && part.state == joint::State::Invited,
            Partner::Leave => part.state == joint::State::Accepted,
            Partner::Deliberate { .. } => part.deliberation.is_none() && part.state == joint::State::Invited,
            Partner::Decline => part.state == joint::State::Invited,
        };
        let parts: Vec<_> = own().filter(meant).map(|part| part.id).collect();
        let parts = if parts.is_empty() { own().map(|part| part.id).collect() } else { parts };
        let Some(nth) = nth.checked_rem(parts.len()) else { return Ok(()) };
        let (participation, reason) = (parts[nth], String::from("no"));
        let act = match act {
            Partner::Deliberate { carried } => joint::Act::Deliberate(self.meeting(carried)),
            Partner::Accept => joint::Act::Accept,
            Partner::Decline => joint::Act::Decline { reason },
            Partner::Leave => joint::Act::Leave { reason },
        };
        self.run(&Command::Change { participation, version: None, act }, false)
    }

    fn run_matter(&mut self, of: UnitCode, command: &MatterCommand) -> Result<(), TestCaseError> {
        self.told.push((self.now, Told::Matter(command.clone())));
        let world = self.world(of);
        let decided = decide(&self.policy, world, command, self.now);
        let seen = restricted(world, &reads(command));
        prop_assert_eq!(&decide(&self.policy, &seen, command, self.now), &decided);
        match decided {
            Ok(events) => events.into_iter().try_for_each(|event| self.follow(Follow::Matter(event))),
            Err(refusal) => {
                self.refused.push(name(&refusal));
                Ok(())
            }
        }
    }

    fn run(&mut self, command: &Command, letter: bool) -> Result<(), TestCaseError> {
        self.told.push((self.now, Told::Joint(command.clone())));
        let rules = joint::Rules { policy: &self.policy, register: &self.register };
        let world = self.world(command.village());
        let decided = joint::decide(&rules, world, command, self.now);
        let seen = restricted(world, &joint::reads(command));
        prop_assert_eq!(&joint::decide(&rules, &seen, command, self.now), &decided);
        match decided {
            Ok(follows) => follows.into_iter().try_for_each(|follow| self.follow(follow)),
            Err(refusal) => {
                prop_assert!(!letter, "refused a letter: {refusal:?}");
                self.refused.push(match &refusal {
                    joint::Refusal::Matter(refusal) => name(refusal),
                    refusal => name(refusal),
                });
                Ok(())
            }
        }
    }

    /// Applies what follows where its journal is, and sends it if it is addressed.
    fn follow(&mut self, follow: Follow) -> Result<(), TestCaseError> {
        let (from, keys) = match &follow {
            Follow::Matter(event) => (event.matter.village, touches(event)),
            Follow::Participation(event) => (event.participation.village, joint::touches(event)),
        };
        let node = self.node(from);
        let before = self.nodes[node].clone();
        let mut copied = restricted(&before, &keys);
        match &follow {
            Follow::Matter(event) => {
                // What moves along with a merged matter is not of this test.
                copied = if matches!(event.fact, MatterFact::Merged { .. }) { before } else { copied };
                evolve(&mut copied, event).unwrap();
                evolve(&mut self.nodes[node], event).unwrap();
            }
            Follow::Participation(event) => {
                joint::evolve(&mut copied, event).unwrap();
                joint::evolve(&mut self.nodes[node], event).unwrap();
            }
        }
        prop_assert_eq!(restricted(&copied, &keys), restricted(&self.nodes[node], &keys));
        if let Some((to, letter)) = letter(&follow) {
            self.under_way.entry((from, to)).or_default().push_back(letter);
        }
        match follow {
            Follow::Matter(event) => self.matter_events.push(event),
            Follow::Participation(event) => self.events.push(event),
        }
        Ok(())
    }
}
