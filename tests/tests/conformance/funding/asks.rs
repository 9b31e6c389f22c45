//! What units ask of funding, right in every field, each request with an id of its own.

use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_proto::intake::v1::Category;
use yishi_tests::sandbox::{YEAR, fresh_id};

use super::TOWNSHIP;

/// How much of which channels.
pub(super) type Lines<'a> = &'a [(&'a str, i64)];

/// For anything of the year, until the year is over.
pub(super) fn plain() -> pb::Channel {
    pb::Channel {
        title: "乡村振兴补助资金".to_owned(),
        kind: pb::ChannelKind::LivingEnvironment as i32,
        year: YEAR,
        remainder: pb::Remainder::Lapse as i32,
        ..pb::Channel::default()
    }
}

/// For anything of another year.
pub(super) fn of_year(year: i32) -> pb::Channel {
    pb::Channel { year, ..plain() }
}

/// For rewards in a year.
pub(super) fn of_rewards(year: i32) -> pb::Channel {
    pb::Channel { kind: pb::ChannelKind::Reward as i32, ..of_year(year) }
}

/// The same channel, for less.
pub(super) fn only_for(channel: pb::Channel, earmark: pb::Earmark) -> pb::Channel {
    pb::Channel { earmark: Some(earmark), ..channel }
}

/// The same channel, for villages of a unit.
pub(super) fn only_in(channel: pb::Channel, area: UnitCode) -> pb::Channel {
    only_for(channel, pb::Earmark { area: unit(area), ..pb::Earmark::default() })
}

/// For infrastructure in one township, and three quarters of a matter at most.
pub(super) fn earmarked() -> pb::Channel {
    let earmark = pb::Earmark {
        categories: vec![Category::Infrastructure as i32],
        area: unit(TOWNSHIP),
        ceiling_per_matter_fen: 100_000_000,
        ceiling_share_bp: 7_500,
    };
    only_for(plain(), earmark)
}

pub(super) fn unit(unit: UnitCode) -> String {
    format!("units/{unit}")
}

pub(super) fn open(owner: UnitCode, channel: pb::Channel) -> pb::OpenChannelRequest {
    pb::OpenChannelRequest { parent: unit(owner), channel: Some(channel), request_id: fresh_id() }
}

pub(super) fn receive(channel: &str, amount_fen: i64) -> pb::ReceiveBudgetRequest {
    let (parent, document_sha256) = (channel.to_owned(), vec![9; 32]);
    pb::ReceiveBudgetRequest { parent, amount_fen, document_sha256, request_id: fresh_id() }
}

pub(super) fn appropriate(
    from: UnitCode,
    channel: &str,
    to: UnitCode,
    amount_fen: i64,
) -> pb::AppropriateRequest {
    let (parent, channel, to) = (unit(from), channel.to_owned(), unit(to));
    pb::AppropriateRequest { parent, channel, to, amount_fen, request_id: fresh_id() }
}

pub(super) fn give_back(from: UnitCode, channel: &str, amount_fen: i64) -> pb::ReturnAppropriationRequest {
    let (parent, channel) = (unit(from), channel.to_owned());
    pb::ReturnAppropriationRequest { parent, channel, amount_fen, request_id: fresh_id() }
}

pub(super) fn lapse(holder: UnitCode, channel: &str) -> pb::LapseRemainderRequest {
    pb::LapseRemainderRequest { parent: unit(holder), channel: channel.to_owned(), request_id: fresh_id() }
}

fn lines(lines: Lines<'_>) -> Vec<pb::ChannelAmount> {
    let line = |(channel, amount_fen): &(&str, i64)| pb::ChannelAmount {
        channel: (*channel).to_owned(),
        amount_fen: *amount_fen,
    };
    lines.iter().map(line).collect()
}

pub(super) fn commit(matter: &str, amounts: Lines<'_>) -> pb::CommitFundsRequest {
    let (matter, lines) = (matter.to_owned(), lines(amounts));
    pb::CommitFundsRequest { matter, lines, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn release(matter: &str, amounts: Lines<'_>) -> pb::ReleaseCommitmentRequest {
    let (matter, lines, reason) = (matter.to_owned(), lines(amounts), "招标节余".to_owned());
    pb::ReleaseCommitmentRequest { matter, lines, reason, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn pay(matter: &str, amounts: Lines<'_>) -> pb::PayMatterRequest {
    let (matter, lines) = (matter.to_owned(), lines(amounts));
    pb::PayMatterRequest { matter, lines, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn reward(payer: UnitCode, order: &str, village: &str, channel: &str) -> pb::PayRewardRequest {
    let (order, village, channel) = (order.to_owned(), village.to_owned(), channel.to_owned());
    pb::PayRewardRequest { parent: unit(payer), order, village, channel, request_id: fresh_id() }
}
