//! Which part of a [`crate::World`] a command needs and an event changes.

use yishi_kernel::{MatterId, UnitCode};

use crate::{Command, Event, Fact};

/// A part of a [`crate::World`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// One unit's view of one matter.
    Desk(UnitCode, MatterId),
}

/// What a command must see: the desk it is done at, and never another unit's.
pub fn reads(command: &Command) -> Key {
    match command {
        Command::Open { matter } => Key::Desk(matter.village, *matter),
        Command::Change { unit, matter, .. } => Key::Desk(*unit, *matter),
        Command::Arrive { unit, letter } => Key::Desk(*unit, letter.matter),
    }
}

/// What an event changes: the desk that its command read, or nothing.
pub fn touches(event: &Event) -> Option<Key> {
    match event.fact {
        Fact::Refused { .. } | Fact::Told { .. } | Fact::SetAside { .. } => None,
        _ => Some(Key::Desk(event.unit, event.matter)),
    }
}

/// What an event must find to be applied where it was not decided: the desk it is about, also if it leaves that as it is.
pub fn needs(event: &Event) -> Key {
    Key::Desk(event.unit, event.matter)
}
