//! Changes of the map: villages that are closed, and who answers for what they leave open.

use std::borrow::Cow;
use std::fmt;

use super::Register;
use crate::{Date, Level, Unit, UnitCode};

/// A village that is closed, and what it went into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The first day on which it is no more.
    pub day: Date,
    /// How it went.
    pub kind: ChangeKind,
    /// Its code, under which what it did stays readable.
    pub old: UnitCode,
    /// The villages it went into, by code.
    pub new: Vec<UnitCode>,
    /// Which of them answers for what it leaves open.
    pub answers: UnitCode,
}

/// How a village goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// 合并: into another, which may be new, alone or with others.
    Merge,
    /// 拆分: into several.
    Split,
}

impl ChangeKind {
    /// The name used in files and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Merge => "merge",
            ChangeKind::Split => "split",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [ChangeKind::Merge, ChangeKind::Split].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Register {
    /// All changes, by the code of the village that is closed.
    pub fn changes(&self) -> &[Change] {
        &self.source.changes
    }

    /// How a village was closed, if it was by that day.
    pub fn closed(&self, village: UnitCode, day: Date) -> Option<&Change> {
        let changes = self.changes();
        let place = changes.binary_search_by_key(&village, |change| change.old).ok()?;
        Some(&changes[place]).filter(|change| change.day <= day)
    }

    /// Who answers on that day for what a unit has left open: the unit itself while it is there, or whoever is at the
    /// end of its successors. Each is closed later than the one before, so there is an end.
    pub fn answering(&self, unit: UnitCode, day: Date) -> UnitCode {
        let next = |unit: &UnitCode| self.closed(*unit, day).map(|change| change.answers);
        std::iter::successors(Some(unit), next).last().unwrap_or(unit)
    }

    /// The villages that a unit answers for on that day beside itself, by code.
    pub fn answers_for(&self, unit: UnitCode, day: Date) -> impl Iterator<Item = &Change> {
        let theirs = move |change: &&Change| change.day <= day && self.answering(change.old, day) == unit;
        self.changes().iter().filter(theirs)
    }

    /// The tree of one day, as [`Register::as_of`] gives it; this one, if it is the same on all days.
    pub fn tree_on(&self, day: Date) -> Cow<'_, Register> {
        let dated = |unit: &Unit| unit.valid_from.is_some() || unit.valid_to.is_some();
        if self.source.rows.iter().any(dated) { Cow::Owned(self.as_of(day)) } else { Cow::Borrowed(self) }
    }

    /// The units whose matters count as a unit's in the tree of one day: the unit and all below it, and whoever was closed by
    /// then and went into them. Whoever is not there yet counts where it will be, so that nothing is lost between trees.
    pub fn counted_on(&self, unit: UnitCode, day: Date) -> Vec<UnitCode> {
        let tree = match self.tree_on(day) {
            Cow::Borrowed(tree) => return tree.subtree(unit),
            Cow::Owned(tree) => tree,
        };
        let counts = |code: &UnitCode| {
            let place = self.answering(*code, day);
            if tree.get(place).is_some() { tree.is_within(place, unit) } else { self.is_within(*code, unit) }
        };
        self.units().map(|unit| unit.code).filter(counts).collect()
    }

    /// What is known of a unit, as it was from time to time: the earliest first.
    pub fn history(&self, code: UnitCode) -> &[Unit] {
        let rows = &self.source.rows;
        let (first, end) =
            (rows.partition_point(|unit| unit.code < code), rows.partition_point(|unit| unit.code <= code));
        &rows[first..end]
    }

    /// What a unit was called on a day: before its time as at first, after it as at last. Nothing of an unknown one.
    pub fn name_on(&self, code: UnitCode, day: Date) -> &str {
        let rows = self.history(code);
        let begun = rows.partition_point(|unit| unit.valid_from.is_none_or(|from| from <= day));
        rows.get(begun.saturating_sub(1)).map_or("", |unit| &unit.name)
    }

    /// The county a unit was in on a day.
    pub(super) fn county_on(&self, code: UnitCode, day: Date) -> Option<UnitCode> {
        self.tree_on(day).ancestor_at(code, Level::County)
    }
}
