//! What can follow for a joint matter: in the lead's journal, and in a partner's.

use yishi_kernel::{Date, ProjectNumber, Timestamp, UnitCode};

use super::{ParticipationId, State, Terms};
use crate::{Content, Deliberation, codes::codes};

codes! {
    /// What brought it about that a partner is let go.
    pub enum Cause {
        /// It asked for it.
        Left = "LEFT",
        /// It is not among the villages of the next terms.
        NotInvitedAgain = "NOT_INVITED_AGAIN",
        /// The lead goes on alone.
        Dropped = "DROPPED",
        /// The lead's own meeting did not decide for the matter.
        NotCarried = "NOT_CARRIED",
        /// The lead turned the matter down.
        Declined = "DECLINED",
        /// The matter was taken back.
        Withdrawn = "WITHDRAWN",
        /// The matter was folded into another.
        Merged = "MERGED",
    }
}

/// What follows from a command: something in the lead's journal, about the matter, or something in a partner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follow {
    /// Of the matter.
    Matter(crate::Event),
    /// Of a partner's part in it.
    Participation(Event),
}

/// What happened to a joint matter in the lead's journal. Those that name a village are letters to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadFact {
    /// Terms were offered; those before are void.
    Invited {
        /// The terms.
        terms: Terms,
        /// Whether the matter is to be deliberated anew.
        reopened: bool,
    },
    /// A village was asked.
    Offered {
        /// Which.
        village: UnitCode,
        /// What the matter says.
        content: Content,
        /// What is offered.
        terms: Terms,
    },
    /// A partner's answer was heard.
    Answered {
        /// Whose; this is no letter.
        partner: UnitCode,
        /// Why not, if it does not agree.
        declined: Option<String>,
    },
    /// The plan was given up: the matter is the lead's own again.
    Dropped {
        /// What brought it about.
        cause: Cause,
        /// The lead's words, if it had any.
        reason: String,
        /// Whether the matter is to be deliberated anew.
        reopened: bool,
    },
    /// A partner was let go.
    Released {
        /// Which.
        village: UnitCode,
        /// The last terms with it.
        terms: u32,
        /// What brought it about.
        cause: Cause,
        /// Words, if there are any.
        reason: String,
    },
    /// A partner was told that the matter is fixed.
    Determined {
        /// Which.
        village: UnitCode,
        /// Under which terms.
        terms: u32,
        /// The matter's number.
        number: ProjectNumber,
        /// The day by which it is to be completed.
        due: Date,
    },
    /// A partner was told that the matter has come to its end.
    Ended {
        /// Which.
        village: UnitCode,
        /// CLOSED, CANCELLED or CARRIED_OVER.
        state: State,
    },
}

impl LeadFact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            LeadFact::Invited { .. } => "intake.villages_invited",
            LeadFact::Offered { .. } => "intake.joint_offered",
            LeadFact::Answered { .. } => "intake.joint_answered",
            LeadFact::Dropped { .. } => "intake.joint_plan_dropped",
            LeadFact::Released { .. } => "intake.joint_released",
            LeadFact::Determined { .. } => "intake.joint_determined",
            LeadFact::Ended { .. } => "intake.joint_ended",
        }
    }

    /// To whom it is addressed, if to anybody.
    pub const fn to(&self) -> Option<UnitCode> {
        match self {
            LeadFact::Offered { village, .. }
            | LeadFact::Released { village, .. }
            | LeadFact::Determined { village, .. }
            | LeadFact::Ended { village, .. } => Some(*village),
            LeadFact::Invited { .. } | LeadFact::Answered { .. } | LeadFact::Dropped { .. } => None,
        }
    }
}

/// Something that happened to a village's part in the matter of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub participation: ParticipationId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

impl Event {
    /// To whom it is addressed, if to anybody: what the lead must know.
    pub const fn to(&self) -> Option<UnitCode> {
        match &self.fact {
            Fact::Accepted { .. } | Fact::Declined { .. } | Fact::LeaveRequested { .. } => {
                Some(self.participation.matter.village)
            }
            _ => None,
        }
    }
}

/// What happened, in the partner's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The village was asked.
    Invited {
        /// What the matter says.
        content: Content,
        /// What is offered.
        terms: Terms,
    },
    /// Its meeting was recorded; the outcome says whether it may agree.
    Deliberated(Deliberation),
    /// It agreed, and keeps a slot: a letter to the lead.
    Accepted {
        /// To which terms.
        terms: u32,
    },
    /// It did not agree: a letter to the lead.
    Declined {
        /// To which terms.
        terms: u32,
        /// Why.
        reason: String,
    },
    /// It asked to be let go: a letter to the lead.
    LeaveRequested {
        /// From which terms.
        terms: u32,
        /// Why.
        reason: String,
    },
    /// The lead let it go, and its slot is free.
    Released {
        /// What brought it about.
        cause: Cause,
        /// Words, if there are any.
        reason: String,
    },
    /// The matter was fixed, and its slot is taken.
    Determined {
        /// The matter's number.
        number: ProjectNumber,
        /// The day by which it is to be completed.
        due: Date,
    },
    /// The matter came to its end.
    Ended {
        /// CLOSED, CANCELLED or CARRIED_OVER.
        state: State,
    },
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Invited { .. } => "intake.participation_invited",
            Fact::Deliberated(_) => "intake.participation_deliberated",
            Fact::Accepted { .. } => "intake.participation_accepted",
            Fact::Declined { .. } => "intake.participation_declined",
            Fact::LeaveRequested { .. } => "intake.participation_leave_requested",
            Fact::Released { .. } => "intake.participation_released",
            Fact::Determined { .. } => "intake.participation_determined",
            Fact::Ended { .. } => "intake.participation_ended",
        }
    }
}
