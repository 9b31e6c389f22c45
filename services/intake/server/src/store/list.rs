//! Pages of matters by key: village, year, ordinal.

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::{decode, small};
use super::{UnitRow, number, statements as sql};

/// Villages asked for in the first query; more in each that follows, so that sparse years do not take many queries
/// and dense ones do not sort what no page shows.
const VILLAGES_FIRST: usize = 32;

/// What must hold of a listed matter.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) year: Option<i64>,
    pub(crate) category: Option<i64>,
    /// A bit per state's number; 0 for all states.
    pub(crate) states: i64,
}

/// The last matter of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) village: u64,
    pub(crate) year: u16,
    pub(crate) ordinal: u32,
}

/// The next matters after the cursor in these villages (sorted), and the cursor after them where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    villages: &[UnitCode],
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<pb::Matter>, Option<Cursor>), StoreError> {
    let first = after.map_or(0, |cursor| villages.partition_point(|unit| unit.as_u64() < cursor.village));
    let mut villages = &villages[first..];
    let mut cursor = after;
    let mut matters = Vec::new();
    let mut at_once = VILLAGES_FIRST;
    while !villages.is_empty() {
        let (now, later) = villages.split_at(at_once.min(villages.len()));
        let wanted = i64::from(limit) - i64::try_from(matters.len()).unwrap_or(i64::MAX);
        let keys = Rows::of(now.iter().map(|unit| UnitRow { unit: number(*unit) }))?;
        let (unit, year, ordinal) = cursor
            .map_or(Ok((0, 0, 0)), |c| {
                i64::try_from(c.village).map(|village| (village, i64::from(c.year), i64::from(c.ordinal)))
            })
            .map_err(|error| StoreError::Encode(error.to_string()))?;
        let args =
            args![E; keys.bind()?, unit, year, ordinal, filter.year, filter.category, filter.states, wanted];
        for row in E::fetch(conn, sql::MATTER_LIST, args).await? {
            let record: Vec<u8> = col::<E, _>(&row, "record")?;
            matters.push(decode("matter", &record)?);
            cursor = Some(Cursor {
                village: small(col::<E, _>(&row, "unit")?)?,
                year: small(col::<E, _>(&row, "year")?)?,
                ordinal: small(col::<E, _>(&row, "ordinal")?)?,
            });
        }
        if matters.len() >= limit as usize {
            return Ok((matters, cursor));
        }
        villages = later;
        at_once = (at_once * 4).min(2048);
    }
    Ok((matters, None))
}
