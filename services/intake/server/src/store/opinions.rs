//! What departments are asked about.

use serde::Serialize;
use yishi_intake_domain::align::{Alignment, Department};
use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::{decode, small};
use super::{Cursor, UnitRow, number, statements as sql};
use crate::convert::align;

#[derive(Serialize)]
pub(super) struct OpinionRow {
    unit: i64,
    year: u16,
    ordinal: u32,
    department: String,
    stand: i32,
    due_us: i64,
}

/// A row for each department that is asked.
pub(super) fn rows(id: MatterId, alignment: &Alignment) -> impl Iterator<Item = OpinionRow> {
    alignment.opinions.iter().map(move |(department, opinion)| OpinionRow {
        unit: number(id.village),
        year: id.year.get(),
        ordinal: id.ordinal,
        department: department.to_string(),
        stand: align::stand(opinion.as_ref().and_then(|opinion| opinion.stand.as_ref())) as i32,
        due_us: alignment.due.as_micros(),
    })
}

/// A matter about which a department is asked.
pub(crate) struct Asked {
    pub(crate) matter: pb::Matter,
    pub(crate) stand: i32,
    pub(crate) due_us: i64,
}

/// The next matters after the cursor about which a department is asked, of these villages (sorted), and the cursor after them
/// where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    villages: &[UnitCode],
    department: &Department,
    stand: i64,
    after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<Asked>, Option<Cursor>), StoreError> {
    let first = after.map_or(0, |cursor| villages.partition_point(|unit| unit.as_u64() < cursor.village));
    let keys = Rows::of(villages[first..].iter().map(|unit| UnitRow { unit: number(*unit) }))?;
    if keys.is_empty() {
        return Ok((Vec::new(), None));
    }
    let place = |cursor: Cursor| {
        let village = i64::try_from(cursor.village).map_err(|error| StoreError::Encode(error.to_string()))?;
        Ok::<_, StoreError>((village, i64::from(cursor.year), i64::from(cursor.ordinal)))
    };
    let (unit, year, ordinal) = after.map_or(Ok((0, 0, 0)), place)?;
    // One more than the page tells whether another follows.
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let arguments = args![E; keys.bind()?, department.to_string(), unit, year, ordinal, stand, more];
    let rows = E::fetch(conn, sql::OPINION_LIST, arguments).await?;
    let mut asked = Vec::new();
    for row in rows.iter().take(limit) {
        asked.push(Asked {
            matter: decode("matter", &col::<E, Vec<u8>>(row, "record")?)?,
            stand: small(col::<E, _>(row, "stand")?)?,
            due_us: col::<E, _>(row, "due_us")?,
        });
    }
    let last = rows.get(limit.saturating_sub(1)).filter(|_| rows.len() > limit);
    let cursor = |row: &E::Row| {
        Ok::<_, StoreError>(Cursor {
            village: small(col::<E, _>(row, "unit")?)?,
            year: small(col::<E, _>(row, "year")?)?,
            ordinal: small(col::<E, _>(row, "ordinal")?)?,
        })
    };
    Ok((asked, last.map(cursor).transpose()?))
}
