//! Reading entries back, in pages.

use std::collections::HashSet;

use yishi_kernel::{Timestamp, UnitCode};

use super::entry::{Chain, Entry, Hash, Stored};
use crate::engine::{Engine, col};
use crate::statements as sql;
use crate::{Position, StoreError, args};

/// Entries after a position, in commit order.
pub async fn after<E: Engine>(
    conn: &mut E::Connection,
    pos: i64,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    collect::<E>(&E::fetch(conn, sql::JOURNAL_AFTER, args![E; pos, limit]).await?)
}

/// Entries of one unit after a number, in order.
pub async fn of_unit<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    seq: i64,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    collect::<E>(&E::fetch(conn, sql::JOURNAL_OF_UNIT, args![E; unit_number(unit), seq, limit]).await?)
}

/// Letters of units elsewhere, way by way; `from` is the last one seen.
pub(crate) async fn letters<E: Engine>(
    conn: &mut E::Connection,
    from: Option<(UnitCode, UnitCode, i64)>,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    let (unit, to, seq) = from.map_or((0, 0, 0), |(unit, to, seq)| (unit_number(unit), unit_number(to), seq));
    collect::<E>(&E::fetch(conn, sql::LETTER_WALK, args![E; unit, to, seq, limit]).await?)
}

/// All entries, unit by unit; `from` is the last one seen.
pub async fn walk<E: Engine>(
    conn: &mut E::Connection,
    from: Option<(UnitCode, i64)>,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    let (unit, seq) = from.map_or((0, 0), |(unit, seq)| (unit_number(unit), seq));
    collect::<E>(&E::fetch(conn, sql::JOURNAL_WALK, args![E; unit, seq, limit]).await?)
}

/// How many units have a journal here, and how many entries there are, copies included.
pub async fn extent<E: Engine>(conn: &mut E::Connection) -> Result<(i64, i64), StoreError> {
    let rows = E::fetch(conn, sql::EXTENT, args![E;]).await?;
    let row = rows.first().ok_or_else(|| StoreError::corrupt("lease", "the row is missing"))?;
    // Positions are gapless, so the last one is the count.
    Ok((col::<E, _>(row, "units")?, col::<E, _>(row, "pos")?))
}

/// Whether this database has been at a position. One of a term that it never had, or beyond that term's end, is of a
/// future that a restored backup lost.
pub async fn knows<E: Engine>(conn: &mut E::Connection, position: Position) -> Result<bool, StoreError> {
    let rows = E::fetch(conn, sql::TERM_LIST, args![E;]).await?;
    let mut began = false;
    for row in &rows {
        let (epoch, from): (i64, i64) = (col::<E, _>(row, "epoch")?, col::<E, _>(row, "from_pos")?);
        if began {
            return Ok(position.pos <= from);
        }
        began = epoch == position.epoch;
    }
    let (_, pos) = extent::<E>(conn).await?;
    Ok(began && position.pos <= pos)
}

/// Where each unit's chain stands, by the table of heads.
pub async fn heads<E: Engine>(conn: &mut E::Connection) -> Result<Vec<(UnitCode, Chain)>, StoreError> {
    let rows = E::fetch(conn, sql::HEAD_LIST, args![E;]).await?;
    rows.iter().map(head::<E>).collect()
}

/// Where each unit's chain stood when the database had come to a position, by the journal.
pub async fn heads_at<E: Engine>(
    conn: &mut E::Connection,
    pos: i64,
) -> Result<Vec<(UnitCode, Chain)>, StoreError> {
    let rows = E::fetch(conn, sql::HEADS_AT, args![E; pos]).await?;
    rows.iter().map(head::<E>).collect()
}

fn head<E: Engine>(row: &E::Row) -> Result<(UnitCode, Chain), StoreError> {
    let hash = hash_from("head", "chain", col::<E, _>(row, "chain")?)?;
    let chain = Chain { epoch: col::<E, _>(row, "epoch")?, seq: col::<E, _>(row, "seq")?, hash };
    Ok((unit_from("head", col::<E, _>(row, "unit")?)?, chain))
}

/// Epochs of units in which other writers wrote.
pub(crate) async fn elsewhere<E: Engine>(
    conn: &mut E::Connection,
) -> Result<HashSet<(UnitCode, i64)>, StoreError> {
    let rows = E::fetch(conn, sql::ELSEWHERE_LIST, args![E;]).await?;
    rows.iter()
        .map(|row| Ok((unit_from("elsewhere", col::<E, _>(row, "unit")?)?, col::<E, _>(row, "epoch")?)))
        .collect()
}

/// The last number on each way, from whom to whom.
pub async fn ways<E: Engine>(
    conn: &mut E::Connection,
) -> Result<Vec<((UnitCode, UnitCode), i64)>, StoreError> {
    let rows = E::fetch(conn, sql::ADDRESS_LIST, args![E;]).await?;
    rows.iter()
        .map(|row| {
            let from = unit_from("address", col::<E, _>(row, "unit")?)?;
            let to = unit_from("address", col::<E, _>(row, "to_unit")?)?;
            Ok(((from, to), col::<E, _>(row, "to_seq")?))
        })
        .collect()
}

pub(super) fn collect<E: Engine>(rows: &[E::Row]) -> Result<Vec<Stored>, StoreError> {
    rows.iter().map(stored::<E>).collect()
}

fn stored<E: Engine>(row: &E::Row) -> Result<Stored, StoreError> {
    let to = match (col::<E, Option<i64>>(row, "to_unit")?, col::<E, Option<i64>>(row, "to_seq")?) {
        (Some(unit), Some(seq)) => Some((unit_from("journal", unit)?, seq)),
        (None, None) => None,
        _ => return Err(StoreError::corrupt("journal", "to_unit without to_seq, or the other way round")),
    };
    Ok(Stored {
        entry: Entry {
            unit: unit_from("journal", col::<E, _>(row, "unit")?)?,
            epoch: col::<E, _>(row, "epoch")?,
            seq: col::<E, _>(row, "seq")?,
            at: Timestamp::from_micros(col::<E, _>(row, "at_us")?),
            actor: col::<E, _>(row, "actor")?,
            kind: col::<E, _>(row, "kind")?,
            to,
            payload: col::<E, _>(row, "payload")?,
        },
        entry_hash: hash_from("journal", "entry_hash", col::<E, _>(row, "entry_hash")?)?,
        chain: hash_from("journal", "chain", col::<E, _>(row, "chain")?)?,
        pos: col::<E, _>(row, "pos")?,
        received_us: col::<E, _>(row, "received_us")?,
        traceparent: col::<E, _>(row, "traceparent")?,
        sealed: None,
        letter: col::<E, i64>(row, "letter")? == 1,
    })
}

/// A unit's code as it is stored.
#[expect(clippy::cast_possible_wrap, reason = "a unit code has 12 digits, far below 2^63")]
pub(crate) fn unit_number(unit: UnitCode) -> i64 {
    unit.as_u64() as i64
}

/// A stored code as a unit's.
pub(crate) fn unit_from(table: &'static str, number: i64) -> Result<UnitCode, StoreError> {
    u64::try_from(number)
        .ok()
        .and_then(UnitCode::new)
        .ok_or_else(|| StoreError::corrupt(table, format!("{number} is no unit code")))
}

/// A stored digest.
pub(crate) fn hash_from(table: &'static str, column: &str, bytes: Vec<u8>) -> Result<Hash, StoreError> {
    Hash::try_from(bytes)
        .map_err(|bytes| StoreError::corrupt(table, format!("{column} has {} bytes, not 32", bytes.len())))
}
