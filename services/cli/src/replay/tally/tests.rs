use super::*;

const TOWNSHIP: &str = "640100000000";
const A: &str = "640100000001";
const B: &str = "640100000002";

fn register() -> Register {
    let divisions = "code,parent,level,name\n640000000000,,region,区\n640100000000,640000000000,township,乡\n\
                     640100000001,640100000000,village,甲\n640100000002,640100000000,village,乙\n";
    Register::parse(divisions, "").unwrap()
}

fn at(unit: &str) -> (UnitCode, Year) {
    (unit.parse().unwrap(), Year::try_from(2021).unwrap())
}

fn sums(of: &[(u8, i64)]) -> Sums<u8> {
    of.iter().map(|(key, number)| (*key, Sum { number: *number, fen: number * 100 })).collect()
}

fn figures(reports: &[(&str, &[(u8, i64)])]) -> Figures<u8> {
    let records = Book::from([(at(A), sums(&[(1, 1), (2, 1)])), (at(B), sums(&[(1, 1)]))]);
    let reports = reports.iter().map(|(unit, of)| (at(unit), sums(of))).collect();
    let register = register();
    Figures::of(&register, register.root(), reports, records)
}

#[test]
fn figures_that_add_up_are_equal() {
    let all: &[(u8, i64)] = &[(1, 2), (2, 1)];
    let figures = figures(&[("640000000000", all), (TOWNSHIP, all)]);
    assert_eq!((&figures.reported, &figures.recounted, figures.unequal), (&sums(all), &sums(all), 0));
}

#[test]
fn a_report_that_is_off_is_counted_at_its_unit_and_above() {
    let all: &[(u8, i64)] = &[(1, 2), (2, 1)];
    for wrong in [&[(1, 2)][..], &[(1, 2), (2, 1), (3, 1)], &[]] {
        assert_eq!(figures(&[("640000000000", all), (TOWNSHIP, wrong)]).unequal, 2);
    }
    assert_eq!(figures(&[("640000000000", &[(1, 3), (2, 1)]), (TOWNSHIP, all)]).unequal, 1);
}

#[test]
fn a_row_of_nothing_is_as_good_as_none() {
    let all: &[(u8, i64)] = &[(1, 2), (2, 1), (3, 0)];
    assert_eq!(figures(&[("640000000000", all), (TOWNSHIP, all)]).unequal, 0);
}

#[test]
fn only_the_topmost_unit_speaks_for_all() {
    let of_township = figures(&[(TOWNSHIP, &[(1, 2), (2, 1)])]);
    assert_eq!((of_township.reported, of_township.unequal), (Sums::new(), 0));
}
