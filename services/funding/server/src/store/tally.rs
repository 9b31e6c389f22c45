//! Counters of investment and rewards for counties and above: what the postings of a batch add to them.

use std::collections::BTreeMap;

use serde::Serialize;
use yishi_funding_domain::{Account, Category, ChannelId, ChannelKind, Event, Fact, MatterFunding, World};
use yishi_kernel::{Fen, Level, UnitCode, Year};
use yishi_runtime::desk::House;
use yishi_store::{Rows, StoreError};

use super::number;
use crate::convert;

/// What is summed: the matters of a category, or the money of channels of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Category(Category),
    Kind(ChannelKind),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Delta {
    number: i64,
    // Wider than any sum that fits the table: a batch that does not fit is refused there, and not wrapped here.
    committed: i128,
    paid: i128,
}

/// One update per key and batch: counters are the dearest part of a write.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(BTreeMap<(UnitCode, Year, Heading), Delta>);

#[derive(Serialize)]
struct TallyRow {
    unit: i64,
    year: u16,
    category: i32,
    kind: i32,
    number: i64,
    committed_fen: i64,
    paid_fen: i64,
}

/// Whether the matter that an event is about has money committed or paid.
pub(super) fn has_money(world: &World, event: &Event) -> bool {
    let matter = event.fact.matter().and_then(|id| world.matter(id));
    matter.and_then(MatterFunding::total).is_some_and(|total| total > Fen::ZERO)
}

impl Tally {
    /// Counts what an event moved; `gained` is by how many the matters with money became more. None if it moved money of a
    /// channel that is not known.
    pub(super) fn follow(
        &mut self,
        house: &House,
        world: &World,
        event: &Event,
        gained: i64,
        kind: impl Fn(ChannelId) -> Option<ChannelKind>,
    ) -> Option<()> {
        if let Fact::RewardPaid { village, channel, amount, .. } = &event.fact {
            let paid = Delta { number: 1, committed: 0, paid: amount.fen().get().into() };
            self.add(house, *village, channel.year, Heading::Kind(ChannelKind::Reward), paid);
        }
        let Some(posting) = event.fact.posting() else { return Some(()) };
        let matter = event.fact.matter().and_then(|id| world.matter(id));
        let kinds: Option<Vec<ChannelKind>> = posting.lines().iter().map(|line| kind(line.channel)).collect();
        let (kinds, Some(matter)) = (kinds?, matter) else { return Some(()) };
        let (village, year) = (matter.matter.village, matter.matter.year);
        let category = Heading::Category(matter.category);
        self.add(house, village, year, category, Delta { number: gained, ..Delta::default() });
        for (line, kind) in posting.lines().iter().zip(kinds) {
            let fen = line.amount.get().into();
            let delta = match line.account {
                Account::Committed => Delta { committed: fen, ..Delta::default() },
                Account::Paid => Delta { paid: fen, ..Delta::default() },
                _ => continue,
            };
            self.add(house, village, year, category, delta);
            self.add(house, village, year, Heading::Kind(kind), delta);
        }
        Some(())
    }

    fn add(&mut self, house: &House, village: UnitCode, year: Year, heading: Heading, delta: Delta) {
        for unit in house.register.ancestors(village) {
            if house.holds(unit) && house.register.level(unit).is_some_and(|level| level >= Level::County) {
                let sum = self.0.entry((unit, year, heading)).or_default();
                sum.number += delta.number;
                sum.committed += delta.committed;
                sum.paid += delta.paid;
            }
        }
    }

    /// The rows that change.
    pub(super) fn rows(&self) -> Result<Rows, StoreError> {
        let mut rows = Rows::default();
        for ((unit, year, heading), delta) in &self.0 {
            if *delta == Delta::default() {
                continue;
            }
            let (category, kind) = match heading {
                Heading::Category(category) => (convert::category(*category) as i32, 0),
                Heading::Kind(kind) => (0, convert::kind(*kind) as i32),
            };
            rows.add(&TallyRow {
                unit: number(*unit),
                year: year.get(),
                category,
                kind,
                number: delta.number,
                committed_fen: fits(delta.committed)?,
                paid_fen: fits(delta.paid)?,
            })?;
        }
        Ok(rows)
    }
}

fn fits(fen: i128) -> Result<i64, StoreError> {
    i64::try_from(fen)
        .map_err(|_| StoreError::Encode(format!("{fen} fen at once are more than can be counted")))
}
