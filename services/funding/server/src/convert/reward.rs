//! Rewards as they are served.

use yishi_funding_domain::Reward;
use yishi_proto::funding::v1 as pb;

use super::fields::moment;
use super::names::{unit, village};

/// What an order gives to a village, and whether it has it.
pub(crate) fn reward(reward: &Reward) -> pb::Reward {
    pb::Reward {
        order: reward.order.to_string(),
        village: village(reward.village),
        payer: unit(reward.payer),
        amount_fen: reward.amount.fen().get(),
        channel: reward.paid.map(|(channel, _)| channel.to_string()).unwrap_or_default(),
        pay_time_us: moment(reward.paid.map(|(_, at)| at)),
    }
}
