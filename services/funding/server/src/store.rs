//! Funding's tables: read for a batch, written once a row from its final state.

mod list;
mod load;
mod read;
mod report;
mod rows;
mod save;
pub mod statements;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::migrate::{Migration, Migrator};
use yishi_funding_domain::{ChannelId, ChannelKind, Event, Key, Misfit, World, evolve, touches};
use yishi_kernel::UnitCode;
use yishi_runtime::desk::House;
use yishi_store::Engine;

pub(crate) use list::{Filter, channels};
pub(crate) use load::load;
pub(crate) use read::{channel, ledger, matter, transfer};
pub(crate) use report::{Investment, Sum, report};
pub(crate) use rows::corrupt;
pub(crate) use save::save;

use tally::Tally;

/// The rows that a batch of commands speaks of.
#[derive(Clone, Debug, Default)]
pub struct Working {
    pub(crate) world: World,
    /// What the channels of accounts are, where the channels themselves were not asked for.
    kinds: BTreeMap<ChannelId, ChannelKind>,
    touched: BTreeSet<Key>,
    tally: Tally,
}

impl Working {
    /// Applies an event, whether it was decided here or where its unit is hosted. It may leave traces if it does not fit.
    pub(crate) fn apply(&mut self, house: &House, event: &Event) -> Result<(), Misfit> {
        let Self { world, kinds, touched, tally } = self;
        let before = tally::has_money(world, event);
        evolve(world, event)?;
        touched.extend(touches(event));
        let gained = i64::from(tally::has_money(world, event)) - i64::from(before);
        let kind = |channel: ChannelId| {
            world.channel(channel).map(|known| known.terms.kind).or(kinds.get(&channel).copied())
        };
        let followed = tally.follow(house, world, event, gained, kind);
        followed.ok_or(Misfit { kind: event.fact.kind(), unit: event.unit })
    }
}

pub(crate) fn migrations<E: Engine>() -> Vec<Migration> {
    static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
    static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
    E::choose(&SQLITE, &POSTGRES).iter().cloned().collect()
}

/// A unit's code as it is stored.
#[expect(clippy::cast_possible_wrap, reason = "a unit code has 12 digits, far below 2^63")]
fn number(unit: UnitCode) -> i64 {
    unit.as_u64() as i64
}
