//! What rows say, in the domain's values.

use prost::Message;
use yishi_kernel::{MatterId, UnitCode, Year};
use yishi_proto::escalation::v1 as pb;
use yishi_store::{Engine, StoreError, col};

pub(super) const REFERRAL: &str = "referral";
pub(super) const TRAIL: &str = "trail";

pub(super) fn corrupt(table: &'static str, problem: impl Into<String>) -> StoreError {
    StoreError::Corrupt { table, problem: problem.into() }
}

/// A number in a column.
pub(super) fn get<E: Engine, N: TryFrom<i64>>(
    table: &'static str,
    row: &E::Row,
    column: &str,
) -> Result<N, StoreError> {
    let value = col::<E, i64>(row, column)?;
    N::try_from(value).map_err(|_| corrupt(table, format!("{column} {value} is out of range")))
}

pub(super) fn unit(table: &'static str, code: i64) -> Result<UnitCode, StoreError> {
    let known = u64::try_from(code).ok().and_then(UnitCode::new);
    known.ok_or_else(|| corrupt(table, format!("{code} is no unit code")))
}

/// The matter in a row's key.
pub(super) fn matter<E: Engine>(table: &'static str, row: &E::Row) -> Result<MatterId, StoreError> {
    let year = get::<E, i32>(table, row, "year")?;
    Ok(MatterId {
        village: unit(table, col::<E, _>(row, "village")?)?,
        year: Year::try_from(year).map_err(|error| corrupt(table, error.to_string()))?,
        ordinal: get::<E, _>(table, row, "ordinal")?,
    })
}

pub(super) fn decode(record: &[u8]) -> Result<pb::Referral, StoreError> {
    pb::Referral::decode(record).map_err(|error| corrupt(REFERRAL, error.to_string()))
}
