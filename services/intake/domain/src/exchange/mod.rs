//! Publicity and exchange: trainings, talks, surveys and visits, recorded by the unit that held them. Nothing is deleted: what
//! was wrong is corrected or withdrawn by a new entry, with a reason.
//!
//! As for matters, three functions are all there is: [`reads`] names what a command must see, [`decide`] says what follows
//! from it or why nothing does, [`evolve`] applies what followed.

mod evolve;
mod id;
pub mod mark;
mod rules;

use std::collections::BTreeSet;

use yishi_kernel::{Actor, Date, Timestamp, UnitCode, Year};

use crate::Key;
use crate::book::BookId;
use crate::codes::codes;
use crate::doing::Paper;

pub use evolve::{Misfit, evolve};
pub use id::{ActivityId, ActivityIdError};
pub use rules::decide;

codes! {
    /// What units do for publicity and exchange.
    pub enum ActivityKind {
        /// 培训
        Training = "TRAINING",
        /// 宣讲
        Talk = "TALK",
        /// 调研
        Survey = "SURVEY",
        /// 观摩
        Visit = "VISIT",
    }
}

/// What was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Of which kind.
    pub kind: ActivityKind,
    /// On which day.
    pub day: Date,
    /// How many took part, speakers not counted.
    pub participants: u32,
    /// Who spoke, by opaque tokens: whoever speaks often is one speaker.
    pub speakers: BTreeSet<Actor>,
    /// What it was about, in a few words.
    pub title: String,
    /// What came of it.
    pub text: String,
    /// What shows it.
    pub papers: Vec<Paper>,
}

/// Something that a unit held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Which.
    pub id: ActivityId,
    /// What it was, as it was last corrected.
    pub content: Content,
    /// Why it was last corrected, if it was.
    pub correction: Option<String>,
    /// Why it is not counted any more, if it was withdrawn.
    pub withdrawal: Option<String>,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
    /// When it was recorded.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// What somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Record something that a unit held.
    Record {
        /// The unit.
        unit: UnitCode,
        /// The year for which it is counted.
        year: Year,
        /// What it was.
        content: Content,
    },
    /// Change what is recorded.
    Change {
        /// Of which.
        activity: ActivityId,
        /// The [`Activity::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// What.
        act: Act,
    },
}

/// What can be done with what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Say what it really was.
    Correct {
        /// All of it.
        content: Content,
        /// Why.
        reason: String,
    },
    /// Count it no more.
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// Something that a unit wrote about what it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// About which.
    pub activity: ActivityId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// It was recorded.
    Recorded(Content),
    /// It was corrected.
    Corrected {
        /// All of it, as it is now.
        content: Content,
        /// Why.
        reason: String,
    },
    /// It was withdrawn.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::Recorded(_) => "intake.activity_recorded",
            Fact::Corrected { .. } => "intake.activity_corrected",
            Fact::Withdrawn { .. } => "intake.activity_withdrawn",
        }
    }
}

/// Why nothing follows from a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such activity.
    UnknownActivity {
        /// Which.
        activity: ActivityId,
    },
    /// It has changed since the caller saw it.
    Stale {
        /// The version the caller has seen.
        seen: u32,
        /// The version it has now.
        current: u32,
    },
    /// It was withdrawn.
    Withdrawn {
        /// Which.
        activity: ActivityId,
    },
    /// It is not over yet.
    Day {
        /// The day.
        day: Date,
        /// The last day on which it can have been: today.
        latest: Date,
    },
    /// The unit has recorded as many for the year as it may.
    TooMany {
        /// How many that is.
        limit: u32,
    },
    /// The unit has settled its book of the year: nothing of it changes any more.
    YearSettled {
        /// Which unit.
        unit: UnitCode,
        /// Which year.
        year: Year,
    },
}

/// What a command must see: the activity or how many there are, and whether the year may still change.
pub fn reads(command: &Command) -> Vec<Key> {
    let (unit, year, key) = match command {
        Command::Record { unit, year, .. } => (*unit, *year, Key::Activities(*unit, *year)),
        Command::Change { activity, .. } => (activity.unit, activity.year, Key::Activity(*activity)),
    };
    vec![key, Key::Book(BookId { unit, year })]
}

/// What an event changes, which is also what it must find where it was not decided.
pub fn touches(event: &Event) -> Vec<Key> {
    let ActivityId { unit, year, .. } = event.activity;
    let counts = matches!(event.fact, Fact::Recorded(_)).then_some(Key::Activities(unit, year));
    std::iter::once(Key::Activity(event.activity)).chain(counts).collect()
}

#[cfg(test)]
mod tests;
