//! The write of a batch in the dialect that both engines share.

use super::Written;
use crate::engine::{Engine, col};
use crate::journal::Batch;
use crate::rows::Rows;
use crate::statements as sql;
use crate::{StoreError, args};

/// Lease, heads, ways, entries, requests; a statement each.
pub(crate) async fn write<E: Engine>(conn: &mut E::Connection, batch: &Batch) -> Result<Written, StoreError> {
    let entries = Rows::of(&batch.entries)?;
    let count = i64::try_from(entries.len()).map_err(|error| StoreError::Encode(error.to_string()))?;
    // First of all, and not a SELECT: this is the fence, the lock and the position in one.
    let advanced = E::fetch(conn, sql::LEASE_ADVANCE, args![E; count, batch.at_us, batch.epoch]).await?;
    let row = advanced.first().ok_or(StoreError::Usurped("another writer holds the lease"))?;
    let base = col::<E, i64>(row, "pos")? - count;

    let (born, moved): (Vec<_>, Vec<_>) = batch.heads.iter().partition(|head| head.old_seq == 0);
    let born = Rows::of(born)?;
    if !born.is_empty() {
        E::execute(conn, sql::HEAD_INSERT, args![E; born.bind()?]).await?;
    }
    let moved = Rows::of(moved)?;
    let expected = moved.len();
    if expected > 0 && E::execute(conn, sql::HEAD_MOVE, args![E; moved.bind()?]).await? != expected {
        return Err(StoreError::Usurped("a head had moved"));
    }
    ways::<E>(conn, batch).await?;
    if !entries.is_empty() {
        E::execute(conn, sql::JOURNAL_INSERT, args![E; entries.bind()?, base]).await?;
    }
    let requests = Rows::of(&batch.requests)?;
    if !requests.is_empty() {
        E::execute(conn, sql::REQUEST_INSERT, args![E; requests.bind()?, base]).await?;
    }
    Ok(Written { base })
}

/// The ways between units; few batches have any.
pub(crate) async fn ways<E: Engine>(conn: &mut E::Connection, batch: &Batch) -> Result<(), StoreError> {
    let ways = Rows::of(&batch.ways)?;
    let expected = ways.len();
    if expected > 0 && E::execute(conn, sql::ADDRESS_MOVE, args![E; ways.bind()?]).await? != expected {
        return Err(StoreError::Usurped("a number on the way to another unit was taken"));
    }
    Ok(())
}
