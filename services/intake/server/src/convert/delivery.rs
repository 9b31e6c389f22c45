//! What the journals of funding and of intake itself tell units hosted here.

use prost::Message;
use yishi_intake_domain::align::Opinion;
use yishi_intake_domain::exchange::mark::GIVEN;
use yishi_intake_domain::{Delivery, book};
use yishi_kernel::{Fen, Level};
use yishi_proto::funding::v1::{self as funding, event::Kind};
use yishi_runtime::desk::House;
use yishi_store::journal::Entry;

use super::fields::count;
use super::{joint, map, mark, told_from};
use crate::task::{Asked, Told};

const SETTLED: &str = "funding.settled";
const YEAR_SETTLED: &str = "funding.year_settled";
const YEAR_HELD: &str = "funding.year_held";
const YEAR_END_TOLD: &str = "intake.year_end_told";
const ENDING_ANSWERED: &str = "intake.ending_answered";
const OPINION_GIVEN: &str = "intake.opinion_given";

/// Whether an entry of funding is for a unit hosted here.
pub(crate) fn concerns_funding(house: &House, entry: &Entry) -> bool {
    [SETTLED, YEAR_SETTLED, YEAR_HELD].contains(&entry.kind.as_str())
        && entry.to.is_some_and(|(unit, _)| house.hosts(unit))
}

/// Whether an entry of intake itself is for a unit hosted here. Only the unit right above has anything to say to it, to a
/// village its county, for its departments, whoever is above it and holds it up to others, whoever plans a matter together with
/// it, and whoever went into it.
pub(crate) fn concerns_own(house: &House, entry: &Entry) -> bool {
    let Some((unit, _)) = entry.to.filter(|(unit, _)| house.hosts(*unit)) else { return false };
    let says = match entry.kind.as_str() {
        // To a village that went into another before the year's tree was made, its successor tells the end of the year.
        YEAR_END_TOLD if entry.unit == house.register.answering(unit, house.today()) => return true,
        YEAR_END_TOLD | ENDING_ANSWERED => house.register.parent(unit),
        OPINION_GIVEN => house.register.ancestor_at(unit, Level::County),
        GIVEN => return house.register.ancestors(unit).any(|above| above == entry.unit),
        kind => return joint::KINDS.contains(&kind) || map::KINDS.contains(&kind),
    };
    says == Some(entry.unit)
}

/// What an entry asks of intake, nothing if it does not concern it, or what is wrong with it.
pub(crate) fn delivery(entry: &Entry) -> Result<Option<Asked>, String> {
    let read = match entry.kind.as_str() {
        SETTLED | YEAR_SETTLED | YEAR_HELD => of_funding(entry),
        YEAR_END_TOLD | ENDING_ANSWERED | OPINION_GIVEN => of_intake(entry),
        GIVEN => match told_from(entry) {
            Ok(Told::Mark(event)) => mark::delivery(event, entry.to.map(|(unit, _)| unit)),
            Ok(_) => Err(OTHER.to_owned()),
            Err(problem) => Err(problem),
        },
        kind if joint::KINDS.contains(&kind) => joint::delivery(entry),
        kind if map::KINDS.contains(&kind) => map::delivery(entry),
        _ => return Ok(None),
    };
    read.map(Some).map_err(|problem| format!("{}: {problem}", entry.kind))
}

const OTHER: &str = "it holds another event";

fn of_funding(entry: &Entry) -> Result<Asked, String> {
    let event = funding::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let book = |year: i32| {
        let year = year.try_into().map_err(|error| format!("{error}"))?;
        Ok::<_, String>(book::BookId { unit: entry.unit, year })
    };
    let number = |number| count(number).ok_or_else(|| format!("{number} is no number"));
    match (entry.kind.as_str(), event.kind) {
        (SETTLED, Some(Kind::Settled(told))) => {
            let matter = told.matter.parse().map_err(|error| format!("{error}"))?;
            Ok(Delivery::Settled { matter, paid: Fen::new(told.paid_fen) }.into())
        }
        (YEAR_SETTLED, Some(Kind::YearSettled(told))) => {
            Ok(book::Heard::MoneyRests { book: book(told.year)?, asked: number(told.request)? }.into())
        }
        (YEAR_HELD, Some(Kind::YearHeld(told))) => Ok(book::Heard::MoneyMoves {
            book: book(told.year)?,
            asked: number(told.request)?,
            in_transit: Fen::new(told.in_transit_fen),
            matters: number(told.matters)?,
            unpaid: Fen::new(told.unpaid_fen),
        }
        .into()),
        _ => Err(OTHER.to_owned()),
    }
}

/// A letter to a unit below.
fn of_intake(entry: &Entry) -> Result<Asked, String> {
    let Told::Book(told) = told_from(entry)? else { return Err(OTHER.to_owned()) };
    let (to, by) = (told.to.ok_or("it is addressed to nobody")?, told.book.unit);
    match told.fact {
        book::Fact::Told => {
            let book = book::BookId { unit: to, ..told.book };
            Ok(book::Heard::YearEnd { book, by }.into())
        }
        book::Fact::EndingAnswered { matter, number, granted, reason } if matter.village == to => {
            Ok(Delivery::EndingAnswered { matter, by, number, granted, reason }.into())
        }
        book::Fact::OpinionGiven { matter, round, department, stand, text } if matter.village == to => {
            let opinion = Opinion { stand, text, given: entry.at };
            Ok(Delivery::OpinionGiven { matter, by, department, round, opinion }.into())
        }
        _ => Err(OTHER.to_owned()),
    }
}

#[cfg(test)]
mod tests;
