//! What the journals of intake and appraisal tell funding, and what units send each other through its own.

use prost::Message;
use yishi_funding_domain::{Delivery, Event, Fact};
use yishi_kernel::{Fen, MatterId, UnitCode, Year};
use yishi_proto::{appraisal::v1 as appraisal, intake::v1 as intake};
use yishi_runtime::desk::House;
use yishi_store::journal::Entry;

use super::channel::category_of;
use super::event_from::{amount, event_from};
use super::names::county;

const DETERMINED: &str = "intake.determined";
const CLOSING_REQUESTED: &str = "intake.closing_requested";
const CARRIED_OVER: &str = "intake.carried_over";
const CANCELLED: &str = "intake.cancelled";
const REVISED: &str = "intake.revised";
const OPINIONS_REQUESTED: &str = "intake.opinions_requested";
const OPINION_HEARD: &str = "intake.opinion_heard";
const SETTLING_REQUESTED: &str = "intake.year_settling_requested";
const REWARD_ORDERED: &str = "appraisal.reward_ordered";
const APPROPRIATED: &str = "funding.appropriated";
const RETURNED: &str = "funding.returned";
const RECEIVED: &str = "funding.transfer_received";
const REFUSED: &str = "funding.transfer_refused";

/// Whether an entry of intake concerns a county hosted here, or the year of a unit hosted here.
pub(crate) fn concerns_intake(house: &House, entry: &Entry) -> bool {
    match entry.kind.as_str() {
        DETERMINED | REVISED | OPINIONS_REQUESTED | OPINION_HEARD | CLOSING_REQUESTED | CARRIED_OVER
        | CANCELLED => house.hosts(county(&house.register, entry.unit)),
        SETTLING_REQUESTED => house.hosts(entry.unit),
        _ => false,
    }
}

/// Whether an entry of appraisal orders a payer hosted here to pay: whoever pays is ordered by its own appraisal only.
pub(crate) fn concerns_appraisal(house: &House, entry: &Entry) -> bool {
    entry.kind == REWARD_ORDERED
        && entry.to.is_some_and(|(payer, _)| payer == entry.unit && house.hosts(payer))
}

/// Whether an entry of funding is money, or an answer about money, for a unit hosted here.
pub(crate) fn concerns_own(house: &House, entry: &Entry) -> bool {
    [APPROPRIATED, RETURNED, RECEIVED, REFUSED].contains(&entry.kind.as_str())
        && entry.to.is_some_and(|(unit, _)| house.hosts(unit))
}

/// What an entry is to funding, nothing if it does not concern it, or what is wrong with it.
pub(crate) fn delivery(entry: &Entry) -> Result<Option<Delivery>, String> {
    let read = match entry.kind.as_str() {
        DETERMINED | REVISED | OPINIONS_REQUESTED | OPINION_HEARD | CLOSING_REQUESTED | CARRIED_OVER
        | CANCELLED => of_intake(entry),
        SETTLING_REQUESTED => settling_requested(entry),
        REWARD_ORDERED => reward_ordered(entry),
        APPROPRIATED | RETURNED | RECEIVED | REFUSED => of_funding(entry),
        _ => return Ok(None),
    };
    read.map(Some).map_err(|problem| format!("{}: {problem}", entry.kind))
}

const OTHER: &str = "it holds another event";

fn of_intake(entry: &Entry) -> Result<Delivery, String> {
    use intake::event::Kind;
    let event = intake::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let matter: MatterId = event.matter.parse().map_err(|error| format!("{error}"))?;
    if matter.village != entry.unit {
        return Err(format!("{matter} is not the matter of {}", entry.unit));
    }
    let seq = entry.seq;
    match (entry.kind.as_str(), event.kind) {
        (DETERMINED, Some(Kind::Determined(told))) => {
            let category = category_of(told.category);
            let category = category.ok_or_else(|| format!("{} is no category", told.category))?;
            let (cost, asked) = (Fen::new(told.cost_estimate_fen), told.departments.into_iter().collect());
            Ok(Delivery::Determined { matter, category, cost, asked, seq })
        }
        (REVISED, Some(Kind::Revised(told))) => {
            let (cost, asked) = (Fen::new(told.cost_estimate_fen), told.departments.into_iter().collect());
            Ok(Delivery::Revised { matter, cost, asked, seq })
        }
        // Whoever was asked has yet to agree.
        (OPINIONS_REQUESTED, Some(Kind::OpinionsRequested(told))) => {
            Ok(Delivery::Opinions { matter, outstanding: told.departments.into_iter().collect(), seq })
        }
        (OPINION_HEARD, Some(Kind::OpinionHeard(told))) => {
            Ok(Delivery::Opinions { matter, outstanding: told.outstanding.into_iter().collect(), seq })
        }
        // However a matter ends, what is committed to it and unpaid is free again, and nothing of it moves any more.
        (CLOSING_REQUESTED, Some(Kind::ClosingRequested(_)))
        | (CARRIED_OVER, Some(Kind::CarriedOver(_)))
        | (CANCELLED, Some(Kind::Cancelled(_))) => Ok(Delivery::ClosingRequested { matter }),
        _ => Err(OTHER.to_owned()),
    }
}

fn settling_requested(entry: &Entry) -> Result<Delivery, String> {
    let event = intake::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let (unit, year) =
        book_of(&event.year_book).ok_or_else(|| format!("{:?} is no book", event.year_book))?;
    let Some(intake::event::Kind::YearSettlingRequested(told)) = event.kind else {
        return Err(OTHER.to_owned());
    };
    if unit != entry.unit {
        return Err(format!("it is not about the year of {}", entry.unit));
    }
    let asked = u32::try_from(told.request).map_err(|_| format!("{} is no number", told.request))?;
    Ok(Delivery::SettlingRequested { unit, year, asked })
}

/// The unit and the year of a book's name.
fn book_of(name: &str) -> Option<(UnitCode, Year)> {
    let (unit, year) = name.strip_prefix("units/")?.split_once("/yearBooks/")?;
    Some((unit.parse().ok()?, year.parse().ok()?))
}

fn reward_ordered(entry: &Entry) -> Result<Delivery, String> {
    let event = appraisal::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let Some(appraisal::event::Kind::RewardOrdered(told)) = event.kind else { return Err(OTHER.to_owned()) };
    let each = amount(told.each_fen)?;
    let line = |code: &String| {
        let village: Option<UnitCode> = code.parse().ok();
        village.map(|village| (village, each)).ok_or_else(|| format!("{code:?} is no village"))
    };
    Ok(Delivery::RewardOrdered {
        payer: entry.unit,
        order: told.order.parse().map_err(|error| format!("{error}"))?,
        lines: told.villages.iter().map(line).collect::<Result<_, _>>()?,
    })
}

/// Money, or an answer to who sent it.
fn of_funding(entry: &Entry) -> Result<Delivery, String> {
    let Event { unit: by, fact, .. } = event_from(entry)?;
    Ok(match fact {
        Fact::Sent { transfer, channel, .. } => Delivery::Sent { transfer, channel },
        Fact::Received { transfer, .. } => Delivery::Received { by, transfer: transfer.id },
        Fact::Refused { transfer, problem } => Delivery::Refused { by, transfer: transfer.id, problem },
        _ => return Err(OTHER.to_owned()),
    })
}

#[cfg(test)]
mod tests;
