//! Amounts that move.

use std::collections::BTreeMap;

use yishi_kernel::Fen;

use crate::{
    ChannelId,
    limits::{AMOUNT_FEN, AMOUNTS},
};

/// An amount of money that moves: more than nothing, and within [`AMOUNT_FEN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// So much, if it can move.
    pub const fn new(amount: Fen) -> Option<Self> {
        let fen = amount.get();
        if *AMOUNT_FEN.start() <= fen && fen <= *AMOUNT_FEN.end() { Some(Self(fen)) } else { None }
    }

    /// So much.
    pub const fn fen(self) -> Fen {
        Fen::new(self.0)
    }
}

/// Why a list of amounts is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountsError {
    /// There are none, or too many.
    #[error("{count} lines: give {} to {}", AMOUNTS.start(), AMOUNTS.end())]
    Count {
        /// How many there are.
        count: usize,
    },
    /// A channel stands there twice.
    #[error("{0} is named twice: give each channel once")]
    Twice(ChannelId),
}

/// Amounts of different channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amounts(BTreeMap<ChannelId, Amount>);

impl Amounts {
    /// These, if there are some, not too many, and each channel is named once.
    pub fn new(lines: impl IntoIterator<Item = (ChannelId, Amount)>) -> Result<Self, AmountsError> {
        let mut amounts = BTreeMap::new();
        for (channel, amount) in lines {
            if amounts.insert(channel, amount).is_some() {
                return Err(AmountsError::Twice(channel));
            }
        }
        if AMOUNTS.contains(&amounts.len()) {
            Ok(Self(amounts))
        } else {
            Err(AmountsError::Count { count: amounts.len() })
        }
    }

    /// Each channel and how much of it, by channel.
    pub fn iter(&self) -> impl Iterator<Item = (ChannelId, Fen)> {
        self.0.iter().map(|(channel, amount)| (*channel, amount.fen()))
    }

    /// The channels.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> {
        self.0.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::region::{amount, channel_id};

    #[test]
    fn nothing_and_less_do_not_move() {
        for wrong in [i64::MIN, -1, 0, AMOUNT_FEN.end() + 1] {
            assert_eq!(Amount::new(Fen::new(wrong)), None);
        }
        assert_eq!(Amount::new(Fen::new(1)).map(Amount::fen), Some(Fen::new(1)));
    }

    #[test]
    fn a_channel_is_named_once_and_there_are_some() {
        let (one, other) = (channel_id(1), channel_id(2));
        assert_eq!(Amounts::new([]), Err(AmountsError::Count { count: 0 }));
        assert_eq!(Amounts::new([(one, amount(1)), (one, amount(2))]), Err(AmountsError::Twice(one)));
        assert_eq!(
            Amounts::new((1..=21).map(|n| (channel_id(n), amount(1)))),
            Err(AmountsError::Count { count: 21 })
        );
        let amounts = Amounts::new([(other, amount(2)), (one, amount(1))]).unwrap();
        assert_eq!(amounts.channels().collect::<Vec<_>>(), [one, other]);
    }
}
