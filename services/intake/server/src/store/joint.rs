//! Participations: one as it is served, pages of them, and how many there are.

use prost::Message;
use serde::Serialize;
use yishi_intake_domain::joint::{Participation, ParticipationId};
use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col, hex};

use super::load::{decode, small};
use super::{UnitRow, number, statements as sql};
use crate::convert;

/// One as it is found.
#[derive(Serialize)]
pub(super) struct PartKey {
    unit: i64,
    year: u16,
    lead: i64,
    ordinal: u32,
}

pub(super) fn key(id: ParticipationId) -> PartKey {
    let ParticipationId { village, matter } = id;
    PartKey {
        unit: number(village),
        year: matter.year.get(),
        lead: number(matter.village),
        ordinal: matter.ordinal,
    }
}

/// One as it is written.
#[derive(Serialize)]
pub(super) struct PartRow {
    #[serde(flatten)]
    key: PartKey,
    state: i32,
    takes_part: u8,
    version: u32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

pub(super) fn row(part: &Participation) -> PartRow {
    PartRow {
        key: key(part.id),
        state: convert::joint::state(part.state) as i32,
        takes_part: part.state.takes_part().into(),
        version: part.version,
        record: convert::joint::participation(part).encode_to_vec(),
    }
}

/// One participation as it is served.
pub(crate) async fn get<E: Engine>(
    conn: &mut E::Connection,
    id: ParticipationId,
) -> Result<Option<pb::Participation>, StoreError> {
    let keys = Rows::of([key(id)])?;
    let rows = E::fetch(conn, sql::PARTICIPATION_FIND, args![E; keys.bind()?]).await?;
    rows.first().map(|row| decode("participation", &col::<E, Vec<u8>>(row, "record")?)).transpose()
}

/// What must hold of a listed participation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PartFilter {
    pub(crate) year: Option<i64>,
    /// A bit per state's number; 0 for all states.
    pub(crate) states: i64,
}

/// The last participation of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartCursor {
    pub(crate) village: u64,
    pub(crate) year: u16,
    pub(crate) lead: u64,
    pub(crate) ordinal: u32,
}

/// The next participations after the cursor of these villages (sorted), and the cursor after them where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    villages: &[UnitCode],
    filter: PartFilter,
    after: Option<PartCursor>,
    limit: u32,
) -> Result<(Vec<pb::Participation>, Option<PartCursor>), StoreError> {
    let first = after.map_or(0, |cursor| villages.partition_point(|unit| unit.as_u64() < cursor.village));
    let keys = Rows::of(villages[first..].iter().map(|unit| UnitRow { unit: number(*unit) }))?;
    if keys.is_empty() {
        return Ok((Vec::new(), None));
    }
    let code = |code: u64| i64::try_from(code).map_err(|error| StoreError::Encode(error.to_string()));
    let (unit, year, lead, ordinal) = match after {
        None => (0, 0, 0, 0),
        Some(last) => (code(last.village)?, i64::from(last.year), code(last.lead)?, i64::from(last.ordinal)),
    };
    // One more than the page tells whether another follows.
    let most = i64::from(limit) + 1;
    let arguments = args![E; keys.bind()?, unit, year, lead, ordinal, filter.year, filter.states, most];
    let mut rows = E::fetch(conn, sql::PARTICIPATION_LIST, arguments).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let parts = rows.iter().map(|row| decode("participation", &col::<E, Vec<u8>>(row, "record")?));
    let parts = parts.collect::<Result<_, StoreError>>()?;
    let last = rows.last().filter(|_| more).map(|row| {
        Ok::<_, StoreError>(PartCursor {
            village: small(col::<E, _>(row, "unit")?)?,
            year: small(col::<E, _>(row, "year")?)?,
            lead: small(col::<E, _>(row, "lead")?)?,
            ordinal: small(col::<E, _>(row, "ordinal")?)?,
        })
    });
    Ok((parts, last.transpose()?))
}

/// How often villages of a unit take part in joint matters of a year that others lead. There are few such matters, so all
/// of the year are looked at, and not each village.
pub(crate) async fn taking_part<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    unit: UnitCode,
    year: Year,
) -> Result<i64, StoreError> {
    let (counted, mut all) = (house.counted(unit, year), 0);
    for row in E::fetch(conn, sql::PARTICIPATION_COUNT, args![E; i64::from(year.get())]).await? {
        let village: u64 = small(col::<E, _>(&row, "unit")?)?;
        let within = UnitCode::new(village).is_some_and(|village| counted.binary_search(&village).is_ok());
        all += if within { col::<E, i64>(&row, "parts")? } else { 0 };
    }
    Ok(all)
}
