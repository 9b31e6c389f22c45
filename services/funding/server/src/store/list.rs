//! Pages of the channels that a unit owns or ever got money of.

use yishi_funding_domain::ChannelId;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_store::{Engine, StoreError, args};

use super::rows::record;
use super::{number, statements as sql};

/// What must hold of a listed channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub(crate) year: Option<i64>,
    pub(crate) kind: Option<i64>,
}

/// The next channels after one, by owner, year and ordinal.
pub(crate) async fn channels<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    filter: Filter,
    after: Option<ChannelId>,
    limit: u32,
) -> Result<Vec<pb::Channel>, StoreError> {
    let (owner, year, ordinal) =
        after.map_or((0, 0, 0), |id| (number(id.owner), i64::from(id.year.get()), i64::from(id.ordinal)));
    let args = args![E; number(unit), owner, year, ordinal, filter.year, filter.kind, i64::from(limit)];
    E::fetch(conn, sql::CHANNEL_LIST, args).await?.iter().map(|row| record::<E, _>("channel", row)).collect()
}
