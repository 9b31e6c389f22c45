//! Reading what a batch of commands must see: one query a kind.

use std::collections::BTreeSet;

use prost::Message;
use serde::Serialize;
use yishi_intake_domain::exchange::mark::Subject;
use yishi_intake_domain::map::{looks_at, taken_in, tree_day};
use yishi_intake_domain::{Key, VillageYear, book::BookId};
use yishi_kernel::{ActorError, MatterId, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::books::{book_from, total};
use super::{Counted, Working, exchange, joint, map, marks, number, report, statements as sql};
use crate::convert;

#[derive(Serialize)]
struct KeyRow<'a> {
    unit: i64,
    year: u16,
    ordinal: u32,
    token: &'a str,
}

fn row<'a>(id: &MatterId, token: &'a str) -> KeyRow<'a> {
    KeyRow { unit: number(id.village), year: id.year.get(), ordinal: id.ordinal, token }
}

fn yearly(unit: UnitCode, year: Year) -> KeyRow<'static> {
    KeyRow { unit: number(unit), year: year.get(), ordinal: 0, token: "" }
}

/// Reads what these keys name.
pub(crate) async fn load<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    mut keys: Vec<Key>,
) -> Result<Working, StoreError> {
    let more = looks_at(&house.register, &keys);
    keys.extend(more);
    keys.sort_unstable();
    keys.dedup();
    let (mut matters, mut years) = (Rows::default(), Rows::default());
    let (mut tokens, mut supported) = (Rows::default(), Rows::default());
    let (mut determined, mut books) = (Rows::default(), Rows::default());
    let (mut parts, mut closed) = (Rows::default(), Vec::new());
    let (mut held, mut held_last, mut marked) = (Rows::default(), Rows::default(), Rows::default());
    let mut working = Working::default();
    for key in &keys {
        match key {
            Key::Matter(id) => matters.add(&row(id, ""))?,
            Key::VillageYear(village, year) => {
                years.add(&yearly(*village, *year))?;
            }
            Key::Supporter(id, supporter) => tokens.add(&row(id, &supporter.to_string()))?,
            Key::Supporters(id) => supported.add(&row(id, ""))?,
            Key::Determined(village, year) => determined.add(&yearly(*village, *year))?,
            Key::Participation(id) => parts.add(&joint::key(*id))?,
            Key::Book(BookId { unit, year }) => books.add(&yearly(*unit, *year))?,
            Key::BooksBelow(unit, year) => {
                // Of the year's tree, and whoever else there may be in one that was frozen before trees were kept.
                let tree = house.register.tree_on(tree_day(*year));
                let all = tree.children(*unit).iter().chain(house.register.children(*unit)).copied();
                let all = all.chain(taken_in(&house.register, *unit, *year));
                for unit in all.collect::<BTreeSet<UnitCode>>() {
                    books.add(&yearly(unit, *year))?;
                }
            }
            Key::Activity(id) => held.add(&exchange::key(*id))?,
            // Those of a matter are with the matter.
            Key::Marks(Subject::Example(_)) => {}
            Key::Marks(subject) => marked.add(&marks::key(*subject))?,
            Key::Activities(unit, year) => held_last.add(&yearly(*unit, *year))?,
            Key::Successions(unit) => closed.push(*unit),
            // Noted when it is seen, whatever is known.
            Key::Photograph(..) | Key::Opinions(_) => {}
            Key::Totals(id) => {
                let sums = report::report::<E>(conn, house, id.unit, id.year).await?;
                working.sums.insert(*id, sums.iter().map(total).collect::<Result<_, _>>()?);
            }
        }
    }
    for (statement, keys) in [(sql::MATTER_FIND, matters), (sql::MATTER_DETERMINED, determined)] {
        for row in fetch::<E>(conn, statement, keys).await? {
            let record: Vec<u8> = col::<E, _>(&row, "record")?;
            let matter = decode("matter", &record)
                .and_then(|matter| convert::matter_from(&matter).map_err(corrupt))?;
            working.counted.insert(matter.id, Counted::of(&matter));
            working.world.put_matter(matter);
        }
    }
    for row in fetch::<E>(conn, sql::PARTICIPATION_FIND, parts).await? {
        let record: Vec<u8> = col::<E, _>(&row, "record")?;
        let part = decode("participation", &record).and_then(|part| {
            convert::joint::participation_from(&part)
                .map_err(|problem| StoreError::Corrupt { table: "participation", problem })
        })?;
        working.world.put_participation(part);
    }
    for row in fetch::<E>(conn, sql::MARK_FIND, marked).await? {
        let (village, year, said) = marks::read(&col::<E, Vec<u8>>(&row, "record")?)?;
        working.world.put_demonstration(village, year, said);
    }
    for row in fetch::<E>(conn, sql::ACTIVITY_FIND, held).await? {
        working.world.put_activity(exchange::activity_from(&col::<E, Vec<u8>>(&row, "record")?)?);
    }
    for row in fetch::<E>(conn, sql::ACTIVITY_LAST, held_last).await? {
        let last = matter_id::<E>(&row, col::<E, _>(&row, "ordinal")?)?;
        working.world.put_activities_of(last.village, last.year, last.ordinal);
    }
    for row in fetch::<E>(conn, sql::YEAR_BOOK_FIND, books).await? {
        working.world.put_book(book_from(&col::<E, Vec<u8>>(&row, "record")?)?);
    }
    for row in fetch::<E>(conn, sql::VILLAGE_YEAR_FIND, years).await? {
        let id = matter_id::<E>(&row, 1)?;
        let used = VillageYear {
            proposals: small(col::<E, _>(&row, "proposals")?)?,
            numbers: small(col::<E, _>(&row, "issued")?)?,
            slots: small(col::<E, _>(&row, "taken")?)?,
            joint: small(col::<E, _>(&row, "joint")?)?,
            joint_open: small(col::<E, _>(&row, "joint_open")?)?,
            plans: small(col::<E, _>(&row, "plans")?)?,
            inherited: 0,
            settled: col::<E, i64>(&row, "settled")? != 0,
        };
        working.world.put_village_year(id.village, id.year, used);
    }
    for (unit, told) in map::successions::<E>(conn, closed).await? {
        working.world.put_succession(unit, told);
    }
    for (statement, keys) in [(sql::SUPPORT_FIND, tokens), (sql::SUPPORT_OF_MATTER, supported)] {
        for row in fetch::<E>(conn, statement, keys).await? {
            let id = matter_id::<E>(&row, col::<E, _>(&row, "ordinal")?)?;
            let token: String = col::<E, _>(&row, "token")?;
            working
                .world
                .put_supporter(id, token.parse().map_err(|error: ActorError| corrupt(error.to_string()))?);
        }
    }
    Ok(working)
}

/// One matter as it is served.
pub(crate) async fn get<E: Engine>(
    conn: &mut E::Connection,
    id: MatterId,
) -> Result<Option<pb::Matter>, StoreError> {
    let key = args![E; number(id.village), i64::from(id.year.get()), i64::from(id.ordinal)];
    let rows = E::fetch(conn, sql::MATTER_GET, key).await?;
    rows.first().map(|row| decode("matter", &col::<E, Vec<u8>>(row, "record")?)).transpose()
}

async fn fetch<E: Engine>(
    conn: &mut E::Connection,
    statement: &'static str,
    keys: Rows,
) -> Result<Vec<E::Row>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(E::fetch(conn, statement, args![E; keys.bind()?]).await?)
}

pub(super) fn decode<T: Message + Default>(table: &'static str, record: &[u8]) -> Result<T, StoreError> {
    T::decode(record).map_err(|error| StoreError::Corrupt { table, problem: error.to_string() })
}

pub(super) fn corrupt(problem: String) -> StoreError {
    StoreError::Corrupt { table: "matter", problem }
}

pub(super) fn small<N: TryFrom<i64>>(value: i64) -> Result<N, StoreError> {
    N::try_from(value).map_err(|_| corrupt(format!("{value} is out of range")))
}

pub(super) fn matter_id<E: Engine>(row: &E::Row, ordinal: i64) -> Result<MatterId, StoreError> {
    let village: u64 = small(col::<E, _>(row, "unit")?)?;
    let village = UnitCode::new(village).ok_or_else(|| corrupt(format!("{village} is no unit code")))?;
    let year: i32 = small(col::<E, _>(row, "year")?)?;
    let year = Year::try_from(year).map_err(|error| corrupt(error.to_string()))?;
    Ok(MatterId { village, year, ordinal: small(ordinal)? })
}
