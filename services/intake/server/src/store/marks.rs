//! What is held up to others: pages of it, and how much there is.

use prost::Message;
use serde::Serialize;
use yishi_intake_domain::exchange::mark::{Marks, Subject};
use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col, hex};

use super::load::{decode, small};
use super::{Cursor, UnitRow, number, statements as sql};
use crate::convert::{mark, village_in};

/// What is marked, as it is found.
#[derive(Serialize)]
pub(super) struct MarkKey {
    unit: i64,
    year: u16,
    ordinal: u32,
}

pub(super) fn key(subject: Subject) -> MarkKey {
    let ordinal = match subject {
        Subject::Example(matter) => matter.ordinal,
        Subject::Demonstration { .. } => 0,
    };
    MarkKey { unit: number(subject.village()), year: subject.year().get(), ordinal }
}

/// The same, as it is written.
#[derive(Serialize)]
pub(super) struct MarkRow {
    #[serde(flatten)]
    key: MarkKey,
    marks: usize,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

pub(super) fn row(subject: Subject, said: &Marks) -> MarkRow {
    MarkRow { key: key(subject), marks: said.len(), record: mark::marked(subject, said).encode_to_vec() }
}

/// A village's year, and who holds it up.
pub(super) fn read(record: &[u8]) -> Result<(UnitCode, Year, Marks), StoreError> {
    let served: pb::MarkedSubject = decode("mark", record)?;
    let read = || {
        let year = Year::try_from(served.year).ok()?;
        Some((village_in(&served.village)?, year, mark::marks_from(&served.marks)?))
    };
    read().ok_or_else(|| StoreError::Corrupt { table: "mark", problem: "it cannot be read".to_owned() })
}

/// Who holds a village up in a year.
pub(crate) async fn demonstrations<E: Engine>(
    conn: &mut E::Connection,
    village: UnitCode,
    year: Year,
) -> Result<Vec<pb::Mark>, StoreError> {
    let keys = Rows::of([key(Subject::Demonstration { village, year })])?;
    let rows = E::fetch(conn, sql::MARK_FIND, args![E; keys.bind()?]).await?;
    let found = rows.first().map(|row| decode("mark", &col::<E, Vec<u8>>(row, "record")?)).transpose()?;
    Ok(found.map(|found: pb::MarkedSubject| found.marks).unwrap_or_default())
}

/// What is held up of these villages (sorted) in a year, after the cursor, and the cursor after it where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    villages: &[UnitCode],
    year: Year,
    after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<pb::MarkedSubject>, Option<Cursor>), StoreError> {
    let first = after.map_or(0, |cursor| villages.partition_point(|unit| unit.as_u64() < cursor.village));
    let keys = rows(&villages[first..])?;
    if keys.is_empty() {
        return Ok((Vec::new(), None));
    }
    let (unit, ordinal) = after.map_or((0, 0), |cursor| (cursor.village, i64::from(cursor.ordinal)));
    let unit = i64::try_from(unit).map_err(|error| StoreError::Encode(error.to_string()))?;
    // One more than the page tells whether another follows.
    let arguments = args![E; keys.bind()?, i64::from(year.get()), unit, ordinal, i64::from(limit) + 1];
    let mut rows = E::fetch(conn, sql::MARK_LIST, arguments).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let found = rows.iter().map(|row| decode("mark", &col::<E, Vec<u8>>(row, "record")?));
    let found = found.collect::<Result<_, StoreError>>()?;
    let last = rows.last().filter(|_| more).map(|row| {
        let ordinal = small(col::<E, _>(row, "ordinal")?)?;
        Ok::<_, StoreError>(Cursor { village: small(col::<E, _>(row, "unit")?)?, year: year.get(), ordinal })
    });
    Ok((found, last.transpose()?))
}

/// How many matters of these villages are examples in a year, and how many of the villages demonstrate.
pub(crate) async fn report<E: Engine>(
    conn: &mut E::Connection,
    villages: &[UnitCode],
    year: Year,
) -> Result<(i64, i64), StoreError> {
    let of_year = args![E; rows(villages)?.bind()?, i64::from(year.get())];
    let counted = E::fetch(conn, sql::MARK_REPORT, of_year).await?;
    let Some(row) = counted.first() else { return Ok((0, 0)) };
    let (subjects, villages) = (col::<E, i64>(row, "subjects")?, col::<E, i64>(row, "villages")?);
    Ok((subjects - villages, villages))
}

fn rows(units: &[UnitCode]) -> Result<Rows, StoreError> {
    Rows::of(units.iter().map(|unit| UnitRow { unit: number(*unit) }))
}
