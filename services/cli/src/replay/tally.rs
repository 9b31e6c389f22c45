//! Sums of matters, from a unit's report or from a village's list, and whether they agree.

use std::collections::BTreeMap;

use yishi_kernel::{Level, MatterId, ProjectNumber, Register, UnitCode, Year};
use yishi_proto::intake::v1::{Category, Matter, MatterState, ProgressReport};

/// So many matters, with so much estimated cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) matters: i64,
    pub(super) fen: i64,
}

impl Sum {
    pub(super) fn add(&mut self, other: Sum) {
        self.matters += other.matters;
        self.fen += other.fen;
    }

    pub(super) fn of<'a>(sums: impl IntoIterator<Item = &'a Sum>) -> Sum {
        let mut all = Sum::default();
        sums.into_iter().for_each(|sum| all.add(*sum));
        all
    }
}

/// The matters of a unit and year by state and category, as the contract numbers them.
pub(super) type Cells = BTreeMap<(i32, i32), Sum>;

/// Determined matters by category.
pub(super) type Determined = BTreeMap<Category, Sum>;

pub(super) fn merge<K: Ord + Copy>(into: &mut BTreeMap<K, Sum>, more: &BTreeMap<K, Sum>) {
    for (key, sum) in more {
        into.entry(*key).or_default().add(*sum);
    }
}

/// Those of the cells that got a project number, whatever became of them since.
pub(super) fn determined(cells: &Cells) -> Determined {
    let mut sums = Determined::new();
    for (&(state, category), sum) in cells {
        if MatterState::try_from(state).is_ok_and(is_determined) {
            sums.entry(Category::try_from(category).unwrap_or_default()).or_default().add(*sum);
        }
    }
    sums
}

fn is_determined(state: MatterState) -> bool {
    match state {
        MatterState::Determined
        | MatterState::InProgress
        | MatterState::Completed
        | MatterState::Closed
        | MatterState::Cancelled
        | MatterState::CarriedOver => true,
        MatterState::Unspecified
        | MatterState::Proposed
        | MatterState::Deliberated
        | MatterState::Noticed
        | MatterState::Merged
        | MatterState::Declined
        | MatterState::Withdrawn => false,
    }
}

/// What a unit reports of a year.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Report {
    pub(super) cells: Cells,
    /// All determined matters in one number.
    pub(super) whole: Sum,
}

impl Report {
    pub(super) fn read(report: &ProgressReport) -> Self {
        let cells = report
            .by_state_and_category
            .iter()
            .map(|row| ((row.state, row.category), Sum { matters: row.matters, fen: row.cost_estimate_fen }));
        Self {
            cells: cells.collect(),
            whole: Sum { matters: report.determined_matters, fen: report.determined_cost_estimate_fen },
        }
    }
}

/// What a village's list holds of all years.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) years: BTreeMap<Year, Cells>,
    numbers: BTreeMap<Year, i64>,
    /// Matters whose name or number is not what it should be.
    pub(super) misnumbered: i64,
}

impl Records {
    /// Counts a matter of the village.
    pub(super) fn add(&mut self, village: UnitCode, matter: &Matter) {
        let Ok(id) = matter.name.parse::<MatterId>() else {
            self.misnumbered += 1;
            return;
        };
        let cell = self.years.entry(id.year).or_default().entry((matter.state, matter.category)).or_default();
        cell.add(Sum { matters: 1, fen: matter.cost_estimate_fen });
        let numbered = is_determined(matter.state());
        let mut rightly = id.village == village && numbered != matter.project_number.is_empty();
        if numbered {
            let numbers = self.numbers.entry(id.year).or_default();
            *numbers += 1;
            // One matter a year: each is its village's first, and a hole would show as a second.
            let number = matter.project_number.parse::<ProjectNumber>().ok();
            rightly &= number == Some(ProjectNumber { village, year: id.year, ordinal: 1 });
        }
        self.misnumbered += i64::from(!rightly);
    }

    /// Years in which the village has more than its one matter.
    pub(super) fn crowded_years(&self) -> usize {
        self.numbers.values().filter(|numbers| **numbers > 1).count()
    }
}

/// How many reports differ from what is below: a village's from its list, another unit's from the sum of
/// its children.
pub(super) fn unequal(
    register: &Register,
    reports: &BTreeMap<(UnitCode, Year), Report>,
    lists: &BTreeMap<UnitCode, Records>,
) -> usize {
    let listed = |village: UnitCode, year: Year| lists.get(&village)?.years.get(&year);
    let below = |unit: UnitCode, year: Year| {
        if register.level(unit) == Some(Level::Village) {
            return listed(unit, year).cloned().unwrap_or_default();
        }
        let mut sum = Cells::new();
        for child in register.children(unit) {
            let reported = reports.get(&(*child, year)).map(|report| &report.cells);
            if let Some(cells) = reported.or_else(|| listed(*child, year)) {
                merge(&mut sum, cells);
            }
        }
        sum
    };
    let holds = |unit: UnitCode, year: Year, report: &Report| {
        report.cells == below(unit, year) && report.whole == Sum::of(determined(&report.cells).values())
    };
    reports.iter().filter(|((unit, year), report)| !holds(*unit, *year, report)).count()
}

#[cfg(test)]
mod tests;
