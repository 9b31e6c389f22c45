//! Which policy a unit goes by in a year: the figures of the node, and the rows that set some of them otherwise.
//!
//! Of the rows that speak of a figure the nearest holds: first the one whose unit is nearest to the one asked about, then,
//! of one unit, the one that names the year. A row without a unit is the farthest; what no row sets is as everywhere.

mod figure;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yishi_kernel::{Register, UnitCode, Year};

use crate::Policy;
use crate::map::tree_day;
pub use figure::{Figure, Figures};

/// What some units go by otherwise, perhaps in some years only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyRow {
    /// Only this unit and those below it.
    pub unit: Option<UnitCode>,
    /// Only these years; all, if there is none.
    pub years: BTreeSet<Year>,
    /// What is set.
    pub figures: Figures,
}

impl PolicyRow {
    fn is_of(&self, year: Option<Year>) -> bool {
        self.years.is_empty() || year.is_some_and(|year| self.years.contains(&year))
    }

    /// Whether both can be meant at once, neither nearer than the other.
    fn stands_beside(&self, other: &Self) -> bool {
        let both_always = self.years.is_empty() && other.years.is_empty();
        self.unit == other.unit && (both_always || !self.years.is_disjoint(&other.years))
    }
}

/// Why rows cannot be meant. Rows are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// It says nothing.
    #[error("row {row} sets no figure")]
    Empty {
        /// Which.
        row: usize,
    },
    /// Another says it, too.
    #[error(
        "row {row} sets {figure} for the same unit and year as row {before}; give it another unit or year, or remove one"
    )]
    Twice {
        /// Which.
        row: usize,
        /// The one before it.
        before: usize,
        /// What both set.
        figure: Figure,
    },
    /// A figure is none that the programme can go by.
    #[error("row {row}: {figure} must be {limits}")]
    Limits {
        /// Which.
        row: usize,
        /// Of which figure.
        figure: Figure,
        /// What it can be.
        limits: &'static str,
    },
}

/// A policy, and where its figures are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The figures.
    pub policy: Policy,
    /// The rows, counted from 1, that set what is not as everywhere.
    pub rows: BTreeMap<Figure, usize>,
}

/// All policies of a node, made once: asking for one is a walk up the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    rows: Vec<PolicyRow>,
    /// By the nearest unit that has rows of its own, and by the years that rows name.
    made: BTreeMap<(Option<UnitCode>, Option<Year>), Arc<InForce>>,
}

impl Policies {
    /// The policies that follow from what holds everywhere and from what rows set otherwise.
    pub fn new(everywhere: &Policy, rows: Vec<PolicyRow>, register: &Register) -> Result<Self, RowFault> {
        check(&rows)?;
        let years: BTreeSet<Option<Year>> =
            rows.iter().flat_map(|row| &row.years).copied().map(Some).chain([None]).collect();
        let asking = everywhere.opinions.rows.iter().map(|row| row.unit);
        let units: BTreeSet<Option<UnitCode>> =
            rows.iter().map(|row| row.unit).chain(asking).chain([None]).collect();
        let mut made = BTreeMap::new();
        for (unit, year) in units.iter().flat_map(|unit| years.iter().map(move |year| (*unit, *year))) {
            made.insert((unit, year), Arc::new(make(everywhere, &rows, register, unit, year)));
        }
        for ((_, year), in_force) in &made {
            begins_in_time(in_force, *year)?;
        }
        Ok(Self { rows, made })
    }

    /// What a unit goes by in a year.
    pub fn of(&self, register: &Register, unit: UnitCode, year: Year) -> &Arc<InForce> {
        let has_rows = |unit: &UnitCode| self.made.contains_key(&(Some(*unit), None));
        let nearest = std::iter::once(unit).chain(register.ancestors(unit)).find(has_rows);
        let of_year = self.made.get(&(nearest, Some(year)));
        of_year.or_else(|| self.made.get(&(nearest, None))).expect("each unit has one for the other years")
    }

    /// The row of that number.
    pub fn row(&self, number: usize) -> Option<&PolicyRow> {
        self.rows.get(number.checked_sub(1)?)
    }
}

/// One policy everywhere, the table of departments as it is: rows of it that name a unit want [`Policies::new`].
impl From<Policy> for Policies {
    fn from(policy: Policy) -> Self {
        let everywhere = InForce { policy, rows: BTreeMap::new() };
        Self { rows: Vec::new(), made: BTreeMap::from([((None, None), Arc::new(everywhere))]) }
    }
}

/// The same, for whoever shares them.
impl From<Policy> for Arc<Policies> {
    fn from(policy: Policy) -> Self {
        Self::new(policy.into())
    }
}

fn make(
    everywhere: &Policy,
    rows: &[PolicyRow],
    register: &Register,
    unit: Option<UnitCode>,
    year: Option<Year>,
) -> InForce {
    let within = |above: UnitCode| unit.is_some_and(|unit| register.is_within(unit, above));
    let opinions = everywhere.opinions.of(within);
    let mut made = InForce { policy: Policy { opinions, ..everywhere.clone() }, rows: BTreeMap::new() };
    let fits = |row: &PolicyRow| row.unit.is_none_or(within) && row.is_of(year);
    let mut fitting: Vec<_> = (1..).zip(rows).filter(|(_, row)| fits(row)).collect();
    // The nearest is put in last.
    let depth = |unit: UnitCode| register.ancestors(unit).count();
    fitting.sort_by_key(|(_, row)| (row.unit.map(depth), !row.years.is_empty()));
    for (number, row) in fitting {
        row.figures.put_into(&mut made.policy);
        made.rows.extend(row.figures.set().map(|figure| (figure, number)));
    }
    made
}

fn check(rows: &[PolicyRow]) -> Result<(), RowFault> {
    for (row, set) in (1..).zip(rows) {
        if set.figures.set().next().is_none() {
            return Err(RowFault::Empty { row });
        }
        limits(row, &set.figures)?;
        for (before, other) in (1..row).zip(rows).filter(|(_, other)| set.stands_beside(other)) {
            if let Some(figure) = set.figures.set().find(|set| other.figures.set().any(|known| known == *set))
            {
                return Err(RowFault::Twice { row, before, figure });
            }
        }
    }
    Ok(())
}

/// A season begins after the tree of the year before was made: who is closed in between used nothing of two years.
fn begins_in_time(in_force: &InForce, year: Option<Year>) -> Result<(), RowFault> {
    let year = year.or_else(|| Year::try_from(2022).ok());
    let before = year.and_then(|year| Year::try_from(i32::from(year.get()) - 1).ok());
    let (Some(year), Some(before), Some(&row)) = (year, before, in_force.rows.get(&Figure::SeasonFirst))
    else {
        return Ok(());
    };
    if in_force.policy.season(year).first >= tree_day(before) {
        return Ok(());
    }
    Err(RowFault::Limits { row, figure: Figure::SeasonFirst, limits: "1 March of the year before or later" })
}

/// What no programme can go by.
fn limits(row: usize, figures: &Figures) -> Result<(), RowFault> {
    let within = |figure, set: Option<u32>, range: std::ops::RangeInclusive<u32>, limits| match set {
        Some(set) if !range.contains(&set) => Err(RowFault::Limits { row, figure, limits }),
        _ => Ok(()),
    };
    within(Figure::NoticeDays, figures.notice_days.map(u32::from), 1..=365, "1 to 365 days")?;
    let working = figures.notice_working_days.map(u32::from);
    within(Figure::NoticeWorkingDays, working, 0..=250, "0 to 250 working days")?;
    let matters = figures.matters_per_village_year.map(u32::from);
    within(Figure::MattersPerVillageYear, matters, 1..=100, "1 to 100 matters")?;
    let additional = figures.additional_matters.map(u32::from);
    within(Figure::AdditionalMatters, additional, 0..=100, "0 to 100 matters")?;
    within(Figure::OpinionDays, figures.opinion_days, 1..=365, "1 to 365 working days")?;
    within(Figure::OpinionRenewalBp, figures.opinion_renewal_bp, 0..=10_000, "0 to 10,000 parts of 10,000")
}

#[cfg(test)]
mod tests;
