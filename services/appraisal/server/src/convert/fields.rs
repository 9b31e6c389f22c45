//! Small fields that several messages have.

use time::Date;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use yishi_kernel::{Level, Register, UnitCode};
use yishi_runtime::check::Checker;

const DAY: StaticFormatDescription = format_description!("[year]-[month]-[day]");

/// A number within the contract's limits, which lie far below 2^31.
pub(super) fn wire(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn day(day: Date) -> String {
    day.to_string()
}

/// The day of a text that [`day`] wrote.
pub(crate) fn day_from(text: &str) -> Option<Date> {
    Date::parse(text, DAY).ok()
}

/// An opaque form of a list's version.
pub(super) fn etag(version: u32) -> String {
    format!("{version:08x}")
}

/// The version that the caller has seen: `Some(None)` when it does not care.
#[expect(clippy::option_option, reason = "not asked for, and not readable, are different answers")]
pub(super) fn seen(check: &mut Checker, text: &str) -> Option<Option<u32>> {
    check.etag("etag", text)?;
    if text.is_empty() {
        return Some(None);
    }
    let version = u32::from_str_radix(text, 16).ok().filter(|version| etag(*version) == text);
    if version.is_none() {
        check.refuse(
            "etag",
            "应原样填写读取名单时得到的 etag，或留空",
            "copy the etag as it was read with the list, or leave it empty",
        );
    }
    version.map(Some)
}

/// The region of `units/CODE`: it alone appraises.
pub(super) fn region(check: &mut Checker, field: &str, name: &str, register: &Register) -> Option<UnitCode> {
    let unit = check.unit_name(field, "units", name)?;
    of_level(check, field, unit, Level::Region, register)
}

/// A unit, if it is of this level.
pub(super) fn of_level(
    check: &mut Checker,
    field: &str,
    unit: UnitCode,
    level: Level,
    register: &Register,
) -> Option<UnitCode> {
    let fits = register.level(unit) == Some(level);
    if !fits {
        let (zh, en) = (level.zh(), level.as_str());
        check.refuse(field, format!("应为{zh}的代码"), format!("write the code of a {en}"));
    }
    fits.then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_goes_there_and_back() {
        let date = day_from("2022-02-28").unwrap();
        assert_eq!(day(date), "2022-02-28");
        for wrong in ["2022-02-30", "2022-2-3", "", "2022-01-03T00"] {
            assert_eq!(day_from(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_etag_is_only_what_we_gave() {
        let seen = |text: &str| seen(&mut Checker::default(), text);
        assert_eq!((seen(""), seen(&etag(77))), (Some(None), Some(Some(77))));
        for wrong in ["1", "0000000G", "+0000001", "000000001", "0000000A"] {
            assert_eq!(seen(wrong), None, "{wrong}");
        }
    }
}
