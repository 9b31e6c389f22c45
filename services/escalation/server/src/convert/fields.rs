//! Small fields that several messages have.

use yishi_escalation_domain::Department;
use yishi_kernel::{Timestamp, UnitCode};
use yishi_runtime::check::Checker;

/// A unit's name.
pub(crate) fn unit(unit: UnitCode) -> String {
    format!("units/{unit}")
}

/// A unit's name, empty for none.
pub(super) fn unit_or_none(code: Option<UnitCode>) -> String {
    code.map(unit).unwrap_or_default()
}

/// The unit of a name.
pub(super) fn unit_from(name: &str) -> Option<UnitCode> {
    name.strip_prefix("units/")?.parse().ok()
}

/// An instant, 0 for none.
pub(super) fn micros(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::as_micros)
}

/// The instant that [`micros`] wrote.
pub(super) fn instant(micros: i64) -> Option<Timestamp> {
    (micros != 0).then(|| Timestamp::from_micros(micros))
}

pub(super) fn department_from(name: &str) -> Option<Department> {
    name.parse().ok()
}

pub(super) fn departments_from(names: &[String]) -> Option<Vec<Department>> {
    names.iter().map(|name| department_from(name)).collect()
}

/// An opaque form of a desk's version.
pub(super) fn etag(version: u32) -> String {
    format!("{version:08x}")
}

/// The version an etag stands for; none for an etag this service never gave.
pub(super) fn version(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 16).ok().filter(|version| etag(*version) == text)
}

/// The version the caller has seen: `Some(None)` when it does not care.
#[expect(clippy::option_option, reason = "not asked for, and not readable, are different answers")]
pub(super) fn seen(check: &mut Checker, text: &str) -> Option<Option<u32>> {
    check.etag("etag", text)?;
    if text.is_empty() {
        return Some(None);
    }
    let version = version(text);
    if version.is_none() {
        check.refuse(
            "etag",
            "应原样填写读取任务时得到的 etag，或留空",
            "copy the etag as it was read with the referral, or leave it empty",
        );
    }
    version.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_only_what_we_gave() {
        let seen = |text: &str| seen(&mut Checker::default(), text);
        assert_eq!((seen(""), seen(&etag(u32::MAX))), (Some(None), Some(Some(u32::MAX))));
        for wrong in ["1", "0000000G", "+0000001", "000000001", "0000000A"] {
            assert_eq!(seen(wrong), None, "{wrong}");
        }
    }
}
