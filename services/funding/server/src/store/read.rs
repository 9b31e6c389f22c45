//! What is served from the tables by name.

use yishi_funding_domain::{ChannelId, TransferId};
use yishi_kernel::{MatterId, UnitCode, Year};
use yishi_proto::funding::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args};

use super::load::{KeyRow, fetch};
use super::rows::{Held, held, record};
use super::{number, statements as sql};
use crate::convert;

/// A channel.
pub(crate) async fn channel<E: Engine>(
    conn: &mut E::Connection,
    id: ChannelId,
) -> Result<Option<pb::Channel>, StoreError> {
    let rows = fetch::<E>(conn, sql::CHANNEL_FIND, Rows::of([KeyRow::channel(id)])?).await?;
    rows.first().map(|row| record::<E, _>("channel", row)).transpose()
}

/// A transfer, as its sender sees it.
pub(crate) async fn transfer<E: Engine>(
    conn: &mut E::Connection,
    id: TransferId,
) -> Result<Option<pb::Transfer>, StoreError> {
    let rows = fetch::<E>(conn, sql::TRANSFER_FIND, Rows::of([KeyRow::transfer(id.from, id)])?).await?;
    rows.first().map(|row| record::<E, _>("transfer", row)).transpose()
}

/// The funding of a matter.
pub(crate) async fn matter<E: Engine>(
    conn: &mut E::Connection,
    id: MatterId,
) -> Result<Option<pb::MatterFunding>, StoreError> {
    let rows = fetch::<E>(conn, sql::MATTER_FIND, Rows::of([KeyRow::matter(id)])?).await?;
    rows.first().map(|row| record::<E, _>("matter", row)).transpose()
}

/// What a unit has of the channels of a year.
pub(crate) async fn ledger<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    year: Year,
) -> Result<Vec<pb::Holding>, StoreError> {
    let key = args![E; number(unit), i64::from(year.get())];
    let rows = E::fetch(conn, sql::ACCOUNT_LIST, key).await?;
    let holding = |row| {
        let Held { holder, channel, kind, balance } = held::<E>(row)?;
        Ok(convert::holding(holder, channel, kind, &balance))
    };
    rows.iter().map(holding).collect()
}
