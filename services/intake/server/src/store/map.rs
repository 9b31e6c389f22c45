//! What journals tell of villages that are closed, and which units count as a unit's in a year.

use prost::Message;
use serde::Serialize;
use yishi_intake_domain::World;
use yishi_intake_domain::map::Succession;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col, hex};

use super::load::{decode, small};
use super::{UnitRow, number, statements as sql};
use crate::convert;

#[derive(Serialize)]
pub(super) struct SuccessionRow {
    unit: i64,
    village: i64,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

/// What a unit's journal tells, as it is written.
pub(super) fn rows(world: &World, unit: UnitCode) -> impl Iterator<Item = SuccessionRow> {
    world.successions(unit).map(move |told| SuccessionRow {
        unit: number(unit),
        village: number(told.village),
        record: convert::map::succession(told).encode_to_vec(),
    })
}

/// What the journals of these units tell, with whose it is.
pub(crate) async fn successions<E: Engine>(
    conn: &mut E::Connection,
    units: impl IntoIterator<Item = UnitCode>,
) -> Result<Vec<(UnitCode, Succession)>, StoreError> {
    let units = Rows::of(units.into_iter().map(|unit| UnitRow { unit: number(unit) }))?;
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let rows = E::fetch(conn, sql::SUCCESSION_FIND, args![E; units.bind()?]).await?;
    let read = rows.iter().map(|row| {
        let unit: u64 = small(col::<E, _>(row, "unit")?)?;
        let unit = UnitCode::new(unit).ok_or_else(|| corrupt(format!("{unit} is no unit code")))?;
        Ok((unit, succession(&col::<E, Vec<u8>>(row, "record")?)?))
    });
    read.collect()
}

/// What every closed village wrote of itself.
pub(crate) async fn closed<E: Engine>(conn: &mut E::Connection) -> Result<Vec<Succession>, StoreError> {
    let rows = E::fetch(conn, sql::SUCCESSION_OWN, E::Arguments::default()).await?;
    rows.iter().map(|row| succession(&col::<E, Vec<u8>>(row, "record")?)).collect()
}

fn succession(record: &[u8]) -> Result<Succession, StoreError> {
    let served: pb::Succession = decode("succession", record)?;
    convert::map::succession_from(&served).ok_or_else(|| corrupt(format!("{served:?} cannot be read")))
}

fn corrupt(problem: String) -> StoreError {
    StoreError::Corrupt { table: "succession", problem }
}
