//! Random commands against what must hold at all times, whatever the order they come in.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod chance;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chance::{ORDINALS, PERIODS, Step, TOKENS, VILLAGES, policy, region, steps, token, village, years};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_appraisal_domain::{
    Act, Command, Event, Inputs, Key, ListStage, Ranked, Refusal, TokenHash, UnitYear, Work, World, decide,
    evolve, needs, reads, touches,
};
use yishi_kernel::{Fen, MatterId, Timestamp};

/// 2022-12-25, noon in China.
const START: Timestamp = Timestamp::from_micros(1_671_940_800_000_000);

/// Only what some keys name.
fn restricted(world: &World, keys: &[Key]) -> World {
    let mut seen = World::default();
    for key in keys {
        match *key {
            Key::Scheme(about) => {
                world.scheme(about).into_iter().for_each(|scheme| seen.put_scheme(about, scheme.clone()));
            }
            Key::Inputs(about) => {
                let inputs = Some(world.inputs(about)).filter(|inputs| *inputs != Inputs::default());
                inputs.into_iter().for_each(|inputs| seen.put_inputs(about, inputs));
            }
            // Written without being read: what else is remembered of the matter stays.
            Key::PutForward(matter) => {
                let category = world.work(matter).category;
                seen.put_work(matter, Work { category, ..Work::default() });
            }
            Key::Work(matter) => {
                let work = Some(world.work(matter)).filter(|work| *work != Work::default());
                work.into_iter().for_each(|work| seen.put_work(matter, work));
            }
            Key::Token(about, token) if world.is_spent(about, token) => seen.put_token(about, token),
            Key::Token(..) => {}
            Key::Ranking(about) => {
                world.ranking(about).into_iter().for_each(|ranking| seen.put_ranking(about, *ranking));
            }
            Key::Standing(about, position) => {
                world.standing(about, position).into_iter().for_each(|one| seen.put_standing(about, *one));
            }
            Key::List(about) => world.list(about).into_iter().for_each(|list| seen.put_list(about, *list)),
            Key::Reward(about, village) => {
                world.reward(about, village).into_iter().for_each(|line| seen.put_reward(about, *line));
            }
            Key::Rewards(about) => world.rewards(about).for_each(|line| seen.put_reward(about, *line)),
            Key::Works(about) => world.works(about).for_each(|(matter, work)| seen.put_work(*matter, *work)),
            Key::Step(unit, matter) => {
                let step = Some(world.step(unit, matter)).filter(|step| *step != Default::default());
                step.into_iter().for_each(|step| seen.put_step(unit, matter, step));
            }
            Key::Steps(about) => {
                world.steps(about).for_each(|(matter, step)| seen.put_step(about.unit, *matter, *step));
            }
            Key::Report(node) => world.report(node).into_iter().for_each(|at| seen.put_report(node, at)),
            Key::Checkpoint(about, period) => {
                let signed = world.checkpoint(about, period).into_iter();
                signed.for_each(|signed| seen.put_checkpoint(about, signed.clone()));
            }
            Key::Bulletin(about, period) => {
                let bulletin = world.bulletin(about, period).into_iter();
                bulletin.for_each(|bulletin| seen.put_bulletin(about, bulletin.clone()));
            }
        }
    }
    seen
}

/// Everything that chance can speak of.
fn every_key() -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    for year in years() {
        let about = region(year);
        keys.extend([Key::Scheme(about), Key::Ranking(about), Key::List(about)]);
        keys.extend(PERIODS.iter().map(|period| Key::Bulletin(about, period.parse().unwrap())));
        for nth in 0..VILLAGES {
            keys.insert(Key::Report(village(nth)));
            keys.insert(Key::Step(village(nth), MatterId { village: village(0), year, ordinal: 1 }));
            let here = UnitYear { unit: village(nth), year };
            keys.extend([Key::Inputs(here), Key::Reward(about, here.unit)]);
            keys.extend((1..=4).map(|position| Key::Standing(about, position)));
            keys.extend((0..TOKENS).map(|number| Key::Token(here, token(number))));
            keys.extend(
                (1..=ORDINALS).map(|ordinal| Key::Work(MatterId { village: here.unit, year, ordinal })),
            );
        }
    }
    keys
}

/// What happened in one run.
#[derive(Default)]
struct Run {
    world: World,
    events: Vec<Event>,
    refusals: Vec<Refusal>,
    /// Whose forms count, kept by the test on its own.
    tokens: BTreeSet<(UnitYear, TokenHash)>,
    /// The rankings as they were first seen.
    rankings: BTreeMap<UnitYear, Vec<Ranked>>,
}

fn run(steps: Vec<Step>) -> Result<Run, TestCaseError> {
    let mut run = Run::default();
    let mut now = START;
    for step in steps {
        match step {
            Step::Wait { days } => now = now.checked_add_days(days).unwrap(),
            Step::Run { command } => run.step(&command, now)?,
        }
    }
    Ok(run)
}

impl Run {
    fn step(&mut self, command: &Command, now: Timestamp) -> Result<(), TestCaseError> {
        let decided = decide(&policy(), &self.world, command, now);
        let mut seen = restricted(&self.world, &reads(command));
        prop_assert_eq!(
            &decide(&policy(), &seen, command, now),
            &decided,
            "decided on what it does not read"
        );
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => {
                prop_assert!(!matches!(command, Command::Learn(_)), "refused a delivery: {:?}", refusal);
                self.refusals.push(refusal);
                return Ok(());
            }
        };
        if let Command::Ask { about, act: Act::CountForms(batch) } = command {
            self.tokens.extend(batch.forms.iter().map(|form| (*about, form.token)));
        }
        for event in events {
            let before = self.world.clone();
            evolve(&mut self.world, &event).unwrap();
            evolve(&mut seen, &event).unwrap();
            let mut copied = restricted(&before, &needs(&event));
            evolve(&mut copied, &event).unwrap();
            let touched = touches(&event);
            prop_assert_eq!(restricted(&seen, &touched), restricted(&self.world, &touched));
            prop_assert_eq!(restricted(&copied, &touched), restricted(&self.world, &touched));
            let is_touched = |key: &Key| match key {
                Key::Work(matter) => touched.contains(key) || touched.contains(&Key::PutForward(*matter)),
                key => touched.contains(key),
            };
            let others: Vec<Key> = every_key().into_iter().filter(|key| !is_touched(key)).collect();
            prop_assert_eq!(restricted(&before, &others), restricted(&self.world, &others), "{:?}", event);
            self.events.push(event);
        }
        self.check_forms()?;
        years().into_iter().try_for_each(|year| self.check_ranking(region(year)))?;
        years().into_iter().try_for_each(|year| self.check_list(region(year), now))
    }

    fn check_forms(&self) -> Result<(), TestCaseError> {
        for (nth, year) in (0..VILLAGES).flat_map(|nth| years().map(|year| (nth, year))) {
            let about = UnitYear { unit: village(nth), year };
            let forms = self.world.inputs(about).survey.forms();
            let tokens = self.tokens.iter().filter(|(of, _)| *of == about).count();
            prop_assert_eq!(usize::try_from(forms).unwrap(), tokens, "a token counted twice or not at all");
            prop_assert!(forms <= policy().forms_per_village_year);
        }
        Ok(())
    }

    fn check_ranking(&mut self, about: UnitYear) -> Result<(), TestCaseError> {
        let standings: Vec<Ranked> =
            (1..).map_while(|position| self.world.standing(about, position).copied()).collect();
        if let Some(ranking) = self.world.ranking(about) {
            prop_assert_eq!(usize::try_from(ranking.villages).unwrap(), standings.len());
            let first = self.rankings.entry(about).or_insert_with(|| standings.clone());
            prop_assert_eq!(&standings, first, "a ranking changed");
        } else {
            prop_assert!(standings.is_empty());
        }
        Ok(())
    }

    fn check_list(&self, about: UnitYear, now: Timestamp) -> Result<(), TestCaseError> {
        let Some(list) = self.world.list(about) else { return Ok(()) };
        prop_assert!(list.total() <= list.terms.pool, "more than the pool holds");
        let payments = || self.world.rewards(about).filter_map(|line| line.paid);
        prop_assert_eq!(usize::try_from(list.paid_villages).unwrap(), payments().count());
        prop_assert_eq!(Some(list.paid), Fen::checked_sum(payments().map(|payment| payment.amount)));
        let all = list.paid_villages == list.villages;
        match list.stage {
            ListStage::Issued => prop_assert_eq!(list.paid_villages, 0),
            ListStage::Ordered { at } => prop_assert!(at >= list.earliest_confirm && at <= now && !all),
            ListStage::Paid { ordered, at } => prop_assert!(ordered <= at && at <= now && all),
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn whatever_comes_in_the_invariants_hold(steps in steps()) {
        run(steps)?;
    }

    #[test]
    fn applying_all_again_gives_the_same_state(steps in steps()) {
        let run = run(steps)?;
        let mut again = World::default();
        for event in &run.events {
            evolve(&mut again, event).unwrap();
        }
        prop_assert_eq!(again, run.world);
    }

    #[test]
    fn the_journal_alone_gives_all_that_is_no_note_of_others(steps in steps()) {
        let run = run(steps)?;
        let mut again = World::default();
        for event in run.events.iter().filter(|event| event.fact.kind().is_some()) {
            evolve(&mut again, event).unwrap();
        }
        let own = |key: &Key| {
            let heard = matches!(key, Key::Inputs(_) | Key::Work(_) | Key::Step(..) | Key::Report(_));
            !heard && !matches!(key, Key::Token(..))
        };
        let keys: Vec<Key> = every_key().into_iter().filter(own).collect();
        prop_assert_eq!(restricted(&again, &keys), restricted(&run.world, &keys));
    }
}

/// The properties above mean little if chance never leads anywhere.
#[test]
fn chance_leads_to_every_fact_every_refusal_and_every_state() {
    let names = RefCell::new(BTreeSet::new());
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&steps(), |steps| {
            let run = run(steps)?;
            let first = |said: String| said.split([' ', '{', '(']).next().unwrap().to_owned();
            let mut names = names.borrow_mut();
            names.extend(run.events.iter().map(|event| first(format!("{:?}", event.fact))));
            names.extend(run.refusals.iter().map(|refusal| first(format!("Not{refusal:?}"))));
            let lists = years().into_iter().filter_map(|year| run.world.list(region(year)));
            names.extend(lists.map(|list| list.stage.state().to_string()));
            Ok(())
        })
        .unwrap();
    let names = names.into_inner();
    assert_eq!(names.len(), 14 + 16 + 3, "{names:?}");
}
