//! 联村共建: two or three villages plan one matter together. One of them leads: the matter is its own, and carries its
//! number. Each of the others keeps a [`Participation`] in its own journal, with its own meeting and its own slot.
//!
//! As for matters, three functions are all there is: [`reads`], [`decide`] and [`evolve`]. How the villages come to one
//! outcome by letters stands in `services/decisions/0015-a-joint-matter-is-fixed-by-its-lead.md`.

mod command;
mod event;
mod evolve;
mod id;
mod keys;
mod plan;
mod refusal;
mod rules;

pub use command::{Act, Command, FromLead, FromPartner};
pub use event::{Cause, Event, Fact, Follow, LeadFact};
pub use evolve::{Misfit, evolve};
pub use id::{ParticipationId, ParticipationIdError};
pub use keys::{reads, touches};
pub use plan::{Partner, Party, Plan, Shares, Standing, Terms};
pub use refusal::Refusal;
pub use rules::{Rules, decide};

pub(crate) use evolve::lead;
pub(crate) use rules::{letters, slot_left};

use yishi_kernel::{Date, ProjectNumber, Timestamp};

use crate::{Category, Content, Deliberation, codes::codes};

/// What villages may plan together.
pub const CATEGORIES: [Category; 2] = [Category::Infrastructure, Category::PublicService];

codes! {
    /// How far a village's part in another's matter is.
    pub enum State {
        /// Asked, under the terms as they are now.
        Invited = "INVITED",
        /// It agreed, and keeps a slot of its year for it.
        Accepted = "ACCEPTED",
        /// It agreed, and has asked the lead to let it go.
        Leaving = "LEAVING",
        /// It did not agree.
        Declined = "DECLINED",
        /// The lead let it go.
        Released = "RELEASED",
        /// The matter is fixed for the year; its slot is taken.
        Determined = "DETERMINED",
        /// The matter was struck off.
        Closed = "CLOSED",
        /// The matter was given up.
        Cancelled = "CANCELLED",
        /// The matter was taken over into the next year.
        CarriedOver = "CARRIED_OVER",
    }
}

impl State {
    /// It is not decided yet whether the village takes part.
    pub const fn is_open(self) -> bool {
        matches!(self, State::Invited | State::Accepted | State::Leaving)
    }

    /// The village takes part, whatever became of the matter since.
    pub const fn takes_part(self) -> bool {
        matches!(self, State::Determined | State::Closed | State::Cancelled | State::CarriedOver)
    }
}

/// What ended a participation, in codes and words.
pub type Why = (Cause, String);

/// A village's part in the matter of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// Whose, in which matter.
    pub id: ParticipationId,
    /// How far it is.
    pub state: State,
    /// What the matter says.
    pub content: Content,
    /// What was offered last.
    pub terms: Terms,
    /// When that came.
    pub offered: Timestamp,
    /// The latest meeting about these terms, whatever came of it.
    pub deliberation: Option<Deliberation>,
    /// Whether a slot of the village's year is kept or taken for it.
    pub slot: bool,
    /// The village's own words: why it declined, or why it asks to leave.
    pub reason: String,
    /// Why the lead let it go.
    pub released: Option<Why>,
    /// The matter's number and the day it is due, once it is fixed.
    pub determination: Option<(ProjectNumber, Date)>,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
    /// When the village was asked first.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Participation {
    /// Slots that it takes of the village's year, and those of them that have not come to their end.
    pub(crate) fn slots(&self) -> (u16, u16) {
        let open = self.state.is_open() || self.state == State::Determined;
        (self.slot.into(), (self.slot && open).into())
    }
}
