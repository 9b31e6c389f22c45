use yishi_proto::intake::v1::StateCategoryCount;

use super::*;

const TOWNSHIP: &str = "640100000000";

fn register() -> Register {
    let divisions = "code,parent,level,name\n640000000000,,region,区\n640100000000,640000000000,township,乡\n\
                     640100000001,640100000000,village,甲\n640100000002,640100000000,village,乙\n";
    Register::parse(divisions, "").unwrap()
}

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

fn reported(rows: &[(MatterState, i64)], determined: i64) -> Report {
    let rows = rows.iter().map(|&(state, matters)| StateCategoryCount {
        state: state.into(),
        category: Category::Industry.into(),
        matters,
        cost_estimate_fen: matters * 100,
    });
    Report::read(&ProgressReport {
        by_state_and_category: rows.collect(),
        determined_matters: determined,
        determined_cost_estimate_fen: determined * 100,
        ..ProgressReport::default()
    })
}

const A: &str = "640100000001";
const B: &str = "640100000002";

fn lists() -> BTreeMap<UnitCode, Records> {
    let determined = |village| matter(village, 1, MatterState::Determined, &number(village, 1));
    let a = records(A, &[determined(A), matter(A, 2, MatterState::Declined, "")]);
    BTreeMap::from([(code(A), a), (code(B), records(B, &[determined(B)]))])
}

#[test]
fn reports_that_add_up_are_equal() {
    let all = reported(&[(MatterState::Determined, 2), (MatterState::Declined, 1)], 2);
    let reports = BTreeMap::from([
        ((code("640000000000"), year()), all.clone()),
        ((code(TOWNSHIP), year()), all),
        ((code(B), year()), reported(&[(MatterState::Determined, 1)], 1)),
    ]);
    assert_eq!(unequal(&register(), &reports, &lists()), 0);
}

#[test]
fn a_report_that_is_off_is_counted_at_its_unit_and_above() {
    let all = reported(&[(MatterState::Determined, 2), (MatterState::Declined, 1)], 2);
    for wrong in [
        reported(&[(MatterState::Determined, 2)], 2),
        reported(&[(MatterState::Determined, 2), (MatterState::Merged, 1)], 2),
        reported(&[], 0),
    ] {
        let reports = BTreeMap::from([
            ((code("640000000000"), year()), all.clone()),
            ((code(TOWNSHIP), year()), wrong),
        ]);
        assert_eq!(unequal(&register(), &reports, &lists()), 2);
    }
    let whole_is_off = reported(&[(MatterState::Determined, 2), (MatterState::Declined, 1)], 3);
    let reports = BTreeMap::from([((code(TOWNSHIP), year()), whole_is_off)]);
    assert_eq!(unequal(&register(), &reports, &lists()), 1);
}

#[test]
fn determined_matters_stay_counted_when_they_move_on() {
    let cells =
        reported(&[(MatterState::Determined, 1), (MatterState::Closed, 2), (MatterState::Declined, 4)], 3)
            .cells;
    let sum = Sum { matters: 3, fen: 300 };
    assert_eq!(determined(&cells), Determined::from([(Category::Industry, sum)]));
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
    assert_eq!(records(A, &[fixed(1)]).crowded_years(), 0);
    assert_eq!(records(A, &[fixed(1), fixed(2), fixed(3)]).crowded_years(), 1);
}
