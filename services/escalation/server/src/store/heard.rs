//! How far units have dealt with what others sent them.

use serde::Serialize;
use yishi_escalation_domain::{Key, World};
use yishi_kernel::UnitCode;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::unit;
use super::{number, statements as sql};

const HEARD: &str = "heard";

#[derive(Serialize)]
struct WayRow {
    unit: i64,
    sender: i64,
}

#[derive(Serialize)]
struct HeardRow {
    #[serde(flatten)]
    way: WayRow,
    number: i64,
}

fn ways(keys: impl IntoIterator<Item = Key>) -> impl Iterator<Item = (UnitCode, UnitCode)> {
    keys.into_iter().filter_map(|key| match key {
        Key::Heard(unit, sender) => Some((unit, sender)),
        Key::Desk(..) => None,
    })
}

fn row((unit, sender): (UnitCode, UnitCode)) -> WayRow {
    WayRow { unit: number(unit), sender: number(sender) }
}

/// Puts into the world how far the ways among these keys were heard.
pub(super) async fn load<E: Engine>(
    conn: &mut E::Connection,
    keys: impl IntoIterator<Item = Key>,
    world: &mut World,
) -> Result<(), StoreError> {
    let keys = Rows::of(ways(keys).map(row))?;
    if keys.is_empty() {
        return Ok(());
    }
    for row in E::fetch(conn, sql::HEARD_FIND, args![E; keys.bind()?]).await? {
        let way = |column| unit(HEARD, col::<E, _>(&row, column)?);
        world.hear(way("unit")?, way("sender")?, col::<E, _>(&row, "number")?);
    }
    Ok(())
}

/// The rows of the ways among these keys.
pub(super) fn rows(keys: impl IntoIterator<Item = Key>, world: &World) -> Result<Rows, StoreError> {
    Rows::of(ways(keys).map(|way| HeardRow { way: row(way), number: world.heard(way.0, way.1) }))
}
