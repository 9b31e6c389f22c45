use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Fen, Register, text};
use yishi_proto::intake::v1::Category;

use super::*;

fn ningxia() -> Vec<UnitCode> {
    let register = Register::parse(include_str!("../../../../deploy/divisions/ningxia.csv"), "").unwrap();
    register.at_level(Level::Village).map(|village| village.code).collect()
}

fn some(villages: u64) -> Vec<UnitCode> {
    (1..=villages).map(|village| UnitCode::new(village).unwrap()).collect()
}

/// What the determined matters of a scenario add up to, told from the steps alone.
fn determined(scenario: &Scenario) -> BTreeMap<Category, (u64, i64)> {
    let mut sums: BTreeMap<Category, (u64, i64)> = BTreeMap::new();
    for story in scenario.years.iter().flat_map(|(_, stories)| stories) {
        let proposals: Vec<&Content> = story
            .steps
            .iter()
            .filter_map(|step| match &step.act {
                Act::Propose(content) => Some(content),
                _ => None,
            })
            .collect();
        for step in &story.steps {
            if let Act::Determine { proposal } = step.act {
                let sum = sums.entry(proposals[proposal].category).or_default();
                sum.0 += 1;
                sum.1 += proposals[proposal].cost_estimate.get();
            }
        }
    }
    sums
}

#[test]
fn the_published_totals_come_out_exactly_whatever_the_seed() {
    let villages = ningxia();
    for seed in [0, 1, 42, u64::MAX] {
        let scenario = Scenario::write(&villages, seed);
        let wanted: BTreeMap<Category, (u64, i64)> = Totals::PUBLISHED
            .categories
            .iter()
            .map(|total| (total.category, (total.matters, total.investment.get())))
            .collect();
        assert_eq!(determined(&scenario), wanted, "seed {seed}");
        assert_eq!((scenario.handled_at(Level::Region), scenario.handled_at(Level::City)), (99, 106));
        let below = [Level::County, Level::Township, Level::Village].map(|level| scenario.handled_at(level));
        assert_eq!(below.iter().sum::<usize>(), 6_005);
        assert!(below.iter().all(|matters| *matters > 1_000), "{below:?}");
    }
}

#[test]
fn a_smaller_register_gets_its_proportion() {
    let scenario = Scenario::write(&some(50), 3);
    let sums = determined(&scenario);
    assert_eq!(sums.values().map(|(matters, _)| matters).sum::<u64>(), scenario.totals.matters());
    assert_eq!(sums.values().map(|(_, fen)| fen).sum::<i64>(), scenario.totals.investment().get());
    assert_eq!(Scenario::write(&[], 3).totals.matters(), 0);
}

#[test]
fn the_same_seed_gives_the_same_scenario_and_another_seed_another() {
    let villages = some(200);
    let digest = |seed| Scenario::write(&villages, seed).digest();
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
    assert_ne!(digest(1), Scenario::write(&villages[1..], 1).digest());
}

/// Digests are shown to people who compare them across machines and versions: a change here must be meant.
#[test]
fn the_scenario_is_fixed() {
    let digest = Scenario::write(&some(20), 1).digest();
    assert_eq!(digest, "3308888e6b6dbc8e97b2c8a5b0035b7273618d4fbcd1b02fcacb4d7dfb9d84a4");
}

/// A small model of what the programme allows, written down apart from the services.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Proposed,
    Deliberated,
    Noticed(usize),
    Gone,
    Determined,
}

#[test]
fn every_story_keeps_the_programmes_rules() {
    let scenario = Scenario::write(&some(500), 9);
    let mut requests = BTreeSet::new();
    let mut ends = BTreeMap::<&str, u32>::new();
    for story in scenario.years.iter().flat_map(|(_, stories)| stories) {
        let mut states: Vec<State> = Vec::new();
        let mut supporters = BTreeSet::new();
        let mut last_meeting = None;
        assert!(story.steps.is_sorted_by_key(|step| step.phase), "{story:?}");
        for step in &story.steps {
            assert!(requests.insert(step.request), "a request id stands twice");
            match &step.act {
                Act::Propose(content) => {
                    assert!(step.phase <= Phase::Sifting);
                    check_texts(content);
                    states.push(State::Proposed);
                }
                Act::Support { proposal, supporter } => {
                    assert_eq!(states[*proposal], State::Proposed);
                    assert!(supporters.insert((*proposal, supporter)), "{story:?}");
                }
                Act::Merge { proposal, into } => {
                    assert_eq!((states[*proposal], states[*into]), (State::Proposed, State::Proposed));
                    assert_ne!(proposal, into);
                    states[*proposal] = State::Gone;
                }
                Act::Withdraw { proposal, .. } | Act::Decline { proposal, .. } => {
                    assert_eq!(states[*proposal], State::Proposed);
                    states[*proposal] = State::Gone;
                }
                Act::Deliberate { proposal, meeting } => {
                    assert_eq!(states[*proposal], State::Proposed);
                    assert!(last_meeting <= Some(meeting.held_on), "{story:?}");
                    last_meeting = Some(meeting.held_on);
                    let decided = meeting.present * 3 >= meeting.entitled * 2
                        && meeting.in_favour * 2 > meeting.present;
                    if decided {
                        states[*proposal] = State::Deliberated;
                    }
                }
                Act::Publish { proposal } => {
                    assert_eq!(states[*proposal], State::Deliberated);
                    states[*proposal] = State::Noticed(0);
                }
                Act::Object { proposal, .. } => {
                    assert_eq!(states[*proposal], State::Noticed(0));
                    states[*proposal] = State::Noticed(1);
                }
                Act::Answer { proposal, upheld, .. } => {
                    assert_eq!(states[*proposal], State::Noticed(1));
                    states[*proposal] = if *upheld { State::Proposed } else { State::Noticed(0) };
                }
                Act::Determine { proposal } => {
                    assert_eq!((states[*proposal], step.phase), (State::Noticed(0), Phase::Determination));
                    states[*proposal] = State::Determined;
                }
            }
        }
        let fixed = states.iter().filter(|state| **state == State::Determined).count();
        assert!(fixed <= 1 && states.len() <= 3, "{story:?}");
        let open = states.iter().any(|state| !matches!(state, State::Gone | State::Determined));
        assert!(!open, "{story:?}");
        *ends.entry(if fixed == 1 { "a matter" } else { "nothing" }).or_default() += 1;
    }
    assert!(ends["a matter"] > 1_300 && ends["nothing"] > 50, "{ends:?}");
}

fn check_texts(content: &Content) {
    text::required(&content.title, 100).unwrap();
    text::required(&content.description, 2_000).unwrap();
    text::check(&content.place, 100).unwrap();
    assert!(content.households >= 1 && content.persons >= content.households);
    assert!((Fen::new(1)..=Fen::new(1_000_000_000_000)).contains(&content.cost_estimate));
    assert!(
        content.subcategory.len() <= 40 && content.subcategory.starts_with(|c: char| c.is_ascii_lowercase())
    );
}
