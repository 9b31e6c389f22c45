//! What may be asked of books, by chance.

use proptest::prelude::*;
use proptest::sample::select;
use yishi_intake_domain::book::{Act, BookId, Command, Heard, Place, Service};
use yishi_kernel::{Fen, MatterId, UnitCode};

use crate::chance;
use crate::county::{COUNTY, TOWNSHIP, UNITS, VILLAGE, year};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// To a matter, or that time passes.
    Matter(chance::Step),
    /// To a book; the letters that it writes arrive if `arrives` says so, at once and once more.
    Book { command: Command, arrives: bool },
    /// The township answers whatever its first village asks.
    Answer { granted: bool },
}

pub(crate) fn code(unit: u64) -> UnitCode {
    UnitCode::new(unit).unwrap()
}

fn book() -> impl Strategy<Value = BookId> {
    select(&UNITS).prop_map(|unit| BookId { unit: code(unit), year: year() })
}

fn act() -> impl Strategy<Value = Act> {
    // Nobody, the county's township, a village of it, both, and whoever is below nobody.
    let named: [&[u64]; 5] = [&[], &UNITS[1..2], &UNITS[3..], &UNITS[2..], &UNITS[..1]];
    let missing = select(named.to_vec());
    prop_oneof![
        4 => Just(Act::Announce),
        1 => Just(Act::RecordFinding { text: "no".into() }),
        3 => (0..=2_u32).prop_map(|finding| Act::AnswerFinding { finding, answer: "yes".into() }),
        6 => missing.prop_map(|units| Act::Settle {
            missing: units.iter().map(|unit| (code(*unit), "no".to_owned())).collect(),
        }),
        5 => (select(&UNITS), select(Service::ALL)).prop_map(|(unit, service)| Act::Correct {
            corrects: Place { service, unit: code(unit), seq: 7 },
            text: "no".into(),
        }),
    ]
}

/// Mostly about the county: nobody else's money is asked for.
fn heard() -> impl Strategy<Value = Heard> {
    let book = BookId { unit: code(COUNTY), year: year() };
    prop_oneof![
        3 => (1..=2_u32).prop_map(move |asked| Heard::MoneyRests { book, asked }),
        3 => (1..=2_u32).prop_map(move |asked| {
            let (in_transit, unpaid) = (Fen::new(1), Fen::ZERO);
            Heard::MoneyMoves { book, asked, in_transit, matters: 0, unpaid }
        }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let version = prop_oneof![9 => Just(None), 1 => (1..4_u32).prop_map(Some)];
    prop_oneof![
        4 => book().prop_map(|book| Command::Open { book }),
        8 => (book(), version, act()).prop_map(|(book, version, act)| Command::Change { book, version, act }),
        5 => heard().prop_map(Command::Hear),
    ]
}

/// What happens in one run: a winter of matters, then books and matters.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let later = prop_oneof![
        5 => (command(), prop::bool::weighted(0.9)).prop_map(|(command, arrives)| Step::Book { command, arrives }),
        1 => prop::bool::weighted(0.8).prop_map(|granted| Step::Answer { granted }),
    ];
    (chance::life(), prop::collection::vec(later, 0..60), chance::life()).prop_map(
        |(winter, books, matters)| {
            let mut steps: Vec<Step> = winter.into_iter().map(Step::Matter).collect();
            steps.push(Step::Matter(chance::Step::Wait { days: 100 }));
            let mut matters = matters.into_iter();
            for book in books {
                steps.push(book);
                steps.extend(matters.by_ref().take(2).map(Step::Matter));
            }
            steps
        },
    )
}

/// The township's word about a matter.
pub(crate) fn answer(matter: MatterId, granted: bool) -> Command {
    Command::AnswerEnding { by: code(TOWNSHIP), matter, version: None, granted, reason: "yes".into() }
}

/// The village whose matters are aimed at.
pub(crate) fn village() -> UnitCode {
    code(VILLAGE)
}
