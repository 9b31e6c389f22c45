use proptest::prelude::*;
use time::macros::date;

use crate::{Date, Level, Register, UnitCode};

const HEADER: &str = "code,parent,level,name\n";
const DATED: &str = "code,parent,level,name,valid_from,valid_to\n";
const ROOT: &str = "640000000000,,region,宁夏\n";

fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

fn complaint(divisions: &str, neighbours: &str) -> String {
    Register::parse(divisions, neighbours).unwrap_err().to_string()
}

#[test]
fn a_parent_is_who_the_table_says() {
    // A county right under the region, with a code that shares no digits with anybody's.
    let rows = "110000000000,640000000000,county,直管县\n000000000042,110000000000,village,零村\n";
    let register = Register::parse(&format!("\u{feff}# units\r\n{HEADER}{ROOT}\n{rows}"), "").unwrap();
    let (county, village) = (code("110000000000"), code("000000000042"));
    assert_eq!(register.root(), code("640000000000"));
    assert_eq!(register.ancestors(village).collect::<Vec<_>>(), [county, register.root()]);
    assert_eq!(register.subtree(register.root()), [register.root(), county, village]);
    assert_eq!(register.ancestor_at(village, Level::Township), None);
    assert_eq!(register.ancestor_at(village, Level::County), Some(county));
    assert_eq!(register.get(village).unwrap().name, "零村");
    assert!(register.is_within(village, register.root()) && !register.is_within(register.root(), village));
}

#[test]
fn a_stranger_is_nowhere() {
    let register = Register::parse(&format!("{HEADER}{ROOT}"), "").unwrap();
    let (root, stranger) = (register.root(), code("640100000000"));
    assert_eq!(
        (register.get(stranger), register.parent(stranger), register.level(stranger)),
        (None, None, None)
    );
    assert_eq!(register.ancestors(stranger).count(), 0);
    assert_eq!(register.ancestor_at(stranger, Level::Region), None);
    assert!(!register.is_within(stranger, root) && !register.is_within(root, stranger));
    assert!(!register.is_within(stranger, stranger) && register.is_within(root, root));
    assert!(register.subtree(stranger).is_empty() && register.neighbours(stranger).is_empty());
    assert!(!register.are_neighbours(stranger, root));
}

#[test]
fn a_tree_is_that_of_a_day() {
    // The village moves from one township to another, which opens that day; the first closes a year later.
    let csv = format!(
        "{DATED}640000000000,,region,宁夏,,\n\
         640100000000,640000000000,township,旧镇,,2021-12-31\n\
         640200000000,640000000000,township,新镇,2021-01-01,\n\
         640100000201,640100000000,village,村,,2020-12-31\n\
         640100000201,640200000000,village,新村,2021-01-01,\n\
         640100000202,640100000000,village,邻村,,2021-12-31\n"
    );
    let neighbours = "village,neighbour\n640100000202,640100000201\n";
    let all = Register::parse(&csv, neighbours).unwrap();
    let (old, new) = (code("640100000000"), code("640200000000"));
    let (village, beside) = (code("640100000201"), code("640100000202"));
    assert_eq!((all.units().count(), all.parent(village)), (5, Some(new)), "each as last known");

    let parent_on = |day: Date| all.as_of(day).parent(village);
    assert_eq!(parent_on(date!(2020 - 12 - 31)), Some(old));
    assert_eq!(parent_on(date!(2021 - 01 - 01)), Some(new));
    let before = all.as_of(date!(2020 - 06 - 01));
    assert_eq!((before.get(new), before.get(village).unwrap().name.as_str()), (None, "村"));
    assert_eq!(before.children(old), [village, beside]);
    assert!(before.are_neighbours(village, beside));
    let after = before.as_of(date!(2022 - 01 - 01));
    assert_eq!(after.units().map(|unit| unit.code).collect::<Vec<_>>(), [after.root(), new, village]);
    assert!(!after.are_neighbours(village, beside), "a closed village is nobody's neighbour");
}

#[test]
fn complaints_say_where_and_what_would_be_right() {
    let table = |rows: &str| complaint(&format!("{HEADER}{ROOT}{rows}\n"), "");
    let cases = [
        (
            "64010000000,640000000000,city,市",
            "divisions, line 3, column code: \"64010000000\" is not a unit code: write exactly 12 digits, as in 640324100200",
        ),
        (
            "640100000000,64,city,市",
            "divisions, line 3, column parent: \"64\" is not a unit code: write exactly 12 digits, as in 640324100200",
        ),
        (
            "640100000000,640000000000,town,市",
            "divisions, line 3, column level: \"town\" is not a level: use village, township, county, city or region",
        ),
        (
            "640100000000,640000000000,city,",
            "divisions, line 3, column name: the text is empty: write something",
        ),
        (
            "640100000000,640900000000,city,市",
            "divisions, line 3, column parent: the parent 640900000000 of unit 640100000000 is not in the table: add its row or correct the code",
        ),
        (
            "640100000000,,region,市",
            "divisions, line 3, column parent: unit 640100000000 has no parent, but 640000000000 is the root already: name the parent",
        ),
        (
            "640000000000,,region,市",
            "divisions, line 3, column code: unit 640000000000 has another row for some of the same days, on line 2: keep one, or divide the days by valid_from and valid_to",
        ),
        ("640100000000,640000000000,city", "divisions, line 3: 3 columns, the header has 4"),
        (
            "640100000000,640000000000,region,市",
            "divisions, line 3, column parent: the region 640100000000 cannot belong to 640000000000, a region: a parent has a higher level",
        ),
    ];
    for (rows, expected) in cases {
        assert_eq!(table(rows), expected);
    }
    // Lines that are skipped count all the same.
    assert!(
        table("# note\n\n640100000000,640000000000,town,市").starts_with("divisions, line 5, column level")
    );
    assert_eq!(
        complaint("", ""),
        "divisions, line 1: the header is \"\", it should be \"code,parent,level,name[,valid_from,valid_to]\""
    );
    assert_eq!(
        complaint(HEADER, ""),
        "divisions: no unit is the root: leave the parent of the topmost unit empty"
    );
}

#[test]
fn a_circle_is_refused() {
    let rows = "640100000000,640200000000,city,甲\n640200000000,640100000000,city,乙\n640300000000,640300000000,city,丙\n";
    let message = complaint(&format!("{HEADER}{ROOT}{rows}"), "");
    assert!(
        message.contains("line 3, column parent") && message.contains("a parent has a higher level"),
        "{message}"
    );
}

#[test]
fn validity_must_make_a_tree_on_every_day() {
    let table = |rows: &str| complaint(&format!("{DATED}640000000000,,region,宁夏,,\n{rows}\n"), "");
    let city = "640100000000,640000000000,city,市";
    let cases = [
        (
            format!("{city},2021/01/01,"),
            "divisions, line 3, column valid_from: \"2021/01/01\" is not a day: write it as in 2022-03-01, or nothing",
        ),
        (
            format!("{city},2021-01-02,2021-01-01"),
            "divisions, line 3, column valid_to: the last day 2021-01-01 comes before the first, 2021-01-02",
        ),
        (
            format!("{city},2021-01-01,\n{city},,2021-01-01"),
            "divisions, line 4, column code: unit 640100000000 has another row for some of the same days, on line 3: keep one, or divide the days by valid_from and valid_to",
        ),
        (
            format!("{city},,2020-12-31\n640100000000,640000000000,county,县,2021-01-01,"),
            "divisions, line 4, column level: unit 640100000000 is a county here and a city on line 3: a unit that changes its level gets a new code",
        ),
        (
            format!("{city},2021-01-01,\n640101000000,640100000000,county,县,,"),
            "divisions, line 4, column parent: the parent 640100000000 of unit 640101000000 is not valid in the beginning, when the unit is",
        ),
        (
            format!(
                "{city},,2020-12-31\n{city},2021-02-01,\n640101000000,640100000000,county,县,2020-01-01,"
            ),
            "divisions, line 5, column parent: the parent 640100000000 of unit 640101000000 is not valid on 2021-01-01, when the unit is",
        ),
        (
            format!("{city},,2020-12-31\n640101000000,640100000000,county,县,2020-01-01,2021-01-01"),
            "divisions, line 4, column parent: the parent 640100000000 of unit 640101000000 is not valid on 2021-01-01, when the unit is",
        ),
    ];
    for (rows, expected) in cases {
        assert_eq!(table(&rows), expected);
    }
    let follows = format!(
        "{DATED}640000000000,,region,宁夏,,\n{city},,2020-12-31\n{city},2021-01-01,\n640101000000,640100000000,county,县,2020-01-01,"
    );
    assert!(Register::parse(&follows, "").is_ok());
    for (dates, column) in [("2020-01-01,", "valid_from"), (",2020-01-01", "valid_to")] {
        assert_eq!(
            complaint(&format!("{DATED}640000000000,,region,宁夏,{dates}\n"), ""),
            format!(
                "divisions, line 2, column {column}: the root 640000000000 must be valid on all days: leave valid_from and valid_to empty"
            )
        );
    }
}

#[test]
fn neighbours_are_pairs_of_villages() {
    let divisions =
        format!("{HEADER}{ROOT}640000000201,640000000000,village,甲\n640000000202,640000000000,village,乙\n");
    let pairs = |rows: &str| complaint(&divisions, &format!("# invented\nvillage,neighbour\n{rows}\n"));
    let cases = [
        (
            "640000000201,640000000000",
            "neighbours, line 3, column neighbour: 640000000000 is not a village of the divisions: only villages are neighbours",
        ),
        (
            "640000000299,640000000201",
            "neighbours, line 3, column village: 640000000299 is not a village of the divisions: only villages are neighbours",
        ),
        (
            "640000000201,640000000201",
            "neighbours, line 3, column neighbour: village 640000000201 cannot be its own neighbour",
        ),
        (
            "640000000201,640000000202\n640000000202,640000000201",
            "neighbours, line 4, column village: villages 640000000202 and 640000000201 are named as neighbours before: keep one row a pair",
        ),
    ];
    for (rows, expected) in cases {
        assert_eq!(pairs(rows), expected);
    }
    assert!(complaint(&divisions, "a,b\n").contains("village,neighbour"));
}

#[test]
fn a_complaint_is_about_the_line_that_comes_second() {
    let rows =
        "640100000000,640000000000,county,县,2021-01-01,\n640100000000,640000000000,city,市,,2020-12-31\n";
    assert_eq!(
        complaint(&format!("{DATED}640000000000,,region,宁夏,,\n{rows}"), ""),
        "divisions, line 4, column level: unit 640100000000 is a city here and a county on line 3: a unit that changes its level gets a new code"
    );
}

prop_compose! {
    /// Units under random units of a higher level, shuffled by their random codes.
    fn trees()(codes in prop::collection::hash_set(0..1_000_000_000_000_u64, 1..60), picks in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 60)) -> Vec<(UnitCode, Option<UnitCode>, Level)> {
        let mut units: Vec<(UnitCode, Option<UnitCode>, Level)> = Vec::new();
        for (number, (pick, level)) in codes.into_iter().zip(picks) {
            let code = UnitCode::new(number).unwrap();
            let parents: Vec<_> = units.iter().filter(|(_, _, level)| *level > Level::Village).collect();
            match parents.get(pick.index(parents.len().max(1))) {
                None => units.push((code, None, Level::Region)),
                Some((parent, _, above)) => {
                    let lower: Vec<Level> = Level::ALL.into_iter().filter(|level| level < above).collect();
                    units.push((code, Some(*parent), *level.get(&lower)));
                }
            }
        }
        units
    }
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(divisions in "(code,parent,level,name\n)?([0-9]{12},([0-9]{12})?,region,[a-z\"]*\n|\\PC*\n|#?[,\"\r\n]*){0,6}", neighbours in any::<String>()) {
        if let Ok(register) = Register::parse(&divisions, &neighbours) {
            prop_assert_eq!(register.subtree(register.root()).len(), register.units().count());
        }
    }

    /// Against the slow way of answering: walking from parent to parent.
    #[test]
    fn any_tree_answers_as_its_rows_do(units in trees()) {
        let rows: String = units.iter().map(|(code, parent, level)| {
            format!("{code},{},{level},名\n", parent.map(|parent| parent.to_string()).unwrap_or_default())
        }).collect();
        let register = Register::parse(&format!("{HEADER}{rows}"), "").unwrap();
        prop_assert_eq!(register.units().count(), units.len());
        let parent_of = |code| units.iter().find(|unit| unit.0 == code).and_then(|unit| unit.1);
        for (code, parent, level) in &units {
            let above: Vec<UnitCode> = std::iter::successors(*parent, |above| parent_of(*above)).collect();
            prop_assert_eq!(register.ancestors(*code).collect::<Vec<_>>(), above.clone());
            prop_assert_eq!((register.parent(*code), register.level(*code)), (*parent, Some(*level)));
            let mut below = Vec::new();
            for (other, _, other_level) in &units {
                let inside = above.contains(other) || other == code;
                prop_assert_eq!(register.is_within(*code, *other), inside);
                if inside {
                    prop_assert_eq!(register.ancestor_at(*code, *other_level), Some(*other));
                }
                if register.is_within(*other, *code) {
                    below.push(*other);
                }
            }
            let mut subtree = register.subtree(*code);
            prop_assert_eq!(subtree.first(), Some(code));
            let children = register.children(*code);
            prop_assert!(children.is_sorted() && children.iter().all(|child| register.parent(*child) == Some(*code)));
            prop_assert_eq!(children.len(), units.iter().filter(|unit| unit.1 == Some(*code)).count());
            subtree.sort_unstable();
            below.sort_unstable();
            prop_assert_eq!(subtree, below);
        }
    }
}
