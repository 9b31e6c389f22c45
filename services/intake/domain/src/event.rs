//! What can follow from a command.

use yishi_kernel::{Actor, Date, Fen, MatterId, ProjectNumber, Timestamp, UnitCode};

use crate::{Category, Content, Deliberation, Ending, Progress, Supporter, align, contact, doing, joint};

/// Something that happened to a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which matter.
    pub matter: MatterId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What happened, results of policy included: no later reader asks what the policy was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// It was put forward.
    Proposed {
        /// What it says.
        content: Content,
        /// Who put it forward.
        proposer: Actor,
    },
    /// It was changed.
    Updated {
        /// All that it says now.
        content: Content,
    },
    /// A villager backed it.
    Supported {
        /// Who.
        supporter: Supporter,
    },
    /// It was folded into another.
    Merged {
        /// Which other.
        into: MatterId,
        /// By how many the other's supporters grew: those who did not back it already.
        supporters_gained: u32,
    },
    /// It was turned down.
    Declined {
        /// Why.
        reason: String,
    },
    /// It was taken back.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// A meeting was recorded; its outcome says whether the matter moved on.
    Deliberated(Deliberation),
    /// The decision was hung out.
    Noticed {
        /// When the notice may end at the earliest.
        earliest_end: Timestamp,
    },
    /// Somebody objected.
    Objected {
        /// The objection's number, from 1.
        objection: u32,
        /// What there is against it.
        text: String,
        /// Who objects.
        objector: Actor,
    },
    /// An objection was answered.
    Answered {
        /// The objection's number.
        objection: u32,
        /// The answer.
        answer: String,
        /// Whether it agrees with the objection.
        upheld: bool,
        /// Whether it ended the notice and the matter is to be deliberated anew.
        reopened: bool,
    },
    /// It was fixed for its year.
    Determined {
        /// Its number.
        number: ProjectNumber,
        /// The day by which it is to be completed.
        due: Date,
        /// The category it is counted under.
        category: Category,
        /// What it costs by estimate.
        cost_estimate: Fen,
        /// Whether it is one more than villages have in a year.
        additional: bool,
    },
    /// The work was reported on.
    Progressed(Progress),
    /// It was declared done.
    Completed {
        /// What was achieved.
        text: String,
    },
    /// The supervision committee accepted it.
    Accepted,
    /// The ledger was asked to settle it.
    ClosingRequested,
    /// It was settled and struck off.
    Closed {
        /// What the ledger paid for it in all.
        paid: Fen,
    },
    /// The unit above was asked to let it end without a strike-off.
    EndingRequested {
        /// Which request of the matter, from 1.
        number: u32,
        /// Which ending.
        ending: Ending,
        /// Why.
        reason: String,
    },
    /// The unit above did not agree.
    EndingRefused {
        /// Who.
        by: UnitCode,
        /// Why.
        reason: String,
    },
    /// It was taken over into the next year.
    CarriedOver {
        /// Who agreed.
        by: UnitCode,
        /// With which words.
        reason: String,
    },
    /// It was given up.
    Cancelled {
        /// Who agreed.
        by: UnitCode,
        /// With which words.
        reason: String,
        /// Its number, which is used and void from now on; entries from before do not say so.
        void: Option<ProjectNumber>,
    },
    /// Something between the villages that plan it together.
    Joint(joint::LeadFact),
    /// Something about the work.
    Doing(doing::Fact),
    /// Something about what departments say.
    Align(align::Fact),
    /// Something about the proposer's contact.
    Contact(contact::Fact),
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Proposed { .. } => "intake.proposed",
            Fact::Updated { .. } => "intake.updated",
            Fact::Supported { .. } => "intake.supported",
            Fact::Merged { .. } => "intake.merged",
            Fact::Declined { .. } => "intake.declined",
            Fact::Withdrawn { .. } => "intake.withdrawn",
            Fact::Deliberated(_) => "intake.deliberated",
            Fact::Noticed { .. } => "intake.noticed",
            Fact::Objected { .. } => "intake.objected",
            Fact::Answered { .. } => "intake.answered",
            Fact::Determined { .. } => "intake.determined",
            Fact::Progressed(_) => "intake.progressed",
            Fact::Completed { .. } => "intake.completed",
            Fact::Accepted => "intake.accepted",
            Fact::ClosingRequested => "intake.closing_requested",
            Fact::Closed { .. } => "intake.closed",
            Fact::EndingRequested { .. } => "intake.ending_requested",
            Fact::EndingRefused { .. } => "intake.ending_refused",
            Fact::CarriedOver { .. } => "intake.carried_over",
            Fact::Cancelled { .. } => "intake.cancelled",
            Fact::Joint(fact) => fact.kind(),
            Fact::Doing(fact) => fact.kind(),
            Fact::Align(fact) => fact.kind(),
            Fact::Contact(fact) => fact.kind(),
        }
    }

    /// The digests of the photographs that came with it.
    pub(crate) fn photographs(&self) -> Vec<[u8; 32]> {
        match self {
            Fact::Progressed(progress) => doing::photographs(&progress.papers).collect(),
            Fact::Doing(fact) => fact.photographs().collect(),
            Fact::Align(align::Fact::ConditionMet { papers, .. }) => doing::photographs(papers).collect(),
            _ => Vec::new(),
        }
    }
}
