//! Small fields that several messages have.

use yishi_intake_domain::Subcategory;
use yishi_kernel::{Date, MatterId, UnitCode};
use yishi_runtime::check::Checker;

/// A number within the contract's limits, which lie far below 2^31.
pub(super) fn wire(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// The number that [`wire`] wrote.
pub(super) fn count(value: i32) -> Option<u32> {
    u32::try_from(value).ok()
}

/// The name of the taxonomy that a code is of: nothing for the region's first.
pub(super) fn taxonomy(code: &Subcategory) -> String {
    code.taxonomy().map(|id| id.to_string()).unwrap_or_default()
}

/// The code of a taxonomy that these two fields tell.
pub(crate) fn subcategory_from(code: &str, taxonomy: &str) -> Option<Subcategory> {
    let id = if taxonomy.is_empty() { None } else { Some(taxonomy.parse().ok()?) };
    Some(code.parse::<Subcategory>().ok()?.under(id))
}

/// An opaque form of a matter's version.
pub(super) fn etag(version: u32) -> String {
    format!("{version:08x}")
}

/// The version an etag stands for; none for an etag this service never gave.
pub(super) fn version(etag: &str) -> Option<u32> {
    let well_made = etag.len() == 8 && etag.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    well_made.then(|| u32::from_str_radix(etag, 16).ok()).flatten()
}

/// A day as `YYYY-MM-DD`.
pub(super) fn date_from(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let month: u8 = month.parse().ok()?;
    Date::from_calendar_date(year.parse().ok()?, month.try_into().ok()?, day.parse().ok()?).ok()
}

/// The village of a matter's name, for the policy.
pub(super) fn village_of(name: &str) -> Option<UnitCode> {
    name.parse::<MatterId>().ok().map(|id| id.village)
}

/// The village of `villages/CODE`.
pub(crate) fn village_in(name: &str) -> Option<UnitCode> {
    unit_of("villages", name)
}

/// The unit of `collection/CODE`, for the policy.
pub(super) fn unit_of(collection: &str, name: &str) -> Option<UnitCode> {
    name.strip_prefix(collection)?.strip_prefix('/')?.parse().ok()
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
            "应原样填写读取对象时得到的 etag，或留空",
            "copy the etag as it was read with the object, or leave it empty",
        );
    }
    version.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_only_what_we_gave() {
        for version in [0, 1, 77, u32::MAX] {
            assert_eq!(super::version(&etag(version)), Some(version));
        }
        for wrong in ["", "1", "0000000G", "+0000001", "000000001", "0000000A"] {
            assert_eq!(version(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_has_ten_characters() {
        assert_eq!(date_from("2022-01-31").map(|day| day.to_string()), Some("2022-01-31".into()));
        for wrong in ["2022-02-30", "2022-1-3", "22-01-03", "2022-01-03T00", "", "abcd-ef-gh", "2022-+1-03"] {
            assert_eq!(date_from(wrong), None, "{wrong}");
        }
    }
}
