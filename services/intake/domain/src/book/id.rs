use std::{fmt, str::FromStr};

use yishi_kernel::{UnitCode, Year};

/// Which book: a unit has one for each year.
///
/// Its text is the resource name `units/640324100200/yearBooks/2022`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookId {
    /// Whose.
    pub unit: UnitCode,
    /// Of which year.
    pub year: Year,
}

impl fmt::Display for BookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "units/{}/yearBooks/{}", self.unit, self.year)
    }
}

/// A text that is no resource name of a year book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a year book: write units/CODE/yearBooks/YEAR, as in units/640324100200/yearBooks/2022")]
pub struct BookIdError(String);

impl FromStr for BookId {
    type Err = BookIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (unit, year) = text.strip_prefix("units/")?.split_once("/yearBooks/")?;
            Some(BookId { unit: unit.parse().ok()?, year: year.parse().ok()? })
        };
        read().ok_or_else(|| BookIdError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_has_one_name() {
        let name = "units/640324100200/yearBooks/2022";
        assert_eq!(name.parse::<BookId>().unwrap().to_string(), name);
        for wrong in [
            "",
            "units/640324100200/yearBooks/",
            "units/640324100200/yearBooks/1999",
            "units/640324100200/yearBooks/+2022",
            "units/640324100200/yearBooks/2022/",
            "units/64/yearBooks/2022",
            "villages/640324100200/yearBooks/2022",
        ] {
            assert_eq!(wrong.parse::<BookId>(), Err(BookIdError(wrong.to_owned())));
        }
    }
}
