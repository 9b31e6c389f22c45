//! What can be asked.

use yishi_kernel::{Actor, Date, Fen, MatterId, Sealed, UnitCode, Year};

use crate::{Amendment, Content, Ending, Meeting, Progress, State, Supporter, align, contact, doing};

/// What somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Put a proposal forward.
    Propose {
        /// The village.
        village: UnitCode,
        /// The year it is for.
        year: Year,
        /// What it says.
        content: Content,
        /// Who puts it forward.
        proposer: Actor,
        /// How that is reached, if it is to be kept.
        contact: Option<Box<Sealed>>,
    },
    /// Do something to a matter there is.
    Change {
        /// Which.
        matter: MatterId,
        /// The [`crate::Matter::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// What.
        act: Act,
    },
    /// Take note of what happened elsewhere.
    Delivery(Delivery),
}

/// What another service tells. It has happened, so nothing is refused: it applies, or nothing follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The ledger has settled a matter.
    Settled {
        /// Which.
        matter: MatterId,
        /// What was paid for it in all.
        paid: Fen,
    },
    /// The unit above has answered whether a matter may end without a strike-off.
    EndingAnswered {
        /// Which matter.
        matter: MatterId,
        /// Who says so: whoever hands it in has seen that this is the unit right above.
        by: UnitCode,
        /// Which request of the matter.
        number: u32,
        /// Whether it agrees.
        granted: bool,
        /// Its words.
        reason: String,
    },
    /// A department of the county says how it stands to a matter.
    OpinionGiven {
        /// Which matter.
        matter: MatterId,
        /// The county: whoever hands it in has seen that it is the village's.
        by: UnitCode,
        /// Which of its departments.
        department: align::Department,
        /// Which asking it answers.
        round: u32,
        /// What it says.
        opinion: align::Opinion,
    },
}

impl Delivery {
    /// Which matter it is about.
    pub const fn matter(&self) -> MatterId {
        match self {
            Delivery::Settled { matter, .. }
            | Delivery::EndingAnswered { matter, .. }
            | Delivery::OpinionGiven { matter, .. } => *matter,
        }
    }

    /// Where a matter can be for it to change something.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Delivery::Settled { .. } => &[State::Completed],
            Delivery::EndingAnswered { .. } | Delivery::OpinionGiven { .. } => ENDABLE,
        }
    }
}

const ENDABLE: &[State] = &[State::Determined, State::InProgress, State::Completed];

/// What can be done to a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Say something else.
    Update(Amendment),
    /// Back it.
    Support {
        /// Who, as it will be written down.
        supporter: Supporter,
        /// The same villager as it was written down before tokens were salted.
        formerly: Option<Supporter>,
    },
    /// Fold it into another.
    Merge {
        /// Which other.
        into: MatterId,
    },
    /// Turn it down.
    Decline {
        /// Why.
        reason: String,
    },
    /// Take it back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Record a meeting about it.
    Deliberate(Meeting),
    /// Hang out the decision.
    Publish,
    /// Object to the decision.
    Object {
        /// What there is against it.
        text: String,
        /// Who objects, by an opaque token.
        objector: Actor,
    },
    /// Answer an objection.
    Answer {
        /// Its number, from 1.
        objection: u32,
        /// The answer.
        answer: String,
        /// Whether it agrees with the objection.
        upheld: bool,
    },
    /// Fix it for the year.
    Determine {
        /// The day by which it is to be completed, if not simply within the year.
        due: Option<Date>,
    },
    /// Report on the work.
    Progress(Progress),
    /// Declare it done.
    Complete {
        /// What was achieved.
        text: String,
    },
    /// Accept what was done.
    Accept,
    /// Ask the ledger to settle it, so that it can be struck off.
    RequestClosing,
    /// Ask the unit above to let it end without a strike-off.
    RequestEnding {
        /// Which ending.
        ending: Ending,
        /// Why.
        reason: String,
    },
    /// Something about the work.
    Doing(doing::Act),
    /// Something about what departments say.
    Align(align::Act),
    /// Something about the proposer's contact.
    Contact(contact::Act),
}

impl Act {
    /// The state machine: where a matter can be for this to be done to it.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Act::Update(_)
            | Act::Support { .. }
            | Act::Merge { .. }
            | Act::Withdraw { .. }
            | Act::Deliberate(_) => &[State::Proposed],
            Act::Publish => &[State::Deliberated],
            Act::Object { .. } | Act::Answer { .. } | Act::Determine { .. } => &[State::Noticed],
            Act::Decline { .. } => &[State::Proposed, State::Deliberated, State::Noticed],
            Act::Progress(_) => &[State::Determined, State::InProgress],
            Act::Complete { .. } => &[State::InProgress],
            Act::Accept | Act::RequestClosing => &[State::Completed],
            Act::RequestEnding { .. } => ENDABLE,
            Act::Doing(act) => act.wanted(),
            Act::Align(act) => act.wanted(),
            Act::Contact(act) => act.wanted(),
        }
    }
}

impl Command {
    /// What it brings sealed.
    pub fn sealed(&self) -> Option<&Sealed> {
        match self {
            Command::Propose { contact, .. } => contact.as_deref(),
            Command::Change { act: Act::Contact(contact::Act::Keep(sealed)), .. } => Some(sealed),
            Command::Change { .. } | Command::Delivery(_) => None,
        }
    }
}
