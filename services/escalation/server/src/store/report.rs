//! Sums of the villages' matters of one year by who answers for them.

use yishi_escalation_domain::Outlook;
use yishi_kernel::{Level, UnitCode, Year};
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::{REFERRAL, get};
use super::{UnitRow, number, statements as sql};

/// One level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) level: i32,
    pub(crate) matters: i64,
    pub(crate) red: i64,
    pub(crate) yellow: i64,
}

/// From the counters for a county and above; a township's and a village's few rows are counted as they are.
pub(crate) async fn report<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    unit: UnitCode,
    year: Year,
    Outlook { now, soon }: Outlook,
) -> Result<Vec<Sum>, StoreError> {
    let of_year = year;
    let (year, now, soon) = (i64::from(year.get()), now.as_micros(), soon.as_micros());
    let rows = if house.register.level(unit).is_some_and(|level| level >= Level::County) {
        E::fetch(conn, sql::TALLY_REPORT, args![E; number(unit), year, now, soon]).await?
    } else {
        let villages = house.counted(unit, of_year).into_iter();
        let villages = Rows::of(villages.map(|unit| UnitRow { unit: number(unit) }))?;
        E::fetch(conn, sql::REFERRAL_REPORT, args![E; villages.bind()?, year, now, soon]).await?
    };
    let sums = rows.iter().map(|row| {
        Ok(Sum {
            level: get::<E, _>(REFERRAL, row, "level")?,
            matters: col::<E, _>(row, "matters")?,
            red: col::<E, _>(row, "red")?,
            yellow: col::<E, _>(row, "yellow")?,
        })
    });
    // A level that everything has left says nothing.
    let counted = |sum: &Result<Sum, StoreError>| sum.as_ref().map_or(true, |sum| sum.matters != 0);
    sums.filter(counted).collect()
}
