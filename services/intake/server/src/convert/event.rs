//! What is written into the journal, and how it is read again.

use prost::Message;
use yishi_intake_domain::{Content, Event, Fact, Progress, Supporter};
use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use crate::task::Told;

use super::fields::{count, date_from, subcategory_from, taxonomy, unit_of, wire};
use super::matter::{deliberation, deliberation_from};
use super::work::{papers, papers_from};
use super::{align, book, codes, doing, exchange, joint, map, mark, person};

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let kind = match &event.fact {
        Fact::Proposed { content: said, proposer } => {
            Kind::Proposed(pb::Proposed { content: Some(content(said)), proposer: proposer.to_string() })
        }
        Fact::Updated { content: said } => Kind::Updated(pb::Updated { content: Some(content(said)) }),
        Fact::Supported { supporter } => Kind::Supported(supported(supporter)),
        Fact::Merged { into, supporters_gained } => {
            Kind::Merged(pb::Merged { into: into.to_string(), supporters_gained: wire(*supporters_gained) })
        }
        Fact::Declined { reason } => Kind::Declined(pb::Declined { reason: reason.clone() }),
        Fact::Withdrawn { reason } => Kind::Withdrawn(pb::Withdrawn { reason: reason.clone() }),
        Fact::Deliberated(held) => {
            Kind::Deliberated(pb::Deliberated { deliberation: Some(deliberation(held)) })
        }
        Fact::Noticed { earliest_end } => {
            Kind::Noticed(pb::Noticed { earliest_end_time_us: earliest_end.as_micros() })
        }
        Fact::Objected { objection, text, objector } => Kind::Objected(pb::Objected {
            objection: wire(*objection),
            text: text.clone(),
            objector: objector.to_string(),
        }),
        Fact::Answered { objection, answer, upheld, reopened } => Kind::Answered(pb::Answered {
            objection: wire(*objection),
            answer: answer.clone(),
            upheld: *upheld,
            reopened: *reopened,
        }),
        Fact::Determined { number, due, category, cost_estimate, additional } => {
            Kind::Determined(pb::Determined {
                project_number: number.to_string(),
                due_day: due.to_string(),
                category: codes::category(*category) as i32,
                cost_estimate_fen: cost_estimate.get(),
                departments: Vec::new(),
                additional: *additional,
            })
        }
        Fact::Progressed(progress) => Kind::Progressed(pb::Progressed {
            percent: progress.percent.into(),
            spent_fen: progress.spent.get(),
            text: progress.text.clone(),
            papers_sha256: papers(progress),
            papers: doing::papers(&progress.papers),
        }),
        Fact::Completed { text } => Kind::Completed(pb::Completed { text: text.clone() }),
        Fact::Accepted => Kind::Accepted(pb::Accepted {}),
        Fact::ClosingRequested => Kind::ClosingRequested(pb::ClosingRequested {}),
        Fact::Closed { paid } => Kind::Closed(pb::Closed { paid_fen: paid.get() }),
        Fact::EndingRequested { number, ending, reason } => Kind::EndingRequested(pb::EndingRequested {
            request: wire(*number),
            state: super::ending::state(*ending) as i32,
            reason: reason.clone(),
        }),
        Fact::EndingRefused { by, reason } => Kind::EndingRefused(heard(*by, reason)),
        Fact::CarriedOver { by, reason } => Kind::CarriedOver(heard(*by, reason)),
        Fact::Cancelled { by, reason, void } => Kind::Cancelled(pb::EndingHeard {
            void_number: void.map(|number| number.to_string()).unwrap_or_default(),
            ..heard(*by, reason)
        }),
        Fact::Joint(fact) => joint::lead(event.matter, fact),
        Fact::Doing(fact) => doing::event(fact),
        Fact::Align(fact) => align::event(fact),
        Fact::Contact(fact) => person::event(fact),
    };
    pb::Event { matter: event.matter.to_string(), kind: Some(kind), ..pb::Event::default() }
}

fn supported(supporter: &Supporter) -> pb::Supported {
    match supporter {
        Supporter::Salted(digest) => pb::Supported { digest: digest.to_vec(), ..pb::Supported::default() },
        Supporter::Plain(token) => pb::Supported { supporter: token.to_string(), ..pb::Supported::default() },
    }
}

fn supporter_from(told: &pb::Supported) -> Option<Supporter> {
    if told.digest.is_empty() {
        told.supporter.parse().ok().map(Supporter::Plain)
    } else {
        told.digest.as_slice().try_into().ok().map(Supporter::Salted)
    }
}

fn heard(by: UnitCode, reason: &str) -> pb::EndingHeard {
    pb::EndingHeard { by: format!("units/{by}"), reason: reason.to_owned(), void_number: String::new() }
}

pub(super) fn content(content: &Content) -> pb::Content {
    pb::Content {
        title: content.title.clone(),
        description: content.description.clone(),
        category: codes::category(content.category) as i32,
        subcategory: content.subcategory.to_string(),
        cost_estimate_fen: content.cost_estimate.get(),
        households: wire(content.households),
        persons: wire(content.persons),
        place: content.place.clone(),
        taxonomy: taxonomy(&content.subcategory),
    }
}

/// What an entry tells, of a matter, of a part in one, of a book, of what a unit held or of the map, or what is wrong with it.
pub(crate) fn told_from(entry: &Entry) -> Result<Told, String> {
    let told = pb::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    if !told.year_book.is_empty() {
        book::event_from(entry, told).map(Told::Book)
    } else if !told.participation.is_empty() {
        joint::event_from(entry, told).map(Told::Participation)
    } else if matches!(told.kind, Some(Kind::MarkGiven(_) | Kind::MarkHeard(_))) {
        mark::event_from(entry, told).map(Told::Mark)
    } else if !told.activity.is_empty() {
        exchange::event_from(entry, told).map(Told::Activity)
    } else if !told.succession.is_empty() {
        map::event_from(entry, &told).map(Told::Map)
    } else {
        event_from(entry, told).map(Told::Matter)
    }
}

/// The event of an entry about a matter, or what is wrong with it.
fn event_from(entry: &Entry, told: pb::Event) -> Result<Event, String> {
    let matter: MatterId = told.matter.parse().map_err(|error| format!("{error}"))?;
    if matter.village != entry.unit {
        return Err(format!("{matter} is not a matter of {}", entry.unit));
    }
    let fact = told.kind.and_then(|kind| fact_from(matter, kind)).ok_or("what it holds cannot be read")?;
    if fact.kind() == entry.kind {
        Ok(Event { matter, at: entry.at, fact })
    } else {
        Err(format!("it holds {}", fact.kind()))
    }
}

fn fact_from(matter: MatterId, kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::Proposed(told) => {
            Fact::Proposed { content: content_from(told.content?)?, proposer: told.proposer.parse().ok()? }
        }
        Kind::Updated(told) => Fact::Updated { content: content_from(told.content?)? },
        Kind::Supported(told) => Fact::Supported { supporter: supporter_from(&told)? },
        Kind::Merged(told) => {
            Fact::Merged { into: told.into.parse().ok()?, supporters_gained: count(told.supporters_gained)? }
        }
        Kind::Declined(told) => Fact::Declined { reason: told.reason },
        Kind::Withdrawn(told) => Fact::Withdrawn { reason: told.reason },
        Kind::Deliberated(told) => Fact::Deliberated(deliberation_from(&told.deliberation?)?),
        Kind::Noticed(told) => {
            Fact::Noticed { earliest_end: Timestamp::from_micros(told.earliest_end_time_us) }
        }
        Kind::Objected(told) => Fact::Objected {
            objection: count(told.objection)?,
            text: told.text,
            objector: told.objector.parse().ok()?,
        },
        Kind::Answered(told) => Fact::Answered {
            objection: count(told.objection)?,
            answer: told.answer,
            upheld: told.upheld,
            reopened: told.reopened,
        },
        Kind::Determined(told) => Fact::Determined {
            number: told.project_number.parse().ok()?,
            due: date_from(&told.due_day)?,
            category: codes::category_from(told.category())?,
            cost_estimate: cost_from(told.cost_estimate_fen)?,
            additional: told.additional,
        },
        Kind::Progressed(told) => Fact::Progressed(Progress {
            percent: told.percent.try_into().ok()?,
            spent: Fen::new(told.spent_fen),
            text: told.text,
            papers_sha256: papers_from(&told.papers_sha256)?,
            papers: doing::papers_from(&told.papers)?,
        }),
        Kind::Completed(told) => Fact::Completed { text: told.text },
        Kind::Accepted(pb::Accepted {}) => Fact::Accepted,
        Kind::ClosingRequested(pb::ClosingRequested {}) => Fact::ClosingRequested,
        Kind::Closed(told) => Fact::Closed { paid: Fen::new(told.paid_fen) },
        Kind::EndingRequested(told) => Fact::EndingRequested {
            number: count(told.request)?,
            ending: super::ending::ending_from(told.state())?,
            reason: told.reason,
        },
        Kind::EndingRefused(told) => Fact::EndingRefused { by: by(&told)?, reason: told.reason },
        Kind::CarriedOver(told) => Fact::CarriedOver { by: by(&told)?, reason: told.reason },
        Kind::Cancelled(told) => Fact::Cancelled {
            by: by(&told)?,
            void: match told.void_number.as_str() {
                "" => None,
                number => Some(number.parse().ok()?),
            },
            reason: told.reason,
        },
        Kind::EndingAnswered(_)
        | Kind::YearBookOpened(_)
        | Kind::YearEndAnnounced(_)
        | Kind::YearEndTold(_)
        | Kind::FindingRecorded(_)
        | Kind::FindingAnswered(_)
        | Kind::YearSettlingRequested(_)
        | Kind::YearSettlingHeld(_)
        | Kind::YearSettled(_)
        | Kind::YearCorrected(_)
        | Kind::ActivityRecorded(_)
        | Kind::ActivityCorrected(_)
        | Kind::ActivityWithdrawn(_)
        | Kind::MarkGiven(_)
        | Kind::MarkHeard(_)
        | Kind::OpinionGiven(_)
        | Kind::VillageSucceeded(_)
        | Kind::PredecessorHeard(_) => return None,
        told @ (Kind::Revised(_)
        | Kind::OpinionsRequested(_)
        | Kind::OpinionHeard(_)
        | Kind::ConditionMet(_)) => return align::fact_from(told).map(Fact::Align),
        told @ (Kind::OfficerNamed(_)
        | Kind::MilestonePlanned(_)
        | Kind::MilestoneReached(_)
        | Kind::MilestoneDropped(_)
        | Kind::Inspected(_)
        | Kind::Reworked(_)
        | Kind::ReworkJudged(_)
        | Kind::AcceptanceRefused(_)) => return doing::fact_from(told).map(Fact::Doing),
        told @ (Kind::ContactKept(_) | Kind::ContactErased(_) | Kind::ContactRevealed(_)) => {
            return person::fact_from(told).map(Fact::Contact);
        }
        kind => Fact::Joint(joint::lead_from(matter, kind)?),
    })
}

fn by(told: &pb::EndingHeard) -> Option<UnitCode> {
    unit_of("units", &told.by)
}

pub(super) fn content_from(told: pb::Content) -> Option<Content> {
    Some(Content {
        category: codes::category_from(told.category())?,
        subcategory: subcategory_from(&told.subcategory, &told.taxonomy)?,
        cost_estimate: cost_from(told.cost_estimate_fen)?,
        households: count(told.households)?,
        persons: count(told.persons)?,
        title: told.title,
        description: told.description,
        place: told.place,
    })
}

/// Nothing costs less than nothing; the sums rely on it.
fn cost_from(fen: i64) -> Option<Fen> {
    Some(Fen::new(fen)).filter(|cost| *cost >= Fen::ZERO)
}

#[cfg(test)]
mod tests;
