//! A year book as it is served, and back: the projection keeps the served form.

use std::collections::BTreeMap;

use yishi_intake_domain::book::{
    Book, BookId, Correction, Finding, Held, Missing, Numbered, Place, Service, Settlement, Snapshot, State,
    Total, Tree,
};
use yishi_kernel::{Fen, Timestamp};
use yishi_proto::intake::v1 as pb;

use super::codes::{self, category_from, state_from};
use super::fields::{count, date_from, etag, unit_of, version, wire};

mod event;
mod failure;
mod requests;

pub(crate) use event::{event, event_from};
pub(crate) use failure::{failure, unknown};
pub(crate) use requests::book_name;

/// The served form.
pub(crate) fn book(book: &Book) -> pb::YearBook {
    let mut served = pb::YearBook {
        name: book.id.to_string(),
        state: state(book.state()) as i32,
        announce_time_us: book.announced.map_or(0, Timestamp::as_micros),
        findings: (1..).zip(&book.findings).map(|(id, found)| finding(id, found)).collect(),
        settling_requests: wire(book.asked),
        held: book.held.as_ref().map(held),
        corrections: (1..).zip(&book.corrections).map(|(id, told)| correction(id, told)).collect(),
        etag: etag(book.version),
        create_time_us: book.created.as_micros(),
        update_time_us: book.updated.as_micros(),
        ..pb::YearBook::default()
    };
    if let Some((at, stood)) = &book.opening {
        served.open_time_us = at.as_micros();
        served.opening = Some(snapshot(stood));
        served.tree = book.tree.as_ref().map(tree);
    }
    match &book.settlement {
        Settlement::Outstanding => {}
        Settlement::Asked { missing: named, at } => {
            served.missing = missing(named);
            served.settling_request_time_us = at.as_micros();
        }
        Settlement::Settled { missing: named, snapshot: stood, at } => {
            served.missing = missing(named);
            served.settle_time_us = at.as_micros();
            served.settlement = Some(snapshot(stood));
        }
    }
    served
}

fn state(state: State) -> pb::YearBookState {
    match state {
        State::Unopened => pb::YearBookState::Unopened,
        State::Open => pb::YearBookState::Open,
        State::Settling => pb::YearBookState::Settling,
        State::Settled => pb::YearBookState::Settled,
    }
}

fn finding(id: i32, found: &Finding) -> pb::Finding {
    let answer = found.answer.as_ref();
    pb::Finding {
        id,
        text: found.text.clone(),
        record_time_us: found.at.as_micros(),
        answer: answer.map(|(text, _)| text.clone()).unwrap_or_default(),
        answer_time_us: answer.map_or(0, |(_, at)| at.as_micros()),
    }
}

fn held(held: &Held) -> pb::HeldMoney {
    pb::HeldMoney {
        in_transit_fen: held.in_transit.get(),
        matters: wire(held.matters),
        unpaid_fen: held.unpaid.get(),
        hear_time_us: held.at.as_micros(),
    }
}

fn correction(id: i32, told: &Correction) -> pb::Correction {
    pb::Correction {
        id,
        corrects: Some(place(&told.corrects)),
        text: told.text.clone(),
        record_time_us: told.at.as_micros(),
    }
}

pub(super) fn place(place: &Place) -> pb::CorrectedEntry {
    let service = match place.service {
        Service::Intake => pb::JournalKeeper::Intake,
        Service::Escalation => pb::JournalKeeper::Escalation,
        Service::Funding => pb::JournalKeeper::Funding,
        Service::Appraisal => pb::JournalKeeper::Appraisal,
    };
    pb::CorrectedEntry { service: service as i32, unit: format!("units/{}", place.unit), seq: place.seq }
}

pub(super) fn service_from(service: pb::JournalKeeper) -> Option<Service> {
    Some(match service {
        pb::JournalKeeper::Intake => Service::Intake,
        pb::JournalKeeper::Escalation => Service::Escalation,
        pb::JournalKeeper::Funding => Service::Funding,
        pb::JournalKeeper::Appraisal => Service::Appraisal,
        pb::JournalKeeper::Unspecified => return None,
    })
}

pub(super) fn place_from(told: &pb::CorrectedEntry) -> Option<Place> {
    let unit = unit_of("units", &told.unit)?;
    Some(Place { service: service_from(told.service())?, unit, seq: told.seq })
}

pub(super) fn missing(missing: &Missing) -> Vec<pb::MissingUnit> {
    let named = missing.iter();
    named
        .map(|(unit, reason)| pb::MissingUnit { unit: format!("units/{unit}"), reason: reason.clone() })
        .collect()
}

pub(super) fn missing_from(told: &[pb::MissingUnit]) -> Option<Missing> {
    let named = told.iter().map(|one| Some((unit_of("units", &one.unit)?, one.reason.clone())));
    let missing: BTreeMap<_, _> = named.collect::<Option<_>>()?;
    (missing.len() == told.len()).then_some(missing)
}

pub(super) fn tree(tree: &Tree) -> pb::YearTree {
    pb::YearTree {
        day: tree.day.to_string(),
        children: tree.children.iter().map(|unit| format!("units/{unit}")).collect(),
        sha256: tree.sha256.to_vec(),
    }
}

pub(super) fn tree_from(told: &pb::YearTree) -> Option<Tree> {
    let children = told.children.iter().map(|unit| unit_of("units", unit));
    Some(Tree {
        day: date_from(&told.day)?,
        children: children.collect::<Option<_>>()?,
        sha256: told.sha256.as_slice().try_into().ok()?,
    })
}

pub(super) fn snapshot(stood: &Snapshot) -> pb::YearSnapshot {
    let totals = stood.totals.iter().map(|total| pb::YearTotal {
        state: codes::state(total.state) as i32,
        category: codes::category(total.category) as i32,
        matters: total.matters,
        cost_estimate_fen: total.cost.get(),
        determined_matters: total.determined,
        determined_cost_estimate_fen: total.determined_cost.get(),
    });
    let matters = stood.matters.iter().map(|matter| pb::NumberedMatter {
        project_number: matter.number.to_string(),
        state: codes::state(matter.state) as i32,
        cost_estimate_fen: matter.cost.get(),
    });
    pb::YearSnapshot { totals: totals.collect(), matters: matters.collect(), sha256: stood.sha256.to_vec() }
}

pub(super) fn snapshot_from(told: &pb::YearSnapshot) -> Option<Snapshot> {
    let totals = told.totals.iter().map(|total| {
        Some(Total {
            state: state_from(total.state())?,
            category: category_from(total.category())?,
            matters: total.matters,
            cost: Fen::new(total.cost_estimate_fen),
            determined: total.determined_matters,
            determined_cost: Fen::new(total.determined_cost_estimate_fen),
        })
    });
    let matters = told.matters.iter().map(|matter| {
        Some(Numbered {
            number: matter.project_number.parse().ok()?,
            state: state_from(matter.state())?,
            cost: Fen::new(matter.cost_estimate_fen),
        })
    });
    Some(Snapshot {
        totals: totals.collect::<Option<_>>()?,
        matters: matters.collect::<Option<_>>()?,
        sha256: told.sha256.as_slice().try_into().ok()?,
    })
}

/// The domain's form of what a projection holds, or what is wrong with it.
pub(crate) fn book_from(served: &pb::YearBook) -> Result<Book, String> {
    let id = served.name.parse().map_err(|error| format!("{error}"))?;
    read(id, served).ok_or_else(|| format!("{id} cannot be read"))
}

fn read(id: BookId, served: &pb::YearBook) -> Option<Book> {
    let moment = |time_us: i64| (time_us != 0).then(|| Timestamp::from_micros(time_us));
    let opening = match (moment(served.open_time_us), &served.opening) {
        (Some(at), Some(stood)) => Some((at, snapshot_from(stood)?)),
        (None, None) => None,
        _ => return None,
    };
    let tree = match &served.tree {
        Some(tree) => Some(tree_from(tree)?),
        None => None,
    };
    let named = missing_from(&served.missing)?;
    let settlement = match served.state() {
        pb::YearBookState::Settling => {
            Settlement::Asked { missing: named, at: moment(served.settling_request_time_us)? }
        }
        pb::YearBookState::Settled => Settlement::Settled {
            missing: named,
            snapshot: snapshot_from(served.settlement.as_ref()?)?,
            at: moment(served.settle_time_us)?,
        },
        pb::YearBookState::Open | pb::YearBookState::Unopened => Settlement::Outstanding,
        pb::YearBookState::Unspecified => return None,
    };
    let findings = served.findings.iter().map(|found| Finding {
        text: found.text.clone(),
        at: Timestamp::from_micros(found.record_time_us),
        answer: moment(found.answer_time_us).map(|at| (found.answer.clone(), at)),
    });
    let corrections = served.corrections.iter().map(|told| {
        Some(Correction {
            corrects: place_from(told.corrects.as_ref()?)?,
            text: told.text.clone(),
            at: Timestamp::from_micros(told.record_time_us),
        })
    });
    let held = match &served.held {
        Some(held) => Some(Held {
            in_transit: Fen::new(held.in_transit_fen),
            matters: count(held.matters)?,
            unpaid: Fen::new(held.unpaid_fen),
            at: Timestamp::from_micros(held.hear_time_us),
        }),
        None => None,
    };
    let book = Book {
        id,
        opening,
        tree,
        announced: moment(served.announce_time_us),
        findings: findings.collect(),
        asked: count(served.settling_requests)?,
        held,
        settlement,
        corrections: corrections.collect::<Option<_>>()?,
        version: version(&served.etag)?,
        created: Timestamp::from_micros(served.create_time_us),
        updated: Timestamp::from_micros(served.update_time_us),
    };
    (state(book.state()) == served.state()).then_some(book)
}

/// A book as lists show it.
pub(crate) fn in_short(book: &mut pb::YearBook) {
    book.opening = None;
    book.tree = None;
    book.settlement = None;
    book.findings.clear();
    book.missing.clear();
    book.corrections.clear();
}
