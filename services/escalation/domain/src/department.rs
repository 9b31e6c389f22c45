//! Departments, to which the region hands matters.

use std::{fmt, str::FromStr};

use yishi_kernel::UnitCode;

use crate::limits::DEPARTMENT_KIND_CHARS;

/// A department of a unit. Its text is the resource name `departments/640000000000/water`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Department {
    unit: UnitCode,
    kind: Box<str>,
}

impl Department {
    /// The unit it is of.
    pub const fn unit(&self) -> UnitCode {
        self.unit
    }

    /// Which of the unit's departments, for example `water`.
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl fmt::Display for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "departments/{}/{}", self.unit, self.kind)
    }
}

/// A text that is no resource name of a department.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a department: write departments/CODE/KIND, the kind in 1 to 40 lower-case letters, digits and \
     underscores, a letter first, as in departments/640000000000/water"
)]
pub struct DepartmentError(String);

impl FromStr for Department {
    type Err = DepartmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (unit, kind) = text.strip_prefix("departments/")?.split_once('/')?;
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            let known = kind.bytes().next()?.is_ascii_lowercase()
                && kind.len() <= DEPARTMENT_KIND_CHARS
                && kind.bytes().all(plain);
            known.then_some(Department { unit: unit.parse().ok()?, kind: kind.into() })
        };
        read().ok_or_else(|| DepartmentError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_has_one_name() {
        let longest = format!("departments/640000000000/{}", "a".repeat(DEPARTMENT_KIND_CHARS));
        for name in
            ["departments/640000000000/water", "departments/640300000000/natural_resources_2", &longest]
        {
            assert_eq!(name.parse::<Department>().unwrap().to_string(), name);
        }
        let too_long = format!("{longest}a");
        for wrong in [
            "",
            "water",
            "departments/640000000000",
            "departments/640000000000/",
            "departments/64/water",
            "departments/640000000000/Water",
            "departments/640000000000/_water",
            "departments/640000000000/2nd",
            "departments/640000000000/水利",
            "departments/640000000000/water/",
            &too_long,
        ] {
            assert_eq!(wrong.parse::<Department>(), Err(DepartmentError(wrong.to_owned())));
        }
    }
}
