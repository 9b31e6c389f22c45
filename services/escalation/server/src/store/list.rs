//! Pages of referrals: what is due first, by its time; then the rest, by key.

use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::{REFERRAL, decode, get};
use super::{UnitRow, number, statements as sql};

/// Units asked for what is not due in the first query; more in each that follows, so that few rows do not take many
/// queries and many do not sort what no page shows.
const UNITS_FIRST: usize = 32;
const UNITS_MAX: usize = 2048;
/// A page ends when it holds so many bytes, so that any page can be sent.
const PAGE_BYTES: usize = 1024 * 1024;

/// What must hold of a listed referral.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) open_only: bool,
    pub(crate) year: Option<i64>,
    /// A bit per state's number; 0 for all states.
    pub(crate) states: i64,
    /// A bit per number of the level of who answers; 0 for all levels.
    pub(crate) levels: i64,
    pub(crate) overdue_only: bool,
}

/// The last referral of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) due_us: Option<i64>,
    pub(crate) unit: u64,
    pub(crate) village: u64,
    pub(crate) year: u16,
    pub(crate) ordinal: u32,
}

impl Cursor {
    fn read<E: Engine>(row: &E::Row) -> Result<Self, StoreError> {
        Ok(Self {
            due_us: col::<E, _>(row, "due_us")?,
            unit: get::<E, _>(REFERRAL, row, "unit")?,
            village: get::<E, _>(REFERRAL, row, "village")?,
            year: get::<E, _>(REFERRAL, row, "year")?,
            ordinal: get::<E, _>(REFERRAL, row, "ordinal")?,
        })
    }

    /// The key after which it goes on; before all keys if there is none.
    fn key(cursor: Option<Self>) -> Result<(i64, i64, i64, i64), StoreError> {
        let Some(Self { unit, village, year, ordinal, .. }) = cursor else { return Ok((0, 0, 0, 0)) };
        let code = |code: u64| i64::try_from(code).map_err(|error| StoreError::Encode(error.to_string()));
        Ok((code(unit)?, code(village)?, year.into(), ordinal.into()))
    }
}

/// A page on its way.
struct Page {
    referrals: Vec<pb::Referral>,
    bytes: usize,
    limit: usize,
    last: Option<Cursor>,
}

impl Page {
    fn is_full(&self) -> bool {
        self.referrals.len() >= self.limit || self.bytes >= PAGE_BYTES
    }

    fn wanted(&self) -> i64 {
        i64::try_from(self.limit - self.referrals.len()).unwrap_or(i64::MAX)
    }

    fn fill<E: Engine>(&mut self, rows: &[E::Row]) -> Result<(), StoreError> {
        for row in rows {
            if self.is_full() {
                break;
            }
            let record: Vec<u8> = col::<E, _>(row, "record")?;
            self.bytes += record.len();
            self.referrals.push(decode(&record)?);
            self.last = Some(Cursor::read::<E>(row)?);
        }
        Ok(())
    }
}

/// The next referrals after the cursor of these units (sorted), and the cursor after them where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    units: &[UnitCode],
    filter: Filter,
    now: Timestamp,
    after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<pb::Referral>, Option<Cursor>), StoreError> {
    let mut page = Page { referrals: Vec::new(), bytes: 0, limit: limit as usize, last: after };
    let Filter { open_only, year, states, levels, overdue_only } = filter;
    let open_only = i64::from(open_only);
    if after.is_none_or(|cursor| cursor.due_us.is_some()) {
        let overdue = overdue_only.then(|| now.as_micros());
        let due = after.and_then(|cursor| cursor.due_us).unwrap_or(i64::MIN);
        let (unit, village, matter_year, ordinal) = Cursor::key(after)?;
        let args = args![E; keys(units)?.bind()?, open_only, year, states, levels, overdue,
            due, unit, village, matter_year, ordinal, page.wanted()];
        page.fill::<E>(&E::fetch(conn, sql::REFERRAL_LIST_DUE, args).await?)?;
    }
    if page.is_full() {
        return Ok((page.referrals, page.last));
    }
    if overdue_only {
        return Ok((page.referrals, None));
    }
    page.last = page.last.filter(|cursor| cursor.due_us.is_none());
    let begin = page.last.map_or(0, |cursor| units.partition_point(|unit| unit.as_u64() < cursor.unit));
    let (mut units, mut at_once) = (&units[begin..], UNITS_FIRST);
    while !units.is_empty() {
        let (now, later) = units.split_at(at_once.min(units.len()));
        let (unit, village, matter_year, ordinal) = Cursor::key(page.last)?;
        let args = args![E; keys(now)?.bind()?, open_only, year, states, levels,
            unit, village, matter_year, ordinal, page.wanted()];
        page.fill::<E>(&E::fetch(conn, sql::REFERRAL_LIST_REST, args).await?)?;
        if page.is_full() {
            return Ok((page.referrals, page.last));
        }
        (units, at_once) = (later, (at_once * 4).min(UNITS_MAX));
    }
    Ok((page.referrals, None))
}

pub(super) fn keys(units: &[UnitCode]) -> Result<Rows, StoreError> {
    Rows::of(units.iter().map(|unit| UnitRow { unit: number(*unit) }))
}
