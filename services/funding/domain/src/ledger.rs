//! Double-entry bookkeeping: what is on one account came from another.

use std::collections::BTreeMap;

use yishi_kernel::{Fen, UnitCode};

use crate::{ChannelId, codes::codes};

codes! {
    /// An account that every holder has for every channel.
    pub enum Account {
        /// From outside, or from above. The only one with lines below zero in sum: all other money comes out of it.
        Received = "RECEIVED",
        /// At the holder's disposal.
        Free = "FREE",
        /// Reserved for a matter and not yet paid.
        Committed = "COMMITTED",
        /// Paid out.
        Paid = "PAID",
        /// On its way to another unit that has not confirmed it.
        InTransit = "IN_TRANSIT",
        /// Arrived at a unit right below, less what came back from there.
        PassedDown = "PASSED_DOWN",
        /// Arrived back at the unit above.
        ReturnedUp = "RETURNED_UP",
        /// No longer to be spent.
        Lapsed = "LAPSED",
    }
}

/// One line of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The account.
    pub account: Account,
    /// Whose.
    pub holder: UnitCode,
    /// Of which channel.
    pub channel: ChannelId,
    /// By how much it changes.
    pub amount: Fen,
}

/// Lines that sum to zero for each holder and channel: whatever is posted, every holder's books stay balanced
/// on their own, without a look at anybody else's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posting(Vec<Line>);

/// Lines that do not sum to zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the lines of {holder} for {channel} do not sum to zero")]
pub struct Unbalanced {
    /// Whose.
    pub holder: UnitCode,
    /// Of which channel.
    pub channel: ChannelId,
}

impl Posting {
    /// These lines, as read from a journal, if they are balanced.
    pub fn new(lines: Vec<Line>) -> Result<Self, Unbalanced> {
        let mut sums: BTreeMap<(UnitCode, ChannelId), Option<Fen>> = BTreeMap::new();
        for line in &lines {
            let sum = sums.entry((line.holder, line.channel)).or_insert(Some(Fen::ZERO));
            *sum = sum.and_then(|sum| sum.checked_add(line.amount));
        }
        match sums.into_iter().find(|(_, sum)| *sum != Some(Fen::ZERO)) {
            Some(((holder, channel), _)) => Err(Unbalanced { holder, channel }),
            None => Ok(Self(lines)),
        }
    }

    /// Moves amounts from one account of a holder to another: balanced by its making. What is not more than
    /// nothing does not move.
    pub(crate) fn moves(
        holder: UnitCode,
        from: Account,
        to: Account,
        amounts: impl IntoIterator<Item = (ChannelId, Fen)>,
    ) -> Self {
        let moving = amounts.into_iter().filter(|(_, amount)| *amount > Fen::ZERO);
        let lines = moving.flat_map(|(channel, amount)| {
            let less = amount.checked_neg().expect("it is positive");
            [(from, less), (to, amount)].map(|(account, amount)| Line { account, holder, channel, amount })
        });
        Self(lines.collect())
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}

/// What a holder has of a channel, and what became of the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// All that came in.
    pub received: Fen,
    /// At disposal.
    pub free: Fen,
    /// Committed and unpaid.
    pub committed: Fen,
    /// Paid.
    pub paid: Fen,
    /// Sent and not confirmed.
    pub in_transit: Fen,
    /// Passed down.
    pub passed_down: Fen,
    /// Returned upward.
    pub returned_up: Fen,
    /// Lapsed.
    pub lapsed: Fen,
}

/// How books are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Imbalance {
    /// An account is larger than can be counted.
    #[error("{account} is larger than can be counted")]
    TooLarge {
        /// Which.
        account: Account,
    },
    /// More was taken from an account than was there.
    #[error("{account} is overdrawn: {} fen", fen.get())]
    Overdrawn {
        /// Which.
        account: Account,
        /// What is on it.
        fen: Fen,
    },
    /// What came in is not what is there.
    #[error("{} fen were received, {accounted} are accounted for", received.get())]
    Difference {
        /// What came in.
        received: Fen,
        /// What is on all other accounts.
        accounted: i128,
    },
}

impl Balance {
    /// The balance after a line. In between the lines of one posting it may be wrong.
    pub fn with(mut self, line: &Line) -> Result<Self, Imbalance> {
        let account = line.account;
        let counted = match account {
            Account::Received => line.amount.checked_neg(),
            _ => Some(line.amount),
        };
        let place = self.place(account);
        *place = counted.and_then(|fen| place.checked_add(fen)).ok_or(Imbalance::TooLarge { account })?;
        Ok(self)
    }

    /// Whether received = committed and unpaid + paid + free + passed down + returned upward + lapsed + in
    /// transit, and nothing is overdrawn.
    pub fn check(mut self) -> Result<Self, Imbalance> {
        let received = self.received;
        let mut accounted = 0_i128;
        for &account in Account::ALL {
            let fen = *self.place(account);
            if fen < Fen::ZERO {
                return Err(Imbalance::Overdrawn { account, fen });
            }
            if account != Account::Received {
                accounted += i128::from(fen.get());
            }
        }
        if accounted == i128::from(received.get()) {
            Ok(self)
        } else {
            Err(Imbalance::Difference { received, accounted })
        }
    }

    fn place(&mut self, account: Account) -> &mut Fen {
        match account {
            Account::Received => &mut self.received,
            Account::Free => &mut self.free,
            Account::Committed => &mut self.committed,
            Account::Paid => &mut self.paid,
            Account::InTransit => &mut self.in_transit,
            Account::PassedDown => &mut self.passed_down,
            Account::ReturnedUp => &mut self.returned_up,
            Account::Lapsed => &mut self.lapsed,
        }
    }
}

/// What a holder has of a channel by all lines there are: the recount that stored balances are compared with.
pub fn balance<'l>(
    lines: impl IntoIterator<Item = &'l Line>,
    holder: UnitCode,
    channel: ChannelId,
) -> Result<Balance, Imbalance> {
    let its_own = |line: &&Line| line.holder == holder && line.channel == channel;
    lines.into_iter().filter(its_own).try_fold(Balance::default(), Balance::with)?.check()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::region::{COUNTY, REGION, channel_id, code};

    fn line(account: Account, fen: i64) -> Line {
        Line { account, holder: code(COUNTY), channel: channel_id(1), amount: Fen::new(fen) }
    }

    #[test]
    fn a_posting_is_balanced_for_each_holder_and_channel() {
        let other = Line { holder: code(REGION), ..line(Account::Free, -5) };
        assert_eq!(
            Posting::new(vec![line(Account::Free, 5), other]),
            Err(Unbalanced { holder: code(REGION), channel: channel_id(1) })
        );
        let overflow = vec![line(Account::Free, i64::MAX), line(Account::Paid, 1)];
        assert!(Posting::new(overflow).is_err());
        let lines = vec![line(Account::Free, 5), line(Account::Received, -5)];
        assert_eq!(Posting::new(lines.clone()).unwrap().lines(), lines);
    }

    #[test]
    fn what_moves_is_balanced() {
        let amounts = [(channel_id(1), 7), (channel_id(2), 8), (channel_id(3), 0), (channel_id(4), i64::MIN)];
        let amounts = amounts.map(|(channel, fen)| (channel, Fen::new(fen)));
        let posting = Posting::moves(code(COUNTY), Account::Free, Account::Committed, amounts);
        assert_eq!(posting.lines()[..2], [line(Account::Free, -7), line(Account::Committed, 7)]);
        assert_eq!(posting.lines().len(), 4);
        assert_eq!(Posting::new(posting.lines().to_vec()), Ok(posting));
    }

    #[test]
    fn a_balance_is_what_came_in_and_where_it_is() {
        let lines = [line(Account::Received, -9), line(Account::Free, 6), line(Account::Paid, 3)];
        let found = balance(&lines, code(COUNTY), channel_id(1)).unwrap();
        assert_eq!((found.received, found.free, found.paid), (Fen::new(9), Fen::new(6), Fen::new(3)));
        assert_eq!(balance(&lines, code(REGION), channel_id(1)), Ok(Balance::default()));
    }

    #[test]
    fn wrong_books_say_how() {
        let (county, channel) = (code(COUNTY), channel_id(1));
        assert_eq!(
            balance(&[line(Account::Received, -9), line(Account::Free, 8)], county, channel),
            Err(Imbalance::Difference { received: Fen::new(9), accounted: 8 })
        );
        assert_eq!(
            balance(&[line(Account::Free, -1), line(Account::Paid, 1)], county, channel),
            Err(Imbalance::Overdrawn { account: Account::Free, fen: Fen::new(-1) })
        );
        assert_eq!(
            balance(&[line(Account::Received, i64::MIN)], county, channel),
            Err(Imbalance::TooLarge { account: Account::Received })
        );
    }
}
