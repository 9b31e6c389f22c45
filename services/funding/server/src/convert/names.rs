//! Names of units, channels and transfers in messages.

use std::str::FromStr;

use yishi_funding_domain::{ChannelId, TransferId};
use yishi_kernel::{Level, MatterId, Register, UnitCode};
use yishi_runtime::check::Checker;

/// A unit's name.
pub(super) fn unit(unit: UnitCode) -> String {
    format!("units/{unit}")
}

/// A village's name.
pub(super) fn village(unit: UnitCode) -> String {
    format!("villages/{unit}")
}

/// The unit of `collection/CODE`.
pub(super) fn unit_of(collection: &str, name: &str) -> Option<UnitCode> {
    name.strip_prefix(collection)?.strip_prefix('/')?.parse().ok()
}

/// The county that funds the matters of a village. A code that has none stands for itself: the policy knows no such unit.
pub(super) fn county(register: &Register, village: UnitCode) -> UnitCode {
    register.ancestor_at(village, Level::County).unwrap_or(village)
}

/// The county that funds the matter of this name, for the policy.
pub(super) fn county_of(register: &Register, matter: &str) -> Option<UnitCode> {
    matter.parse::<MatterId>().ok().map(|id| county(register, id.village))
}

/// The channel in a field of a request.
pub(crate) fn channel_name(check: &mut Checker, field: &str, name: &str) -> Option<ChannelId> {
    named(check, field, name, ("资金渠道", "a channel"), "units/640000000000/channels/2022-3")
}

/// The transfer in a field of a request.
pub(crate) fn transfer_name(check: &mut Checker, field: &str, name: &str) -> Option<TransferId> {
    named(check, field, name, ("调拨", "a transfer"), "units/640000000000/transfers/2022-17")
}

fn named<T: FromStr>(
    check: &mut Checker,
    field: &str,
    name: &str,
    (zh, en): (&str, &str),
    example: &str,
) -> Option<T> {
    let id = name.parse().ok();
    if id.is_none() {
        check.refuse(
            field,
            format!("应为{zh}名称，如 {example}"),
            format!("write {en}'s name, as in {example}"),
        );
    }
    id
}
