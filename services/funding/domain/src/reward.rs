//! What the appraisal orders to be paid to villages.

use std::{fmt, str::FromStr};

use yishi_kernel::{Timestamp, UnitCode};

use crate::{Amount, ChannelId, limits::ORDER_CHARS};

/// The id of an order of the appraisal, as the appraisal gave it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(Box<str>);

impl OrderId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no order's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an order: write 1 to {ORDER_CHARS} ASCII letters and digits, dots, colons, slashes, dashes and underscores"
)]
pub struct OrderIdError(String);

impl FromStr for OrderId {
    type Err = OrderIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte);
        let well_made = (1..=ORDER_CHARS).contains(&text.len()) && text.bytes().all(plain);
        if well_made { Ok(Self(text.into())) } else { Err(OrderIdError(text.to_owned())) }
    }
}

/// What an order gives to one village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    /// Which order.
    pub order: OrderId,
    /// To which village.
    pub village: UnitCode,
    /// Who pays it.
    pub payer: UnitCode,
    /// How much.
    pub amount: Amount,
    /// From which channel it was paid, and when; not yet if there is none.
    pub paid: Option<(ChannelId, Timestamp)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_a_plain_text() {
        let longest = "a".repeat(ORDER_CHARS);
        for right in ["units/640000000000/rewardLists/2022-1", longest.as_str()] {
            assert_eq!(right.parse::<OrderId>().unwrap().as_str(), right);
        }
        let too_long = "a".repeat(ORDER_CHARS + 1);
        for wrong in ["", "a b", "名单", "a\0", too_long.as_str()] {
            assert!(wrong.parse::<OrderId>().is_err(), "{wrong}");
        }
    }
}
