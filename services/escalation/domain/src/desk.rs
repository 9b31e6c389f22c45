//! What one unit knows of one matter.

use yishi_kernel::{MatterId, Timestamp, UnitCode};

use crate::{Coordination, Phase, Standing, codes::codes};

codes! {
    /// What a matter is to one unit.
    pub enum State {
        /// Raised to the unit, which has to decide: accept, raise further, or return.
        Offered = "OFFERED",
        /// The unit answers for it.
        Handled = "HANDLED",
        /// The unit raised it and waits for the unit above, answering for it until then.
        Raised = "RAISED",
        /// The unit raised it, and a unit above took it up.
        Passed = "PASSED",
        /// The unit gave it back to the unit below.
        Returned = "RETURNED",
        /// The unit answers for it and has departments at work.
        Coordinating = "COORDINATING",
        /// The unit answers for it, and nothing more has to be done.
        Resolved = "RESOLVED",
    }
}

/// One unit's own view of one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Whose desk.
    pub unit: UnitCode,
    /// Which matter.
    pub matter: MatterId,
    /// The unit below, which raised it and gets it back; none at the matter's own village.
    pub below: Option<UnitCode>,
    /// Where the matter is for this unit.
    pub stance: Stance,
    /// What the unit below asks for and has no answer to.
    pub asked: Option<TakeBack>,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
    /// When the matter first came here.
    pub created: Timestamp,
    /// When the desk last changed.
    pub updated: Timestamp,
}

/// Where a matter is for a unit, with the facts that belong to being there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stance {
    /// Raised to us; we decide.
    Offered {
        /// When the decision is due.
        due: Timestamp,
        /// Why it was raised.
        reason: String,
    },
    /// We answer for it.
    Holding {
        /// When the next step is due; nothing is, while it never left its village.
        due: Option<Timestamp>,
    },
    /// We raised it.
    Raised {
        /// To whom.
        to: UnitCode,
        /// Why.
        reason: String,
        /// What we heard from there; nothing, until it is confirmed to have arrived.
        heard: Option<Standing>,
        /// We want it back.
        take_back: Option<TakeBack>,
    },
    /// We gave it back to the unit below.
    Returned {
        /// Why.
        reason: String,
        /// Whether the unit below has said that it has it again.
        confirmed: bool,
    },
    /// We have departments at work on it.
    Coordinating {
        /// When it is to be resolved.
        due: Timestamp,
        /// Which departments.
        coordination: Coordination,
    },
    /// Nothing more has to be done.
    Resolved {
        /// What came of it.
        outcome: String,
    },
}

/// A wish to have a matter back that was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBack {
    /// Since when.
    pub since: Timestamp,
    /// When the answer is due; known to who has to give it.
    pub due: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

impl Stance {
    /// Whether the unit may decide what becomes of the matter.
    pub const fn decides(&self) -> bool {
        match self {
            Stance::Offered { .. }
            | Stance::Holding { .. }
            | Stance::Coordinating { .. }
            | Stance::Resolved { .. } => true,
            Stance::Raised { .. } | Stance::Returned { .. } => false,
        }
    }

    const fn due(&self) -> Option<Timestamp> {
        match self {
            Stance::Offered { due, .. } | Stance::Coordinating { due, .. } => Some(*due),
            Stance::Holding { due, .. } => *due,
            Stance::Raised { .. } | Stance::Returned { .. } | Stance::Resolved { .. } => None,
        }
    }
}

impl Desk {
    /// The code of what the matter is to this unit.
    pub fn state(&self) -> State {
        match &self.stance {
            Stance::Offered { .. } => State::Offered,
            Stance::Holding { .. } => State::Handled,
            Stance::Raised { heard: Some(heard), .. } if heard.handler != self.unit => State::Passed,
            Stance::Raised { .. } => State::Raised,
            Stance::Returned { .. } => State::Returned,
            Stance::Coordinating { .. } => State::Coordinating,
            Stance::Resolved { .. } => State::Resolved,
        }
    }

    /// Whether the matter was sent away and the other side has not said that it has it.
    pub const fn is_unconfirmed(&self) -> bool {
        matches!(self.stance, Stance::Raised { heard: None, .. } | Stance::Returned { confirmed: false, .. })
    }

    /// When the unit's next step is due: its own, or its answer to the unit below if that is earlier. No answer of a
    /// department is due before the matter is to be resolved.
    pub fn due(&self) -> Option<Timestamp> {
        let answer = self.asked.as_ref().and_then(|asked| asked.due);
        self.stance.due().into_iter().chain(answer).min()
    }

    /// Whether a step of the unit is later than it should be.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due().is_some_and(|due| now > due)
    }

    /// Who answers for the matter, as far as this unit knows.
    pub fn standing(&self) -> Standing {
        let below = self.below.unwrap_or(self.unit);
        match &self.stance {
            Stance::Offered { due, .. } => Standing::raised(below, self.unit, Some(*due)),
            Stance::Holding { due, .. } => Standing::handled(self.unit, *due),
            Stance::Raised { heard: Some(heard), .. } => heard.clone(),
            Stance::Raised { to, .. } => Standing::raised(self.unit, *to, None),
            Stance::Returned { .. } => Standing::handled(below, None),
            Stance::Coordinating { due, coordination, .. } => Standing {
                handler: self.unit,
                phase: Phase::Coordinating {
                    lead: coordination.lead.department.clone(),
                    helpers: coordination.helpers.iter().map(|helper| helper.department.clone()).collect(),
                },
                due: Some(*due),
            },
            Stance::Resolved { .. } => Standing { handler: self.unit, phase: Phase::Resolved, due: None },
        }
    }
}
