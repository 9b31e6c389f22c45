use std::{fmt, str::FromStr};

use time::Month;

use crate::{Date, Timestamp, Year, serde_text::serde_as_text};

/// A day of the year without a year, as policy names it: `11-01`.
///
/// `02-29` is the last day of February, in every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay {
    month: u8,
    day: u8,
}

/// A leap year, in which every day of a year exists.
const LEAP_YEAR: i32 = 2000;

impl MonthDay {
    /// The day of that month; `None` if no year has it.
    pub fn new(month: u8, day: u8) -> Option<Self> {
        let name = Month::try_from(month).ok()?;
        if (1..=name.length(LEAP_YEAR)).contains(&day) { Some(Self { month, day }) } else { None }
    }

    fn of(self, year: i32) -> Date {
        let month = Month::try_from(self.month).expect("checked when made");
        Date::from_calendar_date(year, month, self.day.min(month.length(year)))
            .expect("years of the programme have this day")
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// A text that is no day of the year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day of the year: write month and day with two digits each, as in 11-01")]
pub struct MonthDayError(String);

impl FromStr for MonthDay {
    type Err = MonthDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('-')
            .and_then(|(month, day)| MonthDay::new(month.parse().ok()?, day.parse().ok()?))
            .filter(|day| day.to_string() == text)
            .ok_or_else(|| MonthDayError(text.to_owned()))
    }
}

serde_as_text!(MonthDay);

/// The winter in which a year's proposals are taken, days in China.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Season {
    /// The first day.
    pub first: Date,
    /// The last day, which belongs to it.
    pub last: Date,
}

impl Season {
    /// The season of a year by default: 1 November of the year before to the end of February.
    pub fn of(year: Year) -> Self {
        Self::with(year, MonthDay { month: 11, day: 1 }, MonthDay { month: 2, day: 29 })
    }

    /// The season of a year by policy. It ends in the year and begins in the year before if `first` comes
    /// later in a year than `last`.
    pub fn with(year: Year, first: MonthDay, last: MonthDay) -> Self {
        let year = i32::from(year.get());
        Self { first: first.of(if first > last { year - 1 } else { year }), last: last.of(year) }
    }

    /// The first instant of it.
    pub fn opens(&self) -> Timestamp {
        Timestamp::start_of(self.first)
    }

    /// The last instant of it; the year book opens after.
    pub fn closes(&self) -> Timestamp {
        Timestamp::end_of(self.last)
    }

    /// The first day after it: books of the year may be opened, and the map of this day is the year's tree.
    pub fn tree_day(&self) -> Date {
        self.last.next_day().expect("the calendar ends long after the programme")
    }

    /// Whether an instant is in it.
    pub fn contains(&self, instant: Timestamp) -> bool {
        (self.first..=self.last).contains(&instant.date())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn year(number: i32) -> Year {
        Year::try_from(number).unwrap()
    }

    #[test]
    fn by_default_it_is_the_winter_before_the_year_book_opens() {
        let season = Season::of(year(2022));
        assert_eq!((season.first, season.last), (date!(2021 - 11 - 01), date!(2022 - 02 - 28)));
        assert_eq!(Season::of(year(2024)).last, date!(2024 - 02 - 29));
        assert_eq!(season.tree_day(), date!(2022 - 03 - 01));
        assert_eq!(Season::of(year(2100)).last, date!(2100 - 02 - 28));
        assert_eq!(Season::of(Year::MIN).first, date!(1999 - 11 - 01));
    }

    #[test]
    fn it_opens_and_closes_at_midnight_in_china() {
        let season = Season::of(year(2022));
        let (opens, closes) = (season.opens().as_micros(), season.closes().as_micros());
        let inside = |micros| season.contains(Timestamp::from_micros(micros));
        assert_eq!(
            (inside(opens - 1), inside(opens), inside(closes), inside(closes + 1)),
            (false, true, true, false)
        );
        assert_eq!(season.opens().to_string(), "2021-11-01T00:00:00.000000+08:00");
    }

    #[test]
    fn a_policy_may_keep_it_within_the_year() {
        let season = Season::with(year(2022), "01-15".parse().unwrap(), "03-31".parse().unwrap());
        assert_eq!((season.first, season.last), (date!(2022 - 01 - 15), date!(2022 - 03 - 31)));
        let one_day = Season::with(year(2022), "12-31".parse().unwrap(), "12-31".parse().unwrap());
        assert_eq!((one_day.first, one_day.last), (date!(2022 - 12 - 31), date!(2022 - 12 - 31)));
    }

    #[test]
    fn every_day_of_a_leap_year_and_no_other_has_a_text() {
        let mut days = 0;
        for month in 0..=13_u8 {
            for day in 0..=32_u8 {
                if let Some(found) = MonthDay::new(month, day) {
                    assert_eq!(found.to_string().parse(), Ok(found));
                    days += 1;
                }
            }
        }
        assert_eq!(days, 366);
        for wrong in ["", "11-1", "1-11", "13-01", "02-30", "00-10", "11/01", "+1-01", "2022-11-01"] {
            assert!(wrong.parse::<MonthDay>().is_err(), "{wrong}");
        }
    }
}
