//! What can be asked, and what can arrive.

use std::collections::BTreeSet;

use yishi_kernel::{Fen, MatterId, UnitCode, Year};

use crate::{
    Amount, Amounts, Category, Channel, ChannelId, OrderId, Terms, Transfer, TransferId, TransferProblem,
};

/// What somebody wants done, or what another journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open a channel.
    Open {
        /// Whose.
        owner: UnitCode,
        /// The year of its money.
        year: Year,
        /// What it is.
        terms: Terms,
    },
    /// Record money from outside in the owner's channel.
    Receive {
        /// Which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
        /// The digest of the document that gives it.
        document_sha256: [u8; 32],
    },
    /// Give free money to a unit right below.
    Appropriate {
        /// Who gives.
        from: UnitCode,
        /// Of which channel.
        channel: ChannelId,
        /// To whom.
        to: UnitCode,
        /// How much.
        amount: Amount,
    },
    /// Give free money back to the unit right above.
    Return {
        /// Who gives back.
        from: UnitCode,
        /// Of which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
    },
    /// Lapse what is free of a channel whose year is over.
    Lapse {
        /// Whose.
        holder: UnitCode,
        /// Of which channel.
        channel: ChannelId,
    },
    /// Do something with the money of a matter.
    Fund {
        /// The county that does it.
        county: UnitCode,
        /// Which matter.
        matter: MatterId,
        /// The [`crate::MatterFunding::version`] that the caller has seen, if it matters to the caller.
        version: Option<u32>,
        /// What.
        act: Act,
    },
    /// Pay a reward.
    PayReward {
        /// Who pays.
        payer: UnitCode,
        /// By which order.
        order: OrderId,
        /// To which village.
        village: UnitCode,
        /// From which channel.
        channel: ChannelId,
    },
    /// Take in what another journal says.
    Deliver(Delivery),
}

/// What a county can do with the money of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Reserve free money for it.
    Commit(Amounts),
    /// Free what is reserved and not paid.
    Release {
        /// What.
        amounts: Amounts,
        /// Why.
        reason: String,
    },
    /// Pay out of what is reserved.
    Pay(Amounts),
}

impl Act {
    /// The channels it names, and how much of each.
    pub fn amounts(&self) -> &Amounts {
        match self {
            Act::Commit(amounts) | Act::Release { amounts, .. } | Act::Pay(amounts) => amounts,
        }
    }
}

/// An entry of another journal that concerns a unit hosted here. It is never refused: it applies, or is answered
/// by an entry that refuses, or changes nothing. A second time it changes nothing.
///
/// Whoever hands it in hands it to the node of the unit that decides (the county of a matter's village, the payer
/// of an order, the addressee of a transfer, the sender for answers), and has seen that it stands in the journal of
/// the unit that it speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Intake: a matter was determined.
    Determined {
        /// Which.
        matter: MatterId,
        /// Its category.
        category: Category,
        /// What it costs by estimate.
        cost: Fen,
        /// The departments of the county that are asked, by their kinds: none has agreed.
        asked: BTreeSet<String>,
        /// The number of the village's entry.
        seq: i64,
    },
    /// Intake: a matter costs something else than before.
    Revised {
        /// Which.
        matter: MatterId,
        /// What it costs by estimate.
        cost: Fen,
        /// The departments that are asked anew; none if it stays with what they have said.
        asked: BTreeSet<String>,
        /// The number of the village's entry. What is told again is not heard again: another value may have come since.
        seq: i64,
    },
    /// Intake: departments of the county have yet to agree to a matter, or all have.
    Opinions {
        /// Which matter.
        matter: MatterId,
        /// All that have not, by their kinds.
        outstanding: BTreeSet<String>,
        /// The number of the village's entry.
        seq: i64,
    },
    /// Intake: a matter is to be closed.
    ClosingRequested {
        /// Which.
        matter: MatterId,
    },
    /// Intake: has a unit's money of a year come to rest?
    SettlingRequested {
        /// Whose.
        unit: UnitCode,
        /// Of which year.
        year: Year,
        /// Which question of the unit's year book this is.
        asked: u32,
    },
    /// Appraisal: rewards are to be paid.
    RewardOrdered {
        /// By whom.
        payer: UnitCode,
        /// The order.
        order: OrderId,
        /// To whom how much.
        lines: Vec<(UnitCode, Amount)>,
    },
    /// Funding: another unit sent money here.
    Sent {
        /// The transfer.
        transfer: Transfer,
        /// Its channel.
        channel: Channel,
    },
    /// Funding: the other side has what was sent.
    Received {
        /// Who says so.
        by: UnitCode,
        /// Which transfer.
        transfer: TransferId,
    },
    /// Funding: the other side did not take what was sent.
    Refused {
        /// Who says so.
        by: UnitCode,
        /// Which transfer.
        transfer: TransferId,
        /// Why.
        problem: TransferProblem,
    },
}
