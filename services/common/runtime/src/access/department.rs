use std::{fmt, str::FromStr};

/// Letters, digits and underscores of a kind.
const LONGEST: usize = 40;

/// Which of a unit's departments: `water`, `natural_resources`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DepartmentKind(Box<str>);

impl fmt::Display for DepartmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no kind of department.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no kind of department: write 1 to 40 lower-case letters, digits and underscores, a letter first"
)]
pub struct DepartmentKindError(String);

impl FromStr for DepartmentKind {
    type Err = DepartmentKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if first && text.len() <= LONGEST && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(DepartmentKindError(text.to_owned()))
        }
    }
}
