//! Reading what a batch of commands must see: one query a kind.

use std::collections::BTreeSet;

use yishi_escalation_domain::{Desk, Key};
use yishi_kernel::MatterId;
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::{REFERRAL, corrupt, decode};
use super::{Counted, DeskRow, Trail, Working, heard, statements as sql};
use crate::convert;

/// Reads these desks, and how far these ways were heard.
pub(crate) async fn load<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    keys: &BTreeSet<Key>,
) -> Result<Working, StoreError> {
    let desks = || {
        keys.iter().filter_map(|key| match *key {
            Key::Desk(unit, matter) => Some((unit, matter)),
            Key::Heard(..) => None,
        })
    };
    let matters: BTreeSet<MatterId> = desks().map(|(_, matter)| matter).collect();
    let mut working = Working { trail: Trail::load::<E>(conn, matters).await?, ..Working::default() };
    heard::load::<E>(conn, keys.iter().copied(), &mut working.world).await?;
    let keys = Rows::of(desks().map(|(unit, matter)| DeskRow::of(unit, matter)))?;
    if keys.is_empty() {
        return Ok(working);
    }
    for row in E::fetch(conn, sql::REFERRAL_FIND, args![E; keys.bind()?]).await? {
        let record: Vec<u8> = col::<E, _>(&row, "record")?;
        let desk = desk(&decode(&record)?)?;
        working.counted.insert((desk.unit, desk.matter), Counted::of(&desk, &house.register));
        working.world.put(desk);
    }
    Ok(working)
}

/// The desk that a row holds.
pub(crate) fn desk(record: &pb::Referral) -> Result<Desk, StoreError> {
    convert::desk_from(record).map_err(|problem| corrupt(REFERRAL, problem))
}
