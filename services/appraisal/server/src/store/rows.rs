//! What rows say, in the domain's values.

use std::str::FromStr;

use prost::Message;
use yishi_appraisal_domain::{ListStage, Payment, Reward, RewardList, RewardTerms, UnitYear, UnknownCode};
use yishi_kernel::{Fen, Timestamp, UnitCode, Year};
use yishi_store::{Engine, StoreError, col};

pub(super) fn corrupt(table: &'static str, problem: impl Into<String>) -> StoreError {
    StoreError::Corrupt { table, problem: problem.into() }
}

pub(super) fn small<N: TryFrom<i64>>(table: &'static str, value: i64) -> Result<N, StoreError> {
    N::try_from(value).map_err(|_| corrupt(table, format!("{value} is out of range")))
}

/// A number in a column.
pub(super) fn get<E: Engine, N: TryFrom<i64>>(
    table: &'static str,
    row: &E::Row,
    column: &str,
) -> Result<N, StoreError> {
    small(table, col::<E, i64>(row, column)?)
}

pub(super) fn unit<E: Engine>(
    table: &'static str,
    row: &E::Row,
    column: &str,
) -> Result<UnitCode, StoreError> {
    let code = get::<E, u64>(table, row, column)?;
    UnitCode::new(code).ok_or_else(|| corrupt(table, format!("{code} is no unit code")))
}

pub(super) fn about<E: Engine>(table: &'static str, row: &E::Row) -> Result<UnitYear, StoreError> {
    let year = get::<E, i32>(table, row, "year")?;
    let year = Year::try_from(year).map_err(|error| corrupt(table, error.to_string()))?;
    Ok(UnitYear { unit: unit::<E>(table, row, "unit")?, year })
}

pub(super) fn fen<E: Engine>(row: &E::Row, column: &str) -> Result<Fen, StoreError> {
    Ok(Fen::new(col::<E, i64>(row, column)?))
}

/// A code in a column, where there is one.
pub(super) fn code<E: Engine, C: FromStr<Err = UnknownCode>>(
    table: &'static str,
    row: &E::Row,
    column: &str,
) -> Result<Option<C>, StoreError> {
    let code = col::<E, Option<String>>(row, column)?.map(|code| code.parse()).transpose();
    code.map_err(|unknown: UnknownCode| corrupt(table, unknown.to_string()))
}

/// The message in a row.
pub(super) fn record<E: Engine, T: Message + Default>(
    table: &'static str,
    row: &E::Row,
) -> Result<T, StoreError> {
    let record: Vec<u8> = col::<E, _>(row, "record")?;
    T::decode(record.as_slice()).map_err(|error| corrupt(table, error.to_string()))
}

fn at<E: Engine>(row: &E::Row, column: &str) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_micros(col::<E, i64>(row, column)?))
}

pub(super) fn at_last<E: Engine>(row: &E::Row, column: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(col::<E, Option<i64>>(row, column)?.map(Timestamp::from_micros))
}

pub(super) fn reward_list<E: Engine>(row: &E::Row) -> Result<RewardList, StoreError> {
    const TABLE: &str = "reward_list";
    let digest: Vec<u8> = col::<E, _>(row, "list_sha256")?;
    Ok(RewardList {
        terms: RewardTerms {
            winners: get::<E, _>(TABLE, row, "winners")?,
            each: fen::<E>(row, "each_fen")?,
            pool: fen::<E>(row, "pool_fen")?,
        },
        villages: get::<E, _>(TABLE, row, "villages")?,
        paid_villages: get::<E, _>(TABLE, row, "paid_villages")?,
        paid: fen::<E>(row, "paid_sum_fen")?,
        list_sha256: digest.try_into().map_err(|_| corrupt(TABLE, "list_sha256 has not 32 bytes"))?,
        issued: at::<E>(row, "issued_us")?,
        earliest_confirm: at::<E>(row, "earliest_confirm_us")?,
        stage: match (at_last::<E>(row, "ordered_us")?, at_last::<E>(row, "all_paid_us")?) {
            (None, None) => ListStage::Issued,
            (Some(at), None) => ListStage::Ordered { at },
            (Some(ordered), Some(at)) => ListStage::Paid { ordered, at },
            (None, Some(_)) => return Err(corrupt(TABLE, "a list was paid before it was ordered")),
        },
        version: get::<E, _>(TABLE, row, "version")?,
    })
}

pub(super) fn reward<E: Engine>(row: &E::Row) -> Result<Reward, StoreError> {
    const TABLE: &str = "reward";
    let paid = col::<E, Option<i64>>(row, "paid_fen")?.zip(at_last::<E>(row, "paid_us")?);
    Ok(Reward {
        village: unit::<E>(TABLE, row, "village")?,
        position: get::<E, _>(TABLE, row, "position")?,
        rank: get::<E, _>(TABLE, row, "rank")?,
        paid: paid.map(|(fen, at)| Payment { amount: Fen::new(fen), at }),
    })
}
