//! Money, followed apart from the services: what comes in goes out to the fen.

use std::collections::BTreeMap;

use yishi_kernel::Fen;

use super::*;

/// What each unit has of each source.
type Purses = BTreeMap<(UnitCode, usize), i64>;

fn take(purses: &mut Purses, unit: UnitCode, line: &Line) {
    assert!(line.amount > Fen::ZERO);
    let purse = purses.get_mut(&(unit, line.source)).unwrap();
    *purse -= line.amount.get();
    assert!(*purse >= 0, "{unit} has not enough of source {}", line.source);
}

fn put(purses: &mut Purses, unit: UnitCode, line: &Line) {
    *purses.entry((unit, line.source)).or_default() += line.amount.get();
}

#[test]
fn every_matter_is_paid_whole_from_sources_that_may_serve_it() {
    let register = some(300);
    for (top, hops) in [(register.root(), 2), (some_county(&register), 0)] {
        let scenario = Scenario::write(&register, top, 4);
        for year in &scenario.years {
            assert_eq!(year.budget.hops.iter().filter(|hop| !hop.is_empty()).count(), hops);
            follow(&register, top, year);
        }
    }
}

fn some_county(register: &Register) -> UnitCode {
    register.at_level(Level::County).next().unwrap().code
}

fn follow(register: &Register, top: UnitCode, year: &ProgrammeYear) {
    let mut purses = Purses::new();
    year.budget.received.iter().for_each(|line| put(&mut purses, top, line));
    for flow in year.budget.hops.iter().flatten() {
        assert_eq!(register.parent(flow.to), Some(flow.from));
        take(&mut purses, flow.from, &flow.line);
        put(&mut purses, flow.to, &flow.line);
    }
    for story in year.stories.iter().filter(|story| story.matter.is_some()) {
        let content = contents(story)[story.matter.unwrap()];
        let mut committed = Purses::new();
        let mut spent = 0;
        for step in &story.steps {
            match &step.act {
                Act::Commit { county, lines } => {
                    assert_eq!(register.ancestor_at(story.village, Level::County), Some(*county));
                    for line in lines {
                        assert!(SOURCES[line.source].categories.contains(&content.category));
                        take(&mut purses, *county, line);
                        put(&mut committed, *county, line);
                    }
                    let whole: i64 = committed.values().sum();
                    assert_eq!(whole, content.cost_estimate.get());
                }
                Act::Pay { county, lines } => {
                    lines.iter().for_each(|line| take(&mut committed, *county, line));
                    let paid: i64 = lines.iter().map(|line| line.amount.get()).sum();
                    assert_eq!(spent, content.cost_estimate.get() - committed.values().sum::<i64>());
                    assert!(paid > 0);
                }
                Act::Village(Deed::Report { progress, .. }) => spent = progress.spent.get(),
                _ => {}
            }
        }
        assert!(committed.values().all(|unpaid| *unpaid == 0), "{committed:?}");
    }
    assert!(purses.values().all(|left| *left == 0), "{purses:?}");
}
