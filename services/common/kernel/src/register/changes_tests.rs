use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use time::macros::date;

use crate::{ChangeKind, Date, Level, Register, Seeded, UnitCode};

const DIVISIONS: &str = "code,parent,level,name,valid_from,valid_to
640000000000,,region,宁夏,,
640100000000,640000000000,county,甲县,,
640100100000,640100000000,township,甲镇,,
640100100201,640100100000,village,一村,,2022-12-31
640100100202,640100100000,village,二村,,2022-06-30
640100100202,640100100000,village,新二村,2022-07-01,
640100100203,640100100000,village,三村,,2023-06-30
640100200000,640100000000,township,乙镇,,
640100200204,640100200000,village,四村,2023-07-01,
640100200205,640100200000,village,五村,2023-07-01,2023-12-31
640200000000,640000000000,county,乙县,,
640200200201,640200000000,village,远村,,
";
const CHANGES: &str = "effective,kind,old,new,answers
# the first goes into the second
2023-01-01,merge,640100100201,640100100202,
2023-07-01,split,640100100203,640100200204 640100200205,640100200205
2024-01-01,merge,640100200205,640100200204,640100200204
";

fn code(number: u64) -> UnitCode {
    UnitCode::new(640_100_000_000 + number).unwrap()
}

fn map() -> Register {
    Register::parse_with_changes(DIVISIONS, "", CHANGES).unwrap()
}

#[test]
fn a_closed_village_has_who_answers_for_it() {
    let map = map();
    let (one, two, three, four, five) =
        (code(100_201), code(100_202), code(100_203), code(200_204), code(200_205));
    let answering = |unit, day| map.answering(unit, day);
    assert_eq!(answering(one, date!(2022 - 12 - 31)), one);
    assert_eq!(answering(one, date!(2023 - 01 - 01)), two);
    assert_eq!(answering(three, date!(2023 - 06 - 30)), three);
    assert_eq!(answering(three, date!(2023 - 12 - 31)), five);
    assert_eq!(answering(three, date!(2024 - 01 - 01)), four, "along the chain");
    let closed = map.closed(three, date!(2023 - 07 - 01)).unwrap();
    assert_eq!((closed.kind, &closed.new, closed.answers), (ChangeKind::Split, &vec![four, five], five));
    assert_eq!(map.closed(three, date!(2023 - 06 - 30)), None);
    let theirs = |unit, day| map.answers_for(unit, day).map(|change| change.old).collect::<Vec<_>>();
    assert_eq!(theirs(five, date!(2023 - 08 - 01)), [three]);
    assert_eq!(theirs(four, date!(2024 - 01 - 01)), [three, five]);
    assert_eq!(theirs(two, date!(2022 - 12 - 31)), []);
    assert_eq!(map.changes().len(), 3);
}

#[test]
fn matters_count_where_the_tree_of_the_day_has_their_village_or_who_answers_for_it() {
    let map = map();
    let counted = |unit, day| map.counted_on(code(unit), day);
    let (first, second) = (100_000, 200_000);
    // In March 2023 the first village is closed and the third is there; the fourth and the fifth count where they will be.
    assert_eq!(
        counted(first, date!(2023 - 03 - 01)),
        [code(first), code(100_201), code(100_202), code(100_203)]
    );
    assert_eq!(counted(second, date!(2023 - 03 - 01)), [code(second), code(200_204), code(200_205)]);
    // The third village's matters go over to the other township with it.
    assert_eq!(
        counted(second, date!(2024 - 03 - 01)),
        [code(100_203), code(second), code(200_204), code(200_205)]
    );
    assert_eq!(counted(200_204, date!(2024 - 03 - 01)), [code(100_203), code(200_204), code(200_205)]);
    assert_eq!(counted(100_203, date!(2024 - 03 - 01)), [], "it has no place of its own any more");
    assert_eq!(counted(100_203, date!(2023 - 03 - 01)), [code(100_203)]);
}

#[test]
fn a_name_is_that_of_the_day_and_the_code_stays() {
    let map = map();
    assert_eq!(map.name_on(code(100_202), date!(2022 - 06 - 30)), "二村");
    assert_eq!(map.name_on(code(100_202), date!(2022 - 07 - 01)), "新二村");
    assert_eq!(map.name_on(code(100_201), date!(2030 - 01 - 01)), "一村", "as at last");
    assert_eq!(map.name_on(code(200_204), date!(2020 - 01 - 01)), "四村", "as at first");
    assert_eq!(map.name_on(code(999), date!(2020 - 01 - 01)), "");
    assert_eq!(map.history(code(100_202)).len(), 2);
    assert_eq!(map.history(code(999)), []);
}

#[test]
fn every_fault_says_where_it_is_and_what_would_be_right() {
    let complaint = |rows: &str| {
        let changes = format!("effective,kind,old,new,answers\n{rows}\n");
        Register::parse_with_changes(DIVISIONS, "", &changes).unwrap_err().to_string()
    };
    let cases = [
        (
            "2023-01-01,rename,640100100201,640100100202,",
            "changes, line 2, column kind: \"rename\" is not a kind of change: write merge or split; a new name is a row of the divisions",
        ),
        (
            ",merge,640100100201,640100100202,",
            "changes, line 2, column effective: name the first day on which the village is no more, as in 2023-01-01",
        ),
        (
            "2023/01/01,merge,640100100201,640100100202,",
            "changes, line 2, column effective: \"2023/01/01\" is not a day: write it as in 2022-03-01, or nothing",
        ),
        (
            "2023-01-01,merge,640100100000,640100100202,",
            "changes, line 2, column old: 640100100000 is not a village of the divisions: only villages merge and split",
        ),
        (
            "2023-02-01,merge,640100100201,640100100202,",
            "changes, line 2, column effective: 640100100201 is to be no more from 2023-02-01 on, but the divisions have it until 2022-12-31: give its last row there valid_to = 2023-01-31, or correct the day here",
        ),
        (
            "2023-01-01,merge,640100100202,640100100201,",
            "changes, line 2, column effective: 640100100202 is to be no more from 2023-01-01 on, but the divisions have it until further notice: give its last row there valid_to = 2022-12-31, or correct the day here",
        ),
        (
            "2023-01-01,merge,640100100201,640100100202 640100100203,",
            "changes, line 2, column new: merge of 640100100201 names 2: a merge is into one other village; write a row for each village that goes into it",
        ),
        (
            "2023-01-01,split,640100100201,640100100201 640100100202,640100100202",
            "changes, line 2, column new: split of 640100100201 names 1: a split is into two or more other villages, with a blank between; one that keeps its code is not closed and needs no row",
        ),
        (
            "2023-01-01,merge,640100100201,640100200204,",
            "changes, line 2, column new: 640100200204 is not valid on 2023-01-01, when 640100100201 goes into it: correct its valid_from or valid_to in the divisions, or name who is there",
        ),
        (
            "2023-01-01,merge,640100100201,640200200201,",
            "changes, line 2, column new: 640200200201 is in another county than 640100100201: money of a matter is kept by one county, so name a village of the same",
        ),
        (
            "2023-07-01,split,640100100203,640100200204 640100200205,",
            "changes, line 2, column answers: write which of the villages in column new answers for what 640100100203 leaves open",
        ),
        (
            "2023-07-01,split,640100100203,640100200204 640100200205,640100100202",
            "changes, line 2, column answers: write which of the villages in column new answers for what 640100100203 leaves open",
        ),
        (
            "2023-01-01,merge,640100100201,640100100202,\n2023-01-01,merge,640100100201,640100100203,",
            "changes, line 3, column old: what becomes of 640100100201 is said on line 2: keep one row a village",
        ),
        (
            "2023-01-01,merge,640100100201,640100100202,",
            "changes: the divisions close 640100100203 after 2023-06-30, and no row says who answers for what it leaves open: add one with effective = 2023-07-01",
        ),
    ];
    for (rows, expected) in cases {
        assert_eq!(complaint(rows), expected);
    }
    let silent = Register::parse_with_changes(DIVISIONS, "", "").unwrap_err().to_string();
    assert!(silent.contains("the divisions close 640100100201 after 2022-12-31"), "{silent}");
    let again = format!("{DIVISIONS}640100100201,640100100000,village,一村,2025-01-01,\n");
    let again = Register::parse_with_changes(&again, "", "").unwrap_err().to_string();
    assert!(again.contains("again from 2025-01-01 on: a village that comes anew gets a new code"), "{again}");
}

#[test]
fn where_nothing_is_closed_nothing_need_be_said() {
    let plain = "code,parent,level,name\n640000000000,,region,宁夏\n640000000201,640000000000,village,甲\n";
    let register = Register::parse_with_changes(plain, "", "").unwrap();
    let village = code(0);
    assert!(register.changes().is_empty());
    assert_eq!(register.answering(village, Date::MAX), village);
    assert!(matches!(register.tree_on(Date::MIN), std::borrow::Cow::Borrowed(_)));
}

/// A city of the real Ningxia, changed by chance over some years: each change closes a village that is there, and makes new ones or
/// none; some villages get another name.
struct Chances {
    chance: Seeded,
    rows: BTreeMap<UnitCode, Vec<[String; 6]>>,
    changes: Vec<String>,
    next: u64,
}

impl Chances {
    fn new(seed: u64) -> Self {
        let csv = include_str!("../../../../../deploy/divisions/ningxia.csv");
        let city = csv.lines().skip(1).filter(|line| line.starts_with("640000") || line.starts_with("6405"));
        let rows = city.map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let row = [fields[0], fields[1], fields[2], fields[3], "", ""].map(str::to_owned);
            (fields[0].parse().unwrap(), vec![row])
        });
        let rows = rows.collect();
        Self { chance: Seeded::new(seed, "map"), rows, changes: Vec::new(), next: 999_000_000_000 }
    }

    fn there(&self, code: &UnitCode) -> bool {
        self.rows[code].last().unwrap()[5].is_empty()
    }

    /// The villages that are there and were before the day.
    fn villages(&self, day: Date) -> Vec<UnitCode> {
        let old = |rows: &[[String; 6]]| rows.last().is_some_and(|row| row[4] < day.to_string());
        let all =
            self.rows.iter().filter(|(code, rows)| rows[0][2] == "village" && self.there(code) && old(rows));
        all.map(|(code, _)| *code).collect()
    }

    /// Those of a village's county beside it.
    fn beside(&self, village: UnitCode, day: Date) -> Vec<UnitCode> {
        let county = |code: &UnitCode| self.rows[code].last().unwrap()[1][..6].to_owned();
        let all = self.villages(day).into_iter();
        all.filter(|code| *code != village && county(code) == county(&village)).collect()
    }

    fn new_village(&mut self, township: &str, day: Date) -> UnitCode {
        self.next += 1;
        let code = UnitCode::new(self.next).unwrap();
        let row = [
            code.to_string(),
            township.to_owned(),
            "village".into(),
            "新村".into(),
            day.to_string(),
            String::new(),
        ];
        self.rows.insert(code, vec![row]);
        code
    }

    fn step(&mut self, day: Date) {
        let villages = self.villages(day);
        let village = *self.chance.pick(&villages).unwrap();
        let township = self.rows[&village].last().unwrap()[1].clone();
        let last = day.previous_day().unwrap().to_string();
        let close = |rows: &mut Vec<[String; 6]>| rows.last_mut().unwrap()[5] = last.clone();
        match self.chance.below(4) {
            0 => {
                let rows = self.rows.get_mut(&village).unwrap();
                let mut renamed = rows.last().unwrap().clone();
                close(rows);
                (renamed[3], renamed[4]) = (format!("改{day}"), day.to_string());
                rows.push(renamed);
            }
            1 => {
                let parts = [self.new_village(&township, day), self.new_village(&township, day)];
                let answers = *self.chance.pick(&parts).unwrap();
                close(self.rows.get_mut(&village).unwrap());
                self.changes.push(format!("{day},split,{village},{} {},{answers}", parts[0], parts[1]));
            }
            2 => {
                let into = self.new_village(&township, day);
                close(self.rows.get_mut(&village).unwrap());
                self.changes.push(format!("{day},merge,{village},{into},"));
            }
            _ => {
                let beside = self.beside(village, day);
                let Some(into) = self.chance.pick(&beside).copied() else { return };
                close(self.rows.get_mut(&village).unwrap());
                self.changes.push(format!("{day},merge,{village},{into},"));
            }
        }
    }

    fn register(&self) -> Register {
        let rows: String = self.rows.values().flatten().map(|row| row.join(",") + "\n").collect();
        let divisions = format!("code,parent,level,name,valid_from,valid_to\n{rows}");
        let changes = format!("effective,kind,old,new,answers\n{}\n", self.changes.join("\n"));
        Register::parse_with_changes(&divisions, "", &changes).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    /// Whatever happens to the map, each closed village has one who answers and is there, and whatever a village has done
    /// counts once in the tree of each year.
    #[test]
    fn whoever_is_closed_is_answered_for_and_trees_lose_nothing(seed: u64) {
        let mut chances = Chances::new(seed);
        let mut day = date!(2021 - 01 - 10);
        for _ in 0..60 {
            chances.step(day);
            day = day.saturating_add(time::Duration::days(i64::try_from(chances.chance.below(30)).unwrap()));
        }
        let map = chances.register();
        prop_assert!(map.changes().len() > 20);
        for change in map.changes() {
            for day in [change.day, date!(2030 - 01 - 01)] {
                let answers = map.answering(change.old, day);
                prop_assert!(map.tree_on(day).get(answers).is_some(), "{answers} is there on {day}");
                prop_assert_eq!(map.answering(answers, day), answers);
                prop_assert!(map.answers_for(answers, day).any(|theirs| theirs.old == change.old));
                prop_assert_eq!(map.ancestor_at(answers, Level::County), map.ancestor_at(change.old, Level::County));
            }
        }
        for year in 2021..2025 {
            let day = Date::from_calendar_date(year, time::Month::March, 1).unwrap();
            let tree = map.tree_on(day);
            let parts = |unit: UnitCode| tree.children(unit).iter().map(|part| map.counted_on(*part, day));
            for unit in tree.units().filter(|unit| unit.level > Level::Village) {
                let mut whole: BTreeSet<UnitCode> = map.counted_on(unit.code, day).into_iter().collect();
                prop_assert!(whole.remove(&unit.code));
                for code in parts(unit.code).flatten() {
                    prop_assert!(whole.remove(&code), "{code} counts twice, or not in the whole, in {year}");
                }
                // Only who is not there yet, and has done nothing, is in no part.
                let yet = |code: &UnitCode| map.history(*code)[0].valid_from.is_some_and(|from| from > day);
                prop_assert!(whole.iter().all(yet), "{whole:?} is in no part of {} in {year}", unit.code);
            }
        }
    }
}
