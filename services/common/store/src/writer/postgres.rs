//! The write of a batch in one statement of PostgreSQL: a round trip instead of six, and no JSON to parse.

use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::{Arguments, Row};

use super::{Written, shared};
use crate::StoreError;
use crate::journal::{Batch, EntryRow, HeadMove, RequestRow, unit_number};
use crate::rows::column;
use crate::statements as sql;

pub(crate) async fn write(conn: &mut PgConnection, batch: &Batch) -> Result<Written, StoreError> {
    let args = bind(batch).map_err(sqlx::Error::Encode)?;
    let row = sqlx::query_with(sql::POSTGRES_WRITE, args).fetch_one(&mut *conn).await?;
    let base: Option<i64> = row.try_get("base")?;
    let base = base.ok_or(StoreError::Usurped("another writer holds the lease"))?;
    if row.try_get::<i64, _>("heads")? != length(&batch.heads) {
        return Err(StoreError::Usurped("a head had moved"));
    }
    let (entries, requests): (i64, i64) = (row.try_get("entries")?, row.try_get("requests")?);
    if entries != length(&batch.entries) || requests != length(&batch.requests) {
        return Err(StoreError::corrupt("journal", "the statement wrote fewer rows than it was given"));
    }
    shared::beside::<Postgres>(conn, batch, base).await?;
    Ok(Written { base })
}

#[expect(clippy::cast_possible_wrap, reason = "a batch is bounded by the lanes' shares")]
fn length<T>(rows: &[T]) -> i64 {
    rows.len() as i64
}

/// In the order of `sql/postgres_write.sql`.
fn bind(batch: &Batch) -> Result<PgArguments, sqlx::error::BoxDynError> {
    let mut args = PgArguments::default();
    args.add(batch.positions())?;
    args.add(batch.at_us)?;
    args.add(batch.epoch)?;

    let heads: &[HeadMove] = &batch.heads;
    args.add(column(heads, |row| row.unit))?;
    args.add(column(heads, |row| row.epoch))?;
    args.add(column(heads, |row| row.seq))?;
    args.add(column(heads, |row| row.chain.as_slice()))?;
    args.add(column(heads, |row| row.old_epoch))?;
    args.add(column(heads, |row| row.old_seq))?;

    let entries: &[EntryRow] = &batch.entries;
    args.add(column(entries, |row| unit_number(row.unit)))?;
    args.add(column(entries, |row| row.epoch))?;
    args.add(column(entries, |row| row.seq))?;
    args.add(column(entries, |row| row.at_us))?;
    args.add(column(entries, |row| row.actor.as_str()))?;
    args.add(column(entries, |row| row.kind.as_str()))?;
    args.add(column(entries, |row| row.to_unit.map(unit_number)))?;
    args.add(column(entries, |row| row.to_seq))?;
    args.add(column(entries, |row| row.payload.as_slice()))?;
    args.add(column(entries, |row| row.entry_hash.as_slice()))?;
    args.add(column(entries, |row| row.chain.as_slice()))?;
    args.add(column(entries, |row| row.received_us))?;
    args.add(column(entries, |row| row.traceparent.as_deref()))?;

    let requests: &[RequestRow] = &batch.requests;
    args.add(column(requests, |row| row.unit))?;
    args.add(column(requests, |row| row.caller.as_str()))?;
    args.add(column(requests, |row| row.request_id.as_slice()))?;
    args.add(column(requests, |row| row.digest.as_slice()))?;
    args.add(column(requests, |row| row.response.as_slice()))?;
    args.add(column(requests, |row| row.entries))?;
    args.add(column(requests, |row| row.offset))?;
    Ok(args)
}
