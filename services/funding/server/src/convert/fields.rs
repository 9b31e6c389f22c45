//! Small fields that several messages have.

use yishi_funding_domain::{Amount, Amounts, AmountsError, ChannelId, limits};
use yishi_kernel::Timestamp;
use yishi_proto::funding::v1 as pb;
use yishi_runtime::check::Checker;

use super::names::channel_name;

/// An opaque form of the version of a matter's funding.
pub(super) fn etag(version: u32) -> String {
    format!("{version:08x}")
}

/// The version that an etag of ours stands for.
pub(super) fn version(etag_of_ours: &str) -> Option<u32> {
    u32::from_str_radix(etag_of_ours, 16).ok().filter(|version| etag(*version) == etag_of_ours)
}

/// The version that the caller has seen: `Some(None)` when it does not care.
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
            "应原样填写读取事项资金时得到的 etag，或留空",
            "copy the etag as it was read with the funding of the matter, or leave it empty",
        );
    }
    version.map(Some)
}

/// An instant, or 0 for none.
pub(super) fn moment(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::as_micros)
}

/// The instant that [`moment`] wrote.
pub(super) fn moment_from(time_us: i64) -> Option<Timestamp> {
    (time_us != 0).then(|| Timestamp::from_micros(time_us))
}

/// An amount that moves.
pub(super) fn amount(check: &mut Checker, field: &str, fen: i64) -> Option<Amount> {
    check.fen(field, fen, limits::AMOUNT_FEN).and_then(Amount::new)
}

/// The `lines` of a request: how much of which channel.
pub(super) fn amounts(check: &mut Checker, lines: &[pb::ChannelAmount]) -> Option<Amounts> {
    // Nobody is told what is wrong with the thousandth line of a list that is too long anyway.
    let some = lines.iter().take(*limits::AMOUNTS.end()).enumerate();
    let read: Vec<Option<(ChannelId, Amount)>> = some
        .map(|(nth, line)| {
            let channel = channel_name(check, &format!("lines[{nth}].channel"), &line.channel);
            let amount = amount(check, &format!("lines[{nth}].amount_fen"), line.amount_fen);
            channel.zip(amount)
        })
        .collect();
    let wrong = if limits::AMOUNTS.contains(&lines.len()) {
        match Amounts::new(read.into_iter().collect::<Option<Vec<_>>>()?) {
            Ok(amounts) => return Some(amounts),
            Err(wrong) => wrong,
        }
    } else {
        AmountsError::Count { count: lines.len() }
    };
    let zh = match &wrong {
        AmountsError::Count { count } => {
            format!("应为 {} 至 {} 行，现为 {count} 行", limits::AMOUNTS.start(), limits::AMOUNTS.end())
        }
        AmountsError::Twice(channel) => format!("{channel} 出现两次：每个渠道只写一行"),
    };
    check.refuse("lines", zh, wrong.to_string());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_only_what_we_gave() {
        let seen = |text: &str| seen(&mut Checker::default(), text);
        assert_eq!((seen(""), seen(&etag(77))), (Some(None), Some(Some(77))));
        for wrong in ["1", "0000000G", "+0000001", "000000001", "0000000A"] {
            assert_eq!(seen(wrong), None, "{wrong}");
        }
    }
}
