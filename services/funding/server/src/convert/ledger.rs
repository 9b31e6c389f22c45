//! What moves and what is held, as it is served.

use yishi_funding_domain::{Balance, ChannelId, ChannelKind, Posting};
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;

use super::codes;
use super::names::unit;

/// A posting as it is written down.
pub(super) fn posting(posting: &Posting) -> Option<pb::Posting> {
    let lines = posting.lines().iter().map(|line| pb::PostingLine {
        account: codes::account(line.account) as i32,
        holder: unit(line.holder),
        channel: line.channel.to_string(),
        amount_fen: line.amount.get(),
    });
    Some(pb::Posting { lines: lines.collect() })
}

/// What a unit has of a channel.
pub(crate) fn holding(
    holder: UnitCode,
    channel: ChannelId,
    kind: ChannelKind,
    balance: &Balance,
) -> pb::Holding {
    let Balance { received, free, committed, paid, in_transit, passed_down, returned_up, lapsed } = balance;
    pb::Holding {
        unit: unit(holder),
        channel: channel.to_string(),
        kind: codes::kind(kind) as i32,
        received_fen: received.get(),
        free_fen: free.get(),
        committed_unpaid_fen: committed.get(),
        paid_fen: paid.get(),
        in_transit_fen: in_transit.get(),
        passed_down_fen: passed_down.get(),
        returned_up_fen: returned_up.get(),
        lapsed_fen: lapsed.get(),
    }
}
