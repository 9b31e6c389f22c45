use std::{fmt, str::FromStr};

use yishi_kernel::UnitCode;

/// Which taxonomy: a unit has one after the other.
///
/// Its text is the resource name `units/640324000000/taxonomies/2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxonomyId {
    /// Whose.
    pub unit: UnitCode,
    /// Which version, from 1.
    pub version: u16,
}

impl fmt::Display for TaxonomyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "units/{}/taxonomies/{}", self.unit, self.version)
    }
}

/// A text that is no resource name of a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a taxonomy: write units/CODE/taxonomies/VERSION, as in units/640324000000/taxonomies/2"
)]
pub struct TaxonomyIdError(String);

impl FromStr for TaxonomyId {
    type Err = TaxonomyIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (unit, version) = text.strip_prefix("units/")?.split_once("/taxonomies/")?;
            let plain = version.bytes().all(|byte| byte.is_ascii_digit()) && !version.starts_with('0');
            Some(Self { unit: unit.parse().ok()?, version: version.parse().ok().filter(|_| plain)? })
        };
        read().ok_or_else(|| TaxonomyIdError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taxonomy_has_one_name() {
        let name = "units/640324000000/taxonomies/2";
        assert_eq!(name.parse::<TaxonomyId>().unwrap().to_string(), name);
        for wrong in [
            "",
            "units/640324000000/taxonomies/",
            "units/640324000000/taxonomies/0",
            "units/640324000000/taxonomies/02",
            "units/640324000000/taxonomies/+2",
            "units/640324000000/taxonomies/99999",
            "units/64/taxonomies/2",
            "villages/640324000000/taxonomies/2",
        ] {
            assert_eq!(wrong.parse::<TaxonomyId>(), Err(TaxonomyIdError(wrong.to_owned())));
        }
    }
}
