//! A matter from its determination to its strike-off. Each step owns the one before, so that a matter cannot be
//! accepted that was never declared done, nor closed that was never accepted.

use yishi_kernel::{Date, Fen, ProjectNumber, Timestamp};

use crate::{Notice, Stage, doing::Paper};

/// A matter was fixed for its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Determination {
    /// Its project number.
    pub number: ProjectNumber,
    /// When; the notice ended then too.
    pub at: Timestamp,
    /// The day by which it is to be completed.
    pub due: Date,
    /// The notice it went through.
    pub notice: Notice,
    /// Whether it is one more than villages have in a year, as policy allows.
    pub additional: bool,
}

/// What a report says: how far the work has come in all. Figures and texts are within [`crate::limits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How much is done, in per cent.
    pub percent: u8,
    /// How much has been spent so far, by the handler's own account.
    pub spent: Fen,
    /// What was done.
    pub text: String,
    /// SHA-256 of photographs and papers.
    pub papers_sha256: Vec<[u8; 32]>,
    /// Photographs and papers of which more is told.
    pub papers: Vec<Paper>,
}

/// A determined matter that has been reported on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// How it was determined.
    pub determination: Determination,
    /// The latest report.
    pub progress: Progress,
    /// When that was recorded.
    pub reported: Timestamp,
}

/// The handler's word that the work is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The work.
    pub work: Work,
    /// What was achieved.
    pub text: String,
    /// When the word was given.
    pub at: Timestamp,
}

impl Completion {
    /// Whether it came on the day it was due or before.
    pub fn on_time(&self) -> bool {
        self.at.date() <= self.work.determination.due
    }
}

/// How far a completed matter is on its way to its strike-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover {
    /// The supervision committee has not accepted it yet.
    Awaited,
    /// It has.
    Accepted {
        /// When.
        at: Timestamp,
    },
    /// The ledger has been asked to settle it.
    ClosingRequested {
        /// When it was accepted.
        accepted: Timestamp,
        /// When that was asked.
        at: Timestamp,
    },
}

/// A matter struck off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrikeOff {
    /// The handler's word.
    pub completion: Completion,
    /// When the supervision committee accepted it.
    pub accepted: Timestamp,
    /// When the ledger was asked to settle it.
    pub requested: Timestamp,
    /// When it was struck off.
    pub at: Timestamp,
    /// What the ledger paid for it in all.
    pub paid: Fen,
}

impl Stage {
    /// How the matter was determined, if it was.
    pub const fn determination(&self) -> Option<&Determination> {
        match self {
            Stage::Determined(determination) => Some(determination),
            Stage::Cancelled(reached) | Stage::CarriedOver(reached) => Some(reached.determination()),
            _ => match self.work() {
                Some(work) => Some(&work.determination),
                None => None,
            },
        }
    }

    /// Its number, if that is void: used, and of a matter that will not be carried out.
    pub const fn void_number(&self) -> Option<ProjectNumber> {
        match self {
            Stage::Cancelled(reached) => Some(reached.determination().number),
            _ => None,
        }
    }

    /// Whether a determined matter has come to its end, one way or the other.
    pub const fn is_over(&self) -> bool {
        matches!(self, Stage::Closed(_) | Stage::Cancelled(_) | Stage::CarriedOver(_))
    }

    /// The work, once there was a report on it.
    pub const fn work(&self) -> Option<&Work> {
        match self {
            Stage::InProgress(work) => Some(work),
            Stage::Cancelled(reached) | Stage::CarriedOver(reached) => reached.work(),
            _ => match self.completion() {
                Some(completion) => Some(&completion.work),
                None => None,
            },
        }
    }

    /// The handler's word that the work is done, once it was given.
    pub const fn completion(&self) -> Option<&Completion> {
        match self {
            Stage::Completed(completion, _) => Some(completion),
            Stage::Closed(strike_off) => Some(&strike_off.completion),
            Stage::Cancelled(reached) | Stage::CarriedOver(reached) => reached.completion(),
            _ => None,
        }
    }

    pub(crate) fn progressed(&self, progress: &Progress, at: Timestamp) -> Option<Self> {
        let determination = match self {
            Stage::Determined(determination) => *determination,
            Stage::InProgress(work) => work.determination,
            _ => return None,
        };
        Some(Stage::InProgress(Work { determination, progress: progress.clone(), reported: at }))
    }

    pub(crate) fn completed(&self, text: &str, at: Timestamp) -> Option<Self> {
        let Stage::InProgress(work) = self else { return None };
        let completion = Completion { work: work.clone(), text: text.to_owned(), at };
        Some(Stage::Completed(completion, Handover::Awaited))
    }

    pub(crate) fn accepted(&self, at: Timestamp) -> Option<Self> {
        let Stage::Completed(completion, Handover::Awaited) = self else { return None };
        Some(Stage::Completed(completion.clone(), Handover::Accepted { at }))
    }

    pub(crate) fn closing_requested(&self, at: Timestamp) -> Option<Self> {
        let Stage::Completed(completion, Handover::Accepted { at: accepted }) = self else { return None };
        Some(Stage::Completed(completion.clone(), Handover::ClosingRequested { accepted: *accepted, at }))
    }

    pub(crate) fn closed(&self, paid: Fen, at: Timestamp) -> Option<Self> {
        let Stage::Completed(completion, Handover::ClosingRequested { accepted, at: requested }) = self
        else {
            return None;
        };
        let (completion, accepted, requested) = (completion.clone(), *accepted, *requested);
        Some(Stage::Closed(StrikeOff { completion, accepted, requested, at, paid }))
    }
}
