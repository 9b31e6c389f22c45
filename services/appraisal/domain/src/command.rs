//! What can be asked, and what can be heard.

use yishi_kernel::{Date, Fen, MatterId, Timestamp, UnitCode};

use crate::{Batch, RewardTerms, Scheme, UnitYear};

/// What comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Somebody wants something done.
    Ask {
        /// About which unit and year.
        about: UnitYear,
        /// What.
        act: Act,
    },
    /// Another service says that something has happened. Never refused.
    Learn(Delivery),
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Fix by what a unit's villages are scored in the year.
    FreezeScheme(Scheme),
    /// Count forms of a village.
    CountForms(Batch),
    /// Score and rank the villages of a unit.
    Rank {
        /// All of them.
        villages: Vec<UnitCode>,
    },
    /// List the best villages for a reward.
    IssueRewards(RewardTerms),
    /// Make an order of the list.
    ConfirmRewards {
        /// The [`crate::RewardList::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
    },
}

/// What another service says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Intake or funding, about a matter.
    Matter {
        /// Which matter.
        matter: MatterId,
        /// What happened to it.
        news: News,
    },
    /// Funding paid a reward.
    RewardPaid {
        /// On which list.
        list: UnitYear,
        /// To which village.
        village: UnitCode,
        /// How much.
        amount: Fen,
    },
}

impl Delivery {
    /// The unit and year whose figures it changes.
    pub const fn about(&self) -> UnitYear {
        match self {
            Delivery::Matter { matter, .. } => UnitYear { unit: matter.village, year: matter.year },
            Delivery::RewardPaid { list, .. } => *list,
        }
    }
}

/// What happened to a matter. Intake's news come in order and so do funding's, but either may be ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Intake: it was determined.
    Determined {
        /// The day by which it is to be completed.
        due: Date,
    },
    /// Intake: it was completed.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// Intake: it was struck off.
    Closed,
    /// Funding: money was committed to it.
    Committed(Fen),
    /// Funding: a commitment was taken back before the matter was settled. What settling gives back is none.
    Released(Fen),
    /// Funding: its money was settled.
    Settled {
        /// What was paid for it in all.
        paid: Fen,
    },
}
