//! The same photograph with two matters.

use std::collections::BTreeSet;

use serde::Serialize;
use yishi_kernel::MatterId;
use yishi_store::{Engine, Rows, StoreError, args, col, hex};

use super::load::matter_id;
use super::{number, statements as sql};

/// Rows looked at for one matter: a photograph that is with more matters than this is told of enough.
const ROWS_MAX: i64 = 1_000;

#[derive(Serialize)]
pub(super) struct PhotographRow<'a> {
    unit: i64,
    year: u16,
    ordinal: u32,
    #[serde(serialize_with = "hex")]
    sha256: &'a [u8],
}

pub(super) fn row(id: MatterId, sha256: &[u8]) -> PhotographRow<'_> {
    PhotographRow { unit: number(id.village), year: id.year.get(), ordinal: id.ordinal, sha256 }
}

/// The photographs of a matter that others have, too: each digest with another matter, in the order of both.
pub(crate) async fn shared<E: Engine>(
    conn: &mut E::Connection,
    id: MatterId,
) -> Result<Vec<(Vec<u8>, MatterId)>, StoreError> {
    let key = args![E; number(id.village), i64::from(id.year.get()), i64::from(id.ordinal), ROWS_MAX];
    let rows = E::fetch(conn, sql::PHOTOGRAPH_SHARED, key).await?;
    let pair = |row: &E::Row| {
        Ok((col::<E, Vec<u8>>(row, "sha256")?, matter_id::<E>(row, col::<E, _>(row, "ordinal")?)?))
    };
    rows.iter().map(pair).collect()
}

/// Those of some matters that have a photograph of another.
pub(crate) async fn sharing<E: Engine>(
    conn: &mut E::Connection,
    matters: impl IntoIterator<Item = MatterId>,
) -> Result<BTreeSet<MatterId>, StoreError> {
    let keys = Rows::of(matters.into_iter().map(|id| row(id, &[])))?;
    if keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = E::fetch(conn, sql::PHOTOGRAPH_SHARING, args![E; keys.bind()?]).await?;
    rows.iter().map(|row| matter_id::<E>(row, col::<E, _>(row, "ordinal")?)).collect()
}
