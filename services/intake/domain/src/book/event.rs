//! What can follow for a book.

use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode};

use super::{BookId, Missing, Place, Snapshot, Tree};
use crate::align::{Department, Stand};

/// Something that a unit wrote about a year of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// In whose journal, and about which year.
    pub book: BookId,
    /// To whom it is addressed, if to anybody.
    pub to: Option<UnitCode>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What happened, results of policy included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The book was opened.
    Opened {
        /// What stood in it.
        snapshot: Snapshot,
        /// The tree of the year; entries from before trees were kept have none.
        tree: Option<Tree>,
    },
    /// The year end was announced.
    Announced {
        /// By whom, if not by the unit itself.
        by: Option<UnitCode>,
    },
    /// A unit right below was told of it: a letter.
    Told,
    /// An audit found something.
    FindingRecorded {
        /// The finding's number, from 1.
        finding: u32,
        /// What.
        text: String,
    },
    /// A finding was answered.
    FindingAnswered {
        /// The finding's number.
        finding: u32,
        /// The answer.
        answer: String,
    },
    /// The ledger was asked to close the year.
    SettlingRequested {
        /// Which question this is, from 1.
        asked: u32,
        /// Units below that are not waited for.
        missing: Missing,
    },
    /// The ledger could not.
    SettlingHeld {
        /// Which question was answered.
        asked: u32,
        /// What is on its way.
        in_transit: Fen,
        /// Matters for which money is committed and not paid.
        matters: u32,
        /// How much that is.
        unpaid: Fen,
    },
    /// The book was settled.
    Settled {
        /// Units below that were not waited for.
        missing: Missing,
        /// What stood in it.
        snapshot: Snapshot,
    },
    /// An entry of the settled book is wrong.
    Corrected {
        /// The correction's number, from 1.
        correction: u32,
        /// Which entry.
        corrects: Place,
        /// What is wrong with it and what would be right.
        text: String,
    },
    /// A village right below is told whether its matter may end without a strike-off: a letter.
    EndingAnswered {
        /// Which matter.
        matter: MatterId,
        /// Which request of the matter.
        number: u32,
        /// Whether it may.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// A village below is told what a department says about its matter: a letter.
    OpinionGiven {
        /// Which matter.
        matter: MatterId,
        /// Which asking it answers.
        round: u32,
        /// Which department.
        department: Department,
        /// How it stands to the matter; nothing if it takes back what it said.
        stand: Option<Stand>,
        /// Its words.
        text: String,
    },
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Opened { .. } => "intake.year_book_opened",
            Fact::Announced { .. } => "intake.year_end_announced",
            Fact::Told => "intake.year_end_told",
            Fact::FindingRecorded { .. } => "intake.finding_recorded",
            Fact::FindingAnswered { .. } => "intake.finding_answered",
            Fact::SettlingRequested { .. } => "intake.year_settling_requested",
            Fact::SettlingHeld { .. } => "intake.year_settling_held",
            Fact::Settled { .. } => "intake.year_settled",
            Fact::Corrected { .. } => "intake.year_corrected",
            Fact::EndingAnswered { .. } => "intake.ending_answered",
            Fact::OpinionGiven { .. } => "intake.opinion_given",
        }
    }

    /// Whether it is only a letter: nothing of the unit's own changes.
    pub const fn is_letter(&self) -> bool {
        matches!(self, Fact::Told | Fact::EndingAnswered { .. } | Fact::OpinionGiven { .. })
    }
}
