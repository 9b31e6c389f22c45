//! Writing what a batch changed, each row once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use prost::Message;
use serde::Serialize;
use sqlx::Arguments as _;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use yishi_intake_domain::exchange::mark;
use yishi_intake_domain::{Category, Key, Matter, State};
use yishi_kernel::{Level, MatterId, UnitCode, Year};
use yishi_runtime::desk::House;
use yishi_store::{Columns, Engine, Rows, StoreError, args, column, hex, sealed};

use super::{
    Counted, Working, exchange, joint, map, marks, number, opinions, photographs, statements as sql,
};
use crate::convert;

#[derive(Serialize)]
struct MatterRow<'a> {
    unit: i64,
    year: u16,
    ordinal: u32,
    state: i32,
    category: i32,
    cost_estimate_fen: i64,
    project_ordinal: Option<u16>,
    version: u32,
    #[serde(serialize_with = "hex")]
    record: Cow<'a, [u8]>,
    subcategory: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    taxonomy: Option<String>,
}

impl Columns for MatterRow<'_> {
    const SHARED: &'static str = sql::MATTER_UPSERT;
    const POSTGRES: &'static str = sql::MATTER_UPSERT_COLUMNS;

    fn bind(rows: &[Self], args: &mut PgArguments) -> Result<(), BoxDynError> {
        args.add(column(rows, |row| row.unit))?;
        args.add(column(rows, |row| i64::from(row.year)))?;
        args.add(column(rows, |row| i64::from(row.ordinal)))?;
        args.add(column(rows, |row| i64::from(row.state)))?;
        args.add(column(rows, |row| i64::from(row.category)))?;
        args.add(column(rows, |row| row.cost_estimate_fen))?;
        args.add(column(rows, |row| row.project_ordinal.map(i64::from)))?;
        args.add(column(rows, |row| i64::from(row.version)))?;
        args.add(column(rows, |row| row.record.as_ref()))?;
        args.add(column(rows, |row| row.subcategory))?;
        args.add(column(rows, |row| row.taxonomy.as_deref()))
    }
}

#[derive(Serialize)]
struct VillageYearRow {
    unit: i64,
    year: u16,
    proposals: u32,
    issued: u16,
    taken: u16,
    joint: u16,
    joint_open: u16,
    plans: u16,
    settled: u8,
}

#[derive(Serialize)]
struct BookRow {
    unit: i64,
    year: u16,
    version: u32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct SupportRow<'a> {
    unit: i64,
    year: u16,
    ordinal: u32,
    token: &'a str,
}

#[derive(Serialize)]
struct TallyRow {
    unit: i64,
    year: u16,
    state: i32,
    category: i32,
    #[serde(flatten)]
    delta: Delta,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Delta {
    matters: i64,
    fen: i64,
    determined: i64,
    determined_fen: i64,
}

/// Writes every touched row from its final state.
pub(crate) async fn save<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    working: &Working,
) -> Result<(), StoreError> {
    let (mut matters, mut years, mut supports) = (Vec::new(), Rows::default(), Rows::default());
    let (mut tally, mut books, mut parts) = (Tally::default(), Rows::default(), Rows::default());
    let (mut photographs, mut asked_of) = (Rows::default(), Rows::default());
    let (mut held, mut marked) = (exchange::Held::default(), Rows::default());
    let mut successions = Rows::default();
    for key in &working.touched {
        match key {
            Key::Matter(id) => {
                let Some(matter) = working.world.matter(*id) else { continue };
                matters.push(matter_row(matter, working.answered.get(id).map(Vec::as_slice)));
                tally.change(house, *id, working.counted.get(id).copied(), Counted::of(matter));
            }
            // Units above have books, too, but no matters of their own.
            Key::VillageYear(unit, _) if house.register.level(*unit) != Some(Level::Village) => {}
            Key::VillageYear(village, year) => {
                let used = working.world.village_year(*village, *year);
                years.add(&VillageYearRow {
                    unit: number(*village),
                    year: year.get(),
                    proposals: used.proposals,
                    issued: used.numbers,
                    taken: used.slots,
                    joint: used.joint,
                    joint_open: used.joint_open,
                    plans: used.plans,
                    settled: used.settled.into(),
                })?;
            }
            Key::Participation(id) => {
                let Some(part) = working.world.participation(*id) else { continue };
                parts.add(&joint::row(part))?;
            }
            Key::Book(id) => {
                let Some(book) = working.world.book(*id) else { continue };
                books.add(&BookRow {
                    unit: number(id.unit),
                    year: id.year.get(),
                    version: book.version,
                    record: convert::book::book(book).encode_to_vec(),
                })?;
            }
            Key::Opinions(id) => {
                let asked = working.world.matter(*id).and_then(|matter| matter.alignment.as_ref());
                for row in asked.iter().flat_map(|asked| opinions::rows(*id, asked)) {
                    asked_of.add(&row)?;
                }
            }
            Key::Activity(id) => {
                let Some(activity) = working.world.activity(*id) else { continue };
                held.add(activity)?;
            }
            Key::Marks(subject) => {
                let Some(said) = mark::marks_of(&working.world, *subject) else { continue };
                marked.add(&marks::row(*subject, said))?;
            }
            Key::Photograph(id, sha256) => photographs.add(&photographs::row(*id, sha256))?,
            Key::Successions(unit) => {
                for row in map::rows(&working.world, *unit) {
                    successions.add(&row)?;
                }
            }
            // Read, and never written: what they are made of is.
            Key::BooksBelow(..) | Key::Determined(..) | Key::Totals(_) | Key::Activities(..) => {}
            Key::Supporter(id, supporter) => supports.add(&support_row(id, &supporter.to_string()))?,
            Key::Supporters(id) => {
                for supporter in working.world.supporters(*id) {
                    supports.add(&support_row(id, &supporter.to_string()))?;
                }
            }
        }
    }
    if !matters.is_empty() {
        E::put(conn, &matters).await?;
    }
    for (statement, rows) in [
        (sql::VILLAGE_YEAR_UPSERT, years),
        (sql::SUPPORT_INSERT, supports),
        (sql::TALLY_ADD, tally.rows()?),
        (sql::YEAR_BOOK_UPSERT, books),
        (sql::PARTICIPATION_UPSERT, parts),
        (sql::PHOTOGRAPH_INSERT, photographs),
        (sql::OPINION_UPSERT, asked_of),
        (sql::ACTIVITY_UPSERT, held.activities),
        (sql::SPEAKER_FORGET, held.keys),
        (sql::SPEAKER_INSERT, held.speakers),
        (sql::MARK_UPSERT, marked),
        (sql::SUCCESSION_UPSERT, successions),
    ] {
        if !rows.is_empty() {
            E::execute(conn, statement, args![E; rows.bind()?]).await?;
        }
    }
    sealed::erase::<E>(conn, working.erased.iter().copied()).await
}

fn matter_row<'a>(matter: &'a Matter, answered: Option<&'a [u8]>) -> MatterRow<'a> {
    let encode = || Cow::Owned(convert::matter(matter).encode_to_vec());
    let subcategory = &matter.content.subcategory;
    MatterRow {
        unit: number(matter.id.village),
        year: matter.id.year.get(),
        ordinal: matter.id.ordinal,
        state: convert::state(matter.state()) as i32,
        category: convert::category(matter.content.category) as i32,
        cost_estimate_fen: matter.content.cost_estimate.get(),
        project_ordinal: matter.stage.determination().map(|determination| determination.number.ordinal),
        version: matter.version,
        record: answered.map_or_else(encode, Cow::Borrowed),
        subcategory: subcategory.as_str(),
        taxonomy: subcategory.taxonomy().map(|id| id.to_string()),
    }
}

fn support_row<'a>(id: &MatterId, token: &'a str) -> SupportRow<'a> {
    SupportRow { unit: number(id.village), year: id.year.get(), ordinal: id.ordinal, token }
}

/// One update per key and batch: counters are the dearest part of a write.
#[derive(Default)]
struct Tally(BTreeMap<(UnitCode, Year, State, Category), Delta>);

impl Tally {
    fn change(&mut self, house: &House, id: MatterId, before: Option<Counted>, after: Counted) {
        if before == Some(after) {
            return;
        }
        for unit in house.register.ancestors(id.village) {
            if house.holds(unit) && house.register.level(unit).is_some_and(|level| level >= Level::County) {
                if let Some(before) = before {
                    self.add(unit, id.year, before, -1);
                }
                self.add(unit, id.year, after, 1);
            }
        }
    }

    fn add(&mut self, unit: UnitCode, year: Year, counted: Counted, sign: i64) {
        let delta = self.0.entry((unit, year, counted.state, counted.category)).or_default();
        delta.matters += sign;
        // An estimate is at most 10^12 fen and a batch is bounded, so a batch's delta cannot overflow.
        delta.fen += sign * counted.fen;
        if counted.determined {
            delta.determined += sign;
            delta.determined_fen += sign * counted.fen;
        }
    }

    fn rows(self) -> Result<Rows, StoreError> {
        let changed = self.0.into_iter().filter(|(_, delta)| *delta != Delta::default());
        Rows::of(changed.map(|((unit, year, state, category), delta)| TallyRow {
            unit: number(unit),
            year: year.get(),
            state: convert::state(state) as i32,
            category: convert::category(category) as i32,
            delta,
        }))
    }
}
