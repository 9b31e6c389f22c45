use std::{fmt, str::FromStr};

use yishi_kernel::{MatterId, UnitCode, Year};

/// What is held up to others.
///
/// Its text is the name of the matter, or `villages/640324100200/years/2022`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A matter worth copying.
    Example(MatterId),
    /// A village that shows others how it is done, in a year.
    Demonstration {
        /// Which village.
        village: UnitCode,
        /// In which year.
        year: Year,
    },
}

impl Subject {
    /// Whose it is.
    pub const fn village(self) -> UnitCode {
        match self {
            Self::Example(matter) => matter.village,
            Self::Demonstration { village, .. } => village,
        }
    }

    /// Of which year.
    pub const fn year(self) -> Year {
        match self {
            Self::Example(matter) => matter.year,
            Self::Demonstration { year, .. } => year,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Example(matter) => matter.fmt(f),
            Self::Demonstration { village, year } => write!(f, "villages/{village}/years/{year}"),
        }
    }
}

/// A text that names nothing that can be marked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a matter nor a village's year: write it as in villages/640324100200/years/2022")]
pub struct SubjectError(String);

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let year = || {
            let (village, year) = text.strip_prefix("villages/")?.split_once("/years/")?;
            Some(Self::Demonstration { village: village.parse().ok()?, year: year.parse().ok()? })
        };
        let matter = text.parse().ok().map(Self::Example);
        matter.or_else(year).ok_or_else(|| SubjectError(text.to_owned()))
    }
}
