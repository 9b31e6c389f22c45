//! What a matter costs, and where its money comes from.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode};

use crate::{Account, Category, ChannelId, Posting};

/// One channel's part in a matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatterShare {
    /// Committed and not yet paid.
    pub unpaid: Fen,
    /// Paid.
    pub paid: Fen,
}

impl MatterShare {
    /// Both; `None` if that is too large to count.
    pub fn total(self) -> Option<Fen> {
        self.unpaid.checked_add(self.paid)
    }
}

/// The funding of one matter: a sub-ledger of its county's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterFunding {
    /// Of which matter.
    pub matter: MatterId,
    /// The county of its village, which commits and pays.
    pub county: UnitCode,
    /// Its category.
    pub category: Category,
    /// What it costs by estimate, as it was determined or has been revised since.
    pub cost: Fen,
    /// The departments that have yet to agree, by their kinds: no money is committed before there are none.
    pub outstanding: BTreeSet<String>,
    /// The number of the last entry of its village's journal that changed the two above: earlier ones may be told again.
    pub heard: i64,
    /// Each channel that has or had a part in it.
    pub shares: BTreeMap<ChannelId, MatterShare>,
    /// When it was settled; from then on nothing moves.
    pub settled: Option<Timestamp>,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
}

impl MatterFunding {
    /// One channel's part.
    pub fn share(&self, channel: ChannelId) -> MatterShare {
        self.shares.get(&channel).copied().unwrap_or_default()
    }

    /// Committed and paid from all channels; `None` if that is too large to count.
    pub fn total(&self) -> Option<Fen> {
        self.shares.values().try_fold(Fen::ZERO, |sum, share| sum.checked_add(share.total()?))
    }

    /// What is unpaid, by channel.
    pub fn unpaid(&self) -> impl Iterator<Item = (ChannelId, Fen)> {
        self.shares
            .iter()
            .map(|(channel, share)| (*channel, share.unpaid))
            .filter(|(_, fen)| *fen > Fen::ZERO)
    }

    /// What is paid, by channel.
    pub fn paid(&self) -> impl Iterator<Item = (ChannelId, Fen)> {
        self.shares.iter().map(|(channel, share)| (*channel, share.paid)).filter(|(_, fen)| *fen > Fen::ZERO)
    }

    /// The shares after a posting about this matter; `None` if it does not fit them.
    pub(crate) fn shares_after(&self, posting: &Posting) -> Option<BTreeMap<ChannelId, MatterShare>> {
        let mut shares = self.shares.clone();
        for line in posting.lines() {
            let share = shares.entry(line.channel).or_default();
            let place = match line.account {
                Account::Committed => &mut share.unpaid,
                Account::Paid => &mut share.paid,
                _ => continue,
            };
            *place = place.checked_add(line.amount).filter(|fen| *fen >= Fen::ZERO)?;
        }
        Some(shares)
    }
}
