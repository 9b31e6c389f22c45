//! How entries get from where they were written to whoever needs them.
//!
//! A [`Feed`] is one service's journal, by position. A [`Follower`] reads a feed and hands what it wants to a service's
//! writer, which applies it and remembers how far it came in one transaction: at least once on the way, exactly once in
//! effect. A [`Barrier`] tells when every follower of a node has caught up. [`Journals`] serves feeds to agencies.
//!
//! Services learn facts about each other only this way; an entry addressed from one unit to another goes this way too,
//! whether the two are hosted by one node or not. Between nodes it travels over a link ([`protocol`]).

mod accept;
mod barrier;
mod dial;
mod driver;
mod feed;
mod follower;
mod keeper;
mod links;
mod mark;
mod moves;
mod port;
pub mod protocol;
mod recovery;
mod testify;
mod watch;

pub use barrier::Barrier;
pub use dial::LinkState;
pub use feed::Feed;
pub use follower::{FollowError, Follower};
pub use links::{Ends, LinkEnd, LinkError, Links};
pub use mark::Mark;
pub use moves::{Moves, Part, Stage};
pub use recovery::Recovery;
pub use watch::{Concern, Concerns, Journals};
