//! The write of a batch in the dialect that both engines share.

use super::Written;
use crate::engine::{Engine, col};
use crate::journal::Batch;
use crate::rows::Rows;
use crate::sealed;
use crate::statements as sql;
use crate::{StoreError, args};

/// Lease, heads, ways, entries, requests; a statement each.
pub(crate) async fn write<E: Engine>(conn: &mut E::Connection, batch: &Batch) -> Result<Written, StoreError> {
    let entries = Rows::of(&batch.entries)?;
    let count = batch.positions();
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
    beside::<E>(conn, batch, base).await?;
    if !entries.is_empty() {
        E::execute(conn, sql::JOURNAL_INSERT, args![E; entries.bind()?, base]).await?;
    }
    let requests = Rows::of(&batch.requests)?;
    if !requests.is_empty() {
        E::execute(conn, sql::REQUEST_INSERT, args![E; requests.bind()?, base]).await?;
    }
    Ok(Written { base })
}

/// What few batches have any of: ways between units, what other nodes sent, and what is kept of persons.
pub(crate) async fn beside<E: Engine>(
    conn: &mut E::Connection,
    batch: &Batch,
    base: i64,
) -> Result<(), StoreError> {
    let letters = Rows::of(&batch.letters)?;
    if !letters.is_empty() {
        E::execute(conn, sql::LETTER_INSERT, args![E; letters.bind()?, base]).await?;
    }
    sealed::insert::<E>(conn, &batch.entries, base).await?;
    let elsewhere = Rows::of(&batch.elsewhere)?;
    if !elsewhere.is_empty() {
        E::execute(conn, sql::ELSEWHERE_INSERT, args![E; elsewhere.bind()?]).await?;
    }
    let ways = Rows::of(&batch.ways)?;
    let expected = ways.len();
    if expected > 0 && E::execute(conn, sql::ADDRESS_MOVE, args![E; ways.bind()?]).await? != expected {
        return Err(StoreError::Usurped("a number on the way to another unit was taken"));
    }
    Ok(())
}
