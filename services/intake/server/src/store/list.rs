//! Pages of matters by key: village, year, ordinal.

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::{decode, small};
use super::{UnitRow, number, statements as sql};

/// Villages asked for in the first query; more in each that follows, so that sparse years do not take many queries
/// and dense ones do not sort what no page shows.
const VILLAGES_FIRST: usize = 32;
/// Matters read at once where few may pass.
const SCAN_AT_ONCE: u32 = 1000;

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

/// Where a page begins and how far it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    pub(crate) after: Option<Cursor>,
    /// Matters a page may have.
    pub(crate) limit: u32,
    /// Matters that are looked at for it.
    pub(crate) scan: u32,
}

impl Paging {
    /// Of all that the statement finds.
    pub(crate) fn of_all(after: Option<Cursor>, limit: u32) -> Self {
        Self { after, limit, scan: u32::MAX }
    }
}

/// The next matters after the cursor in these villages (sorted) that pass, and the cursor after them where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    villages: &[UnitCode],
    filter: Filter,
    passes: impl Fn(&pb::Matter) -> bool,
    Paging { after, limit, scan }: Paging,
) -> Result<(Vec<pb::Matter>, Option<Cursor>), StoreError> {
    let first = after.map_or(0, |cursor| villages.partition_point(|unit| unit.as_u64() < cursor.village));
    let mut villages = &villages[first..];
    let mut cursor = after;
    let mut matters = Vec::new();
    let (mut at_once, mut left) = (VILLAGES_FIRST, scan);
    while !villages.is_empty() {
        let (now, later) = villages.split_at(at_once.min(villages.len()));
        let missing = limit.saturating_sub(u32::try_from(matters.len()).unwrap_or(u32::MAX));
        // Of what has to be looked at, few may pass.
        let wanted = if scan == u32::MAX { missing } else { left.min(SCAN_AT_ONCE) };
        let mut seen = 0;
        let keys = Rows::of(now.iter().map(|unit| UnitRow { unit: number(*unit) }))?;
        let (unit, year, ordinal) = cursor
            .map_or(Ok((0, 0, 0)), |c| {
                i64::try_from(c.village).map(|village| (village, i64::from(c.year), i64::from(c.ordinal)))
            })
            .map_err(|error| StoreError::Encode(error.to_string()))?;
        let args = args![E; keys.bind()?, unit, year, ordinal, filter.year, filter.category, filter.states, i64::from(wanted)];
        for row in E::fetch(conn, sql::MATTER_LIST, args).await? {
            seen += 1;
            let record: Vec<u8> = col::<E, _>(&row, "record")?;
            let matter = decode("matter", &record)?;
            cursor = Some(Cursor {
                village: small(col::<E, _>(&row, "unit")?)?,
                year: small(col::<E, _>(&row, "year")?)?,
                ordinal: small(col::<E, _>(&row, "ordinal")?)?,
            });
            if passes(&matter) {
                matters.push(matter);
                if matters.len() >= limit as usize {
                    return Ok((matters, cursor));
                }
            }
        }
        left = left.saturating_sub(seen);
        if left == 0 {
            return Ok((matters, cursor));
        }
        // A full answer may have left some of these villages' matters out.
        if seen == wanted {
            let last = cursor.map_or(0, |cursor| cursor.village);
            villages = &villages[villages.partition_point(|unit| unit.as_u64() < last)..];
        } else {
            villages = later;
            at_once = (at_once * 4).min(2048);
        }
    }
    Ok((matters, None))
}
