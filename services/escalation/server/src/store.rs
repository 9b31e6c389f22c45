//! Escalation's projections: read for a batch, written once a row from its final state.

mod count;
mod get;
mod heard;
mod list;
mod load;
mod report;
mod rows;
mod save;
pub mod statements;
mod trail;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sqlx::migrate::{Migration, Migrator};
use yishi_escalation_domain::{Desk, Event, Key, Misfit, World, evolve, touches};
use yishi_kernel::{Actor, MatterId, Register, Timestamp, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_store::Engine;

use crate::convert;
use trail::Trail;

pub(crate) use count::{Lights, count};
pub(crate) use get::get;
pub(crate) use list::{Cursor, Filter, list};
pub(crate) use load::{desk, load};
pub(crate) use report::report;
pub(crate) use save::save;

/// The rows that a batch of commands speaks of.
#[derive(Clone, Debug, Default)]
pub struct Working {
    pub(crate) world: World,
    /// What each desk counted as when it was read.
    pub(crate) counted: BTreeMap<(UnitCode, MatterId), Counted>,
    pub(crate) touched: BTreeSet<Key>,
    pub(crate) trail: Trail,
}

/// An event, by whom, and its entry's payload.
#[derive(Clone, Debug)]
pub struct Written {
    pub(crate) event: Event,
    pub(crate) actor: Actor,
    pub(crate) payload: Vec<u8>,
}

impl Working {
    /// Applies what is written, by a unit hosted here or where it is hosted, and adds it to the matter's trail.
    pub(crate) fn apply(&mut self, written: &Written) -> Result<(), Misfit> {
        evolve(&mut self.world, &written.event)?;
        self.touched.extend(touches(&written.event));
        self.trail.add(written);
        Ok(())
    }
}

/// What a matter is to the sums, as a desk has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Of who answers for it.
    level: pb::Level,
    /// When what it waits for is due.
    waits_until: Option<Timestamp>,
}

impl Counted {
    fn of(desk: &Desk, register: &Register) -> Self {
        let standing = desk.standing();
        Self { level: convert::level(register.level(standing.handler)), waits_until: standing.due }
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

#[derive(Serialize)]
struct UnitRow {
    unit: i64,
}

/// A matter's part of a key.
#[derive(Clone, Debug, Serialize)]
struct MatterRow {
    village: i64,
    year: u16,
    ordinal: u32,
}

impl MatterRow {
    fn of(matter: MatterId) -> Self {
        Self { village: number(matter.village), year: matter.year.get(), ordinal: matter.ordinal }
    }
}

/// A desk's key.
#[derive(Serialize)]
struct DeskRow {
    unit: i64,
    #[serde(flatten)]
    matter: MatterRow,
}

impl DeskRow {
    fn of(unit: UnitCode, matter: MatterId) -> Self {
        Self { unit: number(unit), matter: MatterRow::of(matter) }
    }
}
