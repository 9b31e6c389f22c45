//! Why nothing follows from a command. Facts only: the words for people are kept where people are answered.

use yishi_kernel::{Date, Timestamp, Year};

use crate::{ListState, Period, PoolExceeded};

/// Why nothing follows from a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The year has a scheme, which never changes.
    SchemeFrozen,
    /// The year has no scheme yet.
    SchemeMissing,
    /// The year has not begun.
    YearNotBegun {
        /// Which year.
        year: Year,
        /// Today.
        today: Date,
    },
    /// The year is not over.
    YearNotOver {
        /// Which year.
        year: Year,
        /// Today.
        today: Date,
    },
    /// The village would have more forms in the year than it may.
    TooManyForms {
        /// How many it may.
        limit: u32,
    },
    /// The year has its ranking, which never changes.
    AlreadyRanked,
    /// The year has no ranking yet.
    RankingMissing,
    /// The year has its reward list.
    ListIssued,
    /// The pool does not hold the rewards.
    PoolExceeded(PoolExceeded),
    /// The period is not over.
    PeriodNotOver {
        /// Its last day.
        last_day: Date,
        /// Today.
        today: Date,
    },
    /// The unit has its bulletin of the period.
    BulletinIssued {
        /// Of which period.
        period: Period,
    },
    /// The unit has no bulletin of the period.
    BulletinMissing {
        /// Of which period.
        period: Period,
    },
    /// There is no such reward list.
    UnknownList,
    /// The list has changed since the caller saw it.
    Stale {
        /// The version the caller has seen.
        seen: u32,
        /// The version it has now.
        current: u32,
    },
    /// The list was confirmed before.
    AlreadyOrdered {
        /// Where it is.
        state: ListState,
    },
    /// The list has not hung out long enough.
    NoticeRunning {
        /// When it has.
        earliest_confirm: Timestamp,
    },
}
