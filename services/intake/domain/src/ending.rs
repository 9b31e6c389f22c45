//! Another end than the strike-off: a determined matter is taken over into the next year, or given up. The village asks,
//! and the unit right above decides: what was promised to villagers is not dropped by whoever promised it.

use yishi_kernel::{Timestamp, UnitCode};

use crate::{Completion, Determination, Handover, Stage, Work, codes::codes};

codes! {
    /// How a determined matter can end without being struck off.
    pub enum Ending {
        /// Taken over into the next year, under its number.
        CarriedOver = "CARRIED_OVER",
        /// Given up.
        Cancelled = "CANCELLED",
    }
}

/// That the village asked for an ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingRequest {
    /// Which request of the matter, from 1: an answer names it, so that a late one is known.
    pub number: u32,
    /// Which ending.
    pub ending: Ending,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub at: Timestamp,
    /// What the unit above said, once the village has heard.
    pub answer: Option<EndingAnswer>,
}

/// What the unit above said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingAnswer {
    /// Who.
    pub by: UnitCode,
    /// Whether it agrees.
    pub granted: bool,
    /// Its words.
    pub reason: String,
    /// When the village heard.
    pub at: Timestamp,
}

/// How far a matter had come when it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// No work on it was reported.
    Determined(Determination),
    /// Work was.
    InProgress(Work),
    /// It was declared done, and not struck off.
    Completed(Completion, Handover),
}

impl Reached {
    /// How far a matter has come that can still end; a matter that the ledger is about to settle cannot.
    pub(crate) fn of(stage: &Stage) -> Option<Self> {
        Some(match stage {
            Stage::Determined(determination) => Self::Determined(*determination),
            Stage::InProgress(work) => Self::InProgress(work.clone()),
            Stage::Completed(_, Handover::ClosingRequested { .. }) => return None,
            Stage::Completed(completion, handover) => Self::Completed(completion.clone(), *handover),
            _ => return None,
        })
    }

    /// How it was determined.
    pub const fn determination(&self) -> &Determination {
        match self {
            Self::Determined(determination) => determination,
            Self::InProgress(work) => &work.determination,
            Self::Completed(completion, _) => &completion.work.determination,
        }
    }

    /// The work, if there was a report on it.
    pub const fn work(&self) -> Option<&Work> {
        match self {
            Self::Determined(_) => None,
            Self::InProgress(work) => Some(work),
            Self::Completed(completion, _) => Some(&completion.work),
        }
    }

    /// The handler's word that the work was done, if it was given.
    pub const fn completion(&self) -> Option<&Completion> {
        match self {
            Self::Completed(completion, _) => Some(completion),
            Self::Determined(_) | Self::InProgress(_) => None,
        }
    }
}
