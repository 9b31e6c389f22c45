//! What a link asks of a database: where it and another one part, and what goes on from there.

use std::collections::HashMap;

use serde::Serialize;
use yishi_kernel::UnitCode;

use super::entry::{Hash, Stored};
use super::read::{collect, hash_from, unit_from, unit_number};
use crate::engine::{Engine, col};
use crate::statements as sql;
use crate::{Rows, StoreError, args};

/// Entries of whole journals after a position, in commit order.
pub async fn dense_after<E: Engine>(
    conn: &mut E::Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    collect::<E>(&E::fetch(conn, sql::DENSE_AFTER, args![E; pos, limit]).await?)
}

/// Entries and letters addressed to anybody after a position, in commit order.
pub async fn addressed_after<E: Engine>(
    conn: &mut E::Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    collect::<E>(&E::fetch(conn, sql::ADDRESSED_AFTER, args![E; pos, limit]).await?)
}

/// The chains of journals as they stood at these entries, of those that are here.
pub async fn chains_at<E: Engine>(
    conn: &mut E::Connection,
    entries: impl IntoIterator<Item = (UnitCode, i64)>,
) -> Result<HashMap<UnitCode, Hash>, StoreError> {
    let rows =
        Rows::of(entries.into_iter().map(|(unit, seq)| Key { unit: unit_number(unit), seq, ..NOBODY }))?;
    let found = fetch::<E>(conn, sql::CHAINS_AT, rows).await?;
    let pair = |row| {
        let chain = hash_from("journal", "chain", col::<E, _>(row, "chain")?)?;
        Ok((unit_from("journal", col::<E, _>(row, "unit")?)?, chain))
    };
    found.iter().map(pair).collect()
}

/// The digests of these letters, by their ways, of those that are here.
pub async fn way_ends<E: Engine>(
    conn: &mut E::Connection,
    letters: impl IntoIterator<Item = ((UnitCode, UnitCode), i64)>,
) -> Result<HashMap<(UnitCode, UnitCode), Hash>, StoreError> {
    let found = fetch::<E>(conn, sql::WAY_ENDS, on_ways(letters)?).await?;
    let pair = |row| {
        let from = unit_from("letter", col::<E, _>(row, "unit")?)?;
        let to = unit_from("letter", col::<E, _>(row, "to_unit")?)?;
        Ok(((from, to), hash_from("letter", "entry_hash", col::<E, _>(row, "entry_hash")?)?))
    };
    found.iter().map(pair).collect()
}

/// The first position at which the receiver of whole journals lacks an entry, or none if it lacks nothing. `lacks` names
/// for each unit the number of the first entry it does not hold.
pub async fn first_lacking<E: Engine>(
    conn: &mut E::Connection,
    lacks: impl IntoIterator<Item = (UnitCode, i64)>,
) -> Result<Option<i64>, StoreError> {
    let rows = Rows::of(lacks.into_iter().map(|(unit, seq)| Key { unit: unit_number(unit), seq, ..NOBODY }))?;
    first::<E>(&fetch::<E>(conn, sql::RESUME_JOURNAL, rows).await?)
}

/// The first position at which the receiver of letters lacks one, or none if it lacks nothing. `lacks` names for each
/// way, from whom to whom, the number of the first one it does not hold.
pub async fn first_lacking_letter<E: Engine>(
    conn: &mut E::Connection,
    lacks: impl IntoIterator<Item = ((UnitCode, UnitCode), i64)>,
) -> Result<Option<i64>, StoreError> {
    first::<E>(&fetch::<E>(conn, sql::RESUME_LETTERS, on_ways(lacks)?).await?)
}

#[derive(Serialize)]
struct Key {
    unit: i64,
    to_unit: i64,
    seq: i64,
    to_seq: i64,
}

const NOBODY: Key = Key { unit: 0, to_unit: 0, seq: 0, to_seq: 0 };

fn on_ways(numbers: impl IntoIterator<Item = ((UnitCode, UnitCode), i64)>) -> Result<Rows, StoreError> {
    Rows::of(numbers.into_iter().map(|((from, to), to_seq)| Key {
        unit: unit_number(from),
        to_unit: unit_number(to),
        to_seq,
        ..NOBODY
    }))
}

async fn fetch<E: Engine>(
    conn: &mut E::Connection,
    statement: &'static str,
    keys: Rows,
) -> Result<Vec<E::Row>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(E::fetch(conn, statement, args![E; keys.bind()?]).await?)
}

fn first<E: Engine>(found: &[E::Row]) -> Result<Option<i64>, StoreError> {
    found.first().map_or(Ok(None), |row| Ok(col::<E, Option<i64>>(row, "pos")?))
}
