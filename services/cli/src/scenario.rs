//! Three years of the programme, invented over real villages: which village does what, and when.
//!
//! Pure and repeatable: the same villages and the same seed give the same scenario on every machine. What
//! is published of the programme ([`Totals`]) comes out exactly; everything else is drawn.

mod act;
mod assignment;
mod meeting;
mod phase;
mod story;
mod totals;
mod words;

#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};
use yishi_kernel::{Level, UnitCode, Year};

pub(crate) use act::{Act, Content, Meeting, Step, Story};
pub(crate) use phase::Phase;
pub(crate) use totals::{CategoryTotal, Totals};

use assignment::Assignment;

/// The years whose figures were published.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 2020..=2022;

/// What happens in all villages in all years.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) totals: Totals,
    pub(crate) years: Vec<(Year, Vec<Story>)>,
    /// What each matter is meant to become, in the order of its year and village.
    assignments: Vec<Assignment>,
}

impl Scenario {
    /// Writes the scenario of these villages, told apart by a seed.
    pub(crate) fn write(villages: &[UnitCode], seed: u64) -> Self {
        let totals = Totals::for_villages(villages.len());
        let mut deck = assignment::deal(&totals, villages.len() * YEARS.count(), seed).into_iter();
        let mut assignments = Vec::new();
        let mut years = Vec::new();
        for year in years_of_the_programme() {
            let mut stories = Vec::with_capacity(villages.len());
            for (&village, assignment) in villages.iter().zip(&mut deck) {
                stories.push(story::tell(seed, village, year, assignment.as_ref()));
                assignments.extend(assignment);
            }
            years.push((year, stories));
        }
        Self { totals, years, assignments }
    }

    /// How many matters are meant to be handled at a level.
    pub(crate) fn handled_at(&self, level: Level) -> usize {
        self.assignments.iter().filter(|assignment| assignment.handling == level).count()
    }

    /// SHA-256 over all of it: two runs that show the same digest did the same.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for story in self.years.iter().flat_map(|(_, stories)| stories) {
            hash.update(format!("{story:?}"));
        }
        hash.update(format!("{:?}", self.assignments));
        hex::encode(hash.finalize())
    }
}

pub(crate) fn years_of_the_programme() -> impl Iterator<Item = Year> {
    YEARS.map(|year| Year::try_from(year).expect("they lie between 2000 and 2100"))
}
