//! The year book of a unit: opened once with a snapshot, audited in mid-year, settled once at the end, and immutable
//! from then on. What is found wrong later is an entry that names what it corrects.
//!
//! As for matters, three functions are all there is: [`reads`] names what a command must see, [`decide`] says what
//! follows from it or why nothing does, [`evolve`] applies what followed. How a book is settled with the ledger's help
//! stands in [`settling`].

mod command;
mod event;
mod evolve;
mod id;
mod keys;
mod refusal;
mod rules;
mod snapshot;
mod tree;

pub use command::{Act, Command, Heard};
pub use event::{Event, Fact};
pub use evolve::{Misfit, evolve};
pub use id::{BookId, BookIdError};
pub use keys::{reads, touches};
pub use refusal::Refusal;
pub use rules::{Rules, decide, settling};
pub use snapshot::{Numbered, Snapshot, Total};
pub use tree::Tree;

use std::collections::BTreeMap;

use yishi_kernel::{Fen, Timestamp, UnitCode};

use crate::codes::codes;

codes! {
    /// How far a year book is.
    pub enum State {
        /// The year end was announced to a unit that had not opened its book.
        Unopened = "UNOPENED",
        /// 年初建账: it is kept.
        Open = "OPEN",
        /// The ledger was asked whether the year's money has come to rest.
        Settling = "SETTLING",
        /// 年底交账: nothing of it changes any more.
        Settled = "SETTLED",
    }
}

codes! {
    /// The services that keep journals.
    pub enum Service {
        /// Matters, and year books.
        Intake = "INTAKE",
        /// Who answers for a matter.
        Escalation = "ESCALATION",
        /// Money.
        Funding = "FUNDING",
        /// Scores and rewards.
        Appraisal = "APPRAISAL",
    }
}

/// The book of one unit and year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Which.
    pub id: BookId,
    /// When it was opened, and what stood in it then.
    pub opening: Option<(Timestamp, Snapshot)>,
    /// The tree of the year as it was frozen then; nothing, if the book was opened before trees were kept.
    pub tree: Option<Tree>,
    /// When the year end was announced to the unit, or by it.
    pub announced: Option<Timestamp>,
    /// What was found in mid-year; the first has the number 1.
    pub findings: Vec<Finding>,
    /// How often the ledger was asked whether the year's money has come to rest.
    pub asked: u32,
    /// What was in the way the last time.
    pub held: Option<Held>,
    /// Whether it is settled.
    pub settlement: Settlement,
    /// What was found wrong after it was settled; the first has the number 1.
    pub corrections: Vec<Correction>,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
    /// When the first entry of it was written.
    pub created: Timestamp,
    /// When the last one was.
    pub updated: Timestamp,
}

/// Units right below that have not settled, and why the unit does not wait for them.
pub type Missing = BTreeMap<UnitCode, String>;

/// Whether a book is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// No.
    Outstanding,
    /// The ledger was asked, and has not answered.
    Asked {
        /// Units below that are not waited for.
        missing: Missing,
        /// When.
        at: Timestamp,
    },
    /// Yes.
    Settled {
        /// Units below that were not waited for.
        missing: Missing,
        /// What stood in the book at the end.
        snapshot: Snapshot,
        /// When.
        at: Timestamp,
    },
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub text: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// The unit's answer and when it was given, once it was.
    pub answer: Option<(String, Timestamp)>,
}

/// Money of the year that has not come to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// On its way between the unit and another one.
    pub in_transit: Fen,
    /// Matters of the year for which money is committed and not paid.
    pub matters: u32,
    /// How much that is.
    pub unpaid: Fen,
    /// When the unit heard.
    pub at: Timestamp,
}

/// A later word about what stands in a settled book, which stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The entry that it corrects.
    pub corrects: Place,
    /// What is wrong with it and what would be right.
    pub text: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// An entry of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Of which service.
    pub service: Service,
    /// Of which unit.
    pub unit: UnitCode,
    /// Its number, from 1.
    pub seq: i64,
}

impl Book {
    /// A book of which nothing is known yet but that the year ends.
    pub(crate) fn new(id: BookId, at: Timestamp) -> Self {
        Self {
            id,
            opening: None,
            tree: None,
            announced: None,
            findings: Vec::new(),
            asked: 0,
            held: None,
            settlement: Settlement::Outstanding,
            corrections: Vec::new(),
            version: 0,
            created: at,
            updated: at,
        }
    }

    /// How far it is.
    pub const fn state(&self) -> State {
        match (&self.settlement, &self.opening) {
            (Settlement::Settled { .. }, _) => State::Settled,
            (Settlement::Asked { .. }, _) => State::Settling,
            (Settlement::Outstanding, Some(_)) => State::Open,
            (Settlement::Outstanding, None) => State::Unopened,
        }
    }

    /// The numbers of findings without an answer.
    pub fn open_findings(&self) -> impl Iterator<Item = u32> {
        let open = (1..).zip(&self.findings).filter(|(_, finding)| finding.answer.is_none());
        open.map(|(number, _)| number)
    }
}
