//! Random commands against what must hold at all times, whatever the order they come in.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod chance;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chance::{Step, VILLAGES, YEARS, policy, steps};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_intake_domain::{
    Act, Command, Event, Fact, Key, Matter, Outcome, Policy, Refusal, Stage, State, World, decide, evolve,
    reads, touches,
};
use yishi_kernel::{Actor, MatterId, Timestamp, UnitCode, Year};

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

/// Every way in which a matter may get from one state to another.
const WAYS: [(State, State); 9] = [
    (State::Proposed, State::Deliberated),
    (State::Proposed, State::Merged),
    (State::Proposed, State::Declined),
    (State::Proposed, State::Withdrawn),
    (State::Deliberated, State::Noticed),
    (State::Deliberated, State::Declined),
    (State::Noticed, State::Determined),
    (State::Noticed, State::Declined),
    (State::Noticed, State::Proposed),
];

/// Only what a command says that it reads.
fn restricted(world: &World, keys: &[Key]) -> World {
    let mut seen = World::default();
    for key in keys {
        match key {
            Key::Matter(id) => {
                world.matter(*id).into_iter().for_each(|matter| seen.put_matter(matter.clone()));
            }
            Key::VillageYear(village, year) => {
                seen.put_village_year(*village, *year, world.village_year(*village, *year));
            }
            Key::Supporter(matter, actor) if world.is_supporter(*matter, actor) => {
                seen.put_supporter(*matter, actor.clone());
            }
            Key::Supporter(..) => {}
            Key::Supporters(matter) => {
                world.supporters(*matter).for_each(|actor| seen.put_supporter(*matter, actor.clone()));
            }
        }
    }
    seen
}

/// What happened in one run.
#[derive(Default)]
struct Run {
    world: World,
    events: Vec<Event>,
    refusals: Vec<Refusal>,
    /// Who backs what, kept by the test on its own.
    backers: BTreeMap<MatterId, BTreeSet<Actor>>,
}

fn run(policy: &Policy, steps: Vec<Step>) -> Result<Run, TestCaseError> {
    let mut run = Run::default();
    let mut now = START;
    for step in steps {
        match step {
            Step::Wait { days } => now = now.checked_add_days(days).unwrap(),
            Step::Run { mut command, aimed, nth, held_days_ago } => {
                if let Command::Change { matter, act, .. } = &mut command {
                    if let Act::Deliberate(meeting) = act {
                        meeting.held_on = now.checked_add_days(-held_days_ago).unwrap().date();
                    }
                    *matter = aimed.then(|| run.meant_for(act, nth)).flatten().unwrap_or(*matter);
                }
                run.step(policy, &command, now)?;
            }
        }
    }
    Ok(run)
}

impl Run {
    fn meant_for(&self, act: &Act, nth: usize) -> Option<MatterId> {
        let fit: Vec<_> =
            self.world.matters().filter(|matter| act.wanted().contains(&matter.state())).collect();
        fit.get(nth.checked_rem(fit.len())?).map(|matter| matter.id)
    }

    fn step(&mut self, policy: &Policy, command: &Command, now: Timestamp) -> Result<(), TestCaseError> {
        let decided = decide(policy, &self.world, command, now);
        let seen = restricted(&self.world, &reads(command));
        prop_assert_eq!(
            &decide(policy, &seen, command, now),
            &decided,
            "decided on something it does not read"
        );
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => {
                self.refusals.push(refusal);
                return Ok(());
            }
        };
        for event in events {
            let before = self.world.clone();
            evolve(&mut self.world, &event).unwrap();
            self.check_reach(&before, seen.clone(), &event)?;
            self.note_backers(&event);
            self.events.push(event);
        }
        check(policy, self)
    }

    /// An event changes what it says it touches and nothing else, and needs no more than its command read.
    fn check_reach(&self, before: &World, mut seen: World, event: &Event) -> Result<(), TestCaseError> {
        let touched = touches(event);
        evolve(&mut seen, event).unwrap();
        prop_assert_eq!(restricted(&seen, &touched), restricted(&self.world, &touched));
        for matter in self.world.matters() {
            let old = before.matter(matter.id);
            let changed = old != Some(matter);
            prop_assert_eq!(changed, touched.contains(&Key::Matter(matter.id)), "{:?}", event);
            prop_assert_eq!(changed, old.map(|old| old.version) != Some(matter.version));
            if let Some(old) = old.filter(|old| old.state() != matter.state()) {
                prop_assert!(WAYS.contains(&(old.state(), matter.state())), "{old:?} became {matter:?}");
            }
        }
        for (village, year) in VILLAGES.into_iter().flat_map(|village| YEARS.map(|year| (village, year))) {
            let (village, year) = (UnitCode::new(village).unwrap(), Year::try_from(year).unwrap());
            let changed = before.village_year(village, year) != self.world.village_year(village, year);
            prop_assert_eq!(changed, touched.contains(&Key::VillageYear(village, year)), "{:?}", event);
        }
        Ok(())
    }

    fn note_backers(&mut self, event: &Event) {
        match &event.fact {
            Fact::Supported { supporter } => {
                self.backers.entry(event.matter).or_default().insert(supporter.clone());
            }
            Fact::Merged { into, .. } => {
                let moving = self.backers.get(&event.matter).cloned().unwrap_or_default();
                self.backers.entry(*into).or_default().extend(moving);
            }
            _ => {}
        }
    }
}

fn check(policy: &Policy, run: &Run) -> Result<(), TestCaseError> {
    let mut numbers: BTreeMap<_, Vec<u16>> = BTreeMap::new();
    for matter in run.world.matters() {
        check_matter(policy, run, matter)?;
        if let Stage::Determined { number, .. } = &matter.stage {
            prop_assert_eq!((number.village, number.year), (matter.id.village, matter.id.year));
            numbers.entry((number.village, number.year)).or_default().push(number.ordinal);
        }
    }
    for ((village, year), mut ordinals) in numbers {
        prop_assert!(ordinals.len() <= usize::from(policy.matters_per_village_year), "too many matters");
        ordinals.sort_unstable();
        let used = run.world.village_year(village, year);
        prop_assert_eq!(&ordinals, &(1..=used.numbers).collect::<Vec<_>>(), "numbers with a hole or twice");
        prop_assert_eq!(usize::from(used.slots), ordinals.len());
    }
    Ok(())
}

fn check_matter(policy: &Policy, run: &Run, matter: &Matter) -> Result<(), TestCaseError> {
    let backers = run.backers.get(&matter.id).map_or(0, BTreeSet::len);
    prop_assert_eq!(
        usize::try_from(matter.supporters).unwrap(),
        backers,
        "somebody counted twice or not at all"
    );
    prop_assert!(matter.supporters <= policy.supporters_per_matter);
    prop_assert!(matter.objections.len() <= usize::try_from(policy.objections_per_matter).unwrap());
    prop_assert!(policy.season(matter.id.year).contains(matter.created));
    let decided = matter.deliberation.as_ref().is_some_and(|record| record.outcome == Outcome::Carried);
    match &matter.stage {
        Stage::Deliberated => prop_assert!(decided),
        Stage::Noticed(notice) => {
            prop_assert!(decided);
            prop_assert!(
                !notice.upheld || matter.open_objections().next().is_some(),
                "should be deliberated anew"
            );
        }
        Stage::Determined { at, notice, .. } => {
            prop_assert!(decided && !notice.upheld && matter.open_objections().next().is_none());
            let hung = at.date().to_julian_day() - notice.published.date().to_julian_day();
            prop_assert!(
                hung > i32::from(policy.notice_days) && at.date().year() <= i32::from(matter.id.year.get())
            );
        }
        _ => prop_assert!(matter.open_objections().next().is_none(), "left a notice with an open objection"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_asked_the_invariants_hold(policy in policy(), steps in steps()) {
        run(&policy, steps)?;
    }

    #[test]
    fn reading_the_journal_again_gives_the_same_state(policy in policy(), steps in steps()) {
        let run = run(&policy, steps)?;
        let mut again = World::default();
        for event in &run.events {
            evolve(&mut again, event).unwrap();
        }
        prop_assert_eq!(again, run.world);
    }
}

/// The two properties above mean little if chance never leads anywhere.
#[test]
fn chance_leads_to_every_state_every_fact_and_every_bound() {
    let names = RefCell::new(BTreeSet::new());
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&(policy(), steps()), |(policy, steps)| {
            let run = run(&policy, steps)?;
            let refused = |refusal| format!("{refusal:?}").split([' ', '{']).next().unwrap().to_owned();
            let mut names = names.borrow_mut();
            names.extend(run.world.matters().map(|matter| matter.state().to_string()));
            names.extend(run.events.iter().map(|event| event.fact.kind().to_owned()));
            names.extend(run.refusals.iter().map(refused));
            Ok(())
        })
        .unwrap();
    let names = names.into_inner();
    // 7 states, 11 facts, and all refusals but `NumbersUsedUp`, which takes 65,535 numbers.
    assert_eq!(names.len(), 7 + 11 + 18, "{names:?}");
}
