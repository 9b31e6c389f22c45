//! What can be asked about a joint matter, and what its villages tell one another.

use yishi_kernel::{Date, MatterId, ProjectNumber, UnitCode};

use super::{Cause, ParticipationId, Party, Shares, State, Terms};
use crate::{Content, Meeting};

/// What somebody wants done, or what is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The lead offers terms to one or two villages; terms offered before are void.
    Invite {
        /// Which matter.
        matter: MatterId,
        /// The [`crate::Matter::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// The lead's share.
        lead: Shares,
        /// The others and theirs.
        parties: Vec<Party>,
    },
    /// The lead lets all go: the matter is its own again.
    Release {
        /// Which matter.
        matter: MatterId,
        /// The [`crate::Matter::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// Why.
        reason: String,
    },
    /// A partner does something about its own part.
    Change {
        /// Which.
        participation: ParticipationId,
        /// The [`super::Participation::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// What.
        act: Act,
    },
    /// A letter of the lead has come to a partner.
    HearLead {
        /// The partner's part.
        participation: ParticipationId,
        /// What it says.
        says: FromLead,
    },
    /// A letter of a partner has come to the lead.
    HearPartner {
        /// The partner's part.
        participation: ParticipationId,
        /// The terms it speaks of.
        terms: u32,
        /// What it says.
        says: FromPartner,
    },
}

/// What a partner can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Record its own meeting about it.
    Deliberate(Meeting),
    /// Agree, and keep a slot for it.
    Accept,
    /// Not agree.
    Decline {
        /// Why.
        reason: String,
    },
    /// Ask the lead to let it go.
    Leave {
        /// Why.
        reason: String,
    },
}

impl Act {
    /// Where a participation can be for this.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Act::Deliberate(_) | Act::Accept | Act::Decline { .. } => &[State::Invited],
            Act::Leave { .. } => &[State::Accepted],
        }
    }
}

/// What the lead tells a partner. It has happened, so nothing is refused: it applies, or nothing follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromLead {
    /// It is asked.
    Offered {
        /// What the matter says.
        content: Content,
        /// What is offered.
        terms: Terms,
    },
    /// It is let go.
    Released {
        /// The last terms that the lead had with it.
        terms: u32,
        /// What brought it about.
        cause: Cause,
        /// The lead's words, if it had any, or those of the partner that it answers.
        reason: String,
    },
    /// The matter is fixed for its year.
    Determined {
        /// Under which terms.
        terms: u32,
        /// Its number.
        number: ProjectNumber,
        /// The day by which it is to be completed.
        due: Date,
    },
    /// The matter has come to its end.
    Ended {
        /// CLOSED, CANCELLED or CARRIED_OVER.
        state: State,
    },
}

/// What a partner tells the lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromPartner {
    /// It agrees.
    Accepted,
    /// It does not.
    Declined {
        /// Why.
        reason: String,
    },
    /// It asks to be let go.
    LeaveRequested {
        /// Why.
        reason: String,
    },
}

impl Command {
    /// The matter it is about.
    pub const fn matter(&self) -> MatterId {
        match self {
            Command::Invite { matter, .. } | Command::Release { matter, .. } => *matter,
            Command::Change { participation, .. }
            | Command::HearLead { participation, .. }
            | Command::HearPartner { participation, .. } => participation.matter,
        }
    }

    /// The village that decides.
    pub const fn village(&self) -> UnitCode {
        match self {
            Command::Invite { matter, .. } | Command::Release { matter, .. } => matter.village,
            Command::HearPartner { participation, .. } => participation.matter.village,
            Command::Change { participation, .. } | Command::HearLead { participation, .. } => {
                participation.village
            }
        }
    }
}
