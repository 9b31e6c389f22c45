//! What is written into the journal.

use yishi_funding_domain::{Direction, Event, Fact};
use yishi_kernel::Fen;
use yishi_proto::funding::v1::{self as pb, event::Kind};

use super::channel::channel;
use super::codes;
use super::ledger::posting;
use super::names::{unit, village};

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let kind = match &event.fact {
        Fact::ChannelOpened(opened) => {
            Kind::ChannelOpened(pb::ChannelOpened { channel: Some(channel(opened)) })
        }
        Fact::BudgetReceived { document_sha256, posting: moved } => {
            Kind::BudgetReceived(pb::BudgetReceived {
                document_sha256: document_sha256.to_vec(),
                posting: posting(moved),
            })
        }
        Fact::Sent { transfer, channel: of, posting: moved } => {
            let sent = pb::TransferSent {
                transfer: transfer.id.to_string(),
                to: unit(transfer.to),
                channel: Some(channel(of)),
                amount_fen: transfer.amount.fen().get(),
                posting: posting(moved),
            };
            match transfer.direction {
                Direction::Down => Kind::Appropriated(sent),
                Direction::Up => Kind::Returned(sent),
            }
        }
        Fact::Received { transfer, channel: of, posting: moved } => {
            Kind::TransferReceived(pb::TransferReceived {
                transfer: transfer.id.to_string(),
                direction: codes::direction(transfer.direction) as i32,
                channel: Some(channel(of)),
                amount_fen: transfer.amount.fen().get(),
                posting: posting(moved),
            })
        }
        Fact::Refused { transfer, problem } => Kind::TransferRefused(pb::TransferRefused {
            transfer: transfer.id.to_string(),
            direction: codes::direction(transfer.direction) as i32,
            channel: transfer.channel.to_string(),
            amount_fen: transfer.amount.fen().get(),
            problem: codes::problem(*problem) as i32,
        }),
        Fact::Confirmed { transfer, posting: moved } => Kind::TransferConfirmed(pb::TransferConfirmed {
            transfer: transfer.to_string(),
            posting: posting(moved),
        }),
        Fact::Reverted { transfer, problem, posting: moved } => {
            Kind::TransferReverted(pb::TransferReverted {
                transfer: transfer.to_string(),
                problem: codes::problem(*problem) as i32,
                posting: posting(moved),
            })
        }
        Fact::Lapsed { posting: moved } => Kind::Lapsed(pb::Lapsed { posting: posting(moved) }),
        Fact::MatterRegistered { matter, category, cost, outstanding, heard } => {
            Kind::MatterRegistered(pb::MatterRegistered {
                matter: matter.to_string(),
                category: codes::category(*category) as i32,
                cost_estimate_fen: cost.get(),
                outstanding_departments: outstanding.iter().cloned().collect(),
                heard_seq: *heard,
            })
        }
        Fact::MatterRevised { matter, cost, outstanding, heard } => Kind::MatterRevised(pb::MatterRevised {
            matter: matter.to_string(),
            cost_estimate_fen: cost.get(),
            outstanding_departments: outstanding.iter().cloned().collect(),
            heard_seq: *heard,
        }),
        Fact::OpinionsNoted { matter, outstanding, heard } => Kind::OpinionsNoted(pb::OpinionsNoted {
            matter: matter.to_string(),
            outstanding_departments: outstanding.iter().cloned().collect(),
            heard_seq: *heard,
        }),
        Fact::Committed { matter, posting: moved } => {
            Kind::Committed(pb::Committed { matter: matter.to_string(), posting: posting(moved) })
        }
        Fact::Released { matter, reason, posting: moved } => Kind::Released(pb::Released {
            matter: matter.to_string(),
            reason: reason.clone(),
            posting: posting(moved),
        }),
        Fact::Paid { matter, posting: moved } => {
            Kind::Paid(pb::Paid { matter: matter.to_string(), posting: posting(moved) })
        }
        Fact::Settled { matter, paid, posting: moved } => {
            let sum = Fen::checked_sum(paid.values().copied()).expect("no more is paid than a matter costs");
            let paid = paid.iter().map(|(channel, amount)| pb::ChannelAmount {
                channel: channel.to_string(),
                amount_fen: amount.get(),
            });
            Kind::Settled(pb::Settled {
                matter: matter.to_string(),
                paid_fen: sum.get(),
                paid: paid.collect(),
                posting: posting(moved),
            })
        }
        Fact::RewardOrderTaken { order, lines } => {
            let lines = lines
                .iter()
                .map(|(to, amount)| pb::RewardLine { village: village(*to), amount_fen: amount.fen().get() });
            Kind::RewardOrderTaken(pb::RewardOrderTaken { order: order.to_string(), lines: lines.collect() })
        }
        Fact::RewardPaid { order, village: to, channel, amount, posting: moved } => {
            Kind::RewardPaid(pb::RewardPaid {
                order: order.to_string(),
                village: village(*to),
                amount_fen: amount.fen().get(),
                channel: channel.to_string(),
                posting: posting(moved),
            })
        }
        Fact::YearSettled { year, asked } => {
            Kind::YearSettled(pb::YearSettled { year: i32::from(year.get()), request: wire(*asked) })
        }
        Fact::YearHeld { year, asked, in_transit, matters, unpaid } => Kind::YearHeld(pb::YearHeld {
            year: i32::from(year.get()),
            request: wire(*asked),
            in_transit_fen: in_transit.get(),
            matters: wire(*matters),
            unpaid_fen: unpaid.get(),
        }),
    };
    pb::Event { kind: Some(kind) }
}

/// A count far below 2^31.
fn wire(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
