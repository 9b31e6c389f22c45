//! Why nothing follows from an officer's command. Facts only: the words for people are kept where people are answered.

use yishi_kernel::{MatterId, UnitCode};

use crate::{Department, State};

/// Why nothing follows from an officer's command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The matter never came to the unit.
    UnknownReferral {
        /// The unit.
        unit: UnitCode,
        /// Which matter.
        matter: MatterId,
    },
    /// The desk has changed since the caller saw it.
    Stale {
        /// The version the caller has seen.
        seen: u32,
        /// The version it has now.
        current: u32,
    },
    /// The matter is something else to the unit.
    WrongState {
        /// What it is.
        state: State,
        /// What it can be for this.
        wanted: &'static [State],
    },
    /// The unit and those around it have sent the matter to and fro too often.
    TooManyChanges {
        /// How often it may be.
        limit: u32,
    },
    /// There is no unit above.
    NobodyAbove {
        /// The unit.
        unit: UnitCode,
    },
    /// There is no unit below: it is the matter's own village.
    NobodyBelow {
        /// The unit.
        unit: UnitCode,
    },
    /// The unit above has been asked already and has not answered.
    AskedAlready,
    /// The unit below asks for nothing.
    NothingAsked,
    /// Only the region hands matters to departments.
    NoCoordinator {
        /// The unit.
        unit: UnitCode,
    },
    /// A department of another unit.
    ForeignDepartment {
        /// Which.
        department: Department,
        /// The unit whose departments can be named.
        unit: UnitCode,
    },
    /// A department is named twice.
    DepartmentTwice {
        /// Which.
        department: Department,
    },
    /// More departments help than may.
    TooManyHelpers {
        /// How many may.
        limit: usize,
    },
    /// The department does not have the matter.
    NotAssigned {
        /// Which.
        department: Department,
    },
    /// The department has said whether it takes part.
    AssignmentAnswered {
        /// Which.
        department: Department,
    },
    /// The department has not said that it takes part.
    AssignmentNotAccepted {
        /// Which.
        department: Department,
    },
}
