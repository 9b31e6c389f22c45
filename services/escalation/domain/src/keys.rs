//! Which parts of a [`crate::World`] a command needs and an event changes.

use yishi_kernel::{MatterId, UnitCode};

use crate::{Command, Event, Fact};

/// A part of a [`crate::World`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// One unit's view of one matter.
    Desk(UnitCode, MatterId),
    /// How far one unit has dealt with what another sent: receiver, sender.
    Heard(UnitCode, UnitCode),
}

/// What a command must see: the desk it is done at, and never another unit's. For a letter, also how far its sender has
/// been heard.
pub fn reads(command: &Command) -> Vec<Key> {
    match command {
        Command::Open { matter } => vec![Key::Desk(matter.village, *matter)],
        Command::Change { unit, matter, .. } => vec![Key::Desk(*unit, *matter)],
        Command::Arrive { unit, letter, .. } => {
            vec![Key::Desk(*unit, letter.matter), Key::Heard(*unit, letter.unit)]
        }
    }
}

/// What an event changes: the desk that its command read, or not even that, and that its letter was dealt with.
pub fn touches(event: &Event) -> Vec<Key> {
    let desk = changes_desk(event).then_some(Key::Desk(event.unit, event.matter));
    desk.into_iter().chain(heard(event)).collect()
}

/// What an event must find to be applied where it was not decided: the desk it is about, also if it leaves that as it is,
/// and how far its letter's sender has been heard.
pub fn needs(event: &Event) -> Vec<Key> {
    std::iter::once(Key::Desk(event.unit, event.matter)).chain(heard(event)).collect()
}

pub(crate) fn changes_desk(event: &Event) -> bool {
    !matches!(event.fact, Fact::Refused { .. } | Fact::Told { .. } | Fact::SetAside { .. })
}

fn heard(event: &Event) -> Option<Key> {
    event.answers.map(|answered| Key::Heard(event.unit, answered.from))
}
