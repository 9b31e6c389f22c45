//! Taxonomies by chance: whatever offices write down either is refused, or leads every code of every version to one of the
//! five, by whichever way one goes.
#![expect(
    clippy::unwrap_used,
    reason = "a property fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use yishi_intake_domain::taxonomy::{
    CategoryDraft, Draft, Fault, Name, Renamed, SubcategoryDraft, Taxonomies, Taxonomy,
};
use yishi_intake_domain::{Category, Subcategory};
use yishi_kernel::{Register, UnitCode, Year};

const REGION: UnitCode = UnitCode::new(640_000_000_000).unwrap();
const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const CODES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2009;

fn register() -> Register {
    let divisions = "\
code,parent,level,name
640000000000,,region,区
640300000000,640000000000,city,市
640324000000,640300000000,county,县
640324100000,640324000000,township,镇
640324100200,640324100000,village,村
";
    Register::parse(divisions, "village,neighbour\n").unwrap()
}

/// A version of a unit: each code is left out, or is mostly where its likes are, and is counted with one of them.
fn version(
    unit: UnitCode,
    version: u16,
    from: std::ops::RangeInclusive<i32>,
) -> impl Strategy<Value = Draft> {
    let stray = prop_oneof![19 => Just(0_usize), 1 => 1..3_usize];
    let code = (prop::bool::weighted(0.9), stray, 0..2_usize);
    let codes = prop::collection::vec(code, CODES.len());
    let renamed = prop::collection::btree_map(0..CODES.len(), 0..2_usize, 0..4);
    (from, any::<bool>(), codes, renamed).prop_map(move |(from, open, codes, renamed)| {
        let name = || Name { zh: "名".into(), en: "Name".into() };
        let like = |place: usize, nth: usize| CODES[place / 2 * 2 + nth].to_owned();
        let mut under: BTreeMap<usize, Vec<SubcategoryDraft>> = BTreeMap::new();
        for (place, (_, stray, up)) in codes.into_iter().enumerate().filter(|(_, (there, ..))| *there) {
            let counts_with = (unit != REGION).then(|| like(place, up));
            let written = SubcategoryDraft { code: CODES[place].to_owned(), name: name(), counts_with };
            under.entry((place / 2 + stray) % 3).or_default().push(written);
        }
        let categories = under.into_iter().map(|(category, subcategories)| CategoryDraft {
            code: format!("own_{category}"),
            name: name(),
            counts_as: Category::ALL[category],
            subcategories,
        });
        let renamed = renamed.into_iter();
        let renamed = renamed.map(|(old, new)| Renamed { old: CODES[old].to_owned(), new: like(old, new) });
        Draft {
            unit,
            version,
            from: Year::try_from(from).unwrap(),
            open,
            categories: categories.collect(),
            renamed: if version == 1 { Vec::new() } else { renamed.collect() },
        }
    })
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let versions = (
        version(REGION, 1, 2000..=2000),
        version(REGION, 2, 2001..=2008),
        prop::option::of(version(CITY, 1, 2000..=2008)),
        version(COUNTY, 1, 2000..=2004),
        version(COUNTY, 2, 2002..=2008),
    );
    versions
        .prop_map(|(one, two, city, three, four)| [one, two, three, four].into_iter().chain(city).collect())
}

/// Mends what is refused for a code, as whoever is told would; gives up where years or what is left do not fit.
fn mended(mut drafts: Vec<Draft>) -> Option<Taxonomies> {
    for _ in 0..200 {
        let Fault { draft, entry, .. } = match Taxonomies::try_new(&register(), &drafts) {
            Ok(all) => return Some(all),
            Err(fault) => fault,
        };
        let draft = draft?;
        let (kind, code) = entry.split_once(' ')?;
        // Nothing but the code's own can be wrong: without it, it is not.
        let unit = drafts[draft].unit;
        for other in drafts.iter_mut().filter(|other| kind == "renamed" || other.unit == unit) {
            for category in &mut other.categories {
                category.subcategories.retain(|written| written.code != code);
            }
            other.renamed.retain(|renamed| renamed.old != code && renamed.new != code);
        }
    }
    None
}

fn year(year: i32) -> Year {
    Year::try_from(year).unwrap()
}

fn counted(all: &Taxonomies, category: Category, code: &Subcategory, by: &Taxonomy) -> Option<Subcategory> {
    let entry = all.counted(category, code, by)?;
    assert_eq!(by.category_of(entry).counts_as, category, "nothing is counted as another of the five");
    Some(entry.code.clone().under(Some(by.id)))
}

#[test]
fn every_code_of_every_version_reaches_one_of_the_five_by_whichever_way() {
    let (mut whole, mut ways) = (0, 0);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..1_500 {
        let drafts = drafts().new_tree(&mut runner).unwrap().current();
        let Some(all) = mended(drafts) else { continue };
        whole += 1;
        for under in all.above(VILLAGE) {
            for entry in &under.entries {
                let category = under.category_of(entry).counts_as;
                let code = entry.code.clone().under(Some(under.id));
                for at in YEARS.map(year) {
                    for unit in [COUNTY, CITY, REGION] {
                        let by = all.holding(unit, at);
                        let direct = counted(&all, category, &code, by);
                        // Whoever was above when the version began, and counts by what holds later, knows every code.
                        let was_there = |by: &Taxonomy| {
                            let unit = by.id.unit;
                            unit <= under.id.unit && all.holding(unit, under.from).id.unit == unit
                        };
                        let onwards = at >= under.from && was_there(by);
                        assert!(!onwards || direct.is_some(), "{code:?} has no way to {}", by.id);
                        // By way of somebody between it comes to the same.
                        for (through, when) in
                            [(COUNTY, under.from), (COUNTY, at), (CITY, at), (REGION, under.from)]
                        {
                            let between = all.holding(through, when);
                            let passed = was_there(between) && between.id.unit >= by.id.unit;
                            if !onwards || !passed || when < under.from {
                                continue;
                            }
                            let first = counted(&all, category, &code, between).unwrap();
                            let then = counted(&all, category, &first, by);
                            if by.id.unit == REGION || between.id.unit == by.id.unit {
                                assert_eq!(then, direct, "{code:?} by way of {} to {}", between.id, by.id);
                                ways += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(whole > 150 && ways > 10_000, "{whole} were whole, {ways} ways were gone");
}

#[test]
fn what_is_admitted_is_counted_under_itself() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..500 {
        let drafts = drafts().new_tree(&mut runner).unwrap().current();
        let Some(all) = mended(drafts) else { continue };
        for at in YEARS.map(year) {
            let by = all.holding(VILLAGE, at);
            for (category, code) in Category::ALL.iter().flat_map(|one| CODES.map(|code| (*one, code))) {
                let code: Subcategory = code.parse().unwrap();
                match all.admit(VILLAGE, at, category, &code) {
                    Ok(under) => {
                        let written = code.clone().under(under);
                        assert_eq!(all.written_under(&written), by.id);
                        let found = by.find_as(code.as_str(), category);
                        assert_eq!(all.counted(category, &written, by), found);
                        assert!(found.is_some() || by.open);
                        taken += 1;
                    }
                    Err(unlisted) => {
                        assert!(!by.open && by.find_as(code.as_str(), category).is_none());
                        assert!(unlisted.near.iter().all(|near| by.find_as(near, category).is_some()));
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(taken > 1_000 && refused > 1_000, "{taken} taken, {refused} refused");
}
