//! Random commands and deliveries against what must hold at all times. Each unit has a world of its own, and hears
//! of the others only what is delivered: in order between two of them, as late as chance has it, and at times twice.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod books;
mod chance;
mod wants;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chance::{DIVISIONS, HOLDERS, Pick, Step, policy, steps};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_funding_domain::{
    Command, Delivery, Direction, Event, Fact, Key, Policy, Refusal, Rules, World, decide, evolve, needs,
    reads, reads_then, touches,
};
use yishi_kernel::{MatterId, Register, Timestamp, UnitCode};

/// 2022-06-01 in China.
const START: Timestamp = Timestamp::from_micros(1_654_012_800_000_000);

fn code(number: u64) -> UnitCode {
    UnitCode::new(number).unwrap()
}

/// What happened in one run.
struct Run {
    policy: Policy,
    register: Register,
    now: Timestamp,
    worlds: BTreeMap<UnitCode, World>,
    events: Vec<Event>,
    refusals: Vec<Refusal>,
    /// What waits between one journal and one unit.
    ways: BTreeMap<(String, UnitCode), VecDeque<Delivery>>,
    delivered: Vec<(UnitCode, Delivery)>,
    /// Matters that intake has determined.
    determined: Vec<MatterId>,
    keys: BTreeMap<UnitCode, BTreeSet<Key>>,
}

fn run(policy: &Policy, steps: Vec<Step>) -> Result<Run, TestCaseError> {
    let mut run = Run {
        policy: policy.clone(),
        register: Register::parse(DIVISIONS, "").unwrap(),
        now: START,
        worlds: HOLDERS.iter().map(|unit| (code(*unit), World::default())).collect(),
        events: Vec::new(),
        refusals: Vec::new(),
        ways: BTreeMap::new(),
        delivered: Vec::new(),
        determined: Vec::new(),
        keys: BTreeMap::new(),
    };
    for step in steps {
        let before = run.events.len();
        run.step(step)?;
        if run.events.len() > before {
            books::check(&run)?;
        }
    }
    while run.ways.values().any(|way| !way.is_empty()) {
        run.deliver(0)?;
    }
    books::check(&run)?;
    books::check_at_rest(&run)?;
    Ok(run)
}

impl Run {
    fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Wait { days } => self.now = self.now.checked_add_days(days).unwrap(),
            Step::Deliver { way } => self.deliver(way)?,
            Step::Mangle { way } => {
                let first = self.waiting(way).and_then(|key| self.ways.get_mut(&key)?.front_mut());
                if let Some(Delivery::Sent { transfer, .. }) = first {
                    transfer.direction = match transfer.direction {
                        Direction::Down => Direction::Up,
                        Direction::Up => Direction::Down,
                    };
                }
            }
            Step::Repeat { which } => {
                if let Some((unit, delivery)) = wants::nth(&self.delivered, which).cloned() {
                    let before = self.events.len();
                    self.act(unit, &Command::Deliver(delivery))?;
                    prop_assert_eq!(self.events.len(), before, "the second time something followed");
                }
            }
            other => {
                if let Some((unit, command)) = self.want(other) {
                    self.act(unit, &command)?;
                }
            }
        }
        Ok(())
    }

    /// A way on which something waits.
    fn waiting(&self, way: Pick) -> Option<(String, UnitCode)> {
        let all: Vec<_> = self.ways.iter().filter(|(_, way)| !way.is_empty()).map(|(key, _)| key).collect();
        wants::nth(&all, way).copied().cloned()
    }

    fn deliver(&mut self, way: Pick) -> Result<(), TestCaseError> {
        let Some(key) = self.waiting(way) else { return Ok(()) };
        let delivery = self.ways.get_mut(&key).and_then(VecDeque::pop_front).unwrap();
        self.delivered.push((key.1, delivery.clone()));
        let refused = self.refusals.len();
        self.act(key.1, &Command::Deliver(delivery))?;
        prop_assert_eq!(self.refusals.len(), refused, "a delivery is never refused");
        Ok(())
    }

    /// A unit decides on its own world, and on no more of it than it says it reads.
    fn act(&mut self, unit: UnitCode, command: &Command) -> Result<(), TestCaseError> {
        let Some(world) = self.worlds.get(&unit) else { return Ok(()) };
        let first = reads(command);
        let then = reads_then(&wants::restricted(world, &first), command);
        let read: Vec<Key> = first.into_iter().chain(then).collect();
        let seen = wants::restricted(world, &read);
        let rules = Rules { policy: &self.policy, register: &self.register };
        let decided = decide(&rules, world, command, self.now);
        prop_assert_eq!(
            &decide(&rules, &seen, command, self.now),
            &decided,
            "decided on something it does not read"
        );
        // What has keys of its own is followed under those.
        let single = |key: &Key| !matches!(key, Key::Accounts(..) | Key::Matters(..));
        self.keys.entry(unit).or_default().extend(read.into_iter().filter(single));
        match decided {
            Ok(events) => events.into_iter().try_for_each(|event| self.follow(unit, seen.clone(), event)),
            Err(refusal) => {
                self.refusals.push(refusal);
                Ok(())
            }
        }
    }

    /// An event stands in the journal of who decided, and changes what it says it touches and nothing else.
    fn follow(&mut self, unit: UnitCode, mut seen: World, event: Event) -> Result<(), TestCaseError> {
        prop_assert_eq!(event.unit, unit);
        let touched = touches(&event);
        let keys = self.keys.entry(unit).or_default();
        keys.extend(touched.iter().cloned());
        let others: Vec<Key> = keys.iter().filter(|key| !touched.contains(key)).cloned().collect();
        let world = self.worlds.get_mut(&unit).unwrap();
        let before = wants::restricted(world, &others);
        let mut copied = wants::restricted(world, &needs(&event));
        let settled = wants::settled(world);
        evolve(world, &event).unwrap();
        let after = wants::settled(world);
        prop_assert!(settled.0.iter().all(|line| after.0.contains(line)), "a settled account has changed");
        prop_assert!(settled.1.iter().all(|line| after.1.contains(line)), "a settled matter has changed");
        evolve(&mut seen, &event).unwrap();
        evolve(&mut copied, &event).unwrap();
        prop_assert_eq!(wants::restricted(world, &others), before, "touched more than it says");
        prop_assert_eq!(wants::restricted(world, &touched), wants::restricted(&seen, &touched));
        prop_assert_eq!(wants::restricted(world, &touched), wants::restricted(&copied, &touched));
        for line in event.fact.posting().map_or(&[][..], |posting| posting.lines()) {
            prop_assert!(copied.channel(line.channel).is_some(), "whose money it moves is not known");
        }
        let answer = match &event.fact {
            Fact::Sent { transfer, channel, .. } => {
                Some(Delivery::Sent { transfer: *transfer, channel: channel.clone() })
            }
            Fact::Received { transfer, .. } => Some(Delivery::Received { by: unit, transfer: transfer.id }),
            Fact::Refused { transfer, problem } => {
                Some(Delivery::Refused { by: unit, transfer: transfer.id, problem: *problem })
            }
            _ => None,
        };
        if let Some(delivery) = answer {
            self.send(format!("funding {unit}"), event.to.unwrap(), delivery);
        }
        self.events.push(event);
        Ok(())
    }

    fn send(&mut self, journal: String, to: UnitCode, delivery: Delivery) {
        self.ways.entry((journal, to)).or_default().push_back(delivery);
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_books_balance(policy in policy(), steps in steps()) {
        run(&policy, steps)?;
    }
}

proptest! {
    #![proptest_config(Config::with_cases(32))]
    #[test]
    fn reading_the_journals_again_gives_the_same_state(policy in policy(), steps in steps()) {
        let run = run(&policy, steps)?;
        let mut again: BTreeMap<UnitCode, World> = run.worlds.keys().map(|unit| (*unit, World::default())).collect();
        for event in &run.events {
            evolve(again.get_mut(&event.unit).unwrap(), event).unwrap();
        }
        prop_assert_eq!(again, run.worlds);
    }
}

/// The two properties above mean little if chance never leads anywhere.
#[test]
fn chance_leads_to_every_fact_and_every_refusal() {
    let names = RefCell::new(BTreeSet::new());
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&(policy(), steps()), |(policy, steps)| {
            let run = run(&policy, steps)?;
            let refused = |refusal| format!("{refusal:?}").split([' ', '{']).next().unwrap().to_owned();
            let mut names = names.borrow_mut();
            names.extend(run.events.iter().map(|event| event.fact.kind().to_owned()));
            names.extend(run.refusals.iter().map(refused));
            Ok(())
        })
        .unwrap();
    let names = names.into_inner();
    // 20 kinds of entries, and all refusals but `UnknownUnit` and `TooMuch`.
    assert_eq!(names.len(), 20 + 24, "{names:?}");
}
