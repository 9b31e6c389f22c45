//! Sums of a unit's matters of one year.

use yishi_kernel::{Level, UnitCode, Year};
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::small;
use super::{UnitRow, number, statements as sql};

/// One state and category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) state: i32,
    pub(crate) category: i32,
    pub(crate) matters: i64,
    pub(crate) fen: i64,
    pub(crate) determined: i64,
    pub(crate) determined_fen: i64,
}

/// From the counters for a county and above; a township's and a village's few rows are summed as they are.
pub(crate) async fn report<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    unit: UnitCode,
    year: Year,
) -> Result<Vec<Sum>, StoreError> {
    let of_year = year;
    let year = i64::from(year.get());
    let rows = if house.register.level(unit).is_some_and(|level| level >= Level::County) {
        E::fetch(conn, sql::TALLY_REPORT, args![E; number(unit), year]).await?
    } else {
        let villages = house.counted(unit, of_year).into_iter();
        let villages = Rows::of(villages.map(|unit| UnitRow { unit: number(unit) }))?;
        E::fetch(conn, sql::MATTER_REPORT, args![E; villages.bind()?, year]).await?
    };
    let sums = rows.iter().map(|row| {
        Ok(Sum {
            state: small(col::<E, _>(row, "state")?)?,
            category: small(col::<E, _>(row, "category")?)?,
            matters: col::<E, _>(row, "matters")?,
            fen: col::<E, _>(row, "fen")?,
            determined: col::<E, _>(row, "determined")?,
            determined_fen: col::<E, _>(row, "determined_fen")?,
        })
    });
    // A row that everything has left says nothing.
    let counted = |sum: &Result<Sum, StoreError>| sum.as_ref().map_or(true, |sum| sum.matters != 0);
    sums.filter(counted).collect()
}

/// The villages that ever were a unit's, itself if it is one, in the order of their codes.
pub(crate) fn villages(house: &House, unit: UnitCode) -> Vec<UnitCode> {
    let mut villages: Vec<UnitCode> = house
        .register
        .subtree(unit)
        .into_iter()
        .filter(|unit| house.register.level(*unit) == Some(Level::Village))
        .collect();
    villages.sort_unstable();
    villages
}
