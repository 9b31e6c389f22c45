use yishi_kernel::{Actor, Date, UnitCode};

use super::{Inspector, Paper};
use crate::State;

/// What can be done about the work on a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Name who answers for it.
    NameOfficer {
        /// Of which unit: whoever hands it in has seen that it is the village or a unit above it.
        unit: UnitCode,
        /// Who.
        officer: Actor,
    },
    /// Plan a milestone.
    PlanMilestone {
        /// What is to be done.
        title: String,
        /// The day by which.
        due: Date,
    },
    /// Say that a milestone is reached.
    ReachMilestone {
        /// Its number, from 1.
        milestone: u32,
        /// What was done.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
    },
    /// Drop a milestone.
    DropMilestone {
        /// Its number, from 1.
        milestone: u32,
        /// Why.
        reason: String,
    },
    /// Look at the work.
    Inspect {
        /// Who looks.
        inspector: Inspector,
        /// What was seen.
        text: String,
        /// What is wrong.
        findings: Vec<String>,
        /// What shows it.
        papers: Vec<Paper>,
    },
    /// Do something about a finding.
    Rework {
        /// Its number, from 1.
        finding: u32,
        /// What was done.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
    },
    /// Look at what was done about a finding.
    Judge {
        /// Who looks.
        inspector: Inspector,
        /// Its number, from 1.
        finding: u32,
        /// Whether it is put right.
        satisfied: bool,
        /// The words.
        text: String,
    },
    /// Refuse to accept what was declared done.
    RefuseAcceptance {
        /// What is to be put right.
        text: String,
    },
}

impl Act {
    /// Where a matter can be for this to be done about it.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Act::NameOfficer { .. } => &[State::Determined, State::InProgress, State::Completed],
            Act::PlanMilestone { .. } | Act::ReachMilestone { .. } | Act::DropMilestone { .. } => {
                &[State::Determined, State::InProgress]
            }
            Act::Inspect { .. } | Act::Rework { .. } | Act::Judge { .. } => {
                &[State::InProgress, State::Completed]
            }
            Act::RefuseAcceptance { .. } => &[State::Completed],
        }
    }
}
