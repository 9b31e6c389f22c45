use std::{fmt, str::FromStr};

/// Letters, digits and underscores of a kind.
const LONGEST: usize = 40;

/// Which of a county's departments, by its kind: `water`, `natural_resources`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Department(Box<str>);

impl fmt::Display for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no kind of department.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no kind of department: write 1 to 40 lower-case letters, digits and underscores, a letter first"
)]
pub struct DepartmentError(String);

impl FromStr for Department {
    type Err = DepartmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if first && text.len() <= LONGEST && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(DepartmentError(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_a_plain_word() {
        assert_eq!("natural_resources".parse::<Department>().unwrap().to_string(), "natural_resources");
        for wrong in ["", "Water", "_water", "2nd", "water supply", &"w".repeat(41)] {
            assert_eq!(wrong.parse::<Department>(), Err(DepartmentError(wrong.to_owned())));
        }
    }
}
