//! Why nothing follows for a book. Facts only: the words for people are kept where people are answered.

use yishi_kernel::{Date, MatterId, Timestamp, UnitCode};

use super::{BookId, State};

use crate::align::Department;

/// Why nothing follows from a command about a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such book.
    UnknownBook {
        /// Which.
        book: BookId,
    },
    /// There is no such matter, as far as is known here.
    UnknownMatter {
        /// Which.
        matter: MatterId,
    },
    /// It has changed since the caller saw it.
    Stale {
        /// The version the caller has seen.
        seen: u32,
        /// The version it has now.
        current: u32,
    },
    /// The book is at another point of its year.
    WrongState {
        /// Where it is.
        state: State,
        /// Where it can be for this.
        wanted: &'static [State],
    },
    /// The book was opened before.
    AlreadyOpened {
        /// When.
        at: Timestamp,
    },
    /// Proposals for the year are still taken, or not even yet.
    SeasonNotOver {
        /// The last day on which they are.
        closes: Date,
        /// Today.
        today: Date,
    },
    /// The year end was announced before.
    AlreadyAnnounced {
        /// When.
        at: Timestamp,
    },
    /// The year end was not announced.
    NotAnnounced,
    /// The book has as many findings as it may.
    TooManyFindings {
        /// How many that is.
        limit: u32,
    },
    /// The book has no such finding.
    UnknownFinding {
        /// Which.
        finding: u32,
    },
    /// The finding has its answer.
    FindingAnswered {
        /// Which.
        finding: u32,
    },
    /// Findings have no answer yet.
    FindingsOpen {
        /// Which.
        open: Vec<u32>,
    },
    /// Determined matters of the village have not come to an end.
    MattersOpen {
        /// Which.
        open: Vec<MatterId>,
    },
    /// Villages still plan together what the village leads, or what it keeps or has given a slot for.
    JointOpen {
        /// Matters that it leads and has not fixed.
        plans: u16,
        /// Matters of others that have not come to an end.
        participations: u16,
    },
    /// A unit that is named as missing is not right below.
    NotBelow {
        /// Which.
        unit: UnitCode,
    },
    /// A unit that is named as missing has settled.
    NotMissing {
        /// Which.
        unit: UnitCode,
    },
    /// Units right below have not settled, and are not named as missing.
    BelowOpen {
        /// Which.
        units: Vec<UnitCode>,
    },
    /// The book has as many corrections as it may.
    TooManyCorrections {
        /// How many that is.
        limit: u32,
    },
    /// The entry to be corrected is of a unit that the book does not cover.
    OutsideBook {
        /// Which.
        unit: UnitCode,
    },
    /// The village does not ask for an ending of the matter, or has its answer.
    EndingNotRequested {
        /// Which matter.
        matter: MatterId,
    },
    /// Nobody asks the department about the matter.
    OpinionNotAsked {
        /// Which matter.
        matter: MatterId,
        /// Which department.
        department: Department,
    },
}
