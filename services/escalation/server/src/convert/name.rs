//! The resource name of what a unit knows of a matter.

use std::fmt;
use std::str::FromStr;

use yishi_kernel::{MatterId, UnitCode};
use yishi_runtime::check::Checker;

const EXAMPLE: &str = "units/640324000000/referrals/640324100200-2022-7";

/// `units/640324000000/referrals/640324100200-2022-7`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) unit: UnitCode,
    pub(crate) matter: MatterId,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MatterId { village, year, ordinal } = self.matter;
        write!(f, "units/{}/referrals/{village}-{year}-{ordinal}", self.unit)
    }
}

impl FromStr for Name {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let read = || {
            let (unit, rest) = text.strip_prefix("units/")?.split_once("/referrals/")?;
            let (village, rest) = rest.split_once('-')?;
            let matter = format!("villages/{village}/matters/{rest}").parse().ok()?;
            Some(Name { unit: unit.parse().ok()?, matter })
        };
        read().ok_or(())
    }
}

impl Name {
    /// The name in a field of a request.
    pub(crate) fn read(check: &mut Checker, field: &str, value: &str) -> Option<Self> {
        let name = value.parse().ok();
        if name.is_none() {
            check.refuse(
                field,
                format!("应为任务名称，如 {EXAMPLE}"),
                format!("write a referral's name, as in {EXAMPLE}"),
            );
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_referral_has_one_name() {
        let name: Name = EXAMPLE.parse().unwrap();
        assert_eq!(name.to_string(), EXAMPLE);
        assert_eq!(name.matter.to_string(), "villages/640324100200/matters/2022-7");
        for wrong in [
            "",
            "units/640324000000",
            "units/640324000000/referrals/",
            "units/640324000000/referrals/640324100200-2022-07",
            "units/640324000000/referrals/640324100200-2022",
            "units/64/referrals/640324100200-2022-7",
            "units/640324000000/referrals/villages/640324100200/matters/2022-7",
            "units/640324000000/referrals/640324100200-2022-7/",
        ] {
            assert_eq!(wrong.parse::<Name>(), Err(()), "{wrong}");
        }
    }
}
