//! A matter and where it is in its life.

use yishi_kernel::{Actor, MatterId, Timestamp};

use crate::{
    Completion, Content, Deliberation, Determination, EndingRequest, Handover, Reached, StrikeOff, Work,
    align::Alignment, codes::codes, contact::Contact, doing::Doing, exchange::mark::Marks, joint::Plan,
};

codes! {
    /// The programme's codes for where a matter is in its life.
    pub enum State {
        /// 提事
        Proposed = "PROPOSED",
        /// 议事
        Deliberated = "DELIBERATED",
        /// 公示
        Noticed = "NOTICED",
        /// 定事
        Determined = "DETERMINED",
        /// Being carried out.
        InProgress = "IN_PROGRESS",
        /// Declared done.
        Completed = "COMPLETED",
        /// 销号
        Closed = "CLOSED",
        /// Folded into another matter.
        Merged = "MERGED",
        /// Turned down by the village.
        Declined = "DECLINED",
        /// Taken back by its proposer.
        Withdrawn = "WITHDRAWN",
        /// Given up after it was determined.
        Cancelled = "CANCELLED",
        /// Taken over into the next year.
        CarriedOver = "CARRIED_OVER",
    }
}

/// Where a matter is in its life, with the facts that belong to being there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Put forward, or back from a notice that ended in an upheld objection.
    Proposed,
    /// A meeting decided for it.
    Deliberated,
    /// The decision hangs out.
    Noticed(Notice),
    /// Fixed for the year.
    Determined(Determination),
    /// Being carried out.
    InProgress(Work),
    /// Declared done, and being handed over.
    Completed(Completion, Handover),
    /// Struck off.
    Closed(StrikeOff),
    /// Folded into another matter.
    Merged {
        /// Which.
        into: MatterId,
    },
    /// Turned down.
    Declined {
        /// Why.
        reason: String,
    },
    /// Taken back.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// Given up; [`Matter::ending`] tells why and by whose leave.
    Cancelled(Reached),
    /// Taken over into the next year; [`Matter::ending`] tells why and by whose leave.
    CarriedOver(Reached),
}

impl Stage {
    /// The stage's code.
    pub const fn state(&self) -> State {
        match self {
            Stage::Proposed => State::Proposed,
            Stage::Deliberated => State::Deliberated,
            Stage::Noticed(_) => State::Noticed,
            Stage::Determined(_) => State::Determined,
            Stage::InProgress(_) => State::InProgress,
            Stage::Completed(..) => State::Completed,
            Stage::Closed(_) => State::Closed,
            Stage::Merged { .. } => State::Merged,
            Stage::Declined { .. } => State::Declined,
            Stage::Withdrawn { .. } => State::Withdrawn,
            Stage::Cancelled(_) => State::Cancelled,
            Stage::CarriedOver(_) => State::CarriedOver,
        }
    }

    /// The village may still decide this way or that.
    pub const fn is_undecided(&self) -> bool {
        matches!(self, Stage::Proposed | Stage::Deliberated | Stage::Noticed(_))
    }
}

/// A decision that hangs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Since when.
    pub published: Timestamp,
    /// When it may end at the earliest.
    pub earliest_end: Timestamp,
    /// An objection to it was upheld: it ends in a new deliberation as soon as all are answered.
    pub upheld: bool,
}

/// What somebody has against a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// What.
    pub text: String,
    /// Who, by an opaque token.
    pub objector: Actor,
    /// When it was filed.
    pub filed: Timestamp,
    /// The village's answer, once there is one.
    pub answer: Option<Answer>,
}

/// The village's answer to an objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Whether it agrees with the objection.
    pub upheld: bool,
    /// When it was given.
    pub at: Timestamp,
}

/// One matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Which.
    pub id: MatterId,
    /// What it says.
    pub content: Content,
    /// Who put it forward.
    pub proposer: Actor,
    /// How many villagers back it, those of matters merged into it included.
    pub supporters: u32,
    /// The latest meeting, whatever came of it.
    pub deliberation: Option<Deliberation>,
    /// All objections ever filed; the first has the number 1.
    pub objections: Vec<Objection>,
    /// Where it is in its life.
    pub stage: Stage,
    /// The latest request to end it without a strike-off, and what came of it.
    pub ending: Option<EndingRequest>,
    /// What was last planned together with other villages, given up or not.
    pub joint: Option<Plan>,
    /// Who answers for the work, what is to be done by when, and what inspections found.
    pub doing: Doing,
    /// What the county's departments say; nothing where none must agree.
    pub alignment: Option<Alignment>,
    /// That the proposer's contact is kept.
    pub contact: Option<Contact>,
    /// Who holds it up to others, and why.
    pub examples: Marks,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
    /// When it was proposed.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Matter {
    /// The code of its stage.
    pub const fn state(&self) -> State {
        self.stage.state()
    }

    /// The notice that hangs out, or that hung out before the matter was determined.
    pub fn notice(&self) -> Option<&Notice> {
        match &self.stage {
            Stage::Noticed(notice) => Some(notice),
            stage => stage.determination().map(|determination| &determination.notice),
        }
    }

    /// The request to end it that has no answer yet.
    pub fn ending_waits(&self) -> Option<&EndingRequest> {
        self.ending.as_ref().filter(|asked| asked.answer.is_none())
    }

    /// The plan under which it is a joint matter, unless that was given up.
    pub fn plan(&self) -> Option<&Plan> {
        self.joint.as_ref().filter(|plan| !plan.dropped)
    }

    /// The objection of that number, from 1.
    pub fn objection(&self, number: u32) -> Option<&Objection> {
        self.objections.get(index(number)?)
    }

    pub(crate) fn objection_mut(&mut self, number: u32) -> Option<&mut Objection> {
        self.objections.get_mut(index(number)?)
    }

    /// The numbers of objections without an answer.
    pub fn open_objections(&self) -> impl Iterator<Item = u32> {
        (1..)
            .zip(&self.objections)
            .filter(|(_, objection)| objection.answer.is_none())
            .map(|(number, _)| number)
    }
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
