use std::ops::RangeInclusive;

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use sha2::{Digest, Sha256};

/// Repeatable chance: the same seed and label give the same stream on every machine, for good.
///
/// Draws of the programme (spot checks) are published and recomputed by others, so the recipe is fixed:
/// ChaCha20 with the key `SHA-256(seed as 8 big-endian bytes ‖ label)`, nonce and counter zero, read as
/// little-endian `u64`.
#[derive(Debug, Clone)]
pub struct Seeded(ChaCha20Rng);

impl Seeded {
    /// The stream of a seed for one purpose; other labels give independent streams.
    pub fn new(seed: u64, label: &str) -> Self {
        let key = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(label).finalize();
        Self(ChaCha20Rng::from_seed(key.into()))
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`, each equally likely.
    ///
    /// # Panics
    /// If `bound` is zero: there is nothing to draw from.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a draw below zero has no outcome");
        // Draws beyond the last whole multiple of the bound are thrown away: they would favour small numbers.
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let draw = self.next_u64();
            if draw < limit {
                return draw % bound;
            }
        }
    }

    /// A number of the range, each equally likely.
    ///
    /// # Panics
    /// If the range is empty.
    pub fn range(&mut self, range: RangeInclusive<u64>) -> u64 {
        let (first, last) = range.into_inner();
        assert!(first <= last, "the range {first}..={last} is empty");
        match (last - first).checked_add(1) {
            Some(width) => first + self.below(width),
            None => self.next_u64(),
        }
    }

    /// Brings the items into an order, each equally likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }

    /// One of the items, each equally likely; `None` if there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.index(items.len())]) }
    }

    fn index(&mut self, len: usize) -> usize {
        let draw = self.below(u64::try_from(len).expect("a length fits 64 bits"));
        usize::try_from(draw).expect("a draw below a length is an index")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The values come from an implementation of the recipe in another language.
    #[test]
    fn the_recipe_is_fixed_for_good() {
        let mut stream = Seeded::new(42, "spot-check");
        let draws: Vec<u64> = (0..101).map(|_| stream.next_u64()).collect();
        assert_eq!(draws[..3], [0x9320_e3cf_1d34_2681, 0x758b_2865_b841_7124, 0x3310_f085_3939_25cb]);
        assert_eq!(draws[100], 0x179e_57dc_97be_a7f3);
    }

    #[test]
    fn seed_and_label_both_matter() {
        let first = |seed, label| Seeded::new(seed, label).next_u64();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }

    #[test]
    fn every_outcome_is_about_as_likely() {
        let mut stream = Seeded::new(1, "dice");
        let mut seen = [0_u32; 6];
        for _ in 0..6_000 {
            seen[stream.index(6)] += 1;
        }
        assert!(seen.iter().all(|count| (900..1_100).contains(count)), "{seen:?}");
    }

    /// Taking the rest of a division alone would draw the lowest third half of the time.
    #[test]
    fn a_bound_that_does_not_divide_the_words_favours_nobody() {
        let mut stream = Seeded::new(2, "thirds");
        let third = 1 << 62;
        let low = (0..3_000).filter(|_| stream.below(3 * third) < third).count();
        assert!((900..1_100).contains(&low), "{low}");
    }

    #[test]
    fn the_widest_ranges_work() {
        let mut stream = Seeded::new(3, "edges");
        assert_eq!(stream.below(1), 0);
        assert_eq!(stream.range(7..=7), 7);
        assert!(stream.below(u64::MAX) < u64::MAX);
        let wide: Vec<u64> = (0..64).map(|_| stream.range(0..=u64::MAX)).collect();
        assert!(wide.iter().any(|draw| *draw > u64::MAX / 2) && wide.iter().any(|draw| *draw < u64::MAX / 2));
        assert_eq!(stream.pick::<u8>(&[]), None);
    }

    #[test]
    #[should_panic(expected = "no outcome")]
    fn nothing_lies_below_zero() {
        Seeded::new(0, "").below(0);
    }

    proptest! {
        #[test]
        fn draws_stay_inside(seed: u64, first: u64, width in 0..1_000_u64, bound in 1..=u64::MAX) {
            let mut stream = Seeded::new(seed, "test");
            prop_assert!(stream.below(bound) < bound);
            let last = first.saturating_add(width);
            prop_assert!((first..=last).contains(&stream.range(first..=last)));
        }

        #[test]
        fn shuffling_keeps_the_items(seed: u64, len in 0..50_usize) {
            let sorted: Vec<usize> = (0..len).collect();
            let mut items = sorted.clone();
            Seeded::new(seed, "test").shuffle(&mut items);
            if len > 0 {
                prop_assert!(items.contains(Seeded::new(seed, "pick").pick(&items).unwrap()));
            }
            items.sort_unstable();
            prop_assert_eq!(items, sorted);
        }
    }

    #[test]
    fn shuffling_reaches_every_order() {
        let orders: std::collections::HashSet<[u8; 4]> = (0..500)
            .map(|seed| {
                let mut items = [1, 2, 3, 4];
                Seeded::new(seed, "orders").shuffle(&mut items);
                items
            })
            .collect();
        assert_eq!(orders.len(), 24);
    }
}
