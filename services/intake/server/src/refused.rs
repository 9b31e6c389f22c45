//! What a task is about, and why it was not done.

use std::fmt;

use yishi_intake_domain::exchange::mark;
use yishi_intake_domain::joint::{self, ParticipationId};
use yishi_intake_domain::{Refusal, book, exchange};
use yishi_kernel::{MatterId, UnitCode};
use yishi_runtime::errors::{Failure, reasons};

use crate::convert;

/// What a command is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// A village, for what is not a matter yet.
    Village(UnitCode),
    /// A matter.
    Matter(MatterId),
    /// A village's part in the matter of another.
    Participation(ParticipationId),
    /// A year book.
    Book(book::BookId),
    /// A unit, for what is not recorded yet.
    Unit(UnitCode),
    /// Something that a unit held.
    Activity(exchange::ActivityId),
    /// Something that is held up to others.
    Marked(mark::Subject),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Village(village) => write!(f, "villages/{village}"),
            Self::Matter(matter) => matter.fmt(f),
            Self::Participation(participation) => participation.fmt(f),
            Self::Book(book) => book.fmt(f),
            Self::Unit(unit) => write!(f, "units/{unit}"),
            Self::Activity(activity) => activity.fmt(f),
            Self::Marked(subject) => subject.fmt(f),
        }
    }
}

/// Why a task was not done; in the callers' words when it leaves the writer.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The rules said no to a request.
    Rules {
        /// What it is about.
        about: About,
        /// Why.
        refusal: Refusal,
    },
    /// The rules of joint matters did.
    Joint {
        /// What it is about.
        about: About,
        /// Why.
        refusal: joint::Refusal,
    },
    /// The rules of books did.
    Books {
        /// What it is about.
        about: About,
        /// Why.
        refusal: book::Refusal,
    },
    /// The rules of exchange did.
    Exchange {
        /// What it is about.
        about: About,
        /// Why.
        refusal: exchange::Refusal,
    },
    /// The rules of marks did.
    Marks {
        /// What it is about.
        about: About,
        /// Why.
        refusal: mark::Refusal,
    },
    /// An entry cannot be read, or does not fit what is known here.
    Unreadable(String),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rules { about, refusal } => convert::failure(&about.to_string(), &refusal),
            Refused::Joint { about, refusal } => convert::joint::failure(&about.to_string(), &refusal),
            Refused::Books { about, refusal } => convert::book::failure(&about.to_string(), &refusal),
            Refused::Exchange { about, refusal } => convert::exchange::failure(&about.to_string(), &refusal),
            Refused::Marks { about, refusal } => convert::mark::failure(&about.to_string(), &refusal),
            Refused::Unreadable(problem) => {
                tracing::error!(problem, "an entry cannot be applied");
                Failure::new(&reasons::INTERNAL)
            }
        }
    }
}
