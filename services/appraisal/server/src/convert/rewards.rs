//! Reward lists, as they are served.

use yishi_appraisal_domain::{ListStage, Reward, RewardList, UnitYear};
use yishi_proto::appraisal::v1 as pb;

use super::codes::list_state;
use super::fields::{etag, wire};
use super::names::{REWARD_LIST, village};

/// The list with its lines.
pub(crate) fn reward_list(about: UnitYear, list: &RewardList, mut lines: Vec<Reward>) -> pb::RewardList {
    lines.sort_unstable_by_key(|line| line.position);
    let ordered = match list.stage {
        ListStage::Issued => None,
        ListStage::Ordered { at } | ListStage::Paid { ordered: at, .. } => Some(at),
    };
    pb::RewardList {
        name: REWARD_LIST.name(about),
        state: list_state(list.stage.state()) as i32,
        each_fen: list.terms.each.get(),
        pool_fen: list.terms.pool.get(),
        total_fen: list.total().get(),
        paid_villages: wire(list.paid_villages),
        paid_fen: list.paid.get(),
        rewards: lines.iter().map(reward).collect(),
        list_sha256: list.list_sha256.to_vec(),
        issue_time_us: list.issued.as_micros(),
        earliest_confirm_time_us: list.earliest_confirm.as_micros(),
        order_time_us: ordered.map_or(0, |at| at.as_micros()),
        etag: etag(list.version),
    }
}

fn reward(line: &Reward) -> pb::Reward {
    pb::Reward {
        village: village(line.village),
        rank: wire(line.rank),
        paid_fen: line.paid.map_or(0, |paid| paid.amount.get()),
        pay_time_us: line.paid.map_or(0, |paid| paid.at.as_micros()),
    }
}
