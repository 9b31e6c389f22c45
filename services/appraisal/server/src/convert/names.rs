//! Names of what a unit has one of for a year.

use yishi_appraisal_domain::{Period, UnitYear};
use yishi_kernel::{UnitCode, Year};
use yishi_runtime::check::Checker;

/// Names such as `units/640000000000/rankings/2022`.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    units: &'static str,
    what: &'static str,
}

pub(crate) const SCHEME: Named = Named { units: "units", what: "schemes" };
pub(crate) const RANKING: Named = Named { units: "units", what: "rankings" };
pub(crate) const SCORE: Named = Named { units: "villages", what: "scores" };
pub(crate) const REWARD_LIST: Named = Named { units: "units", what: "rewardLists" };

/// What a bulletin's name begins with.
const YEAR: Named = Named { units: "units", what: "years" };

impl Named {
    pub(crate) fn name(self, UnitYear { unit, year }: UnitYear) -> String {
        format!("{}/{unit}/{}/{year}", self.units, self.what)
    }

    pub(crate) fn parse(self, name: &str) -> Option<UnitYear> {
        let (unit, year) = name.strip_prefix(self.units)?.strip_prefix('/')?.split_once('/')?;
        let year = year.strip_prefix(self.what)?.strip_prefix('/')?;
        let digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year = if digits { Year::try_from(year.parse::<i32>().ok()?).ok()? } else { return None };
        Some(UnitYear { unit: unit.parse().ok()?, year })
    }

    /// The unit in a name, for the policy.
    pub(crate) fn unit(self, name: &str) -> Option<UnitCode> {
        self.parse(name).map(|about| about.unit)
    }

    /// The name in a field of a request.
    pub(crate) fn read(self, check: &mut Checker, field: &str, value: &str) -> Option<UnitYear> {
        let about = self.parse(value);
        if about.is_none() {
            let example = format!("{}/640000000000/{}/2022", self.units, self.what);
            check.refuse(
                field,
                format!("应为资源名称，如 {example}"),
                format!("write the resource's name, as in {example}"),
            );
        }
        about
    }
}

/// A bulletin's name.
pub(crate) fn bulletin_name(UnitYear { unit, year }: UnitYear, period: Period) -> String {
    format!("units/{unit}/years/{year}/bulletins/{period}")
}

/// The bulletin in a name.
pub(crate) fn bulletin_of(name: &str) -> Option<(UnitYear, Period)> {
    let (year, period) = name.rsplit_once("/bulletins/")?;
    Some((YEAR.parse(year)?, period.parse().ok()?))
}

/// The bulletin's name in a field of a request.
pub(crate) fn read_bulletin(check: &mut Checker, field: &str, value: &str) -> Option<(UnitYear, Period)> {
    let named = bulletin_of(value);
    if named.is_none() {
        let example = "units/640323000000/years/2022/bulletins/2022-06-A";
        check.refuse(
            field,
            format!("应为资源名称，如 {example}"),
            format!("write the resource's name, as in {example}"),
        );
    }
    named
}

/// A village's name.
pub(super) fn village(unit: UnitCode) -> String {
    format!("villages/{unit}")
}

/// The unit of `collection/CODE`, for the policy.
pub(super) fn unit_of(collection: &str, name: &str) -> Option<UnitCode> {
    name.strip_prefix(collection)?.strip_prefix('/')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        let about = UnitYear { unit: "640000000000".parse().unwrap(), year: Year::try_from(2022).unwrap() };
        for named in [SCHEME, RANKING, SCORE, REWARD_LIST] {
            assert_eq!(named.parse(&named.name(about)), Some(about));
        }
        assert_eq!(RANKING.name(about), "units/640000000000/rankings/2022");
    }

    #[test]
    fn a_bulletin_is_named_by_year_and_period() {
        let name = "units/640323000000/years/2022/bulletins/2022-06-A";
        let (about, period) = bulletin_of(name).unwrap();
        assert_eq!(bulletin_name(about, period), name);
        for wrong in ["2022-06-C", "2022-06-A/", "", "2022-06-A "] {
            assert_eq!(
                bulletin_of(&format!("units/640323000000/years/2022/bulletins/{wrong}")),
                None,
                "{wrong}"
            );
        }
        for wrong in
            ["units/640323000000/bulletins/2022-06-A", "units/640323000000/years/22/bulletins/2022-06-A"]
        {
            assert_eq!(bulletin_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_whole_name_is_one() {
        for wrong in [
            "",
            "units/640000000000",
            "units/640000000000/rankings/",
            "units/640000000000/rankings/22",
            "units/640000000000/rankings/+022",
            "units/640000000000/rankings/1822",
            "units/640000000000/rankings/2022/",
            "units/640000000000/scores/2022",
            "villages/640000000000/rankings/2022",
            "units/64000000000/rankings/2022",
        ] {
            assert_eq!(RANKING.parse(wrong), None, "{wrong}");
        }
    }
}
