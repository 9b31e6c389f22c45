//! What can be asked, and what can arrive.

use yishi_kernel::{MatterId, UnitCode};

use crate::{Department, Event, Reply, State};

/// Something that is done at a unit's desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The village's matter was determined: its village answers for it from now on. Known before is no change.
    Open {
        /// Which.
        matter: MatterId,
    },
    /// An officer does something about a matter.
    Change {
        /// At whose desk.
        unit: UnitCode,
        /// Which.
        matter: MatterId,
        /// The [`crate::Desk::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// What.
        act: Act,
    },
    /// An event that another unit addressed to this one has arrived, in the order in which that unit wrote them, which
    /// is for whoever runs the rules to see to. Never refused; nothing follows when it was dealt with before, for what
    /// was read once may be read again after a restore.
    Arrive {
        /// The unit it is addressed to.
        unit: UnitCode,
        /// Its number on the way from the other unit to this one.
        number: i64,
        /// The event, as the other unit wrote it.
        letter: Event,
    },
}

/// What an officer can do about a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Raise it to the unit above. What was only offered is taken up by that, and passed on.
    Raise {
        /// Why.
        reason: String,
    },
    /// Take it up.
    Accept,
    /// Give it back to the unit below.
    Return {
        /// Why.
        reason: String,
    },
    /// Ask the unit above to give it back.
    AskBack {
        /// Why.
        reason: String,
    },
    /// Answer the unit below, which asks to have it back.
    AnswerAskBack {
        /// Whether it gets it.
        grant: bool,
        /// Why.
        reason: String,
    },
    /// Hand it to departments, in place of those that have it now.
    Assign {
        /// The one that leads.
        lead: Department,
        /// Those that help.
        helpers: Vec<Department>,
    },
    /// Say on a department's behalf whether it takes part.
    AnswerAssignment {
        /// Which department.
        department: Department,
        /// What it says.
        reply: Reply,
    },
    /// Say on a department's behalf how far it is.
    Report {
        /// Which department.
        department: Department,
        /// What it says.
        text: String,
    },
    /// Declare that nothing more has to be done.
    Resolve {
        /// What came of it.
        outcome: String,
    },
}

impl Act {
    /// The state machine: what a matter can be to a unit for this to be done.
    pub const fn wanted(&self) -> &'static [State] {
        use State::{Coordinating, Handled, Offered, Passed, Raised, Resolved};
        match self {
            // Departments at work are not left behind: the region has nobody above it anyway.
            Act::Raise { .. } => &[Offered, Handled, Resolved],
            Act::Accept => &[Offered],
            Act::Return { .. } | Act::AnswerAskBack { grant: true, .. } => {
                &[Offered, Handled, Coordinating, Resolved]
            }
            Act::AskBack { .. } => &[Raised, Passed],
            Act::AnswerAskBack { grant: false, .. } => {
                &[Offered, Handled, Raised, Passed, Coordinating, Resolved]
            }
            Act::Assign { .. } => &[Handled, Coordinating],
            Act::AnswerAssignment { .. } | Act::Report { .. } => &[Coordinating],
            Act::Resolve { .. } => &[Handled, Coordinating],
        }
    }
}
