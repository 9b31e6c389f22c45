use std::{fmt, str::FromStr};

use yishi_kernel::{UnitCode, Year};

/// Which activity: a unit's first, second and so on for a year.
///
/// Its text is the resource name `units/640324100200/activities/2022-7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityId {
    /// Whose.
    pub unit: UnitCode,
    /// The year for which it is counted.
    pub year: Year,
    /// Which of the unit and year, from 1.
    pub ordinal: u32,
}

impl fmt::Display for ActivityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "units/{}/activities/{}-{}", self.unit, self.year, self.ordinal)
    }
}

/// A text that is no resource name of an activity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an activity: write units/CODE/activities/YEAR-NUMBER, as in units/640324100200/activities/2022-7"
)]
pub struct ActivityIdError(String);

impl FromStr for ActivityId {
    type Err = ActivityIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (unit, own) = text.strip_prefix("units/")?.split_once("/activities/")?;
            let (year, ordinal) = own.split_once('-')?;
            let plain = ordinal.bytes().all(|byte| byte.is_ascii_digit()) && !ordinal.starts_with('0');
            let ordinal = ordinal.parse().ok().filter(|_| plain)?;
            Some(Self { unit: unit.parse().ok()?, year: year.parse().ok()?, ordinal })
        };
        read().ok_or_else(|| ActivityIdError(text.to_owned()))
    }
}
