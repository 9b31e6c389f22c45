//! Three years of the programme, invented over real villages: who does what, and when.
//!
//! Pure and repeatable: the same register and the same seed give the same scenario on every machine. What
//! is published of the programme ([`Totals`]) comes out exactly; everything else is drawn.

mod act;
mod assignment;
mod meeting;
mod money;
mod path;
mod phase;
mod referral;
mod story;
mod survey;
mod teller;
mod totals;
mod words;
mod work;

#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};
use yishi_kernel::{Level, Register, RequestId, Seeded, UnitCode, Year};

pub(crate) use act::{Act, Content, Decision, Deed, Meeting, Step, Story};
pub(crate) use money::{Budget, Line, SOURCES};
pub(crate) use phase::Phase;
pub(crate) use survey::Survey;
pub(crate) use totals::{CategoryTotal, Totals};

use assignment::Assignment;
use path::Path;

/// The years whose figures were published.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 2020..=2022;

/// What happens in all units in all years.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) totals: Totals,
    pub(crate) years: Vec<ProgrammeYear>,
    seed: u64,
    /// What each matter is meant to become, in the order of its year and village.
    assignments: Vec<Assignment>,
}

/// What happens for one year of the programme.
#[derive(Debug)]
pub(crate) struct ProgrammeYear {
    pub(crate) year: Year,
    pub(crate) stories: Vec<Story>,
    pub(crate) budget: Budget,
}

impl Scenario {
    /// Writes the scenario of a unit and all below it, told apart by a seed. Each village has a county in it.
    pub(crate) fn write(register: &Register, top: UnitCode, seed: u64) -> Self {
        let mut villages = register.subtree(top);
        villages.retain(|unit| register.level(*unit) == Some(Level::Village));
        let paths: Vec<Path> = villages.into_iter().map(|village| Path::of(village, register, top)).collect();
        let mut totals = Totals::for_villages(paths.len());
        let slots = paths.len() * YEARS.count();
        let mut deck = assignment::deal(&totals, slots, seed).into_iter();
        let mut forms = survey::deal(totals.survey_forms, slots, seed).into_iter();
        let (mut assignments, mut years) = (Vec::new(), Vec::new());
        for year in years_of_the_programme() {
            let mut stories = Vec::with_capacity(paths.len());
            for (path, slot) in paths.iter().zip(&mut deck) {
                let assignment = slot.map(|slot| slot.within(path));
                let forms = forms.next().expect("forms are dealt to each village and year");
                stories.push(story::tell(seed, path, year, assignment.as_ref(), forms));
                assignments.extend(assignment);
            }
            let budget = Budget::of(&stories, register, top);
            years.push(ProgrammeYear { year, stories, budget });
        }
        totals.handling = assignment::handled(&assignments);
        if register.level(top) != Some(Level::Region) {
            // Only the region ranks villages.
            totals.winners_a_year = 0;
        }
        Self { totals, years, seed, assignments }
    }

    /// The phases of all years in the order of their days: a year begins before the one before it is over.
    pub(crate) fn moments(&self) -> Vec<(usize, Phase)> {
        let mut moments: Vec<(usize, Phase)> =
            (0..self.years.len()).flat_map(|year| Phase::ALL.map(|phase| (year, phase))).collect();
        moments.sort_by_key(|(year, phase)| phase.instant(self.years[*year].year));
        moments
    }

    /// The request id of what happens once in the scenario and stands in no story.
    pub(crate) fn request(&self, what: &str) -> RequestId {
        teller::request(&mut Seeded::new(self.seed, what))
    }

    /// How many matters are meant to be handled at a level.
    pub(crate) fn handled_at(&self, level: Level) -> usize {
        self.assignments.iter().filter(|assignment| assignment.handling == level).count()
    }

    /// How many matters are put forward, whatever becomes of them.
    pub(crate) fn proposals(&self) -> usize {
        let stories = self.years.iter().flat_map(|year| &year.stories);
        let proposed = |step: &&Step| matches!(step.act, Act::Village(Deed::Propose(_)));
        stories.map(|story| story.steps.iter().filter(proposed).count()).sum()
    }

    /// SHA-256 over all of it: two runs that show the same digest did the same.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for story in self.years.iter().flat_map(|year| &year.stories) {
            hash.update(format!("{story:?}"));
        }
        hash.update(format!("{:?}", self.assignments));
        hex::encode(hash.finalize())
    }
}

pub(crate) fn years_of_the_programme() -> impl Iterator<Item = Year> {
    YEARS.map(|year| Year::try_from(year).expect("they lie between 2000 and 2100"))
}
