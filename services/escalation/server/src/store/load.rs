//! Reading what a batch of commands must see: one query a kind.

use std::collections::BTreeSet;

use yishi_escalation_domain::Key;
use yishi_kernel::MatterId;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::{REFERRAL, corrupt, decode};
use super::{Counted, DeskRow, Trail, Working, statements as sql};
use crate::convert;

/// Reads these desks.
pub(crate) async fn load<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    keys: &BTreeSet<Key>,
) -> Result<Working, StoreError> {
    let matters: BTreeSet<MatterId> = keys.iter().map(|Key::Desk(_, matter)| *matter).collect();
    let mut working = Working { trail: Trail::load::<E>(conn, matters).await?, ..Working::default() };
    let keys = Rows::of(keys.iter().copied().map(DeskRow::of))?;
    if keys.is_empty() {
        return Ok(working);
    }
    for row in E::fetch(conn, sql::REFERRAL_FIND, args![E; keys.bind()?]).await? {
        let record: Vec<u8> = col::<E, _>(&row, "record")?;
        let desk = convert::desk_from(&decode(&record)?).map_err(|problem| corrupt(REFERRAL, problem))?;
        working.counted.insert(Key::Desk(desk.unit, desk.matter), Counted::of(&desk, &house.register));
        working.world.put(desk);
    }
    Ok(working)
}
