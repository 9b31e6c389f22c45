//! Appraisal's tables: read for a batch, written once a row from its final state.

mod load;
mod read;
mod rows;
mod save;
pub mod statements;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sqlx::migrate::{Migration, Migrator};
use yishi_appraisal_domain::{Event, Fact, Inputs, Key, Misfit, TokenHash, UnitYear, World, evolve, touches};
use yishi_kernel::{Timestamp, UnitCode};
use yishi_store::{Engine, hex};

pub(crate) use load::load;
pub(crate) use read::{
    bulletin, bulletins, checkpoint, checkpoints, ranking, reward_list, score, scores, survey_report,
};
pub(crate) use save::save;

/// The rows that a batch of commands speaks of.
#[derive(Clone, Debug, Default)]
pub struct Working {
    pub(crate) world: World,
    /// What was known of each village when it was read: of its two rows only those that differ are written.
    pub(crate) before: BTreeMap<UnitYear, Inputs>,
    pub(crate) touched: BTreeSet<Key>,
    /// When the schemes of this batch were frozen, which the rules need not remember.
    pub(crate) frozen: BTreeMap<UnitYear, Timestamp>,
}

impl Working {
    /// Applies an event, whether it was decided here or where its unit is hosted.
    pub(crate) fn apply(&mut self, event: &Event) -> Result<(), Misfit> {
        evolve(&mut self.world, event)?;
        self.touched.extend(touches(event));
        if let Fact::SchemeFrozen(_) = event.fact {
            self.frozen.insert(event.about, event.at);
        }
        Ok(())
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

/// A token, asked for and written alike.
#[derive(Serialize)]
struct TokenRow<'a> {
    unit: i64,
    year: u16,
    #[serde(serialize_with = "hex")]
    token: &'a [u8],
}

impl<'a> TokenRow<'a> {
    fn of(about: UnitYear, token: &'a TokenHash) -> Self {
        Self { unit: number(about.unit), year: about.year.get(), token: token.as_bytes() }
    }
}
