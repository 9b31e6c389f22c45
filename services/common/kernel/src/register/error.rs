use super::ChangeError;
use crate::{Date, Level, LevelError, Place, TableError, TextProblem, UnitCode, UnitCodeError};

/// Why a register is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// A table is not laid out as one.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A change of the map is not one.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Not a code.
    #[error("{at}: {problem}")]
    Code {
        /// Where it stands.
        at: Place,
        /// What is wrong.
        problem: UnitCodeError,
    },
    /// Not a level.
    #[error("{at}: {problem}")]
    Level {
        /// Where it stands.
        at: Place,
        /// What is wrong.
        problem: LevelError,
    },
    /// Not a name.
    #[error("{at}: {problem}")]
    Name {
        /// Where it stands.
        at: Place,
        /// What is wrong.
        problem: TextProblem,
    },
    /// Not a day.
    #[error("{at}: {found:?} is not a day: write it as in 2022-03-01, or nothing")]
    Date {
        /// Where it stands.
        at: Place,
        /// What stands there.
        found: String,
    },
    /// The last day comes before the first.
    #[error("{at}: the last day {to} comes before the first, {from}")]
    Period {
        /// Where the last day stands.
        at: Place,
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// Two rows say something about the same unit and day.
    #[error(
        "{at}: unit {code} has another row for some of the same days, on line {other_line}: keep one, or divide the days by valid_from and valid_to"
    )]
    Overlap {
        /// Where the later one stands.
        at: Place,
        /// The unit.
        code: UnitCode,
        /// Where the other one stands.
        other_line: usize,
    },
    /// A unit has one level here and another there.
    #[error(
        "{at}: unit {code} is a {found} here and a {other} on line {other_line}: a unit that changes its level gets a new code"
    )]
    LevelChanged {
        /// Where the later one stands.
        at: Place,
        /// The unit.
        code: UnitCode,
        /// Its level here.
        found: Level,
        /// Its level there.
        other: Level,
        /// Where the other one stands.
        other_line: usize,
    },
    /// The table has no row of the parent.
    #[error("{at}: the parent {parent} of unit {code} is not in the table: add its row or correct the code")]
    UnknownParent {
        /// Where it stands.
        at: Place,
        /// The unit.
        code: UnitCode,
        /// Its parent.
        parent: UnitCode,
    },
    /// The parent is not of a higher level; a circle of units always has such a place.
    #[error(
        "{at}: the {level} {code} cannot belong to {parent}, a {parent_level}: a parent has a higher level"
    )]
    ParentTooLow {
        /// Where it stands.
        at: Place,
        /// The unit.
        code: UnitCode,
        /// Its level.
        level: Level,
        /// Its parent.
        parent: UnitCode,
        /// The parent's level.
        parent_level: Level,
    },
    /// There are days on which a unit is valid and its parent is not.
    #[error("{at}: the parent {parent} of unit {code} is not valid {}, when the unit is", when(*.day))]
    ParentNotValid {
        /// Where it stands.
        at: Place,
        /// The unit.
        code: UnitCode,
        /// Its parent.
        parent: UnitCode,
        /// The first such day.
        day: Date,
    },
    /// No unit is without a parent.
    #[error("divisions: no unit is the root: leave the parent of the topmost unit empty")]
    NoRoot,
    /// Another unit has no parent.
    #[error("{at}: unit {code} has no parent, but {root} is the root already: name the parent")]
    SecondRoot {
        /// Where the parent is missing.
        at: Place,
        /// The unit.
        code: UnitCode,
        /// The root.
        root: UnitCode,
    },
    /// The root does not hold for all days.
    #[error("{at}: the root {root} must be valid on all days: leave valid_from and valid_to empty")]
    RootNotAlways {
        /// Where it stands.
        at: Place,
        /// The root.
        root: UnitCode,
    },
    /// A neighbour is no village of the table.
    #[error("{at}: {code} is not a village of the divisions: only villages are neighbours")]
    NotAVillage {
        /// Where it stands.
        at: Place,
        /// The code.
        code: UnitCode,
    },
    /// A village is named as its own neighbour.
    #[error("{at}: village {code} cannot be its own neighbour")]
    OwnNeighbour {
        /// Where it stands.
        at: Place,
        /// The village.
        code: UnitCode,
    },
    /// A pair is named twice, perhaps the other way round.
    #[error("{at}: villages {one} and {other} are named as neighbours before: keep one row a pair")]
    RepeatedPair {
        /// Where the second one stands.
        at: Place,
        /// The first village.
        one: UnitCode,
        /// The second village.
        other: UnitCode,
    },
}

fn when(day: Date) -> String {
    if day == Date::MIN { "in the beginning".to_owned() } else { format!("on {day}") }
}
