//! Which parts of a [`crate::World`] a command needs and an event changes.

use yishi_kernel::{Actor, MatterId, UnitCode, Year};

use crate::{Act, Command, Delivery, Event, Fact};

/// A part of a [`crate::World`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// One matter.
    Matter(MatterId),
    /// What a village has used up of a year.
    VillageYear(UnitCode, Year),
    /// Whether somebody backs a matter.
    Supporter(MatterId, Actor),
    /// All who back a matter.
    Supporters(MatterId),
}

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    let (matter, act) = match command {
        Command::Propose { village, year, .. } => return vec![Key::VillageYear(*village, *year)],
        Command::Delivery(Delivery::Settled { matter, .. }) => return vec![Key::Matter(*matter)],
        Command::Change { matter, act, .. } => (*matter, act),
    };
    let mut keys = vec![Key::Matter(matter)];
    match act {
        Act::Support { supporter } => keys.push(Key::Supporter(matter, supporter.clone())),
        Act::Merge { into } => {
            keys.extend([Key::Supporters(matter), Key::Matter(*into), Key::Supporters(*into)]);
        }
        Act::Determine { .. } => keys.push(Key::VillageYear(matter.village, matter.year)),
        Act::Update(_)
        | Act::Decline { .. }
        | Act::Withdraw { .. }
        | Act::Deliberate(_)
        | Act::Publish
        | Act::Object { .. }
        | Act::Answer { .. }
        | Act::Progress(_)
        | Act::Complete { .. }
        | Act::Accept
        | Act::RequestClosing => {}
    }
    keys
}

/// What an event changes, all of it among what its command reads but for a new matter.
pub fn touches(event: &Event) -> Vec<Key> {
    let matter = event.matter;
    let mut keys = vec![Key::Matter(matter)];
    match &event.fact {
        Fact::Proposed { .. } | Fact::Determined { .. } => {
            keys.push(Key::VillageYear(matter.village, matter.year));
        }
        Fact::Supported { supporter } => keys.push(Key::Supporter(matter, supporter.clone())),
        Fact::Merged { into, .. } => keys.extend([Key::Matter(*into), Key::Supporters(*into)]),
        Fact::Updated { .. }
        | Fact::Declined { .. }
        | Fact::Withdrawn { .. }
        | Fact::Deliberated(_)
        | Fact::Noticed { .. }
        | Fact::Objected { .. }
        | Fact::Answered { .. }
        | Fact::Progressed(_)
        | Fact::Completed { .. }
        | Fact::Accepted
        | Fact::ClosingRequested
        | Fact::Closed { .. } => {}
    }
    keys
}

/// What an event must find to be applied where it was not decided: all that it changes, and what moves along.
pub fn needs(event: &Event) -> Vec<Key> {
    let mut keys = touches(event);
    if let Fact::Merged { .. } = &event.fact {
        keys.push(Key::Supporters(event.matter));
    }
    keys
}
