//! Sums of matters and money, as units report them and as records give them, and whether they agree.

use std::collections::BTreeMap;

use yishi_kernel::{Register, UnitCode, Year};

/// So many things, with so much money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) number: i64,
    pub(super) fen: i64,
}

impl Sum {
    pub(super) fn add(&mut self, other: Sum) {
        self.number += other.number;
        self.fen += other.fen;
    }

    pub(super) fn of<'a>(sums: impl IntoIterator<Item = &'a Sum>) -> Sum {
        let mut all = Sum::default();
        sums.into_iter().for_each(|sum| all.add(*sum));
        all
    }
}

/// Sums by something.
pub(super) type Sums<K> = BTreeMap<K, Sum>;

/// Sums of units and years.
pub(super) type Book<K> = BTreeMap<(UnitCode, Year), Sums<K>>;

pub(super) fn merge<K: Ord + Copy>(into: &mut Sums<K>, more: &Sums<K>) {
    for (key, sum) in more {
        into.entry(*key).or_default().add(*sum);
    }
}

/// The same figures from two sides, over all years.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Figures<K> {
    /// As the topmost unit reports them.
    pub(super) reported: Sums<K>,
    /// As the records of all villages add up.
    pub(super) recounted: Sums<K>,
    /// How many reports, of whatever unit and year, are not the sum of what is below.
    pub(super) unequal: usize,
}

/// Derived it would ask the same of `K`.
impl<K> Default for Figures<K> {
    fn default() -> Self {
        Self { reported: Sums::new(), recounted: Sums::new(), unequal: 0 }
    }
}

impl<K: Ord + Copy> Figures<K> {
    /// From the reports of the topmost unit and all below it but the villages, and from what the villages' records
    /// give. Sums of nothing are as good as none.
    pub(super) fn of(register: &Register, top: UnitCode, mut reports: Book<K>, mut records: Book<K>) -> Self {
        for book in [&mut reports, &mut records] {
            book.values_mut().for_each(|sums| sums.retain(|_, sum| *sum != Sum::default()));
        }
        let (mut reported, mut recounted) = (Sums::new(), Sums::new());
        for (_, sums) in reports.iter().filter(|((unit, _), _)| *unit == top) {
            merge(&mut reported, sums);
        }
        records.values().for_each(|sums| merge(&mut recounted, sums));
        let below = |unit: UnitCode, year: Year| {
            let mut sum = Sums::new();
            for child in register.children(unit) {
                let child = (*child, year);
                if let Some(sums) = reports.get(&child).or_else(|| records.get(&child)) {
                    merge(&mut sum, sums);
                }
            }
            sum
        };
        let unequal = reports.iter().filter(|((unit, year), sums)| **sums != below(*unit, *year)).count();
        Self { reported, recounted, unequal }
    }
}

#[cfg(test)]
mod tests;
