//! What is written into the journal about a unit's year, and how it is read again.

use yishi_intake_domain::book::{BookId, Event, Fact};
use yishi_kernel::Fen;
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::super::align;
use super::super::fields::{count, unit_of, wire};
use super::{missing, missing_from, place, place_from, snapshot, snapshot_from, tree, tree_from};

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let kind = match &event.fact {
        Fact::Opened { snapshot: stood, tree: frozen } => Kind::YearBookOpened(pb::YearBookOpened {
            snapshot: Some(snapshot(stood)),
            tree: frozen.as_ref().map(tree),
        }),
        Fact::Announced { by } => Kind::YearEndAnnounced(pb::YearEndAnnounced {
            by: by.map(|unit| format!("units/{unit}")).unwrap_or_default(),
        }),
        Fact::Told => Kind::YearEndTold(pb::YearEndTold {}),
        Fact::FindingRecorded { finding, text } => {
            Kind::FindingRecorded(pb::FindingRecorded { finding: wire(*finding), text: text.clone() })
        }
        Fact::FindingAnswered { finding, answer } => {
            Kind::FindingAnswered(pb::FindingAnswered { finding: wire(*finding), answer: answer.clone() })
        }
        Fact::SettlingRequested { asked, missing: named } => {
            Kind::YearSettlingRequested(pb::YearSettlingRequested {
                request: wire(*asked),
                missing: missing(named),
            })
        }
        Fact::SettlingHeld { asked, in_transit, matters, unpaid } => {
            Kind::YearSettlingHeld(pb::YearSettlingHeld {
                request: wire(*asked),
                in_transit_fen: in_transit.get(),
                matters: wire(*matters),
                unpaid_fen: unpaid.get(),
            })
        }
        Fact::Settled { missing: named, snapshot: stood } => {
            Kind::YearSettled(pb::YearSettled { missing: missing(named), snapshot: Some(snapshot(stood)) })
        }
        Fact::Corrected { correction, corrects, text } => Kind::YearCorrected(pb::YearCorrected {
            correction: wire(*correction),
            corrects: Some(place(corrects)),
            text: text.clone(),
        }),
        Fact::EndingAnswered { matter, number, granted, reason } => {
            Kind::EndingAnswered(pb::EndingAnswered {
                matter: matter.to_string(),
                request: wire(*number),
                granted: *granted,
                reason: reason.clone(),
            })
        }
        Fact::OpinionGiven { matter, round, department, stand, text } => {
            align::given(*matter, *round, department, stand.as_ref(), text)
        }
    };
    pb::Event { year_book: event.book.to_string(), kind: Some(kind), ..pb::Event::default() }
}

/// The event of an entry about a unit's year, or what is wrong with it.
pub(crate) fn event_from(entry: &Entry, told: pb::Event) -> Result<Event, String> {
    let book: BookId = told.year_book.parse().map_err(|error| format!("{error}"))?;
    if book.unit != entry.unit {
        return Err(format!("{book} is not a book of {}", entry.unit));
    }
    let fact = told.kind.and_then(fact_from).ok_or("what it holds cannot be read")?;
    if fact.kind() == entry.kind {
        Ok(Event { book, to: entry.to.map(|(unit, _)| unit), at: entry.at, fact })
    } else {
        Err(format!("it holds {}", fact.kind()))
    }
}

fn fact_from(kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::YearBookOpened(told) => {
            let tree = match &told.tree {
                Some(tree) => Some(tree_from(tree)?),
                None => None,
            };
            Fact::Opened { snapshot: snapshot_from(&told.snapshot?)?, tree }
        }
        Kind::YearEndAnnounced(told) if told.by.is_empty() => Fact::Announced { by: None },
        Kind::YearEndAnnounced(told) => Fact::Announced { by: Some(unit_of("units", &told.by)?) },
        Kind::YearEndTold(pb::YearEndTold {}) => Fact::Told,
        Kind::FindingRecorded(told) => {
            Fact::FindingRecorded { finding: count(told.finding)?, text: told.text }
        }
        Kind::FindingAnswered(told) => {
            Fact::FindingAnswered { finding: count(told.finding)?, answer: told.answer }
        }
        Kind::YearSettlingRequested(told) => {
            Fact::SettlingRequested { asked: count(told.request)?, missing: missing_from(&told.missing)? }
        }
        Kind::YearSettlingHeld(told) => Fact::SettlingHeld {
            asked: count(told.request)?,
            in_transit: Fen::new(told.in_transit_fen),
            matters: count(told.matters)?,
            unpaid: Fen::new(told.unpaid_fen),
        },
        Kind::YearSettled(told) => {
            Fact::Settled { missing: missing_from(&told.missing)?, snapshot: snapshot_from(&told.snapshot?)? }
        }
        Kind::YearCorrected(told) => Fact::Corrected {
            correction: count(told.correction)?,
            corrects: place_from(&told.corrects?)?,
            text: told.text,
        },
        Kind::EndingAnswered(told) => Fact::EndingAnswered {
            matter: told.matter.parse().ok()?,
            number: count(told.request)?,
            granted: told.granted,
            reason: told.reason,
        },
        Kind::OpinionGiven(told) => align::given_from(told)?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
