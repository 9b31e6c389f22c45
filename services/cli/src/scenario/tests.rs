use std::collections::BTreeMap;

use yishi_proto::intake::v1::Category;

use super::*;

mod handling;
mod purse;
mod village;

fn ningxia() -> Register {
    Register::parse(include_str!("../../../../deploy/divisions/ningxia.csv"), "").unwrap()
}

/// So many villages in four townships of two counties: one of a city, one right below the region.
fn some(villages: usize) -> Register {
    let mut divisions = "code,parent,level,name\n64,,region,区\n641,64,city,市\n6411,641,county,县\n642,64,county,县\n\
                         64111,6411,township,乡\n64112,6411,township,乡\n6421,642,township,乡\n6422,642,township,乡\n"
        .to_owned();
    for (village, township) in (1..=villages).zip(["64111", "64112", "6421", "6422"].into_iter().cycle()) {
        divisions += &format!("65{village:04},{township},village,村\n");
    }
    let full = |code: &str| if code.starts_with('6') { format!("{code:0<12}") } else { code.to_owned() };
    let line = |line: &str| line.split(',').map(full).collect::<Vec<_>>().join(",") + "\n";
    Register::parse(&divisions.lines().map(line).collect::<String>(), "").unwrap()
}

fn written(register: &Register, seed: u64) -> Scenario {
    Scenario::write(register, register.root(), seed)
}

fn stories(scenario: &Scenario) -> impl Iterator<Item = &Story> {
    scenario.years.iter().flat_map(|year| &year.stories)
}

/// What a village proposes in a year.
fn contents(story: &Story) -> Vec<&Content> {
    let proposed = story.steps.iter().filter_map(|step| match &step.act {
        Act::Village(Deed::Propose(content)) => Some(content),
        _ => None,
    });
    proposed.collect()
}

/// What the determined matters of a scenario add up to, told from the steps alone.
fn determined(scenario: &Scenario) -> BTreeMap<Category, (u64, i64)> {
    let mut sums: BTreeMap<Category, (u64, i64)> = BTreeMap::new();
    for story in stories(scenario) {
        for step in &story.steps {
            if let Act::Village(Deed::Determine { proposal, .. }) = step.act {
                let content = contents(story)[proposal];
                let sum = sums.entry(content.category).or_default();
                sum.0 += 1;
                sum.1 += content.cost_estimate.get();
            }
        }
    }
    sums
}

fn forms(scenario: &Scenario) -> u64 {
    let acts = stories(scenario).flat_map(|story| &story.steps).map(|step| &step.act);
    acts.map(|act| if let Act::Survey(survey) = act { survey.forms } else { 0 }).sum()
}

#[test]
fn the_published_totals_come_out_exactly_whatever_the_seed() {
    let register = ningxia();
    for seed in [0, 1, 42, u64::MAX] {
        let scenario = written(&register, seed);
        let wanted: BTreeMap<Category, (u64, i64)> = Totals::PUBLISHED
            .categories
            .iter()
            .map(|total| (total.category, (total.matters, total.investment.get())))
            .collect();
        assert_eq!(determined(&scenario), wanted, "seed {seed}");
        assert_eq!(scenario.totals, Totals::PUBLISHED);
        let below = [Level::County, Level::Township, Level::Village].map(|level| scenario.handled_at(level));
        assert_eq!(below.iter().sum::<usize>(), 6_005);
        assert!(below.iter().all(|matters| *matters > 1_000), "{below:?}");
        assert_eq!(forms(&scenario), 500_000);
    }
}

#[test]
fn a_smaller_register_gets_its_proportion() {
    let scenario = written(&some(50), 3);
    let sums = determined(&scenario);
    assert_eq!(sums.values().map(|(matters, _)| matters).sum::<u64>(), scenario.totals.matters());
    assert_eq!(sums.values().map(|(_, fen)| fen).sum::<i64>(), scenario.totals.investment().get());
    assert_eq!(forms(&scenario), scenario.totals.survey_forms);
    assert_eq!(written(&some(0), 3).totals.matters(), 0);
}

#[test]
fn a_part_of_the_region_keeps_its_matters_and_ranks_nobody() {
    let register = ningxia();
    let county = register.at_level(Level::County).next().unwrap().code;
    let Totals { handling, winners_a_year, .. } = Scenario::write(&register, county, 1).totals;
    assert_eq!((handling[0], handling[1], winners_a_year), (0, 0, 0));
    assert!(handling[2] > 100);
}

#[test]
fn the_same_seed_gives_the_same_scenario_and_another_seed_another() {
    let digest = |villages, seed| written(&some(villages), seed).digest();
    assert_eq!(digest(200, 1), digest(200, 1));
    assert_ne!(digest(200, 1), digest(200, 2));
    assert_ne!(digest(200, 1), digest(199, 1));
    let scenario = written(&some(1), 1);
    assert_eq!(scenario.request("a"), scenario.request("a"));
    assert_ne!(scenario.request("a"), scenario.request("b"));
}

/// Digests are shown to people who compare them across machines and versions: a change here must be meant.
#[test]
fn the_scenario_is_fixed() {
    assert_eq!(
        written(&some(20), 1).digest(),
        "fd1c3ef0457db73099ed508685c6cd46ce5749639afb0f2817639dc8e8a93a29"
    );
}

#[test]
fn the_clock_only_goes_forward() {
    let scenario = written(&some(0), 1);
    let moments = scenario.moments();
    assert_eq!(moments.len(), 3 * Phase::ALL.len());
    let instants = moments.iter().map(|(year, phase)| phase.instant(scenario.years[*year].year));
    assert!(instants.is_sorted_by(|one, other| one < other), "{moments:?}");
}
