//! The half-months and months that bulletins are about.

use std::fmt;
use std::str::FromStr;

use yishi_kernel::Date;

/// Which part of its month a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Whole,
    First,
    Second,
}

/// A half-month or a month. Its text is `2022-06-A` (1st to 15th), `2022-06-B` (from the 16th) or `2022-06`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: Date,
    part: Part,
}

/// The first day of a second half.
const SIXTEENTH: u8 = 16;

impl Period {
    /// Its first day.
    pub const fn first_day(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        let last = match self.part {
            Part::First => SIXTEENTH - 1,
            Part::Whole | Part::Second => self.first.month().length(self.first.year()),
        };
        self.first.replace_day(last).expect("the 15th, or the month's own last day")
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Whole => "",
            Part::First => "-A",
            Part::Second => "-B",
        };
        write!(f, "{:04}-{:02}{part}", self.first.year(), u8::from(self.first.month()))
    }
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no period: write 2022-06-A, 2022-06-B or 2022-06")]
pub struct PeriodError(String);

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (month, part) = match text.len() {
                7 => (text, Part::Whole),
                _ => match (text.strip_suffix("-A"), text.strip_suffix("-B")) {
                    (Some(month), _) => (month, Part::First),
                    (_, Some(month)) => (month, Part::Second),
                    _ => return None,
                },
            };
            let (year, month) = month.split_once('-')?;
            let day = if matches!(part, Part::Second) { SIXTEENTH } else { 1 };
            let month = u8::try_from(number(month, 2)?).ok()?.try_into().ok()?;
            let first = Date::from_calendar_date(number(year, 4)?.into(), month, day).ok()?;
            Some(Self { first, part })
        };
        read().ok_or_else(|| PeriodError(text.to_owned()))
    }
}

/// So many digits, and nothing else.
fn number(text: &str, digits: usize) -> Option<u16> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::region::day;

    #[test]
    fn a_month_has_two_halves() {
        for (text, first, last) in [
            ("2022-06", "2022-06-01", "2022-06-30"),
            ("2022-06-A", "2022-06-01", "2022-06-15"),
            ("2022-06-B", "2022-06-16", "2022-06-30"),
            ("2024-02-B", "2024-02-16", "2024-02-29"),
            ("2023-02", "2023-02-01", "2023-02-28"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!((period.first_day(), period.last_day()), (day(first), day(last)));
            assert_eq!(period.to_string(), text);
        }
    }

    #[test]
    fn one_way_to_write_a_period() {
        for wrong in [
            "",
            "2022",
            "2022-6",
            "2022-13",
            "2022-00-A",
            "2022-06-C",
            "2022-06-a",
            "2022-06-",
            "2022-06-A-B",
            "+022-06",
            "22-06-A",
            "2022-06-15",
        ] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }
}
