//! Random commands against what must hold at all times, whatever the order they come in.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod chance;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chance::{Step, VILLAGES, YEARS, policy, steps};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_intake_domain::{
    Act, Command, Delivery, Determination, Event, Fact, Handover, Key, Matter, Outcome, Policy, Refusal,
    Stage, State, Supporter, World, decide, evolve, needs, reads, touches,
};
use yishi_kernel::{MatterId, Timestamp, UnitCode, Year};

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

/// Every way in which a matter may get from one state to another.
const WAYS: [(State, State); 19] = [
    (State::Proposed, State::Deliberated),
    (State::Proposed, State::Merged),
    (State::Proposed, State::Declined),
    (State::Proposed, State::Withdrawn),
    (State::Deliberated, State::Noticed),
    (State::Deliberated, State::Declined),
    (State::Noticed, State::Determined),
    (State::Noticed, State::Declined),
    (State::Noticed, State::Proposed),
    (State::Determined, State::InProgress),
    (State::InProgress, State::Completed),
    (State::Completed, State::Closed),
    (State::Completed, State::InProgress),
    (State::Determined, State::Cancelled),
    (State::InProgress, State::Cancelled),
    (State::Completed, State::Cancelled),
    (State::Determined, State::CarriedOver),
    (State::InProgress, State::CarriedOver),
    (State::Completed, State::CarriedOver),
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
            Key::Supporter(..) | Key::Photograph(..) | Key::Opinions(_) | Key::Successions(_) => {}
            Key::Supporters(matter) => {
                world.supporters(*matter).for_each(|actor| seen.put_supporter(*matter, actor.clone()));
            }
            Key::Participation(_)
            | Key::Book(_)
            | Key::Activity(_)
            | Key::Activities(..)
            | Key::Marks(_)
            | Key::BooksBelow(..)
            | Key::Determined(..)
            | Key::Totals(_) => {
                panic!("{key:?} is of joint matters or of books, which have tests of their own");
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
    backers: BTreeMap<MatterId, BTreeSet<Supporter>>,
}

fn run(policy: &Policy, steps: Vec<Step>) -> Result<Run, TestCaseError> {
    let mut run = Run::default();
    let mut now = START;
    for step in steps {
        match step {
            Step::Wait { days } => now = now.checked_add_days(days).unwrap(),
            Step::Run { mut command, aimed, nth, held_days_ago } => {
                let (matter, wanted) = match &mut command {
                    Command::Propose { .. } => (None, &[][..]),
                    Command::Change { matter, act, .. } => {
                        if let Act::Deliberate(meeting) = act {
                            meeting.held_on = now.checked_add_days(-held_days_ago).unwrap().date();
                        }
                        (Some(matter), act.wanted())
                    }
                    Command::Delivery(Delivery::EndingAnswered { matter, number, .. }) => {
                        if let Some((waits, asked)) = run.waits(nth).filter(|_| aimed) {
                            (*matter, *number) = (waits, asked);
                        }
                        (None, &[][..])
                    }
                    Command::Delivery(Delivery::Settled { matter, .. }) => {
                        (Some(matter), &[State::Completed][..])
                    }
                    Command::Delivery(Delivery::OpinionGiven { opinion, .. }) => {
                        opinion.given = now;
                        (None, &[][..])
                    }
                };
                if let (Some(matter), Some(other)) = (matter, run.meant(wanted, nth).filter(|_| aimed)) {
                    *matter = other;
                }
                run.step(policy, &command, now)?;
            }
        }
    }
    Ok(run)
}

impl Run {
    /// A matter whose ending waits for an answer, and which request that is.
    fn waits(&self, nth: usize) -> Option<(MatterId, u32)> {
        let all = self.world.matters().filter_map(|one| Some((one.id, one.ending_waits()?.number)));
        let all: Vec<_> = all.collect();
        all.get(nth.checked_rem(all.len())?).copied()
    }

    fn meant(&self, wanted: &[State], nth: usize) -> Option<MatterId> {
        let fit: Vec<_> = self.world.matters().filter(|matter| wanted.contains(&matter.state())).collect();
        fit.get(nth.checked_rem(fit.len())?).map(|matter| matter.id)
    }

    fn step(&mut self, policy: &Policy, command: &Command, now: Timestamp) -> Result<(), TestCaseError> {
        let decided = decide(policy, &self.world, command, now);
        let mut seen = restricted(&self.world, &reads(command));
        prop_assert_eq!(
            &decide(policy, &seen, command, now),
            &decided,
            "decided on something it does not read"
        );
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => {
                prop_assert!(!matches!(command, Command::Delivery(_)), "refused a delivery: {refusal:?}");
                self.refusals.push(refusal);
                return Ok(());
            }
        };
        for event in events {
            let before = self.world.clone();
            evolve(&mut self.world, &event).unwrap();
            self.check_reach(&before, seen.clone(), &event)?;
            evolve(&mut seen, &event).unwrap();
            self.note_backers(&event);
            self.events.push(event);
        }
        check(policy, self)
    }

    /// An event changes what it says it touches and nothing else, and needs no more than its command read; or, where it
    /// was not decided, than it says.
    fn check_reach(&self, before: &World, mut seen: World, event: &Event) -> Result<(), TestCaseError> {
        let touched = touches(event);
        let mut copied = restricted(before, &needs(event));
        for seen in [&mut seen, &mut copied] {
            evolve(seen, event).unwrap();
            prop_assert_eq!(restricted(seen, &touched), restricted(&self.world, &touched));
        }
        for matter in self.world.matters() {
            let old = before.matter(matter.id);
            let changed = old != Some(matter);
            prop_assert_eq!(changed, touched.contains(&Key::Matter(matter.id)), "{:?}", event);
            prop_assert_eq!(changed, old.map(|old| old.version) != Some(matter.version));
            if let Some(old) = old.filter(|old| old.state() != matter.state()) {
                prop_assert!(WAYS.contains(&(old.state(), matter.state())), "{old:?} became {matter:?}");
            }
            if let Some(old) = old.filter(|old| old.stage.determination().is_some()) {
                prop_assert_eq!(old.stage.determination(), matter.stage.determination());
                prop_assert!(percent(old) <= percent(matter), "{old:?} became {matter:?}");
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

/// How much is done, and less than nothing before the first report.
fn percent(matter: &Matter) -> Option<u8> {
    matter.stage.work().map(|work| work.progress.percent)
}

fn check(policy: &Policy, run: &Run) -> Result<(), TestCaseError> {
    let mut numbers: BTreeMap<_, Vec<u16>> = BTreeMap::new();
    for matter in run.world.matters() {
        check_matter(policy, run, matter)?;
        if let Some(number) = matter.stage.determination().map(|determination| determination.number) {
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
        _ => prop_assert!(matter.open_objections().next().is_none(), "left a notice with an open objection"),
    }
    if let Some(Determination { at, notice, due, .. }) = matter.stage.determination() {
        prop_assert!(decided && !notice.upheld);
        let hung = at.date().to_julian_day() - notice.published.date().to_julian_day();
        prop_assert!(hung > i32::from(policy.notice_days));
        prop_assert!(at.date() <= *due && due.year() <= i32::from(matter.id.year.get()));
    }
    let moments = moments(&matter.stage);
    prop_assert!(moments.is_sorted() && moments.iter().all(|moment| *moment <= matter.updated), "{matter:?}");
    prop_assert!(matter.stage.completion().is_none() || percent(matter) == Some(100));
    let handed_over =
        matches!(matter.stage, Stage::Completed(_, Handover::ClosingRequested { .. }) | Stage::Closed(_));
    prop_assert!(
        !handed_over || matter.doing.open_findings().next().is_none(),
        "struck off over an open finding"
    );
    check_strike_off(run, matter)
}

/// When each step from the determination on was taken.
fn moments(stage: &Stage) -> Vec<Timestamp> {
    let determined = stage.determination().map(|determination| determination.at);
    let reported = stage.work().map(|work| work.reported);
    let completed = stage.completion().map(|completion| completion.at);
    let handed_over = match stage {
        Stage::Completed(_, Handover::Accepted { at }) => vec![*at],
        Stage::Completed(_, Handover::ClosingRequested { accepted, at }) => vec![*accepted, *at],
        Stage::Closed(end) => vec![end.accepted, end.requested, end.at],
        _ => vec![],
    };
    determined.into_iter().chain(reported).chain(completed).chain(handed_over).collect()
}

/// A matter is struck off once, however often the ledger tells that it is settled, and with the first sum it told.
fn check_strike_off(run: &Run, matter: &Matter) -> Result<(), TestCaseError> {
    let told = run.events.iter().filter(|event| event.matter == matter.id);
    let paid: Vec<_> = told
        .filter_map(|event| match event.fact {
            Fact::Closed { paid } => Some(paid),
            _ => None,
        })
        .collect();
    match &matter.stage {
        Stage::Closed(end) => prop_assert_eq!(paid, [end.paid]),
        _ => prop_assert_eq!(paid, []),
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
    let config = Config { cases: 1024, failure_persistence: None, ..Config::default() };
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
    // 12 states, 20 facts, 8 about the work, 4 about opinions and 3 about contacts, and all refusals but `NumbersUsedUp`, which takes 65,535
    // numbers, and `YearSettled`; 10 of them about the work, 3 about opinions and 2 about contacts.
    assert_eq!(names.len(), 12 + 20 + 8 + 4 + 3 + 25 + 10 + 3 + 2, "{names:?}");
}
