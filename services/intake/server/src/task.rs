//! What intake's writer is handed: what is asked, what is heard, and what is copied.

use std::sync::Arc;

use yishi_intake_domain::exchange::mark;
use yishi_intake_domain::{Command, Delivery, Event, Key, book, exchange, joint, map, needs, reads};
use yishi_runtime::copies::Copied;
use yishi_runtime::desk::House;
use yishi_store::journal::Stored;

use crate::convert;

/// A command, about a matter, about one that villages plan together, about a book, or about what a unit held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// About a matter.
    Matter(Command),
    /// About a joint matter.
    Joint(joint::Command),
    /// About a unit's year.
    Book(book::Command),
    /// About what a unit held.
    Exchange(exchange::Command),
    /// About what is held up to others.
    Mark(mark::Command),
    /// About a change of the map.
    Map(map::Command),
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self::Matter(command)
    }
}

impl From<Delivery> for Asked {
    fn from(delivery: Delivery) -> Self {
        Self::Matter(Command::Delivery(delivery))
    }
}

impl From<book::Command> for Asked {
    fn from(command: book::Command) -> Self {
        Self::Book(command)
    }
}

impl From<book::Heard> for Asked {
    fn from(heard: book::Heard) -> Self {
        Self::Book(book::Command::Hear(heard))
    }
}

impl Asked {
    fn keys(&self) -> Vec<Key> {
        match self {
            Self::Matter(command) => reads(command),
            Self::Joint(command) => joint::reads(command),
            Self::Book(command) => book::reads(command),
            Self::Exchange(command) => exchange::reads(command),
            Self::Mark(command) => mark::reads(command),
            Self::Map(command) => map::reads(command),
        }
    }
}

/// What an entry tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Of a matter.
    Matter(Event),
    /// Of a village's part in the matter of another.
    Participation(joint::Event),
    /// Of a unit's year.
    Book(book::Event),
    /// Of what a unit held.
    Activity(exchange::Event),
    /// Of what is held up to others.
    Mark(mark::Event),
    /// Of a change of the map.
    Map(map::Event),
}

/// What the writer is handed.
#[derive(Clone, Debug)]
pub enum Task {
    /// A caller's request.
    Asked(Asked),
    /// What other services' entries say, and what is addressed to units hosted here, in their order.
    Learned(Vec<Asked>),
    /// What was decided where other units are hosted, in its order.
    Copied(Vec<Copied<Told>>),
    /// An entry that cannot be read: nothing after it may be applied before a person has looked.
    Unreadable(String),
}

impl Task {
    pub(crate) fn commands(&self) -> &[Asked] {
        match self {
            Self::Asked(command) => std::slice::from_ref(command),
            Self::Learned(commands) => commands,
            Self::Copied(_) | Self::Unreadable(_) => &[],
        }
    }

    /// What must be seen for it.
    pub(crate) fn keys(&self) -> Vec<Key> {
        match self {
            Self::Copied(copied) => copied
                .iter()
                .flat_map(|copied| match &copied.told {
                    Told::Matter(event) => needs(event),
                    Told::Participation(event) => joint::touches(event),
                    Told::Book(event) => book::touches(event),
                    Told::Activity(event) => exchange::touches(event),
                    Told::Mark(event) => mark::touches(event),
                    Told::Map(event) => map::touches(event),
                })
                .collect(),
            _ => self.commands().iter().flat_map(Asked::keys).collect(),
        }
    }
}

/// The entries of funding that intake learns from: what it wrote to units hosted here.
pub fn wants_funding(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |stored| convert::concerns_funding(&house, &stored.entry)
}

/// The entries of intake itself that arrive here: what was written to a unit hosted here by the unit right above it, by its
/// county for its departments, by a village that it plans a matter together with, or by one that went into it.
pub fn wants_own(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |stored| convert::concerns_own(&house, &stored.entry)
}

/// What those entries are to intake, of whichever journal.
#[must_use]
pub fn learn(entries: &[Stored]) -> Task {
    let read = entries.iter().filter_map(|Stored { entry, pos, .. }| {
        let read = convert::delivery(entry);
        read.map_err(|problem| format!("position {pos}: {problem}")).transpose()
    });
    read.collect::<Result<_, _>>().map_or_else(Task::Unreadable, Task::Learned)
}
