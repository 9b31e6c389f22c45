//! What can be asked, and what can be heard.

use yishi_kernel::{Date, Fen, MatterId, Timestamp, UnitCode};

use crate::{Batch, BulletinOrder, Category, Checkpoint, RewardTerms, Scheme, State, StepNews, UnitYear};

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
        /// Villages that are no more, each with the one of them that it counts with.
        merged: Vec<(UnitCode, UnitCode)>,
    },
    /// List the best villages for a reward.
    IssueRewards(RewardTerms),
    /// Make an order of the list.
    ConfirmRewards {
        /// The [`crate::RewardList::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
    },
    /// Say how far the units below are.
    IssueBulletin(BulletinOrder),
    /// Keep what the node signed of a bulletin.
    KeepCheckpoint(Checkpoint),
}

/// What another service says, or that it says anything at all.
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
    /// Escalation, about what a unit has to do.
    Step {
        /// Which unit.
        unit: UnitCode,
        /// About which matter.
        matter: MatterId,
        /// What happened.
        news: StepNews,
    },
    /// Entries of a node below have arrived.
    Reported {
        /// The node's topmost unit, and the year in which the last of them was written.
        node: UnitYear,
        /// When they arrived, by the machine's clock.
        at: Timestamp,
    },
}

impl Delivery {
    /// The unit and year that it is about.
    pub const fn about(&self) -> UnitYear {
        match self {
            Delivery::Matter { matter, .. } => UnitYear { unit: matter.village, year: matter.year },
            Delivery::RewardPaid { list, .. } => *list,
            Delivery::Step { unit, matter, .. } => UnitYear { unit: *unit, year: matter.year },
            Delivery::Reported { node, .. } => *node,
        }
    }
}

/// What happened to a matter. Intake's news come in order and so do funding's, but either may be ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Intake: it was put forward.
    PutForward(Category),
    /// Intake: it is about something else than before.
    Recategorised(Category),
    /// Intake: it is somewhere else in its life.
    Moved(State),
    /// Intake: it was determined.
    Determined {
        /// The day by which it is to be completed.
        due: Date,
        /// What it is about for good.
        category: Category,
    },
    /// Intake: it was completed.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// Intake: it was not accepted, and is not completed any more.
    AcceptanceRefused {
        /// Whether it had counted as completed in time.
        was_on_time: bool,
    },
    /// Intake: it was struck off.
    Closed,
    /// Funding: money was committed to it.
    Committed(Fen),
    /// Funding: a commitment was taken back before the matter was settled. What settling gives back is none.
    Released(Fen),
    /// Funding: some of what was committed was paid.
    Paid(Fen),
    /// Funding: its money was settled.
    Settled {
        /// What was paid for it in all.
        paid: Fen,
    },
}

impl News {
    /// Whether it changes the figures of the matter's village, and not only what is remembered of the matter.
    pub const fn counts(&self) -> bool {
        match self {
            News::Determined { .. }
            | News::Completed { .. }
            | News::AcceptanceRefused { .. }
            | News::Closed
            | News::Settled { .. } => true,
            News::PutForward(_)
            | News::Recategorised(_)
            | News::Moved(_)
            | News::Committed(_)
            | News::Released(_)
            | News::Paid(_) => false,
        }
    }
}
