use std::ops::RangeInclusive;

/// Characters of a form's token.
pub const TOKEN_CHARS: RangeInclusive<usize> = 16..=64;
/// Forms of a batch.
pub const FORMS_PER_BATCH: RangeInclusive<usize> = 1..=1_000;
/// Batches of a stream.
pub const BATCHES_PER_STREAM: usize = 10_000;
/// Forms that make a figure for satisfaction.
pub const MIN_FORMS: RangeInclusive<u32> = 1..=100_000;
/// Villages on a reward list: so many that the list fits into one entry.
pub const WINNERS: RangeInclusive<u32> = 1..=4_000;
/// A reward, or the pool of rewards, in fen.
pub const REWARD_FEN: RangeInclusive<i64> = 1..=1_000_000_000_000;
/// Villages in one entry of a ranking: at 250 bytes each at the most an entry stays below 200 KB.
pub const STANDINGS_PER_ENTRY: usize = 500;
