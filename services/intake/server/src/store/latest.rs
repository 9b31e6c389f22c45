//! The matters of a village and year that a proposal is compared with.

use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, StoreError, args, col};

use super::load::decode;
use super::{number, statements as sql};

/// So many at the most: a village that has more gets the latest.
const MATTERS: i64 = 1_000;

/// Those that were not folded into others, turned down, taken back or given up; the latest first.
pub(crate) async fn latest<E: Engine>(
    conn: &mut E::Connection,
    village: UnitCode,
    year: Year,
) -> Result<Vec<pb::Matter>, StoreError> {
    let of_year = args![E; number(village), i64::from(year.get()), MATTERS];
    let rows = E::fetch(conn, sql::MATTER_LATEST, of_year).await?;
    rows.iter().map(|row| decode("matter", &col::<E, Vec<u8>>(row, "record")?)).collect()
}
