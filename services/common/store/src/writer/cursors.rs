//! How far each source of entries was read.

use std::collections::HashMap;

use super::handle::{Position, Source};
use crate::engine::{Engine, col};
use crate::statements as sql;
use crate::{StoreError, args};

/// All cursors.
pub(super) async fn load<E: Engine>(
    conn: &mut E::Connection,
) -> Result<HashMap<String, Position>, StoreError> {
    let rows = E::fetch(conn, sql::CURSOR_LIST, args![E;]).await?;
    rows.iter()
        .map(|row| {
            let position = Position { epoch: col::<E, _>(row, "epoch")?, pos: col::<E, _>(row, "pos")? };
            Ok((col::<E, _>(row, "source")?, position))
        })
        .collect()
}

/// Moves these cursors, in the open transaction.
pub(super) async fn save<E: Engine>(
    conn: &mut E::Connection,
    moved: &[(Source, Position)],
) -> Result<(), StoreError> {
    for (source, position) in moved {
        let row = args![E; (*source).to_owned(), position.epoch, position.pos];
        E::execute(conn, sql::CURSOR_MOVE, row).await?;
    }
    Ok(())
}
