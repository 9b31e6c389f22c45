use std::collections::BTreeSet;

use yishi_kernel::Timestamp;

use super::{Department, Opinion, Scope};
use crate::{State, doing::Paper};

/// What a matter comes to from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// All of it.
    pub scope: Scope,
    /// Why.
    pub reason: String,
}

/// What a village can do about what departments say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Change what the matter comes to.
    Revise(Revision),
    /// Say that a condition is met.
    MeetCondition {
        /// Whose.
        department: Department,
        /// Its number, from 1.
        condition: u32,
        /// How.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
    },
}

impl Act {
    /// Where a matter can be for it.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Act::Revise(_) => &[State::Determined, State::InProgress],
            // What is asked for after the completion holds up the acceptance, so it can be met then.
            Act::MeetCondition { .. } => &[State::Determined, State::InProgress, State::Completed],
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What the matter comes to was changed.
    Revised(Revision),
    /// Departments were asked.
    OpinionsRequested {
        /// Which asking of the matter, from 1.
        round: u32,
        /// Whom.
        departments: BTreeSet<Department>,
        /// Until when they should answer.
        due: Timestamp,
    },
    /// The village has heard what one of them says.
    OpinionHeard {
        /// Which.
        department: Department,
        /// What; no condition in it is met.
        opinion: Opinion,
        /// The numbers of its conditions that it asked for before, word for word, and that were met: they stay met.
        still_met: Vec<u32>,
        /// Those that have not agreed from now on.
        outstanding: BTreeSet<Department>,
    },
    /// A condition was met.
    ConditionMet {
        /// Whose.
        department: Department,
        /// Its number.
        condition: u32,
        /// How.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
    },
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Revised(_) => "intake.revised",
            Fact::OpinionsRequested { .. } => "intake.opinions_requested",
            Fact::OpinionHeard { .. } => "intake.opinion_heard",
            Fact::ConditionMet { .. } => "intake.condition_met",
        }
    }

    /// Whether who is asked, or what is said, changed by it.
    pub(crate) const fn is_about_opinions(&self) -> bool {
        matches!(self, Fact::OpinionsRequested { .. } | Fact::OpinionHeard { .. })
    }
}

/// Why nothing follows. Facts only, as in [`crate::Refusal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The department has no such condition.
    UnknownCondition {
        /// Whose.
        department: Department,
        /// Which.
        condition: u32,
    },
    /// The condition is met.
    ConditionMet {
        /// Whose.
        department: Department,
        /// Which.
        condition: u32,
    },
    /// What departments asked for is not met.
    ConditionsOpen {
        /// How many conditions are not.
        open: usize,
    },
}
