//! Who answers for a matter, as one unit tells another.

use yishi_kernel::{Timestamp, UnitCode};

use crate::Department;

/// Who answers for a matter and what it waits for, as far as somebody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The unit that answers for it: the last that took it up.
    pub handler: UnitCode,
    /// What it waits for.
    pub phase: Phase,
    /// When that is due, by the unit that has to do it; unknown while that unit has not confirmed to have it.
    pub due: Option<Timestamp>,
}

/// What a matter waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// For its handler.
    Handled,
    /// For the unit it was raised to.
    Raised {
        /// Which.
        addressee: UnitCode,
    },
    /// For departments.
    Coordinating {
        /// The one that leads.
        lead: Department,
        /// Those that help.
        helpers: Vec<Department>,
    },
    /// For nothing any more.
    Resolved,
}

impl Standing {
    /// A unit answers for it.
    pub const fn handled(handler: UnitCode, due: Option<Timestamp>) -> Self {
        Self { handler, phase: Phase::Handled, due }
    }

    /// A unit raised it to another.
    pub const fn raised(handler: UnitCode, addressee: UnitCode, due: Option<Timestamp>) -> Self {
        Self { handler, phase: Phase::Raised { addressee }, due }
    }

    /// With whom the matter lies: what was raised lies with its sender until it is known to have arrived.
    pub(crate) const fn lies_with(&self) -> UnitCode {
        match self.phase {
            Phase::Raised { addressee } if self.due.is_some() => addressee,
            _ => self.handler,
        }
    }
}
