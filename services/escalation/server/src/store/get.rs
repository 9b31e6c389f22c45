//! One referral with what was written about its matter.

use prost::Message;
use yishi_kernel::Timestamp;
use yishi_proto::escalation::v1 as pb;
use yishi_store::{Engine, StoreError, args, col};

use super::rows::{TRAIL, corrupt, decode, unit};
use super::{number, statements as sql};
use crate::convert::{Known, Name, event_from};

/// The referral as it is stored, and everything this node knows of its matter, in order; read as of one instant.
pub(crate) async fn get<E: Engine>(
    conn: &mut E::Connection,
    name: Name,
) -> Result<Option<(pb::Referral, Vec<Known>)>, StoreError> {
    let Name { unit, matter } = name;
    let key = args![E; number(unit), number(matter.village), i64::from(matter.year.get()), i64::from(matter.ordinal)];
    let rows = E::fetch(conn, sql::REFERRAL_GET, key).await?;
    let Some((first, trail)) = rows.split_first() else { return Ok(None) };
    // Number 0 is the referral; a trail without one is of a matter that never came to this unit.
    if col::<E, i64>(first, "n")? != 0 {
        return Ok(None);
    }
    let referral = decode(&col::<E, Vec<u8>>(first, "message")?)?;
    let known = trail.iter().map(known::<E>).collect::<Result<_, _>>()?;
    Ok(Some((referral, known)))
}

fn known<E: Engine>(row: &E::Row) -> Result<Known, StoreError> {
    let payload: Vec<u8> = col::<E, _>(row, "message")?;
    let told = pb::Event::decode(payload.as_slice()).map_err(|error| corrupt(TRAIL, error.to_string()))?;
    let matter = told.matter.clone();
    let to = col::<E, Option<i64>>(row, "to_unit")?.map(|code| unit(TRAIL, code)).transpose()?;
    let at = Timestamp::from_micros(col::<E, _>(row, "at_us")?);
    let event = event_from(unit(TRAIL, col::<E, _>(row, "unit")?)?, to, at, told)
        .ok_or_else(|| corrupt(TRAIL, format!("an event of {matter} cannot be read")))?;
    Ok(Known { event, actor: col::<E, _>(row, "actor")? })
}
