use std::{collections::BTreeMap, sync::LazyLock};

use time::{Month, Weekday};

use crate::{
    Date, Place, TableError, Timestamp, Year,
    date::parse_iso,
    table::{Row, Shape},
};

/// China's holidays and shifted workdays of 2019 to 2023, from the State Council's notices.
const CHINA: &str = include_str!("../data/china-workdays.csv");

const TABLE: Shape = Shape { name: "calendar", columns: &["date", "kind", "name"], optional: &[] };
const DATE: usize = 0;
const KIND: usize = 1;

/// Which days people work: Monday to Friday, but for the days a table shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Whether one works on a day that the table names.
    named: BTreeMap<Date, bool>,
}

impl Calendar {
    /// China's calendar, known from 2019 to 2023; outside these years every week is a plain one.
    pub fn china() -> &'static Calendar {
        static CALENDAR: LazyLock<Calendar> =
            LazyLock::new(|| Calendar::parse(CHINA).expect("the built-in calendar is tested"));
        &CALENDAR
    }

    /// Reads `date,kind,name` with one row a day that is `off` or, on a weekend, `work`.
    pub fn parse(csv: &str) -> Result<Calendar, CalendarError> {
        let mut named = BTreeMap::new();
        for row in TABLE.read(csv)? {
            let (day, works) = read(&row)?;
            if named.insert(day, works).is_some() {
                return Err(CalendarError::Repeated { at: row.place(DATE), day });
            }
        }
        Ok(Calendar { named })
    }

    /// Whether the year's shifted days are known: those of a year are announced together, and none of it
    /// without the National Day, while the New Year's holiday may begin in the table of the year before.
    pub fn covers(&self, year: Year) -> bool {
        let national_day = Date::from_calendar_date(i32::from(year.get()), Month::October, 1);
        national_day.is_ok_and(|day| self.named.contains_key(&day))
    }

    /// Whether people work on that day.
    pub fn is_working_day(&self, day: Date) -> bool {
        self.named.get(&day).copied().unwrap_or_else(|| !is_weekend(day))
    }

    /// The n-th working day after a day; the day itself for none. Stops at the last day there is.
    pub fn add_working_days(&self, day: Date, count: u32) -> Date {
        let mut left = count;
        let mut here = day;
        while left > 0 {
            let Some(next) = here.next_day() else { break };
            here = next;
            left -= u32::from(self.is_working_day(here));
        }
        here
    }

    /// How many working days lie after `from`, up to and with `to`; none if `to` is not later.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        let days = std::iter::successors(from.next_day(), |day| day.next_day()).take_while(|day| *day <= to);
        days.map(|day| u32::from(self.is_working_day(day))).sum()
    }

    /// The last instant, in China, of the n-th working day after the day of `start`.
    ///
    /// A step is overdue when it is later than this.
    pub fn deadline(&self, start: Timestamp, working_days: u32) -> Timestamp {
        Timestamp::end_of(self.add_working_days(start.date(), working_days))
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn read(row: &Row) -> Result<(Date, bool), CalendarError> {
    let text = row.get(DATE);
    let day =
        parse_iso(text).ok_or_else(|| CalendarError::Date { at: row.place(DATE), found: text.to_owned() })?;
    match row.get(KIND) {
        "off" => Ok((day, false)),
        "work" if is_weekend(day) => Ok((day, true)),
        "work" => Err(CalendarError::WorkOnWeekday { at: row.place(KIND), day }),
        found => Err(CalendarError::Kind { at: row.place(KIND), found: found.to_owned() }),
    }
}

/// Why a calendar is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It is not laid out as one.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Not a day.
    #[error("{at}: {found:?} is not a day: write it as in 2022-03-01")]
    Date {
        /// Where it stands.
        at: Place,
        /// What stands there.
        found: String,
    },
    /// Not a kind of day.
    #[error("{at}: {found:?} is not a kind of day: use off or work")]
    Kind {
        /// Where it stands.
        at: Place,
        /// What stands there.
        found: String,
    },
    /// A workday is named that needs no naming, so the date is probably wrong.
    #[error("{at}: {day} is a working day anyway: only Saturdays and Sundays become work")]
    WorkOnWeekday {
        /// Where it stands.
        at: Place,
        /// The day.
        day: Date,
    },
    /// A day is named twice.
    #[error("{at}: {day} is named before: keep one row a day")]
    Repeated {
        /// Where the second one stands.
        at: Place,
        /// The day.
        day: Date,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn working_days_of(year: i32) -> u32 {
        let last_before = Date::from_calendar_date(year - 1, Month::December, 31).unwrap();
        let last = Date::from_calendar_date(year, Month::December, 31).unwrap();
        Calendar::china().working_days_between(last_before, last)
    }

    /// Weekdays of the year, less the weekdays off, plus the weekends worked.
    #[test]
    fn the_years_have_the_known_numbers_of_working_days() {
        let known = [
            (2019, 261 - 17 + 6),
            (2020, 262 - 19 + 6),
            (2021, 261 - 18 + 7),
            (2022, 260 - 18 + 7),
            (2023, 260 - 18 + 7),
        ];
        for (year, days) in known {
            assert_eq!(working_days_of(year), days, "{year}");
        }
    }

    #[test]
    fn only_the_announced_years_are_covered() {
        let covered: Vec<u16> = (2000..=2100)
            .filter_map(|year| Year::try_from(year).ok())
            .filter(|year| Calendar::china().covers(*year))
            .map(Year::get)
            .collect();
        assert_eq!(covered, [2019, 2020, 2021, 2022, 2023]);
        assert_eq!(working_days_of(2024), 262);
    }

    #[test]
    fn well_known_days_are_as_remembered() {
        let works = |day| Calendar::china().is_working_day(day);
        assert!(
            !works(date!(2020 - 01 - 31)) && !works(date!(2020 - 02 - 02)) && works(date!(2020 - 02 - 03))
        );
        assert!(works(date!(2020 - 01 - 19)), "the Sunday before the Spring Festival was worked");
        assert!(!works(date!(2020 - 02 - 01)), "the Saturday to be worked fell to the epidemic");
        assert!(
            works(date!(2018 - 12 - 29)) && !works(date!(2018 - 12 - 31)) && !works(date!(2022 - 12 - 31))
        );
        assert!(works(date!(2022 - 10 - 08)) && works(date!(2022 - 10 - 09)) && works(date!(2022 - 10 - 10)));
        assert!(works(date!(2023 - 10 - 08)) && !works(date!(2023 - 10 - 14)));
    }

    #[test]
    fn a_deadline_ends_with_its_last_working_day_in_china() {
        let calendar = Calendar::china();
        let friday_evening = Timestamp::start_of(date!(2022 - 01 - 28)).as_micros() + 20 * 3_600_000_000;
        let deadline = calendar.deadline(Timestamp::from_micros(friday_evening), 3);
        assert_eq!(
            deadline,
            Timestamp::end_of(date!(2022 - 02 - 07)),
            "Saturday, Sunday, then the first Monday after"
        );
        assert_eq!(
            calendar.deadline(Timestamp::from_micros(friday_evening), 0).date(),
            date!(2022 - 01 - 28)
        );
    }

    #[test]
    fn counting_ends_with_the_calendar() {
        let near = Date::MAX.previous_day().unwrap();
        assert_eq!(Calendar::china().add_working_days(near, u32::MAX), Date::MAX);
        assert_eq!(Calendar::china().working_days_between(Date::MAX, Date::MAX), 0);
        assert_eq!(Calendar::china().working_days_between(date!(2022 - 03 - 02), date!(2022 - 03 - 01)), 0);
    }

    #[test]
    fn complaints_say_where_and_what_would_be_right() {
        let complaint =
            |rows: &str| Calendar::parse(&format!("date,kind,name\n{rows}\n")).unwrap_err().to_string();
        assert_eq!(
            complaint("2022-1-1,off,元旦"),
            "calendar, line 2, column date: \"2022-1-1\" is not a day: write it as in 2022-03-01"
        );
        assert_eq!(
            complaint("2022-01-01,free,元旦"),
            "calendar, line 2, column kind: \"free\" is not a kind of day: use off or work"
        );
        assert_eq!(
            complaint("# note\n\n2022-01-28,work,春节"),
            "calendar, line 4, column kind: 2022-01-28 is a working day anyway: only Saturdays and Sundays become work"
        );
        assert_eq!(
            complaint("2022-01-01,off,元旦\n2022-01-01,off,元旦"),
            "calendar, line 3, column date: 2022-01-01 is named before: keep one row a day"
        );
        assert_eq!(complaint("2022-01-01,off"), "calendar, line 2: 2 columns, the header has 3");
        assert_eq!(
            Calendar::parse("day,kind\n").unwrap_err().to_string(),
            "calendar, line 1: the header is \"day,kind\", it should be \"date,kind,name\""
        );
    }

    proptest! {
        #[test]
        fn adding_then_counting_gives_the_number(start in 2_458_000..2_461_000_i32, count in 0..600_u32) {
            let calendar = Calendar::china();
            let start = Date::from_julian_day(start).unwrap();
            let end = calendar.add_working_days(start, count);
            prop_assert_eq!(calendar.working_days_between(start, end), count);
            prop_assert!(count == 0 || calendar.is_working_day(end));
        }

        #[test]
        fn counts_of_adjoining_spans_add_up(start in 2_458_000..2_461_000_i32, first in 0..500_i32, second in 0..500_i32) {
            let calendar = Calendar::china();
            let day = |offset| Date::from_julian_day(start + offset).unwrap();
            let (a, b, c) = (day(0), day(first), day(first + second));
            prop_assert_eq!(
                calendar.working_days_between(a, b) + calendar.working_days_between(b, c),
                calendar.working_days_between(a, c)
            );
        }
    }
}
