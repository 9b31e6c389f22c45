//! Writing what a batch changed, each row once.

use std::collections::BTreeMap;

use prost::Message;
use serde::Serialize;
use yishi_intake_domain::{Category, Key, Matter, State};
use yishi_kernel::{Level, MatterId, UnitCode, Year};
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, hex};

use super::{Counted, Working, joint, map, number, opinions, photographs, statements as sql};
use crate::convert;

#[derive(Serialize)]
struct MatterRow {
    unit: i64,
    year: u16,
    ordinal: u32,
    state: i32,
    category: i32,
    cost_estimate_fen: i64,
    project_ordinal: Option<u16>,
    version: u32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
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
    let (mut matters, mut years, mut supports) = (Rows::default(), Rows::default(), Rows::default());
    let (mut tally, mut books, mut parts) = (Tally::default(), Rows::default(), Rows::default());
    let (mut photographs, mut asked_of) = (Rows::default(), Rows::default());
    let mut successions = Rows::default();
    for key in &working.touched {
        match key {
            Key::Matter(id) => {
                let Some(matter) = working.world.matter(*id) else { continue };
                matters.add(&matter_row(matter))?;
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
            Key::Photograph(id, sha256) => photographs.add(&photographs::row(*id, sha256))?,
            Key::Successions(unit) => {
                for row in map::rows(&working.world, *unit) {
                    successions.add(&row)?;
                }
            }
            // Read, and never written: what they are made of is.
            Key::BooksBelow(..) | Key::Determined(..) | Key::Totals(_) => {}
            Key::Supporter(id, token) => supports.add(&support_row(id, token.as_str()))?,
            Key::Supporters(id) => {
                for token in working.world.supporters(*id) {
                    supports.add(&support_row(id, token.as_str()))?;
                }
            }
        }
    }
    for (statement, rows) in [
        (sql::MATTER_UPSERT, matters),
        (sql::VILLAGE_YEAR_UPSERT, years),
        (sql::SUPPORT_INSERT, supports),
        (sql::TALLY_ADD, tally.rows()?),
        (sql::YEAR_BOOK_UPSERT, books),
        (sql::PARTICIPATION_UPSERT, parts),
        (sql::PHOTOGRAPH_INSERT, photographs),
        (sql::OPINION_UPSERT, asked_of),
        (sql::SUCCESSION_UPSERT, successions),
    ] {
        if !rows.is_empty() {
            E::execute(conn, statement, args![E; rows.bind()?]).await?;
        }
    }
    Ok(())
}

fn matter_row(matter: &Matter) -> MatterRow {
    MatterRow {
        unit: number(matter.id.village),
        year: matter.id.year.get(),
        ordinal: matter.id.ordinal,
        state: convert::state(matter.state()) as i32,
        category: convert::category(matter.content.category) as i32,
        cost_estimate_fen: matter.content.cost_estimate.get(),
        project_ordinal: matter.stage.determination().map(|determination| determination.number.ordinal),
        version: matter.version,
        record: convert::matter(matter).encode_to_vec(),
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
