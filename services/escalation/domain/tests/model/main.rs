//! A small region with slow links: acts by chance at every desk, letters that take their time and come more than once,
//! against what must hold at all times and what must hold once everything has arrived.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod chance;
mod hops;
mod run;
mod tree;

use std::cell::RefCell;
use std::collections::BTreeSet;

use chance::{Step, policy, steps};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use run::{Fault, Run};
use tree::Tree;
use yishi_escalation_domain::{Desk, Event, Fact, Policy, Stance, World, evolve, stays};
use yishi_kernel::{MatterId, UnitCode};

fn run<'a>(
    tree: &'a Tree,
    policy: &'a Policy,
    steps: Vec<Step>,
    fault: Fault,
) -> Result<Run<'a>, TestCaseError> {
    let mut run = Run::new(tree, policy, fault);
    for step in steps {
        run.step(step)?;
        one_ball(&run)?;
    }
    run.drain()?;
    one_ball(&run)?;
    settled(&run, tree)?;
    Ok(run)
}

/// Whether a letter carries the right to decide.
fn carries_the_ball(letter: &Event) -> bool {
    matches!(letter.fact, Fact::Raised { .. } | Fact::Returned { .. } | Fact::Refused { .. })
}

/// At any time exactly one desk decides on a matter, or the right to is on its way.
fn one_ball(run: &Run<'_>) -> Result<(), TestCaseError> {
    let holders = run.world.desks().filter(|desk| desk.stance.decides()).map(|desk| desk.matter);
    let letters = run.ways.values().flat_map(|way| way.on_the_way());
    let carried = letters.filter(|letter| carries_the_ball(letter)).map(|letter| letter.matter);
    let mut balls: Vec<MatterId> = holders.chain(carried).collect();
    balls.sort_unstable();
    prop_assert!(balls.iter().eq(run.hops.matters()), "{:?} have a ball", balls);
    Ok(())
}

/// Once everything has arrived: one handler, whom all units on the way know, nothing unconfirmed, no wish half known.
fn settled(run: &Run<'_>, tree: &Tree) -> Result<(), TestCaseError> {
    for matter in tree.matters() {
        let path = run.hops.path(matter);
        let Some(last) = path.last() else { continue };
        let desks: Vec<&Desk> = path.iter().filter_map(|unit| run.world.desk(*unit, matter)).collect();
        prop_assert_eq!(desks.len(), path.len(), "lost on the way");
        let front = desks[desks.len() - 1];
        prop_assert!(front.stance.decides());
        for pair in desks.windows(2) {
            prop_assert_eq!(pair[1].below, Some(pair[0].unit));
            let wishes = matches!(pair[0].stance, Stance::Raised { take_back: Some(_), .. });
            prop_assert_eq!(wishes, pair[1].asked.is_some(), "{} asks back", pair[0].unit);
            prop_assert_eq!(pair[0].standing(), front.standing(), "{} does not know", pair[0].unit);
        }
        for desk in run.world.desks().filter(|desk| desk.matter == matter) {
            prop_assert!(!desk.is_unconfirmed(), "{} still waits", desk.unit);
            let returned = matches!(desk.stance, Stance::Returned { .. });
            prop_assert_eq!(returned, !path.contains(&desk.unit));
        }
        for known in 1..=path.len() {
            contiguous(run, matter, &path[..known], *last)?;
        }
    }
    Ok(())
}

/// The history tells of every hop, to the last of these units, which sees what those before it write.
fn contiguous(
    run: &Run<'_>,
    matter: MatterId,
    path: &[UnitCode],
    last: UnitCode,
) -> Result<(), TestCaseError> {
    let viewer = path[path.len() - 1];
    let known = |event: &&Event| path.contains(&event.unit) || event.to == Some(viewer);
    let stays = stays(viewer, run.events.iter().filter(|event| event.matter == matter).filter(known));
    prop_assert_eq!(stays.first().map(|stay| stay.unit), Some(matter.village));
    prop_assert_eq!(stays.last().map(|stay| (stay.unit, stay.until)), Some((last, None)));
    for pair in stays.windows(2) {
        let (here, next) = (pair[0].unit, pair[1].unit);
        let below = |above, unit| run.world.desk(above, matter).and_then(|desk| desk.below) == Some(unit);
        prop_assert!(below(next, here) || below(here, next), "from {here} to {next} in one hop");
        prop_assert_eq!(pair[0].until, Some(pair[1].since));
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_done_nothing_is_lost_and_one_unit_answers(policy in policy(), steps in steps()) {
        run(&Tree::new(), &policy, steps, Fault::None)?;
    }

    #[test]
    fn what_is_delivered_again_leads_to_nothing(policy in policy(), steps in steps()) {
        let tree = Tree::new();
        run(&tree, &policy, steps, Fault::None)?.again()?;
    }

    #[test]
    fn reading_the_journals_again_gives_the_same_desks(policy in policy(), steps in steps()) {
        let tree = Tree::new();
        let run = run(&tree, &policy, steps, Fault::None)?;
        let mut again = World::default();
        for unit in tree.units() {
            for event in run.events.iter().filter(|event| event.unit == unit) {
                evolve(&mut again, event).unwrap();
            }
        }
        prop_assert_eq!(again, run.world);
    }
}

fn by_chance(test: impl Fn((Policy, Vec<Step>)) -> Result<(), TestCaseError>) -> bool {
    let config = Config { failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng).run(&(policy(), steps()), test).is_ok()
}

/// The properties above mean little if chance never leads anywhere.
#[test]
fn chance_leads_to_every_state_every_fact_and_every_refusal() {
    let (tree, names) = (Tree::new(), RefCell::new(BTreeSet::new()));
    assert!(by_chance(|(policy, steps)| {
        let run = run(&tree, &policy, steps, Fault::None)?;
        let refused = |refusal| format!("{refusal:?}").split([' ', '{']).next().unwrap().to_owned();
        let mut names = names.borrow_mut();
        names.extend(run.world.desks().map(|desk| desk.state().to_string()));
        names.extend(run.events.iter().map(|event| event.fact.kind().to_owned()));
        names.extend(run.refusals.iter().map(refused));
        Ok(())
    }));
    let names = names.into_inner();
    assert_eq!(names.len(), 7 + 20 + 15, "{names:?}");
}

/// They mean nothing if they hold whatever a link does.
#[test]
fn a_link_that_loses_repeats_or_shuffles_is_found() {
    let tree = Tree::new();
    for fault in [Fault::Renumbered, Fault::Lossy, Fault::Shuffled] {
        let held = by_chance(|(policy, steps)| run(&tree, &policy, steps, fault).map(drop));
        assert!(!held, "{fault:?} passed for a good link");
    }
}
