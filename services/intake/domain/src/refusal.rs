//! Why nothing follows from a command. Facts only: the words for people are kept where people are answered.

use yishi_kernel::{Date, MatterId, Timestamp, UnitCode, Year};

use crate::taxonomy::Unlisted;
use crate::{State, Supporter, align, contact, doing};

/// Why nothing follows from a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such matter.
    UnknownMatter {
        /// Which.
        matter: MatterId,
    },
    /// The matter has changed since the caller saw it.
    Stale {
        /// The version the caller has seen.
        seen: u32,
        /// The version it has now.
        current: u32,
    },
    /// The matter is at another point of its life.
    WrongState {
        /// Where it is.
        state: State,
        /// Where it can be for this.
        wanted: &'static [State],
    },
    /// Proposals for the year are not taken today.
    OutOfSeason {
        /// Of which village.
        village: UnitCode,
        /// For which year.
        year: Year,
        /// The first day on which they are.
        opens: Date,
        /// The last day on which they are.
        closes: Date,
        /// Today.
        today: Date,
    },
    /// The taxonomy that holds has no such subcategory.
    Unlisted(Unlisted),
    /// The village has made as many proposals for the year as it may.
    TooManyProposals {
        /// How many that is.
        limit: u32,
    },
    /// This villager backs the matter already.
    AlreadySupported {
        /// Who.
        supporter: Supporter,
    },
    /// The matter has, or by a merge would have, more supporters than it may.
    TooManySupporters {
        /// How many it may.
        limit: u32,
    },
    /// The other matter cannot take this one.
    MergeTarget {
        /// The other matter.
        into: MatterId,
        /// Why not.
        problem: MergeProblem,
    },
    /// More were present than are entitled.
    MorePresentThanEntitled {
        /// How many were present.
        present: u32,
        /// How many are entitled.
        entitled: u32,
    },
    /// Votes and abstentions are not as many as were present.
    VotesDoNotAddUp {
        /// Votes and abstentions.
        votes: u64,
        /// How many were present.
        present: u32,
    },
    /// The meeting cannot have been on that day.
    MeetingDay {
        /// The day.
        held_on: Date,
        /// The first day it can have been on: the season's first, or that of the meeting before.
        earliest: Date,
        /// The last: today.
        latest: Date,
    },
    /// The matter has as many objections as it may.
    TooManyObjections {
        /// How many that is.
        limit: u32,
    },
    /// The matter has no such objection.
    UnknownObjection {
        /// Which.
        objection: u32,
    },
    /// The objection has its answer.
    ObjectionAnswered {
        /// Which.
        objection: u32,
    },
    /// Objections have no answer yet.
    ObjectionsOpen {
        /// Which.
        open: Vec<u32>,
    },
    /// The notice has not hung out long enough.
    NoticeRunning {
        /// When it has.
        earliest_end: Timestamp,
    },
    /// The year the matter is for is over.
    YearOver {
        /// Which year.
        year: Year,
        /// Today.
        today: Date,
    },
    /// The village has as many matters in the year as it may.
    SlotTaken {
        /// How many it has.
        taken: u16,
        /// How many it may have.
        allowed: u16,
    },
    /// The village is closed.
    VillageSucceeded {
        /// Which.
        village: UnitCode,
        /// The first day on which it was no more.
        day: Date,
        /// Who answers for what it left open.
        successor: UnitCode,
    },
    /// The village is not there yet.
    VillageNotYet {
        /// Which.
        village: UnitCode,
        /// From when on it is.
        day: Date,
    },
    /// What a village that went into this one used of the year has not been heard.
    PredecessorUnheard {
        /// Which.
        village: UnitCode,
        /// Of which year.
        year: Year,
    },
    /// The village has used up all project numbers there are in a year.
    NumbersUsedUp,
    /// The matter cannot be due on that day.
    DueDay {
        /// The day.
        due: Date,
        /// The first day it can be: today.
        earliest: Date,
        /// The last: that of the matter's year.
        latest: Date,
    },
    /// Less is said to be done than was before.
    ProgressBackwards {
        /// What is said, in per cent.
        percent: u8,
        /// What was said.
        reached: u8,
    },
    /// Not all of the work is done.
    WorkUnfinished {
        /// How much is, in per cent.
        percent: u8,
    },
    /// The supervision committee has accepted it.
    AlreadyAccepted {
        /// When.
        at: Timestamp,
    },
    /// The supervision committee has not accepted it.
    NotAccepted,
    /// The ledger has been asked to settle it.
    ClosingRequested {
        /// When.
        at: Timestamp,
    },
    /// The unit above has been asked to let it end, and has not answered.
    EndingRequested {
        /// When.
        at: Timestamp,
    },
    /// Other villages are asked about the matter as it is, or have agreed to it.
    PlannedTogether,
    /// Villages have not agreed to plan the matter together, or have left.
    NotAgreed {
        /// Which.
        villages: Vec<UnitCode>,
    },
    /// The village has settled its book of the year: nothing of it changes any more.
    YearSettled {
        /// Which village.
        village: UnitCode,
        /// Which year.
        year: Year,
    },
    /// Something about the work stands in the way.
    Doing(doing::Refusal),
    /// Something about what departments say does.
    Align(align::Refusal),
    /// Something about the proposer's contact does.
    Contact(contact::Refusal),
}

/// Why a matter cannot take another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeProblem {
    /// There is no such matter.
    Unknown,
    /// It is the same one.
    Itself,
    /// It is of another village or year.
    Elsewhere,
    /// It is not PROPOSED.
    State(State),
}
