//! What rows say, in the domain's values.

use prost::Message;
use yishi_funding_domain::{Amount, Balance, ChannelId, ChannelKind, OrderId, Reward};
use yishi_kernel::{Fen, Timestamp, UnitCode, Year};
use yishi_proto::funding::v1 as pb;
use yishi_store::{Engine, StoreError, col};

use crate::convert;

pub(crate) fn corrupt(table: &'static str, problem: impl Into<String>) -> StoreError {
    StoreError::Corrupt { table, problem: problem.into() }
}

/// A number in a column.
pub(super) fn get<E: Engine, N: TryFrom<i64>>(
    table: &'static str,
    row: &E::Row,
    column: &str,
) -> Result<N, StoreError> {
    let value = col::<E, i64>(row, column)?;
    N::try_from(value).map_err(|_| corrupt(table, format!("{column}: {value} is out of range")))
}

pub(super) fn unit<E: Engine>(
    table: &'static str,
    row: &E::Row,
    column: &str,
) -> Result<UnitCode, StoreError> {
    let code = get::<E, u64>(table, row, column)?;
    UnitCode::new(code).ok_or_else(|| corrupt(table, format!("{code} is no unit code")))
}

pub(super) fn year<E: Engine>(table: &'static str, row: &E::Row, column: &str) -> Result<Year, StoreError> {
    Year::try_from(get::<E, i32>(table, row, column)?).map_err(|error| corrupt(table, error.to_string()))
}

/// The message in a row.
pub(super) fn record<E: Engine, T: Message + Default>(
    table: &'static str,
    row: &E::Row,
) -> Result<T, StoreError> {
    let record: Vec<u8> = col::<E, _>(row, "record")?;
    T::decode(record.as_slice()).map_err(|error| corrupt(table, error.to_string()))
}

/// An account, with the kind of its channel.
pub(super) struct Held {
    pub(super) holder: UnitCode,
    pub(super) channel: ChannelId,
    pub(super) kind: ChannelKind,
    pub(super) balance: Balance,
}

pub(super) fn held<E: Engine>(row: &E::Row) -> Result<Held, StoreError> {
    const TABLE: &str = "account";
    let fen = |column| col::<E, i64>(row, column).map(Fen::new);
    Ok(Held {
        holder: unit::<E>(TABLE, row, "unit")?,
        channel: ChannelId {
            owner: unit::<E>(TABLE, row, "owner")?,
            year: year::<E>(TABLE, row, "year")?,
            ordinal: get::<E, _>(TABLE, row, "ordinal")?,
        },
        kind: kind::<E>("channel", row)?,
        balance: Balance {
            received: fen("received_fen")?,
            free: fen("free_fen")?,
            committed: fen("committed_fen")?,
            paid: fen("paid_fen")?,
            in_transit: fen("in_transit_fen")?,
            passed_down: fen("passed_down_fen")?,
            returned_up: fen("returned_up_fen")?,
            lapsed: fen("lapsed_fen")?,
        },
    })
}

fn kind<E: Engine>(table: &'static str, row: &E::Row) -> Result<ChannelKind, StoreError> {
    let number = get::<E, i32>(table, row, "kind")?;
    let kind = pb::ChannelKind::try_from(number).ok().and_then(convert::kind_from);
    kind.ok_or_else(|| corrupt(table, format!("{number} is no kind")))
}

pub(super) fn reward<E: Engine>(row: &E::Row) -> Result<Reward, StoreError> {
    const TABLE: &str = "reward";
    let order: String = col::<E, _>(row, "order_id")?;
    let fen: i64 = col::<E, _>(row, "amount_fen")?;
    let paid = match col::<E, Option<i64>>(row, "paid_us")? {
        None => None,
        Some(at) => {
            let channel = ChannelId {
                owner: unit::<E>(TABLE, row, "channel_owner")?,
                year: year::<E>(TABLE, row, "channel_year")?,
                ordinal: get::<E, _>(TABLE, row, "channel_ordinal")?,
            };
            Some((channel, Timestamp::from_micros(at)))
        }
    };
    Ok(Reward {
        order: order.parse::<OrderId>().map_err(|error| corrupt(TABLE, error.to_string()))?,
        village: unit::<E>(TABLE, row, "unit")?,
        payer: unit::<E>(TABLE, row, "payer")?,
        amount: Amount::new(Fen::new(fen)).ok_or_else(|| corrupt(TABLE, format!("{fen} fen do not move")))?,
        paid,
    })
}
