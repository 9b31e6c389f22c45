use yishi_proto::intake::v1::{Completion, StateCategoryCount};

use super::*;

const A: &str = "640100000001";
const B: &str = "640100000002";

fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

fn year() -> Year {
    Year::try_from(2021).unwrap()
}

fn matter(village: &str, ordinal: u32, state: MatterState, number: &str) -> Matter {
    Matter {
        name: format!("villages/{village}/matters/2021-{ordinal}"),
        state: state.into(),
        category: Category::Industry.into(),
        cost_estimate_fen: 100,
        project_number: number.to_owned(),
        ..Matter::default()
    }
}

fn number(village: &str, ordinal: u16) -> String {
    ProjectNumber { village: code(village), year: year(), ordinal }.to_string()
}

fn records(village: &str, matters: &[Matter]) -> Records {
    let mut records = Records::default();
    matters.iter().for_each(|matter| records.add(code(village), matter));
    records
}

#[test]
fn a_list_gives_what_a_report_of_it_would() {
    let closed = Matter {
        completion: Some(Completion { paid_fen: 99, ..Completion::default() }),
        ..matter(A, 1, MatterState::Closed, &number(A, 1))
    };
    let records = records(A, &[closed, matter(A, 2, MatterState::Declined, "")]);
    let row = |state: MatterState| StateCategoryCount {
        state: state.into(),
        category: Category::Industry.into(),
        matters: 1,
        cost_estimate_fen: 100,
    };
    let report = ProgressReport {
        by_state_and_category: vec![row(MatterState::Closed), row(MatterState::Declined)],
        determined_matters: 1,
        determined_cost_estimate_fen: 100,
        ..ProgressReport::default()
    };
    assert_eq!(records.book, Book::from([((code(A), year()), reported(&report))]));
    let id = "villages/640100000001/matters/2021-1".parse().unwrap();
    let listed = Listed { category: Category::Industry.into(), is_closed: true, paid_fen: 99 };
    assert_eq!(records.matters, Matters::from([(id, listed)]));
}

#[test]
fn determined_matters_stay_counted_when_they_move_on() {
    let industry = Category::Industry.into();
    let sums = Sums::from([
        (Cell::Of(MatterState::Determined.into(), industry), Sum { number: 1, fen: 100 }),
        (Cell::Of(MatterState::Closed.into(), industry), Sum { number: 2, fen: 200 }),
        (Cell::Of(MatterState::Declined.into(), industry), Sum { number: 4, fen: 400 }),
        (Cell::Determined, Sum { number: 3, fen: 300 }),
    ]);
    assert_eq!(determined(&sums), BTreeMap::from([(Category::Industry, Sum { number: 3, fen: 300 })]));
}

#[test]
fn numbers_are_checked_against_village_year_and_state() {
    let determined = MatterState::Determined;
    for (matter, wrong) in [
        (matter(A, 1, determined, &number(A, 1)), 0),
        (matter(A, 1, determined, &number(A, 2)), 1),
        (matter(A, 1, determined, &number(B, 1)), 1),
        (matter(B, 1, determined, &number(A, 1)), 1),
        (matter(A, 1, determined, ""), 1),
        (matter(A, 1, determined, "640100000001-2021-01"), 1),
        (matter(A, 1, MatterState::Declined, &number(A, 1)), 1),
        (Matter { name: "matter".into(), ..Matter::default() }, 1),
    ] {
        assert_eq!(records(A, std::slice::from_ref(&matter)).misnumbered, wrong, "{matter:?}");
    }
}

#[test]
fn a_second_matter_in_a_year_is_noticed() {
    let fixed = |ordinal| matter(A, ordinal, MatterState::Determined, &number(A, 1));
    let numbers = |matters: &[Matter]| records(A, matters).numbers;
    assert_eq!(numbers(&[fixed(1)]), BTreeMap::from([((code(A), year()), 1)]));
    assert_eq!(numbers(&[fixed(1), fixed(2), fixed(3)]), BTreeMap::from([((code(A), year()), 3)]));
}
