//! Filters by example, against a second opinion, and under arbitrary text.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::borrow::Cow;

use proptest::prelude::*;
use yishi_filter::{
    CHARS_MAX, DEPTH_MAX, Filter, FilterError, Kind, Problem, Record, Schema, TERMS_MAX, Value,
};

const SCHEMA: Schema = Schema(&[
    ("state", Kind::Code(&["PROPOSED", "DETERMINED", "CLOSED"])),
    ("title", Kind::Text),
    ("households", Kind::Number),
    ("due_day", Kind::Day),
    ("create_time", Kind::Time),
    ("reused", Kind::Flag),
]);

#[derive(Debug, Clone)]
struct Matter {
    state: &'static str,
    title: String,
    households: i64,
    due_day: &'static str,
    create_us: i64,
    reused: bool,
}

impl Record for Matter {
    fn value(&self, field: usize) -> Value<'_> {
        let text = |text| match text {
            "" => Value::Absent,
            text => Value::Text(Cow::Borrowed(text)),
        };
        match field {
            0 => text(self.state),
            1 => text(&self.title),
            2 => Value::Number(self.households),
            3 => text(self.due_day),
            4 => Value::Number(self.create_us),
            _ => Value::Number(self.reused.into()),
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.title]
    }
}

fn road() -> Matter {
    Matter {
        state: "DETERMINED",
        title: "Road to the 河东 School".to_owned(),
        households: 120,
        due_day: "2022-09-30",
        // 2021-12-01T00:00:00Z
        create_us: 1_638_316_800_000_000,
        reused: false,
    }
}

fn passes(filter: &str) -> bool {
    Filter::parse(filter, &SCHEMA).unwrap_or_else(|error| panic!("{filter}: {error}")).matches(&road())
}

fn problem(filter: &str) -> (usize, Problem) {
    let FilterError { at, problem } = Filter::parse(filter, &SCHEMA).unwrap_err();
    assert!(!problem.zh().is_empty() && !problem.to_string().is_empty());
    (at, problem)
}

#[test]
fn what_passes() {
    for filter in [
        "",
        "   ",
        "state = DETERMINED",
        "state:DETERMINED",
        "state=\"DETERMINED\"",
        "state != CLOSED",
        "households >= 120 AND households <= 120",
        "households > -5",
        "title:school",
        "title:'河东'",
        "河东 road",
        "\"the 河东\"",
        "due_day < 2022-10-01",
        "due_day:*",
        "create_time >= 2021-12-01T00:00:00Z create_time<2021-12-01T08:00:01+08:00",
        "reused = false",
        "NOT reused = true",
        "-state = CLOSED",
        "NOT (state = CLOSED OR title:bridge)",
        "NOT NOT road",
        // OR binds closer than AND and than standing side by side.
        "road bridge OR school",
        "state = CLOSED OR road AND households = 120",
        "(((road)))",
    ] {
        assert!(passes(filter), "{filter}");
    }
}

#[test]
fn what_does_not_pass() {
    for filter in [
        "state = PROPOSED",
        "households < 120",
        "title = road",
        "title:*bridge",
        "bridge",
        "road AND bridge",
        "road -school",
        "NOT road",
        "due_day > 2022-09-30",
        "reused = true",
        "bridge OR road AND households = 1",
    ] {
        assert!(!passes(filter), "{filter}");
    }
}

#[test]
fn what_is_absent_is_equal_to_nothing_and_in_no_order() {
    let bare = Matter { title: String::new(), due_day: "", ..road() };
    for (filter, holds) in [
        ("due_day = 2022-09-30", false),
        ("due_day != 2022-09-30", true),
        ("due_day <= 2022-09-30", false),
        ("due_day:*", false),
        ("NOT due_day:*", true),
        ("title:road", false),
    ] {
        assert_eq!(Filter::parse(filter, &SCHEMA).unwrap().matches(&bare), holds, "{filter}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let known = "state, title, households, due_day, create_time, reused".to_owned();
    let bad = |field, value: &str, wanted: &str| Problem::BadValue {
        field,
        value: value.to_owned(),
        wanted: wanted.to_owned(),
    };
    for (filter, at, wanted) in [
        ("road AND", 9, Problem::Missing),
        ("AND road", 1, Problem::Unexpected("AND".to_owned())),
        ("road OR", 8, Problem::Missing),
        ("(road", 6, Problem::OpenBracket),
        ("road)", 5, Problem::Unexpected(")".to_owned())),
        ("()", 2, Problem::Unexpected(")".to_owned())),
        ("title:\"road", 7, Problem::OpenQuote),
        ("road \0", 6, Problem::Unexpected("\\u{0}".to_owned())),
        ("title =", 8, Problem::NoValue("=".to_owned())),
        ("title = (road)", 9, Problem::NoValue("=".to_owned())),
        ("= road", 1, Problem::Unexpected("=".to_owned())),
        ("wing = 1", 1, Problem::UnknownField { field: "wing".to_owned(), known }),
        ("households = many", 14, bad("households", "many", "a whole number")),
        (
            "households = 99999999999999999999",
            14,
            bad("households", "99999999999999999999", "a whole number"),
        ),
        ("state = OPEN", 9, bad("state", "OPEN", "PROPOSED, DETERMINED, CLOSED")),
        ("due_day > 2022-02-30", 11, bad("due_day", "2022-02-30", "YYYY-MM-DD")),
        ("create_time > 2022", 15, bad("create_time", "2022", "YYYY-MM-DDTHH:MM:SSZ")),
        (
            "title < z",
            7,
            Problem::Comparison { field: "title", comparison: "<".to_owned(), known: "=, !=, :" },
        ),
    ] {
        assert_eq!(problem(filter), (at, wanted), "{filter}");
    }
}

#[test]
fn every_bound_is_kept() {
    assert_eq!(problem(&"路".repeat(CHARS_MAX + 1)), (CHARS_MAX + 1, Problem::TooLong));
    assert!(Filter::parse(&"路".repeat(CHARS_MAX), &SCHEMA).is_ok());
    assert_eq!(problem(&"a ".repeat(TERMS_MAX + 1)).1, Problem::TooManyTerms);
    assert!(Filter::parse(&"a ".repeat(TERMS_MAX), &SCHEMA).is_ok());
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(problem(&nested(DEPTH_MAX + 1)).1, Problem::TooDeep);
    assert!(Filter::parse(&nested(DEPTH_MAX), &SCHEMA).is_ok());
    assert_eq!(problem(&format!("{}a", "-".repeat(DEPTH_MAX + 1))).1, Problem::TooDeep);
}

/// A filter as the test understands it, without the parser's help.
#[derive(Debug, Clone)]
enum Said {
    Word(&'static str),
    Households(&'static str, i64),
    State(&'static str),
    Not(Box<Said>),
    And(Vec<Said>),
    Or(Vec<Said>),
}

impl Said {
    fn holds(&self, matter: &Matter) -> bool {
        match self {
            Said::Word(word) => matter.title.to_lowercase().contains(&word.to_lowercase()),
            Said::Households(sign, number) => match *sign {
                "=" => matter.households == *number,
                "!=" => matter.households != *number,
                "<" => matter.households < *number,
                "<=" => matter.households <= *number,
                ">" => matter.households > *number,
                _ => matter.households >= *number,
            },
            Said::State(state) => matter.state == *state,
            Said::Not(said) => !said.holds(matter),
            Said::And(all) => all.iter().all(|said| said.holds(matter)),
            Said::Or(any) => any.iter().any(|said| said.holds(matter)),
        }
    }

    fn written(&self) -> String {
        let joined = |parts: &[Said], by: &str| {
            let parts: Vec<String> = parts.iter().map(Said::written).collect();
            format!("({})", parts.join(by))
        };
        match self {
            Said::Word(word) => format!("\"{word}\""),
            Said::Households(sign, number) => format!("households {sign} {number}"),
            Said::State(state) => format!("state={state}"),
            Said::Not(said) => format!("NOT {}", said.written()),
            Said::And(all) => joined(all, " AND "),
            Said::Or(any) => joined(any, " OR "),
        }
    }
}

fn said() -> impl Strategy<Value = Said> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["road", "桥", "School", "the"]).prop_map(Said::Word),
        (prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]), -2..3_i64)
            .prop_map(|(sign, number)| Said::Households(sign, number)),
        prop::sample::select(vec!["PROPOSED", "DETERMINED", "CLOSED"]).prop_map(Said::State),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|said| Said::Not(Box::new(said))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Said::And),
            prop::collection::vec(inner, 1..4).prop_map(Said::Or),
        ]
    })
}

fn matter() -> impl Strategy<Value = Matter> {
    let states = prop::sample::select(vec!["PROPOSED", "DETERMINED", "CLOSED"]);
    let titles = prop::sample::select(vec!["Road", "桥 to the school", "nothing", ""]);
    (states, titles, -2..3_i64).prop_map(|(state, title, households)| Matter {
        state,
        title: title.to_owned(),
        households,
        ..road()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn it_is_understood_as_it_is_meant(said in said(), matter in matter()) {
        let filter = Filter::parse(&said.written(), &SCHEMA).unwrap();
        prop_assert_eq!(filter.matches(&matter), said.holds(&matter), "{}", said.written());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    /// Pieces of filters in any order: what is read can be asked, what is not is told with a place inside the text.
    #[test]
    fn no_text_is_too_odd(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        match Filter::parse(&text, &SCHEMA) {
            Ok(filter) => drop(filter.matches(&road())),
            Err(FilterError { at, .. }) => prop_assert!((1..=text.chars().count() + 1).contains(&at), "{text:?} {at}"),
        }
    }

    #[test]
    fn no_characters_are_too_odd(text in any::<String>()) {
        if let Ok(filter) = Filter::parse(&text, &SCHEMA) {
            filter.matches(&road());
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    let signs = [
        "(",
        ")",
        "-",
        " ",
        "AND",
        "OR",
        "NOT",
        "=",
        "!=",
        "<",
        ">=",
        ":",
        "*",
        "\"",
        "'",
        "\\",
        "state",
        "title",
        "households",
        "due_day",
        "create_time",
        "1",
        "2022-09-30",
        "T08:00:00Z",
        "CLOSED",
        "true",
        "路",
    ];
    prop_oneof![
        12 => prop::sample::select(signs.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}
