//! What can follow from a command.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode, Year};

use crate::{
    Amount, Category, Channel, ChannelId, Direction, OrderId, Posting, Transfer, TransferId, TransferProblem,
};

/// Something that happened in the books of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// In whose journal it stands, and whose accounts it changes.
    pub unit: UnitCode,
    /// To whom it is addressed, if to anybody.
    pub to: Option<UnitCode>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What happened, results of policy included: no later reader asks what the policy was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The unit opened a channel.
    ChannelOpened(Channel),
    /// Money came from outside.
    BudgetReceived {
        /// The digest of the document that gives it.
        document_sha256: [u8; 32],
        /// From RECEIVED to FREE.
        posting: Posting,
    },
    /// Money went on its way down or up.
    Sent {
        /// The transfer.
        transfer: Transfer,
        /// Its channel, which the other side may not know.
        channel: Channel,
        /// From FREE to IN_TRANSIT.
        posting: Posting,
    },
    /// Money of another unit arrived.
    Received {
        /// The transfer.
        transfer: Transfer,
        /// Its channel.
        channel: Channel,
        /// From RECEIVED, or from PASSED_DOWN, to FREE.
        posting: Posting,
    },
    /// The money of another unit was not taken.
    Refused {
        /// The transfer.
        transfer: Transfer,
        /// Why not.
        problem: TransferProblem,
    },
    /// The sender knows that its money arrived.
    Confirmed {
        /// Which transfer.
        transfer: TransferId,
        /// From IN_TRANSIT to PASSED_DOWN or RETURNED_UP.
        posting: Posting,
    },
    /// The sender has its money back.
    Reverted {
        /// Which transfer.
        transfer: TransferId,
        /// Why it was not taken.
        problem: TransferProblem,
        /// From IN_TRANSIT to FREE.
        posting: Posting,
    },
    /// What was free lapsed.
    Lapsed {
        /// From FREE to LAPSED.
        posting: Posting,
    },
    /// A matter was determined, and this is what funding goes by.
    MatterRegistered {
        /// Which matter.
        matter: MatterId,
        /// Its category.
        category: Category,
        /// What it costs.
        cost: Fen,
        /// The departments that have yet to agree, by their kinds.
        outstanding: BTreeSet<String>,
        /// The number of the village's entry that said so.
        heard: i64,
    },
    /// A matter costs something else than before.
    MatterRevised {
        /// Which matter.
        matter: MatterId,
        /// What it costs.
        cost: Fen,
        /// The departments that have yet to agree, by their kinds.
        outstanding: BTreeSet<String>,
        /// The number of the village's entry that said so.
        heard: i64,
    },
    /// Which departments have yet to agree to a matter.
    OpinionsNoted {
        /// Which matter.
        matter: MatterId,
        /// All of them, by their kinds.
        outstanding: BTreeSet<String>,
        /// The number of the village's entry that said so.
        heard: i64,
    },
    /// Money was committed to a matter.
    Committed {
        /// Which matter.
        matter: MatterId,
        /// From FREE to COMMITTED.
        posting: Posting,
    },
    /// Money that was committed is free again.
    Released {
        /// Which matter.
        matter: MatterId,
        /// Why.
        reason: String,
        /// From COMMITTED to FREE.
        posting: Posting,
    },
    /// Money was paid for a matter.
    Paid {
        /// Which matter.
        matter: MatterId,
        /// From COMMITTED to PAID.
        posting: Posting,
    },
    /// No money of a matter moves any more.
    Settled {
        /// Which matter.
        matter: MatterId,
        /// What was paid for it, by channel.
        paid: BTreeMap<ChannelId, Fen>,
        /// What was unpaid, from COMMITTED to FREE.
        posting: Posting,
    },
    /// Rewards are to be paid.
    RewardOrderTaken {
        /// By which order.
        order: OrderId,
        /// To whom how much.
        lines: BTreeMap<UnitCode, Amount>,
    },
    /// A reward was paid.
    RewardPaid {
        /// By which order.
        order: OrderId,
        /// To which village.
        village: UnitCode,
        /// From which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
        /// From FREE to PAID.
        posting: Posting,
    },
    /// The unit's money of a year has come to rest, and stays so.
    YearSettled {
        /// Which year.
        year: Year,
        /// Which question this answers.
        asked: u32,
    },
    /// The unit's money of a year has not come to rest.
    YearHeld {
        /// Which year.
        year: Year,
        /// Which question this answers.
        asked: u32,
        /// What is on its way to another unit.
        in_transit: Fen,
        /// Matters of the year for which money is committed and not paid.
        matters: u32,
        /// How much that is.
        unpaid: Fen,
    },
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::ChannelOpened(_) => "funding.channel_opened",
            Fact::BudgetReceived { .. } => "funding.budget_received",
            Fact::Sent { transfer: Transfer { direction: Direction::Down, .. }, .. } => {
                "funding.appropriated"
            }
            Fact::Sent { transfer: Transfer { direction: Direction::Up, .. }, .. } => "funding.returned",
            Fact::Received { .. } => "funding.transfer_received",
            Fact::Refused { .. } => "funding.transfer_refused",
            Fact::Confirmed { .. } => "funding.transfer_confirmed",
            Fact::Reverted { .. } => "funding.transfer_reverted",
            Fact::Lapsed { .. } => "funding.lapsed",
            Fact::MatterRegistered { .. } => "funding.matter_registered",
            Fact::MatterRevised { .. } => "funding.matter_revised",
            Fact::OpinionsNoted { .. } => "funding.opinions_noted",
            Fact::Committed { .. } => "funding.committed",
            Fact::Released { .. } => "funding.released",
            Fact::Paid { .. } => "funding.paid",
            Fact::Settled { .. } => "funding.settled",
            Fact::RewardOrderTaken { .. } => "funding.reward_order_taken",
            Fact::RewardPaid { .. } => "funding.reward_paid",
            Fact::YearSettled { .. } => "funding.year_settled",
            Fact::YearHeld { .. } => "funding.year_held",
        }
    }

    /// How money moved, if it did.
    pub const fn posting(&self) -> Option<&Posting> {
        match self {
            Fact::BudgetReceived { posting, .. }
            | Fact::Sent { posting, .. }
            | Fact::Received { posting, .. }
            | Fact::Confirmed { posting, .. }
            | Fact::Reverted { posting, .. }
            | Fact::Lapsed { posting }
            | Fact::Committed { posting, .. }
            | Fact::Released { posting, .. }
            | Fact::Paid { posting, .. }
            | Fact::Settled { posting, .. }
            | Fact::RewardPaid { posting, .. } => Some(posting),
            Fact::ChannelOpened(_)
            | Fact::Refused { .. }
            | Fact::MatterRegistered { .. }
            | Fact::MatterRevised { .. }
            | Fact::OpinionsNoted { .. }
            | Fact::RewardOrderTaken { .. }
            | Fact::YearSettled { .. }
            | Fact::YearHeld { .. } => None,
        }
    }

    /// The matter it is about, if it is about one.
    pub const fn matter(&self) -> Option<MatterId> {
        match self {
            Fact::MatterRegistered { matter, .. }
            | Fact::MatterRevised { matter, .. }
            | Fact::OpinionsNoted { matter, .. }
            | Fact::Committed { matter, .. }
            | Fact::Released { matter, .. }
            | Fact::Paid { matter, .. }
            | Fact::Settled { matter, .. } => Some(*matter),
            _ => None,
        }
    }

    /// The transfer it is about, if it is about one.
    pub const fn transfer(&self) -> Option<TransferId> {
        match self {
            Fact::Sent { transfer, .. }
            | Fact::Received { transfer, .. }
            | Fact::Refused { transfer, .. } => Some(transfer.id),
            Fact::Confirmed { transfer, .. } | Fact::Reverted { transfer, .. } => Some(*transfer),
            _ => None,
        }
    }
}
