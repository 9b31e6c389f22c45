use std::{fmt, str::FromStr};

use crate::{Date, Level, serde_text::serde_as_text};

/// The 12-digit statistical code of an administrative unit.
///
/// The digits are a name, not a path: who is above whom is asked of the [`Register`](crate::Register).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(u64);

impl UnitCode {
    const DIGITS: usize = 12;
    const MAX: u64 = 999_999_999_999;
    /// The least code there can be.
    pub const MIN: Self = Self(0);

    /// The code with this number, which has 12 digits at most.
    pub const fn new(number: u64) -> Option<Self> {
        if number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// The code as a number.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitCode({self})")
    }
}

/// A text that is no unit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a unit code: write exactly 12 digits, as in 640324100200")]
pub struct UnitCodeError(String);

impl FromStr for UnitCode {
    type Err = UnitCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // `u64::from_str` alone would take a leading plus sign.
        let digits = text.len() == Self::DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        number.map(Self).ok_or_else(|| UnitCodeError(text.to_owned()))
    }
}

serde_as_text!(UnitCode);

/// One row of the register: a unit as it is, or was, during its validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its code.
    pub code: UnitCode,
    /// The unit it belongs to; only the root has none.
    pub parent: Option<UnitCode>,
    /// Its level, which never changes under the same code.
    pub level: Level,
    /// Its Chinese name.
    pub name: String,
    /// The first day on which this holds; `None` means always before.
    pub valid_from: Option<Date>,
    /// The last day on which this holds; `None` means until further notice.
    pub valid_to: Option<Date>,
}

impl Unit {
    /// Whether this row holds on that day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_goes_there_and_back(number in 0..1_000_000_000_000_u64) {
            let code = UnitCode::new(number).unwrap();
            prop_assert_eq!(code.to_string().len(), 12);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_eq!(code.as_u64(), number);
        }

        #[test]
        fn what_parses_is_what_was_written(text in "[0-9+ -]{10,14}") {
            if let Ok(code) = text.parse::<UnitCode>() {
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }

    #[test]
    fn only_twelve_ascii_digits_are_a_code() {
        assert_eq!(UnitCode::new(1_000_000_000_000), None);
        for wrong in
            ["", "64032410020", "6403241002000", "+64032410020", "64032410020X", "６４０３２４１００２００"]
        {
            let error = wrong.parse::<UnitCode>().unwrap_err();
            assert!(error.to_string().contains("12 digits"), "{error}");
        }
    }

    #[test]
    fn serde_writes_the_text() {
        let code: UnitCode = "064032410020".parse().unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"064032410020\"");
        assert_eq!(serde_json::from_str::<UnitCode>("\"064032410020\"").unwrap(), code);
        assert!(serde_json::from_str::<UnitCode>("64032410020").is_err());
    }
}
