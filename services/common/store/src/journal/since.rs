//! From when on: an entry's number by its time.

use yishi_kernel::{Timestamp, UnitCode};

use super::read::unit_number;
use crate::engine::{Engine, col};
use crate::statements as sql;
use crate::{StoreError, args};

/// The number of a unit's first entry of this time or later; where there is none, the number of the next one to come.
///
/// Business time never goes back in a journal, so that halving finds it, and no index by time is kept.
pub async fn first_since<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    at: Timestamp,
) -> Result<i64, StoreError> {
    let unit = unit_number(unit);
    let head = E::fetch(conn, sql::HEAD_FIND, args![E; unit]).await?;
    let head = head.first().map(|row| col::<E, i64>(row, "seq")).transpose()?.unwrap_or_default();
    let (mut low, mut high) = (1, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let row = E::fetch(conn, sql::ENTRY_TIME, args![E; unit, middle]).await?;
        let row = row
            .first()
            .ok_or_else(|| StoreError::corrupt("journal", format!("entry {middle} of {unit} is missing")))?;
        if col::<E, i64>(row, "at_us")? < at.as_micros() {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
