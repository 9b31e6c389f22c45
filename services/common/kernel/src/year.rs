use std::{fmt, str::FromStr};

use crate::serde_text::serde_as_text;

/// A year of the programme, 2000 to 2100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(u16);

impl Year {
    /// The first year there is.
    pub const MIN: Year = Year(2000);
    /// The last year there is.
    pub const MAX: Year = Year(2100);

    /// The year as a number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The year after; 2100 has none.
    pub fn next(self) -> Option<Year> {
        Year::try_from(i32::from(self.0) + 1).ok()
    }

    /// The year before; 2000 has none.
    pub fn previous(self) -> Option<Year> {
        Year::try_from(i32::from(self.0) - 1).ok()
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something that is no year of the programme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a year: write four digits, 2000 to 2100")]
pub struct YearError(String);

impl TryFrom<i32> for Year {
    type Error = YearError;

    fn try_from(number: i32) -> Result<Self, Self::Error> {
        u16::try_from(number)
            .ok()
            .map(Year)
            .filter(|year| (Year::MIN..=Year::MAX).contains(year))
            .ok_or_else(|| YearError(number.to_string()))
    }
}

impl FromStr for Year {
    type Err = YearError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<i32>()
            .ok()
            .and_then(|number| Year::try_from(number).ok())
            // Only one way to write a year, so that text goes there and back.
            .filter(|year| year.to_string() == text)
            .ok_or_else(|| YearError(format!("{text:?}")))
    }
}

serde_as_text!(Year);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_inside_and_their_neighbours_are_not() {
        assert_eq!(Year::try_from(2000), Ok(Year::MIN));
        assert_eq!(Year::try_from(2100), Ok(Year::MAX));
        for wrong in [1999, 2101, -2022, 0, 65_536 + 2022, i32::MIN, i32::MAX] {
            assert!(Year::try_from(wrong).is_err(), "{wrong}");
        }
        assert_eq!((Year::MIN.previous(), Year::MAX.next()), (None, None));
        assert_eq!(Year::MIN.next().and_then(Year::previous), Some(Year::MIN));
    }

    #[test]
    fn text_goes_there_and_back() {
        let mut year = Some(Year::MIN);
        while let Some(here) = year {
            assert_eq!(here.to_string().parse(), Ok(here));
            year = here.next();
        }
        for wrong in ["", "22", "+2022", "02022", " 2022", "2022年", "1999", "２０２２"] {
            assert!(wrong.parse::<Year>().is_err(), "{wrong}");
        }
    }
}
