//! What others are to copy: a matter that is an example, or a demonstration village of a year, with why.
//!
//! The county of the village, or a unit above that, says so in a letter of its own journal; the village writes down that it has
//! heard it, and shows it from then on. A mark is lifted the same way, with a reason. It is counted with the village.

mod rules;
mod subject;

use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode};

use crate::{Key, World};

pub use rules::decide;
pub use subject::{Subject, SubjectError};

/// Why a unit holds something up to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Why.
    pub why: String,
    /// When the village heard it.
    pub at: Timestamp,
}

/// Marks by the units that gave them.
pub type Marks = BTreeMap<UnitCode, Mark>;

/// Whether something is held up, and why, or why not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Whether the mark is lifted.
    pub lifted: bool,
    /// Why.
    pub text: String,
}

/// What somebody wants done, or what a village hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give or lift a mark.
    Give {
        /// The unit whose mark it is.
        by: UnitCode,
        /// What is marked.
        subject: Subject,
        /// What is said.
        word: Word,
    },
    /// Take note of a mark of the village's. It is never refused: it applies, or nothing follows from it.
    Hear {
        /// The unit whose mark it is: whoever hands it in has seen that it is above the village.
        by: UnitCode,
        /// What is marked.
        subject: Subject,
        /// What is said.
        word: Word,
    },
}

/// Something that was written about a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What is marked.
    pub subject: Subject,
    /// Whose mark it is.
    pub by: UnitCode,
    /// Whether the village writes that it has heard it; otherwise the unit says so, in a letter to the village.
    pub heard: bool,
    /// When.
    pub at: Timestamp,
    /// What is said.
    pub word: Word,
}

impl Event {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        if self.heard { HEARD } else { GIVEN }
    }

    /// In whose journal it stands.
    pub const fn unit(&self) -> UnitCode {
        if self.heard { self.subject.village() } else { self.by }
    }
}

/// A letter to a village.
pub const GIVEN: &str = "intake.mark_given";
/// What the village writes about it.
pub const HEARD: &str = "intake.mark_heard";

/// Why nothing follows from a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such matter, as far as is known here.
    UnknownMatter {
        /// Which.
        matter: yishi_kernel::MatterId,
    },
    /// The matter is not fixed, or has come to another end than its strike-off.
    WrongState {
        /// Where it is.
        state: crate::State,
        /// Where it can be for this.
        wanted: &'static [crate::State],
    },
    /// The unit is no county or above.
    NotAMarker {
        /// Which.
        unit: UnitCode,
    },
    /// The village is not below the unit.
    NotBelow {
        /// Which village.
        village: UnitCode,
    },
    /// The unit has not marked it, as far as is known here.
    NotMarked {
        /// What.
        subject: Subject,
    },
    /// The village has settled its book of the year.
    YearSettled {
        /// Which village.
        village: UnitCode,
        /// Which year.
        year: yishi_kernel::Year,
    },
}

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    let (Command::Give { subject, .. } | Command::Hear { subject, .. }) = command;
    vec![key(*subject), Key::VillageYear(subject.village(), subject.year())]
}

/// What an event changes, which is also what it must find where it was not decided.
pub fn touches(event: &Event) -> Vec<Key> {
    if !event.heard {
        return Vec::new();
    }
    // An example is shown with its matter, and listed with all that is marked.
    let listed = Key::Marks(event.subject);
    if key(event.subject) == listed { vec![listed] } else { vec![key(event.subject), listed] }
}

/// Where the marks of a subject are kept.
fn key(subject: Subject) -> Key {
    match subject {
        Subject::Example(matter) => Key::Matter(matter),
        Subject::Demonstration { .. } => Key::Marks(subject),
    }
}

/// An event that cannot have happened: what it marks is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{HEARD} does not fit {0}, which is not there")]
pub struct Misfit(Subject);

/// Applies an event.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    if !event.heard {
        return Ok(());
    }
    match event.subject {
        Subject::Example(id) => {
            let matter = world.matter_mut(id).ok_or(Misfit(event.subject))?;
            apply(&mut matter.examples, event);
            matter.version = matter.version.wrapping_add(1);
            matter.updated = event.at;
        }
        Subject::Demonstration { village, year } => {
            let mut marks = world.demonstration(village, year).cloned().unwrap_or_default();
            apply(&mut marks, event);
            world.put_demonstration(village, year, marks);
        }
    }
    Ok(())
}

fn apply(marks: &mut Marks, event: &Event) {
    if event.word.lifted {
        marks.remove(&event.by);
    } else {
        marks.insert(event.by, Mark { why: event.word.text.clone(), at: event.at });
    }
}

/// The marks of a subject, as far as is known here.
pub fn marks_of(world: &World, subject: Subject) -> Option<&Marks> {
    match subject {
        Subject::Example(matter) => world.matter(matter).map(|matter| &matter.examples),
        Subject::Demonstration { village, year } => world.demonstration(village, year),
    }
}

#[cfg(test)]
mod tests;
