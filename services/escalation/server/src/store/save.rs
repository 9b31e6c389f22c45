//! Writing what a batch changed, each row once.

use std::collections::BTreeMap;

use prost::Message;
use serde::Serialize;
use yishi_escalation_domain::{Desk, Key};
use yishi_kernel::{Level, MatterId, Timestamp, UnitCode, Year};
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, hex};

use super::{Counted, DeskRow, Working, heard, number, statements as sql};
use crate::convert;

#[derive(Serialize)]
struct ReferralRow {
    #[serde(flatten)]
    key: DeskRow,
    state: i32,
    is_open: u8,
    due_us: Option<i64>,
    level: i32,
    waits_until_us: Option<i64>,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct TallyRow {
    unit: i64,
    year: u16,
    level: i32,
    waits_until_us: i64,
    matters: i64,
}

/// Writes every touched row from its final state.
pub(crate) async fn save<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    working: &Working,
) -> Result<(), StoreError> {
    let (mut referrals, mut tally) = (Rows::default(), Tally::default());
    for key in &working.touched {
        let Key::Desk(unit, matter) = *key else { continue };
        let Some(desk) = working.world.desk(unit, matter) else { continue };
        let counted = Counted::of(desk, &house.register);
        referrals.add(&referral_row(desk, counted))?;
        // The village keeps the matter, and hears who answers for it: each matter counts once.
        if unit == matter.village {
            tally.change(house, matter, working.counted.get(&(unit, matter)).copied(), counted);
        }
    }
    for (statement, rows) in [
        (sql::REFERRAL_UPSERT, referrals),
        (sql::TRAIL_INSERT, working.trail.rows()?),
        (sql::TALLY_ADD, tally.rows()?),
        (sql::HEARD_UPSERT, heard::rows(working.touched.iter().copied(), &working.world)?),
    ] {
        if !rows.is_empty() {
            E::execute(conn, statement, args![E; rows.bind()?]).await?;
        }
    }
    Ok(())
}

fn referral_row(desk: &Desk, counted: Counted) -> ReferralRow {
    ReferralRow {
        key: DeskRow::of(desk.unit, desk.matter),
        state: convert::state(desk.state()) as i32,
        is_open: u8::from(desk.stance.decides() || desk.is_unconfirmed()),
        due_us: desk.due().map(Timestamp::as_micros),
        level: counted.level as i32,
        waits_until_us: counted.waits_until.map(Timestamp::as_micros),
        record: convert::referral(desk).encode_to_vec(),
    }
}

/// One update per key and batch: counters are the dearest part of a write.
#[derive(Default)]
struct Tally(BTreeMap<(UnitCode, Year, pb::Level, Option<Timestamp>), i64>);

impl Tally {
    fn change(&mut self, house: &House, matter: MatterId, before: Option<Counted>, after: Counted) {
        if before == Some(after) {
            return;
        }
        for unit in house.register.ancestors(matter.village) {
            if house.holds(unit) && house.register.level(unit).is_some_and(|level| level >= Level::County) {
                if let Some(before) = before {
                    self.add(unit, matter.year, before, -1);
                }
                self.add(unit, matter.year, after, 1);
            }
        }
    }

    fn add(&mut self, unit: UnitCode, year: Year, Counted { level, waits_until }: Counted, sign: i64) {
        *self.0.entry((unit, year, level, waits_until)).or_default() += sign;
    }

    fn rows(self) -> Result<Rows, StoreError> {
        let changed = self.0.into_iter().filter(|(_, matters)| *matters != 0);
        Rows::of(changed.map(|((unit, year, level, waits_until), matters)| TallyRow {
            unit: number(unit),
            year: year.get(),
            level: level as i32,
            waits_until_us: waits_until.map_or(0, Timestamp::as_micros),
            matters,
        }))
    }
}
