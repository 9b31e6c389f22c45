use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::funding::v1::{BudgetReceived, Settled, YearHeld, YearSettled};

use super::*;
use crate::convert;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const MATTER: &str = "villages/640324100200/matters/2022-7";

fn entry(kind: &str, to: Option<UnitCode>, payload: Vec<u8>) -> Entry {
    Entry {
        unit: TOWNSHIP,
        epoch: 1,
        seq: 1,
        at: Timestamp::from_micros(77),
        actor: "officer:7".into(),
        kind: kind.into(),
        to: to.map(|unit| (unit, 1)),
        payload,
    }
}

fn of_funding(kind: &str, told: Kind) -> Entry {
    entry(kind, Some(TOWNSHIP), funding::Event { kind: Some(told) }.encode_to_vec())
}

fn settled(matter: &str) -> Entry {
    of_funding(SETTLED, Kind::Settled(Settled { matter: matter.into(), paid_fen: 42, ..Default::default() }))
}

fn letter(fact: book::Fact, to: Option<UnitCode>) -> Entry {
    let book = format!("units/{TOWNSHIP}/yearBooks/2022").parse().unwrap();
    let (kind, at) = (fact.kind(), Timestamp::from_micros(77));
    let told = book::Event { book, to, at, fact };
    entry(kind, to, convert::book::event(&told).encode_to_vec())
}

fn answered() -> book::Fact {
    book::Fact::EndingAnswered {
        matter: MATTER.parse().unwrap(),
        number: 2,
        granted: true,
        reason: "同意".into(),
    }
}

#[test]
fn what_the_ledger_says_is_heard() {
    let told = Delivery::Settled { matter: MATTER.parse().unwrap(), paid: Fen::new(42) };
    assert_eq!(delivery(&settled(MATTER)), Ok(Some(told.into())));
    let book: book::BookId = format!("units/{TOWNSHIP}/yearBooks/2022").parse().unwrap();
    let rests = of_funding(YEAR_SETTLED, Kind::YearSettled(YearSettled { year: 2022, request: 3 }));
    assert_eq!(delivery(&rests), Ok(Some(book::Heard::MoneyRests { book, asked: 3 }.into())));
    let held = YearHeld { year: 2022, request: 3, in_transit_fen: 7, matters: 1, unpaid_fen: 8 };
    let (in_transit, unpaid) = (Fen::new(7), Fen::new(8));
    let moves = book::Heard::MoneyMoves { book, asked: 3, in_transit, matters: 1, unpaid };
    assert_eq!(delivery(&of_funding(YEAR_HELD, Kind::YearHeld(held))), Ok(Some(moves.into())));
}

#[test]
fn what_the_unit_above_says_is_heard() {
    let book = format!("units/{VILLAGE}/yearBooks/2022").parse().unwrap();
    let told = delivery(&letter(book::Fact::Told, Some(VILLAGE)));
    assert_eq!(told, Ok(Some(book::Heard::YearEnd { book, by: TOWNSHIP }.into())));
    let (matter, number, granted, reason) = (MATTER.parse().unwrap(), 2, true, "同意".into());
    let answer = Delivery::EndingAnswered { matter, by: TOWNSHIP, number, granted, reason };
    assert_eq!(delivery(&letter(answered(), Some(VILLAGE))), Ok(Some(answer.into())));
}

#[test]
fn what_does_not_concern_intake_is_passed_over_unread() {
    for kind in ["funding.paid", "intake.proposed", "journal.epoch_opened"] {
        assert_eq!(delivery(&entry(kind, None, b"\xff".to_vec())), Ok(None));
    }
}

#[test]
fn an_entry_that_does_not_hold_what_its_kind_says_is_told() {
    let other = of_funding(SETTLED, Kind::BudgetReceived(BudgetReceived::default()));
    for wrong in [
        entry(SETTLED, Some(VILLAGE), b"\xff".to_vec()),
        entry(SETTLED, Some(VILLAGE), Vec::new()),
        other,
        settled("villages/1"),
        of_funding(YEAR_SETTLED, Kind::YearSettled(YearSettled { year: 1999, request: 3 })),
        of_funding(YEAR_HELD, Kind::YearHeld(YearHeld { year: 2022, request: -1, ..Default::default() })),
        letter(book::Fact::Told, None),
        // The matter of another village.
        letter(answered(), Some(TOWNSHIP)),
    ] {
        let error = delivery(&wrong).unwrap_err();
        assert!(error.starts_with(&wrong.kind), "{error}");
    }
}
