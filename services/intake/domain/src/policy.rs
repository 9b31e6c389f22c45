//! The figures of the programme that a unit may set otherwise for a year.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use yishi_kernel::{MonthDay, Season, Year};

use crate::{Category, align::Opinions, taxonomy::Taxonomies};

/// A share of a whole, such as two thirds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    part: u32,
    whole: u32,
}

impl Share {
    /// So many out of so many; `None` unless it is more than nothing and at most all.
    pub const fn new(part: u32, whole: u32) -> Option<Self> {
        if 0 < part && part <= whole { Some(Self { part, whole }) } else { None }
    }

    /// How many.
    pub const fn part(self) -> u32 {
        self.part
    }

    /// Out of how many.
    pub const fn whole(self) -> u32 {
        self.whole
    }

    /// Whether `count` out of `all` is this share or more.
    pub fn is_reached(self, count: u32, all: u32) -> bool {
        self.sides(count, all).0 >= self.sides(count, all).1
    }

    /// Whether `count` out of `all` is more than this share.
    pub fn is_passed(self, count: u32, all: u32) -> bool {
        self.sides(count, all).0 > self.sides(count, all).1
    }

    /// Both fractions over their common denominator: comparing them needs no division.
    fn sides(self, count: u32, all: u32) -> (u64, u64) {
        (u64::from(count) * u64::from(self.whole), u64::from(all) * u64::from(self.part))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.whole)
    }
}

/// A text that is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a share: write so many out of so many, at most all, as in 2/3")]
pub struct ShareError(String);

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('/')
            .and_then(|(part, whole)| Self::new(part.parse().ok()?, whole.parse().ok()?))
            .filter(|share| share.to_string() == text)
            .ok_or_else(|| ShareError(text.to_owned()))
    }
}

/// What a unit goes by in a year. The default is the programme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The first day of the season in which proposals are taken.
    pub season_first: MonthDay,
    /// The last day of it.
    pub season_last: MonthDay,
    /// The share of those entitled who must be present for a meeting to decide.
    pub quorum: Share,
    /// The share of those present that the votes for a matter must pass.
    pub majority: Share,
    /// Full days that a decision hangs out at the least, the day of publication not counted.
    pub notice_days: u16,
    /// Working days, by China's calendar, that it hangs out at the least beside that, the day of publication not counted.
    pub notice_working_days: u16,
    /// Matters a village may have in a year.
    pub matters_per_village_year: u16,
    /// Additional matters a village may have in a year, once it has those.
    pub additional_matters: u16,
    /// The categories of which additional matters can be; all, if there is none.
    pub additional_categories: BTreeSet<Category>,
    /// Proposals a village may make for a year; a bound, not a rule of the programme.
    pub proposals_per_village_year: u32,
    /// Supporters a matter may have; a bound, not a rule of the programme.
    pub supporters_per_matter: u32,
    /// Objections a matter may have; a bound, not a rule of the programme.
    pub objections_per_matter: u32,
    /// How alike two proposals are, of 10,000, for one to be shown as a likely duplicate of the other.
    pub likely_duplicate_bp: u32,
    /// Findings a year book may have; a bound, not a rule of the programme.
    pub findings_per_book: u32,
    /// Corrections a settled year book may have; a bound, not a rule of the programme.
    pub corrections_per_book: u32,
    /// Milestones a matter may have; a bound, not a rule of the programme.
    pub milestones_per_matter: u32,
    /// Inspections a matter may have; a bound, not a rule of the programme.
    pub inspections_per_matter: u32,
    /// Findings of inspections a matter may have; a bound, not a rule of the programme.
    pub findings_per_matter: u32,
    /// Times a matter's acceptance may be refused; a bound, not a rule of the programme. Inspections do not use it up.
    pub refusals_per_matter: u32,
    /// Which departments of the county must agree to which matters.
    pub opinions: Opinions,
    /// Under which codes matters are filed.
    pub taxonomies: Arc<Taxonomies>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            season_first: MonthDay::new(11, 1).expect("every year has it"),
            season_last: MonthDay::new(2, 29).expect("leap years have it"),
            quorum: Share { part: 2, whole: 3 },
            majority: Share { part: 1, whole: 2 },
            notice_days: 7,
            notice_working_days: 0,
            matters_per_village_year: 1,
            additional_matters: 0,
            additional_categories: BTreeSet::new(),
            proposals_per_village_year: 100_000,
            supporters_per_matter: 50_000,
            objections_per_matter: 100,
            likely_duplicate_bp: 5_000,
            findings_per_book: 100,
            corrections_per_book: 100,
            milestones_per_matter: 50,
            inspections_per_matter: 50,
            findings_per_matter: 100,
            refusals_per_matter: 100,
            opinions: Opinions::default(),
            taxonomies: Taxonomies::published(),
        }
    }
}

impl Policy {
    /// The season in which proposals for a year are taken.
    pub fn season(&self, year: Year) -> Season {
        Season::with(year, self.season_first, self.season_last)
    }

    /// How many additional matters of a category a village may have in a year.
    pub fn additional(&self, category: Category) -> u16 {
        let allowed = &self.additional_categories;
        if allowed.is_empty() || allowed.contains(&category) { self.additional_matters } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_compared_exactly() {
        let two_thirds = Share::new(2, 3).unwrap();
        assert!(two_thirds.is_reached(2, 3) && !two_thirds.is_passed(2, 3));
        assert!(two_thirds.is_reached(67, 100) && !two_thirds.is_reached(66, 100));
        assert!(two_thirds.is_passed(u32::MAX, u32::MAX));
        let half = Share::new(1, 2).unwrap();
        assert!(half.is_passed(26, 51) && !half.is_passed(25, 50) && !half.is_passed(0, 0));
        assert_eq!("2/3".parse(), Ok(two_thirds));
        for wrong in ["", "2", "0/3", "4/3", "2/ 3", "+2/3", "0.7"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
        assert_eq!((Share::new(0, 1), Share::new(2, 1), Share::new(0, 0)), (None, None, None));
    }

    #[test]
    fn the_season_is_the_winter_before_the_year() {
        let season = Policy::default().season(Year::try_from(2024).unwrap());
        assert_eq!(
            (season.first.to_string(), season.last.to_string()),
            ("2023-11-01".into(), "2024-02-29".into())
        );
    }
}
