//! What can be asked of a book, and what a unit can hear.

use yishi_kernel::{Fen, MatterId, UnitCode};

use super::{BookId, Missing, Place, State};
use crate::align::{Department, Stand};

/// What somebody wants done, or what was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open a book.
    Open {
        /// Which.
        book: BookId,
    },
    /// Do something with a book there is.
    Change {
        /// Which.
        book: BookId,
        /// The [`super::Book::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// What.
        act: Act,
    },
    /// Say whether a matter of a village right below may end without a strike-off.
    AnswerEnding {
        /// The unit that says so.
        by: UnitCode,
        /// Which matter.
        matter: MatterId,
        /// The [`crate::Matter::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// Whether it may.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// Say how a department of a county stands to a matter of one of its villages.
    GiveOpinion {
        /// The county.
        by: UnitCode,
        /// Which matter.
        matter: MatterId,
        /// The [`crate::Matter::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// Which department.
        department: Department,
        /// How; nothing to take back what it said.
        stand: Option<Stand>,
        /// Its words.
        text: String,
    },
    /// Take note of what another unit, or the ledger, says.
    Hear(Heard),
}

/// What can be done with a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Announce the year end to all below.
    Announce,
    /// Record what an audit found.
    RecordFinding {
        /// What.
        text: String,
    },
    /// Answer a finding.
    AnswerFinding {
        /// Its number, from 1.
        finding: u32,
        /// The answer.
        answer: String,
    },
    /// Settle it.
    Settle {
        /// Units right below that are not waited for.
        missing: Missing,
    },
    /// Record what is wrong with an entry of a settled book.
    Correct {
        /// Which entry.
        corrects: Place,
        /// What is wrong with it and what would be right.
        text: String,
    },
}

impl Act {
    /// How far a book can be for this to be done with it.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Act::Announce | Act::RecordFinding { .. } | Act::AnswerFinding { .. } | Act::Settle { .. } => {
                &[State::Open]
            }
            Act::Correct { .. } => &[State::Settled],
        }
    }
}

/// What has happened elsewhere. It is never refused: it applies, or nothing follows from it; a second time nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The unit right above has announced the year end.
    YearEnd {
        /// To whose book.
        book: BookId,
        /// Who: whoever hands it in has seen that this is the unit right above.
        by: UnitCode,
    },
    /// The ledger has closed the year for this unit.
    MoneyRests {
        /// Of which book.
        book: BookId,
        /// Which question it answers.
        asked: u32,
    },
    /// The ledger cannot close the year.
    MoneyMoves {
        /// Of which book.
        book: BookId,
        /// Which question it answers.
        asked: u32,
        /// What is on its way.
        in_transit: Fen,
        /// Matters for which money is committed and not paid.
        matters: u32,
        /// How much that is.
        unpaid: Fen,
    },
}

impl Heard {
    /// Whose book it is about.
    pub const fn book(&self) -> BookId {
        match self {
            Heard::YearEnd { book, .. } | Heard::MoneyRests { book, .. } | Heard::MoneyMoves { book, .. } => {
                *book
            }
        }
    }
}
