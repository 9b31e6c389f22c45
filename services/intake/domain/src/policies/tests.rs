use yishi_kernel::{Level, MonthDay};

use super::*;
use crate::{Category, Share, align::Row};

const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
640323000000,640300000000,county,盐池
640323100000,640323000000,township,花马池
640323100200,640323100000,village,丙
";
const REGION: u64 = 640_000_000_000;
const COUNTY: u64 = 640_324_000_000;
const TOWNSHIP: u64 = 640_324_100_000;
const VILLAGE: u64 = 640_324_100_200;
const NEXT: u64 = 640_324_100_201;
const FAR: u64 = 640_323_100_200;

fn register() -> Register {
    Register::parse(DIVISIONS, "").unwrap()
}

fn unit(code: u64) -> UnitCode {
    UnitCode::new(code).unwrap()
}

fn year(number: i32) -> Year {
    Year::try_from(number).unwrap()
}

/// A row that sets for how long notices hang out.
fn row(code: Option<u64>, years: &[i32], notice_days: u16) -> PolicyRow {
    PolicyRow {
        unit: code.map(unit),
        years: years.iter().copied().map(year).collect(),
        figures: Figures { notice_days: Some(notice_days), ..Figures::default() },
    }
}

fn days(policies: &Policies, code: u64, number: i32) -> (u16, Option<usize>) {
    let found = policies.of(&register(), unit(code), year(number));
    (found.policy.notice_days, found.rows.get(&Figure::NoticeDays).copied())
}

#[test]
fn the_nearest_unit_holds_and_of_one_unit_the_row_that_names_the_year() {
    let rows = vec![
        row(Some(VILLAGE), &[], 20),
        row(Some(COUNTY), &[2025, 2026], 15),
        row(None, &[], 8),
        row(Some(COUNTY), &[], 14),
        row(None, &[2025], 9),
        row(Some(REGION), &[], 10),
    ];
    let policies = Policies::new(&Policy::default(), rows, &register()).unwrap();
    for (code, of_2024, of_2025, of_2026) in [
        (VILLAGE, (20, 1), (20, 1), (20, 1)),
        (NEXT, (14, 4), (15, 2), (15, 2)),
        (TOWNSHIP, (14, 4), (15, 2), (15, 2)),
        (FAR, (10, 6), (10, 6), (10, 6)),
        // A unit that nobody knows is below none.
        (999_999_999_999, (8, 3), (9, 5), (8, 3)),
    ] {
        for (number, (told, row)) in [(2024, of_2024), (2025, of_2025), (2026, of_2026)] {
            assert_eq!(days(&policies, code, number), (told, Some(row)), "{code} in {number}");
        }
    }
}

#[test]
fn what_no_row_sets_is_as_everywhere_for_every_unit_and_year() {
    let rows = vec![row(Some(TOWNSHIP), &[2025], 9)];
    let (everywhere, register) = (Policy { notice_days: 6, ..Policy::default() }, register());
    let policies = Policies::new(&everywhere, rows, &register).unwrap();
    for known in register.units() {
        for number in [2000, 2024, 2025, 2026, 2100] {
            let set = register.is_within(known.code, unit(TOWNSHIP)) && number == 2025;
            let found = policies.of(&register, known.code, year(number));
            let notice_days = if set { 9 } else { 6 };
            assert_eq!(found.policy, Policy { notice_days, ..everywhere.clone() });
            assert_eq!(found.rows.len(), usize::from(set));
        }
    }
    assert_eq!(policies.row(1).unwrap().unit, Some(unit(TOWNSHIP)));
    assert_eq!((policies.row(0), policies.row(2)), (None, None));
    let one = Policies::from(everywhere.clone());
    assert_eq!(one.of(&register, unit(VILLAGE), year(2025)).policy, everywhere);
}

#[test]
fn rows_of_different_figures_add_up() {
    let season = |first: Option<&str>, last: Option<&str>| Figures {
        season_first: first.map(|day| day.parse().unwrap()),
        season_last: last.map(|day| day.parse().unwrap()),
        ..Figures::default()
    };
    let of = |code, figures| PolicyRow { unit: Some(unit(code)), years: BTreeSet::new(), figures };
    let rows = vec![of(COUNTY, season(Some("12-01"), None)), of(VILLAGE, season(None, Some("03-31")))];
    let policies = Policies::new(&Policy::default(), rows, &register()).unwrap();
    let told = |code| {
        let found = policies.of(&register(), unit(code), year(2025));
        let season = found.policy.season(year(2025));
        (season.first.to_string(), season.last.to_string(), found.rows.values().copied().collect::<Vec<_>>())
    };
    assert_eq!(told(VILLAGE), ("2024-12-01".into(), "2025-03-31".into(), vec![1, 2]));
    assert_eq!(told(NEXT), ("2024-12-01".into(), "2025-02-28".into(), vec![1]));
    assert_eq!(told(FAR), ("2024-11-01".into(), "2025-02-28".into(), vec![]));
}

#[test]
fn each_unit_has_its_own_part_of_the_table_of_departments() {
    let asks = |code: Option<u64>, kind: &str| Row {
        unit: code.map(unit),
        year: None,
        category: None,
        subcategory: None,
        departments: BTreeSet::from([kind.parse().unwrap()]),
    };
    let register = register();
    let mut everywhere = Policy::default();
    everywhere.opinions.rows =
        vec![asks(Some(TOWNSHIP), "water"), asks(Some(COUNTY), "housing"), asks(None, "ecology")];
    let policies = Policies::new(&everywhere, vec![row(Some(VILLAGE), &[2025], 9)], &register).unwrap();
    let required = |code, number| {
        let found = policies.of(&register, unit(code), year(number));
        let required = found.policy.opinions.required(year(number), &crate::rules::village::content());
        required.iter().map(ToString::to_string).collect::<String>()
    };
    assert_eq!((required(VILLAGE, 2024), required(VILLAGE, 2025)), ("water".into(), "water".into()));
    assert_eq!((required(NEXT, 2025), required(FAR, 2025)), ("water".into(), "ecology".into()));
    assert_eq!(required(COUNTY, 2025), "housing");
    assert_eq!(register.level(unit(COUNTY)), Some(Level::County));
}

#[test]
fn every_figure_of_a_row_comes_into_force() {
    let day = |text: &str| text.parse::<MonthDay>().ok();
    let figures = Figures {
        season_first: day("12-01"),
        season_last: day("03-31"),
        quorum: Share::new(1, 2),
        majority: Share::new(2, 3),
        notice_days: Some(10),
        notice_working_days: Some(6),
        matters_per_village_year: Some(2),
        additional_matters: Some(3),
        additional_categories: Some(BTreeSet::from([Category::Industry])),
        opinion_days: Some(5),
        opinion_renewal_bp: Some(500),
    };
    assert_eq!(figures.set().collect::<Vec<_>>(), Figure::ALL);
    let everywhere = PolicyRow { figures, ..PolicyRow::default() };
    let policies = Policies::new(&Policy::default(), vec![everywhere], &register()).unwrap();
    let policy = &policies.of(&register(), unit(VILLAGE), year(2025)).policy;
    let expected = Policy {
        season_first: day("12-01").unwrap(),
        season_last: day("03-31").unwrap(),
        quorum: Share::new(1, 2).unwrap(),
        majority: Share::new(2, 3).unwrap(),
        notice_days: 10,
        notice_working_days: 6,
        matters_per_village_year: 2,
        additional_matters: 3,
        additional_categories: BTreeSet::from([Category::Industry]),
        opinions: crate::align::Opinions { answer_days: 5, renewal_bp: 500, ..Default::default() },
        ..Policy::default()
    };
    assert_eq!(*policy, expected);
}

#[test]
fn rows_that_cannot_be_meant_are_refused_by_their_numbers() {
    let refused = |rows: Vec<PolicyRow>| Policies::new(&Policy::default(), rows, &register()).unwrap_err();
    assert_eq!(refused(vec![row(None, &[], 8), PolicyRow::default()]), RowFault::Empty { row: 2 });
    let twice = |row, before| RowFault::Twice { row, before, figure: Figure::NoticeDays };
    assert_eq!(refused(vec![row(None, &[], 8), row(None, &[], 8)]), twice(2, 1));
    let one = row(Some(COUNTY), &[2024, 2025], 8);
    let between = row(Some(COUNTY), &[], 8);
    assert_eq!(refused(vec![one.clone(), between, row(Some(COUNTY), &[2025], 9)]), twice(3, 1));
    for (figures, limits) in [
        (Figures { notice_days: Some(0), ..Figures::default() }, "notice_days must be 1 to 365 days"),
        (
            Figures { matters_per_village_year: Some(0), ..Figures::default() },
            "matters_per_village_year must be 1 to 100 matters",
        ),
        (
            Figures { opinion_renewal_bp: Some(10_001), ..Figures::default() },
            "opinion_renewal_bp must be 0 to 10,000 parts of 10,000",
        ),
        (
            // From 1 February on: who is closed in that month used something of two years.
            Figures {
                season_first: "02-01".parse().ok(),
                season_last: "01-31".parse().ok(),
                ..Figures::default()
            },
            "season_first must be 1 March of the year before or later",
        ),
    ] {
        let fault = refused(vec![PolicyRow { figures, ..PolicyRow::default() }]);
        assert_eq!(fault.to_string(), format!("row 1: {limits}"));
    }
    // Other figures, other years and other units do not meet.
    let majority = Figures { majority: Share::new(2, 3), ..Figures::default() };
    let rows = vec![
        one,
        row(Some(COUNTY), &[2026], 9),
        row(Some(TOWNSHIP), &[2025], 9),
        PolicyRow { unit: Some(unit(COUNTY)), years: BTreeSet::from([year(2025)]), figures: majority },
    ];
    assert!(Policies::new(&Policy::default(), rows, &register()).is_ok());
}
