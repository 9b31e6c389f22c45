//! Changes of the map as villages live through them: a village that is closed says so in its own journal, and whoever answers
//! for it hears what it used of its last year.
//!
//! What changes the map is published, and is in the [`Register`](yishi_kernel::Register). From the first instant of its day a
//! closed village decides nothing any more ([`may`]); the entry follows when the node that keeps its journal looks.

mod closed;
mod evolve;
mod rules;

pub use closed::{looks_at, may, may_together};
pub use evolve::{Misfit, evolve};
pub use rules::{Rules, decide, taken_in, tree_day};

use yishi_kernel::{ChangeKind, Date, Timestamp, UnitCode, Year};

use crate::Key;

/// That a village is closed, and what its successor must know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// The village that is closed.
    pub village: UnitCode,
    /// The first day on which it is no more.
    pub day: Date,
    /// How it went.
    pub kind: ChangeKind,
    /// Who answers for what it leaves open: as it was when this was written.
    pub successor: UnitCode,
    /// The first year whose tree has the successor in the village's place: the successor's slots of it are used up by the
    /// village's.
    pub year: Option<Year>,
    /// Slots that the village used of that year, with those of villages that had gone into it before.
    pub slots: u16,
    /// Itself, and how many of those there are.
    pub villages: u16,
}

/// What somebody wants done, or what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The day has come on which a village is no more.
    Succeed {
        /// Which.
        village: UnitCode,
        /// The year of which its successor must know.
        year: Option<Year>,
    },
    /// The letter of a closed village has come.
    Hear {
        /// To whom.
        unit: UnitCode,
        /// What it says.
        told: Succession,
    },
}

impl Command {
    /// In whose journal it is written.
    pub const fn unit(&self) -> UnitCode {
        match self {
            Command::Succeed { village, .. } => *village,
            Command::Hear { unit, .. } => *unit,
        }
    }
}

/// Something that a village wrote about changes of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// In whose journal.
    pub unit: UnitCode,
    /// To whom it is addressed, if to anybody.
    pub to: Option<UnitCode>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The village is no more: a letter to its successor.
    Succeeded(Succession),
    /// A village that went into this one was heard of. A village that was closed meanwhile passes it on.
    Heard(Succession),
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Succeeded(_) => "intake.village_succeeded",
            Fact::Heard(_) => "intake.predecessor_heard",
        }
    }

    /// What it says.
    pub const fn told(&self) -> &Succession {
        match self {
            Fact::Succeeded(told) | Fact::Heard(told) => told,
        }
    }
}

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    match command {
        Command::Succeed { village, year } => {
            let used = year.map(|year| Key::VillageYear(*village, year));
            used.into_iter().chain([Key::Successions(*village)]).collect()
        }
        Command::Hear { unit, .. } => vec![Key::Successions(*unit)],
    }
}

/// What an event changes, which is also what it must find where it was not decided.
pub fn touches(event: &Event) -> Vec<Key> {
    vec![Key::Successions(event.unit)]
}
