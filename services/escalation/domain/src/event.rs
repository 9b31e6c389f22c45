//! What can follow from a command.

use yishi_kernel::{MatterId, Timestamp, UnitCode};

use crate::{Department, Phase, Reply, Standing, codes::codes};

/// Something that happened to a matter at a unit: one entry of the unit's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// In whose journal it stands.
    pub unit: UnitCode,
    /// Which matter.
    pub matter: MatterId,
    /// When.
    pub at: Timestamp,
    /// The unit it is addressed to, if to any.
    pub to: Option<UnitCode>,
    /// The letter that it answers: the first event that follows from an arrival says so, and so the journal tells by
    /// itself what was dealt with. Entries of before that was written say nothing.
    pub answers: Option<Answered>,
    /// What.
    pub fact: Fact,
}

/// A letter that was dealt with: who sent it, and its number on the way from there to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The sender.
    pub from: UnitCode,
    /// The number.
    pub number: i64,
}

/// What happened, results of policy included: no later reader asks what the policy was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The village's matter was determined.
    Opened,
    /// The unit raised it to the unit it is addressed to.
    Raised {
        /// Why.
        reason: String,
    },
    /// It arrived at the unit it was raised to. Addressed to the unit that raised it, which it confirms.
    Offered {
        /// Why it was raised.
        reason: String,
        /// When the decision is due.
        due: Timestamp,
    },
    /// The unit took it up. Addressed to the unit that raised it.
    Accepted {
        /// When the next step is due.
        due: Timestamp,
    },
    /// The unit gave it back to the unit it is addressed to.
    Returned {
        /// Why.
        reason: String,
    },
    /// It came back to the unit. Addressed to the unit that returned it, which it confirms.
    Regained {
        /// Why it was returned.
        reason: String,
        /// When the next step is due.
        due: Timestamp,
    },
    /// The unit cannot take what the unit it is addressed to raised or returned.
    Refused {
        /// Why not.
        why: Why,
    },
    /// What the unit raised or returned was refused there; it answers again.
    Bounced {
        /// Why.
        why: Why,
        /// When the next step is due.
        due: Timestamp,
    },
    /// The unit tells the unit below who answers now.
    Told {
        /// Who does.
        standing: Standing,
    },
    /// The unit heard from above who answers now, and tells the unit below.
    Heard {
        /// Who does.
        standing: Standing,
    },
    /// What the unit returned is confirmed to have arrived.
    Confirmed,
    /// The unit asks the unit it is addressed to, to give it back.
    AskedBack {
        /// Why.
        reason: String,
    },
    /// Such a wish arrived.
    AskBackNoted {
        /// Why it is asked.
        reason: String,
        /// When the answer is due.
        due: Timestamp,
    },
    /// The unit does not give it back to the unit it is addressed to.
    AskBackDenied {
        /// Why not.
        reason: String,
    },
    /// The unit heard that it does not get it back.
    AskBackEnded {
        /// Why not.
        reason: String,
    },
    /// The unit handed it to departments, in place of those that had it.
    Assigned {
        /// The one that leads.
        lead: Department,
        /// Those that help.
        helpers: Vec<Department>,
        /// When those newly asked should have answered.
        answers_due: Timestamp,
        /// When it is to be resolved; naming other departments gives no further days.
        due: Timestamp,
    },
    /// A department said whether it takes part.
    AssignmentAnswered {
        /// Which department.
        department: Department,
        /// What it said.
        reply: Reply,
    },
    /// A department said how far it is.
    Reported {
        /// Which department.
        department: Department,
        /// What it said.
        text: String,
    },
    /// Nothing more has to be done.
    Resolved {
        /// What came of it.
        outcome: String,
    },
    /// Something arrived that came too late to change anything.
    SetAside {
        /// From whom.
        from: UnitCode,
        /// What: the kind of its entry.
        kind: String,
    },
}

codes! {
    /// Why a unit cannot take a matter.
    pub enum Why {
        /// The sender is not right below the receiver, or the matter's village is not below the sender.
        NotBelow = "NOT_BELOW",
        /// The receiver has the matter from another unit.
        AlreadyHere = "ALREADY_HERE",
        /// The receiver of a return did not raise it to the sender.
        NotRaised = "NOT_RAISED",
    }
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Opened => "escalation.opened",
            Fact::Raised { .. } => "escalation.raised",
            Fact::Offered { .. } => "escalation.offered",
            Fact::Accepted { .. } => "escalation.accepted",
            Fact::Returned { .. } => "escalation.returned",
            Fact::Regained { .. } => "escalation.regained",
            Fact::Refused { .. } => "escalation.refused",
            Fact::Bounced { .. } => "escalation.bounced",
            Fact::Told { .. } => "escalation.told",
            Fact::Heard { .. } => "escalation.heard",
            Fact::Confirmed => "escalation.confirmed",
            Fact::AskedBack { .. } => "escalation.asked_back",
            Fact::AskBackNoted { .. } => "escalation.ask_back_noted",
            Fact::AskBackDenied { .. } => "escalation.ask_back_denied",
            Fact::AskBackEnded { .. } => "escalation.ask_back_ended",
            Fact::Assigned { .. } => "escalation.assigned",
            Fact::AssignmentAnswered { .. } => "escalation.assignment_answered",
            Fact::Reported { .. } => "escalation.reported",
            Fact::Resolved { .. } => "escalation.resolved",
            Fact::SetAside { .. } => "escalation.set_aside",
        }
    }
}

impl Event {
    /// What it tells the unit below about who answers.
    pub(crate) fn news(&self) -> Option<Standing> {
        let here = self.unit;
        Some(match &self.fact {
            Fact::Offered { due, .. } => Standing::raised(self.to?, here, Some(*due)),
            Fact::Accepted { due } | Fact::Bounced { due, .. } => Standing::handled(here, Some(*due)),
            Fact::Assigned { lead, helpers, due, .. } => Standing {
                handler: here,
                phase: Phase::Coordinating { lead: lead.clone(), helpers: helpers.clone() },
                due: Some(*due),
            },
            Fact::Resolved { .. } => Standing { handler: here, phase: Phase::Resolved, due: None },
            Fact::Told { standing } | Fact::Heard { standing } => standing.clone(),
            _ => return None,
        })
    }
}
