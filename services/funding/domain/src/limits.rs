use std::ops::RangeInclusive;

/// Characters of a channel's title.
pub const TITLE_CHARS: usize = 100;
/// Characters of a reason to release.
pub const REASON_CHARS: usize = 500;
/// Characters of an order's id.
pub const ORDER_CHARS: usize = 128;
/// An amount in fen that moves at once.
pub const AMOUNT_FEN: RangeInclusive<i64> = 1..=1_000_000_000_000_000;
/// Channels that one commitment, release or payment may name.
pub const AMOUNTS: RangeInclusive<usize> = 1..=20;
