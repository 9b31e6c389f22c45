//! Random interleavings of what the villages of joint matters do, and of letters that are late and come twice.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod chance;
mod county;
mod letters;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chance::{Step, steps};
use county::{County, VILLAGES, village};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_intake_domain::joint::{self, Fact, Participation, ParticipationId, Standing, State, Terms};
use yishi_intake_domain::{Matter, Policy, VillageYear, World, evolve};
use yishi_kernel::{Fen, Register, UnitCode, Year};

const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640323000000,640300000000,county,盐池
640323203000,640323000000,township,青山
640323203200,640323203000,village,乙
640323203212,640323203000,village,甲
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,丙
";
const NEIGHBOURS: &str = "village,neighbour\n640323203212,640324100200\n";

fn policy() -> impl Strategy<Value = Policy> {
    (1..=2_u16).prop_map(|matters_per_village_year| Policy { matters_per_village_year, ..Policy::default() })
}

/// On which node each village is.
fn hosts() -> impl Strategy<Value = [usize; 3]> {
    prop_oneof![Just([0, 0, 0]), Just([0, 0, 1]), Just([0, 1, 2])]
}

fn run(policy: Policy, host: [usize; 3], steps: &[Step]) -> Result<County, TestCaseError> {
    let mut county = County::new(policy, Register::parse(DIVISIONS, NEIGHBOURS).unwrap(), host);
    for step in steps {
        county.step(step)?;
        at_all_times(&county)?;
    }
    county.settle()?;
    at_all_times(&county)?;
    at_rest(&county)?;
    Ok(county)
}

/// Every village sees its own at once: its slots are never more than policy allows, and are what its journal says.
fn at_all_times(county: &County) -> Result<(), TestCaseError> {
    for code in VILLAGES.iter().enumerate().map(|(nth, _)| village(nth)) {
        let world = county.world(code);
        let own = || world.matters().filter(|matter| matter.id.village == code);
        let parts = || world.participations().filter(|part| part.id.village == code);
        let count = |all: usize| u16::try_from(all).unwrap();
        let open = |part: &&Participation| part.state.is_open() || part.state == State::Determined;
        for year in own().map(|matter| matter.id.year).chain(parts().map(|part| part.id.matter.year)) {
            let used = world.village_year(code, year);
            let counted = VillageYear {
                slots: count(own().filter(|matter| matter.stage.determination().is_some()).count()),
                joint: count(parts().filter(|part| part.slot).count()),
                joint_open: count(parts().filter(|part| part.slot).filter(open).count()),
                plans: count(own().filter(is_planned).count()),
                ..used
            };
            prop_assert_eq!(used, counted);
            prop_assert!(used.slots + used.joint <= county.policy.matters_per_village_year, "over policy");
        }
        for matter in own() {
            let terms = matter.joint.as_ref().map(|plan| plan.terms());
            prop_assert!(matter.plan().is_none() || is_all(&terms.unwrap(), matter.content.cost_estimate));
        }
        for part in parts() {
            prop_assert!(is_all(&part.terms, part.content.cost_estimate));
            prop_assert!(!part.state.takes_part() || part.slot);
            prop_assert!(!matches!(part.state, State::Accepted | State::Leaving) || part.slot);
            prop_assert!(!matches!(part.state, State::Declined | State::Released) || !part.slot);
        }
    }
    one_outcome(county)
}

fn is_planned(matter: &&Matter) -> bool {
    matter.plan().is_some() && matter.stage.determination().is_none()
}

/// Who has taken part once does so for good, under one number; who is free was not told otherwise.
fn one_outcome(county: &County) -> Result<(), TestCaseError> {
    let mut outcomes: BTreeMap<ParticipationId, Vec<&Fact>> = BTreeMap::new();
    for event in &county.events {
        outcomes.entry(event.participation).or_default().push(&event.fact);
    }
    for facts in outcomes.values() {
        let fixed = facts.iter().position(|fact| matches!(fact, Fact::Determined { .. }));
        let after = fixed.map_or(&[][..], |fixed| &facts[fixed + 1..]);
        prop_assert!(
            after.iter().all(|fact| matches!(fact, Fact::Ended { .. })) && after.len() <= 1,
            "{facts:?}"
        );
    }
    Ok(())
}

/// Once all letters have arrived, the two sides say the same: slots of all are taken, or none.
fn at_rest(county: &County) -> Result<(), TestCaseError> {
    for nth in 0..VILLAGES.len() {
        let lead = village(nth);
        for matter in county.world(lead).matters().filter(|matter| matter.id.village == lead) {
            for other in (0..VILLAGES.len()).map(village).filter(|other| *other != lead) {
                let id = ParticipationId { village: other, matter: matter.id };
                agrees(matter, id, county.world(other))?;
            }
        }
    }
    Ok(())
}

fn agrees(matter: &Matter, id: ParticipationId, there: &World) -> Result<(), TestCaseError> {
    let part = there.participation(id);
    if there.village_year(id.village, id.matter.year).settled && !part.is_some_and(|part| part.slot) {
        // It hears no more, and nobody counts on it.
        let counted = matter.plan().and_then(|plan| plan.partner(id.village));
        prop_assert!(counted.is_none_or(|partner| partner.standing != Standing::Accepted), "{matter:?}");
        return Ok(());
    }
    let state = part.map(|part| part.state);
    let member = matter.plan().and_then(|plan| plan.partner(id.village)).map(|partner| &partner.standing);
    let fixed = matter.stage.determination();
    match member {
        Some(Standing::Accepted) if fixed.is_some() => {
            let expected = match matter.state() {
                yishi_intake_domain::State::Cancelled => State::Cancelled,
                yishi_intake_domain::State::CarriedOver => State::CarriedOver,
                _ => State::Determined,
            };
            prop_assert_eq!(state, Some(expected), "{:?}", matter);
            let number = part.and_then(|part| part.determination).map(|(number, _)| number);
            prop_assert_eq!(number, fixed.map(|fixed| fixed.number));
        }
        _ if fixed.is_some() => {
            prop_assert!(member.is_none(), "fixed without a partner's word: {matter:?}");
            prop_assert!(part.is_none_or(|part| !part.slot), "{part:?} of {matter:?}");
        }
        Some(Standing::Accepted) => prop_assert_eq!(state, Some(State::Accepted), "{:?}", matter),
        Some(Standing::Invited) => prop_assert_eq!(state, Some(State::Invited), "{:?}", matter),
        Some(Standing::Declined { .. }) => prop_assert_eq!(state, Some(State::Declined), "{:?}", matter),
        Some(Standing::Left { .. } | Standing::Released) | None => {
            let free = part.is_none_or(|part| !part.slot && !part.state.is_open());
            prop_assert!(free, "{part:?} of {matter:?}");
        }
    }
    Ok(())
}

/// What a village has when it settles its year, which its book allows; none if it may not yet.
fn settled(county: &mut County, node: usize, code: UnitCode) -> Option<(Vec<Matter>, Vec<Participation>)> {
    let year = Year::try_from(2022).unwrap();
    let used = county.world(code).village_year(code, year);
    let (matters, parts) = of_village(county, code);
    let ended = |matter: &Matter| matter.stage.determination().is_none() || matter.stage.is_over();
    if used.settled || used.plans > 0 || used.joint_open > 0 || !matters.iter().all(ended) {
        return None;
    }
    county.nodes[node].put_village_year(code, year, VillageYear { settled: true, ..used });
    Some((matters, parts))
}

fn of_village(county: &County, code: UnitCode) -> (Vec<Matter>, Vec<Participation>) {
    let world = county.world(code);
    let matters = world.matters().filter(|matter| matter.id.village == code);
    let parts = world.participations().filter(|part| part.id.village == code);
    (matters.cloned().collect(), parts.cloned().collect())
}

/// Whether shares are all of the cost and all of the credit.
fn is_all(terms: &Terms, cost: Fen) -> bool {
    let all = || terms.parties.iter().map(|party| party.shares).chain([terms.lead]);
    let credit: u32 = all().map(|shares| u32::from(shares.credit.get())).sum();
    Fen::checked_sum(all().map(|shares| shares.cost)) == Some(cost) && credit == 10_000
}

proptest! {
    #[test]
    fn slots_of_all_are_taken_or_none(policy in policy(), host in hosts(), steps in steps()) {
        run(policy, host, &steps)?;
    }

    #[test]
    fn reading_the_journals_again_gives_the_same_state(policy in policy(), steps in steps()) {
        let county = run(policy, [0, 0, 0], &steps)?;
        let mut again = World::default();
        for event in &county.matter_events {
            evolve(&mut again, event).unwrap();
        }
        for event in &county.events {
            joint::evolve(&mut again, event).unwrap();
        }
        prop_assert_eq!(&again, &county.nodes[0]);
    }

    #[test]
    fn a_settled_village_is_counted_on_by_nobody(
        policy in policy(),
        host in hosts(),
        steps in steps(),
        settling in prop::collection::vec((0..250_usize, 0..3_usize), 0..12),
    ) {
        let mut county = County::new(policy, Register::parse(DIVISIONS, NEIGHBOURS).unwrap(), host);
        let mut frozen = BTreeMap::new();
        for (nth, step) in steps.iter().enumerate() {
            county.step(step)?;
            for (_, of) in settling.iter().filter(|(at, _)| *at == nth) {
                let code = village(*of);
                frozen.extend(settled(&mut county, host[*of], code).map(|had| (code, had)));
            }
            at_all_times(&county)?;
        }
        county.settle()?;
        at_all_times(&county)?;
        at_rest(&county)?;
        for (code, had) in frozen {
            prop_assert_eq!(of_village(&county, code), had, "a settled year changed");
        }
    }

    #[test]
    fn the_same_commands_lead_to_the_same(policy in policy(), steps in steps()) {
        let county = run(policy, [0, 0, 0], &steps)?;
        let mut again = World::default();
        for (now, told) in &county.told {
            county.repeat(&mut again, told, *now);
        }
        prop_assert_eq!(&again, &county.nodes[0]);
    }
}

/// The properties above mean little if chance never leads anywhere.
#[test]
fn chance_leads_to_every_outcome() {
    let names = RefCell::new(BTreeSet::new());
    let config = Config { cases: 512, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&(policy(), hosts(), steps()), |(policy, host, steps)| {
            let county = run(policy, host, &steps)?;
            let mut names = names.borrow_mut();
            for world in &county.nodes {
                names.extend(world.participations().map(|part| part.state.to_string()));
                let causes = world.participations().filter_map(|part| part.released.as_ref());
                names.extend(causes.map(|(cause, _)| format!("released: {cause}")));
            }
            names.extend(county.matter_events.iter().map(|event| event.fact.kind().to_owned()));
            names.extend(county.events.iter().map(|event| event.fact.kind().to_owned()));
            names.extend(county.refused);
            Ok(())
        })
        .unwrap();
    let names = names.into_inner();
    let expected = [
        "INVITED",
        "ACCEPTED",
        "DECLINED",
        "RELEASED",
        "DETERMINED",
        "CANCELLED",
        "CARRIED_OVER",
        "released: LEFT",
        "released: NOT_INVITED_AGAIN",
        "released: DROPPED",
        "released: NOT_CARRIED",
        "released: DECLINED",
        "released: WITHDRAWN",
        "released: MERGED",
        "intake.villages_invited",
        "intake.joint_offered",
        "intake.joint_answered",
        "intake.joint_plan_dropped",
        "intake.joint_released",
        "intake.joint_determined",
        "intake.joint_ended",
        "intake.participation_invited",
        "intake.participation_deliberated",
        "intake.participation_accepted",
        "intake.participation_declined",
        "intake.participation_leave_requested",
        "intake.participation_released",
        "intake.participation_determined",
        "intake.participation_ended",
        "SlotTaken",
        "NotAgreed",
        "PlannedTogether",
        "NotPlanned",
        "NotDeliberated",
        "SharesDoNotSum",
        "WrongState",
        "NotNeighbours",
    ];
    let missing: Vec<_> = expected.iter().filter(|name| !names.contains(**name)).collect();
    assert!(missing.is_empty(), "chance never led to {missing:?}");
}
