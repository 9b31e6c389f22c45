//! What units hold for publicity and exchange: one as it is served, pages of them, and what they come to.

use prost::Message;
use serde::Serialize;
use yishi_intake_domain::exchange::{Activity, ActivityId};
use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col, hex};

use super::load::{decode, small};
use super::{Cursor, UnitRow, number, statements as sql};
use crate::convert;

/// One as it is found.
#[derive(Serialize)]
pub(super) struct ActivityKey {
    unit: i64,
    year: u16,
    ordinal: u32,
}

pub(super) fn key(id: ActivityId) -> ActivityKey {
    ActivityKey { unit: number(id.unit), year: id.year.get(), ordinal: id.ordinal }
}

#[derive(Serialize)]
struct ActivityRow {
    #[serde(flatten)]
    key: ActivityKey,
    kind: i32,
    participants: u32,
    counts: u8,
    version: u32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct SpeakerRow<'a> {
    #[serde(flatten)]
    key: ActivityKey,
    token: &'a str,
}

/// What a batch changed: the activities, and who spoke at those that count.
#[derive(Default)]
pub(super) struct Held {
    pub(super) activities: Rows,
    pub(super) keys: Rows,
    pub(super) speakers: Rows,
}

impl Held {
    pub(super) fn add(&mut self, activity: &Activity) -> Result<(), StoreError> {
        let counts = activity.withdrawal.is_none();
        self.keys.add(&key(activity.id))?;
        for token in activity.content.speakers.iter().filter(|_| counts) {
            self.speakers.add(&SpeakerRow { key: key(activity.id), token: token.as_str() })?;
        }
        self.activities.add(&ActivityRow {
            key: key(activity.id),
            kind: convert::exchange::kind(activity.content.kind) as i32,
            participants: activity.content.participants,
            counts: counts.into(),
            version: activity.version,
            record: convert::exchange::activity(activity).encode_to_vec(),
        })
    }
}

/// What a record holds.
pub(super) fn activity_from(record: &[u8]) -> Result<Activity, StoreError> {
    let served = decode("activity", record)?;
    convert::exchange::activity_from(&served)
        .map_err(|problem| StoreError::Corrupt { table: "activity", problem })
}

/// One activity as it is served.
pub(crate) async fn get<E: Engine>(
    conn: &mut E::Connection,
    id: ActivityId,
) -> Result<Option<pb::Activity>, StoreError> {
    let keys = Rows::of([key(id)])?;
    let rows = E::fetch(conn, sql::ACTIVITY_FIND, args![E; keys.bind()?]).await?;
    rows.first().map(|row| decode("activity", &col::<E, Vec<u8>>(row, "record")?)).transpose()
}

/// The next activities of a year after the cursor, of these units (sorted), and the cursor after them where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    units: &[UnitCode],
    year: Year,
    kind: i64,
    after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<pb::Activity>, Option<Cursor>), StoreError> {
    let first = after.map_or(0, |cursor| units.partition_point(|unit| unit.as_u64() < cursor.village));
    let keys = rows(&units[first..])?;
    if keys.is_empty() {
        return Ok((Vec::new(), None));
    }
    let (unit, ordinal) = after.map_or((0, 0), |cursor| (cursor.village, i64::from(cursor.ordinal)));
    let unit = i64::try_from(unit).map_err(|error| StoreError::Encode(error.to_string()))?;
    // One more than the page tells whether another follows.
    let more = i64::from(limit) + 1;
    let arguments = args![E; keys.bind()?, i64::from(year.get()), unit, ordinal, kind, more];
    let mut rows = E::fetch(conn, sql::ACTIVITY_LIST, arguments).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let held = rows.iter().map(|row| decode("activity", &col::<E, Vec<u8>>(row, "record")?));
    let held = held.collect::<Result<_, StoreError>>()?;
    let last = rows.last().filter(|_| more).map(|row| {
        let ordinal = small(col::<E, _>(row, "ordinal")?)?;
        Ok::<_, StoreError>(Cursor { village: small(col::<E, _>(row, "unit")?)?, year: year.get(), ordinal })
    });
    Ok((held, last.transpose()?))
}

/// What the activities of these units come to in a year: by kind, and how many people spoke.
pub(crate) async fn report<E: Engine>(
    conn: &mut E::Connection,
    units: &[UnitCode],
    year: Year,
) -> Result<(Vec<pb::ActivityCount>, i64), StoreError> {
    let year = i64::from(year.get());
    let kinds = E::fetch(conn, sql::ACTIVITY_REPORT, args![E; rows(units)?.bind()?, year]).await?;
    let kinds = kinds.iter().map(|row| {
        Ok(pb::ActivityCount {
            kind: small(col::<E, _>(row, "kind")?)?,
            activities: col::<E, _>(row, "activities")?,
            participants: col::<E, _>(row, "participants")?,
        })
    });
    let kinds = kinds.collect::<Result<_, StoreError>>()?;
    let speakers = E::fetch(conn, sql::SPEAKER_REPORT, args![E; rows(units)?.bind()?, year]).await?;
    let speakers = speakers.first().map(|row| col::<E, i64>(row, "speakers")).transpose()?;
    Ok((kinds, speakers.unwrap_or_default()))
}

fn rows(units: &[UnitCode]) -> Result<Rows, StoreError> {
    Rows::of(units.iter().map(|unit| UnitRow { unit: number(*unit) }))
}
