//! Year books: one as it is served, pages of them, and what a snapshot is made of.

use prost::Message;
use yishi_intake_domain::book::{Book, BookId, Command, Total, reads};
use yishi_intake_domain::{Category, Key, State};
use yishi_kernel::{Fen, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::{decode, small};
use super::report::Sum;
use super::{Counted, UnitRow, Working, number, statements as sql};
use crate::convert;

/// One book as it is served.
pub(crate) async fn get<E: Engine>(
    conn: &mut E::Connection,
    id: BookId,
) -> Result<Option<pb::YearBook>, StoreError> {
    let key = args![E; number(id.unit), i64::from(id.year.get())];
    let rows = E::fetch(conn, sql::YEAR_BOOK_GET, key).await?;
    rows.first().map(|row| decode("year_book", &col::<E, Vec<u8>>(row, "record")?)).transpose()
}

/// The next books of a year after a unit's, among these units (sorted), and the unit of the last where more may follow.
pub(crate) async fn list<E: Engine>(
    conn: &mut E::Connection,
    units: &[UnitCode],
    year: Year,
    after: Option<u64>,
    limit: u32,
) -> Result<(Vec<pb::YearBook>, Option<u64>), StoreError> {
    let first = after.map_or(0, |last| units.partition_point(|unit| unit.as_u64() <= last));
    let keys = Rows::of(units[first..].iter().map(|unit| UnitRow { unit: number(*unit) }))?;
    if keys.is_empty() {
        return Ok((Vec::new(), None));
    }
    // One more than the page tells whether another follows.
    let arguments = args![E; keys.bind()?, i64::from(year.get()), i64::from(limit) + 1];
    let mut rows = E::fetch(conn, sql::YEAR_BOOK_LIST, arguments).await?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let books = rows.iter().map(|row| decode("year_book", &col::<E, Vec<u8>>(row, "record")?));
    let books = books.collect::<Result<_, StoreError>>()?;
    let last = rows.last().filter(|_| more);
    Ok((books, last.map(|row| small(col::<E, _>(row, "unit")?)).transpose()?))
}

/// The books there are of these units, of all years.
pub(crate) async fn of_units<E: Engine>(
    conn: &mut E::Connection,
    units: impl IntoIterator<Item = UnitCode>,
) -> Result<Vec<Book>, StoreError> {
    let units = Rows::of(units.into_iter().map(|unit| UnitRow { unit: number(unit) }))?;
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let rows = E::fetch(conn, sql::YEAR_BOOK_OF_UNIT, args![E; units.bind()?]).await?;
    rows.iter().map(|row| book_from(&col::<E, Vec<u8>>(row, "record")?)).collect()
}

impl Working {
    /// Counts anew what a snapshot is made of: the sums as they were read, and what this batch has changed since.
    pub(crate) fn recount(&mut self, house: &House, command: &Command) {
        for key in reads(command) {
            let Key::Totals(id) = key else { continue };
            let villages = house.counted(id.unit, id.year);
            let mut sums = self.sums.get(&id).cloned().unwrap_or_default();
            for matter in self.world.matters() {
                let counts = matter.id.year == id.year && villages.binary_search(&matter.id.village).is_ok();
                if !counts {
                    continue;
                }
                if let Some(before) = self.counted.get(&matter.id) {
                    add(&mut sums, *before, -1);
                }
                add(&mut sums, Counted::of(matter), 1);
            }
            self.world.put_totals(id, sums);
        }
    }
}

fn add(sums: &mut Vec<Total>, counted: Counted, sign: i64) {
    let Counted { state, category, fen, determined } = counted;
    let known = sums.iter().position(|sum| (sum.state, sum.category) == (state, category));
    let place = known.unwrap_or_else(|| {
        let (zero, empty) = (Fen::ZERO, 0);
        sums.push(Total {
            state,
            category,
            matters: empty,
            cost: zero,
            determined: empty,
            determined_cost: zero,
        });
        sums.len() - 1
    });
    let sum = &mut sums[place];
    // An estimate is at most 10^12 fen, and there are at most some 10^5 villages with some matters each.
    let plus = |sum: Fen| Fen::new(sum.get() + sign * fen);
    sum.matters += sign;
    sum.cost = plus(sum.cost);
    if determined {
        sum.determined += sign;
        sum.determined_cost = plus(sum.determined_cost);
    }
}

/// The domain's form of a sum.
pub(super) fn total(sum: &Sum) -> Result<Total, StoreError> {
    let unknown = |what: &str, number: i32| StoreError::Corrupt {
        table: "tally",
        problem: format!("{number} is no {what}"),
    };
    let state = State::ALL.iter().copied().find(|state| convert::state(*state) as i32 == sum.state);
    let category =
        Category::ALL.iter().copied().find(|category| convert::category(*category) as i32 == sum.category);
    Ok(Total {
        state: state.ok_or_else(|| unknown("state", sum.state))?,
        category: category.ok_or_else(|| unknown("category", sum.category))?,
        matters: sum.matters,
        cost: Fen::new(sum.fen),
        determined: sum.determined,
        determined_cost: Fen::new(sum.determined_fen),
    })
}

/// What a record holds.
pub(super) fn book_from(record: &[u8]) -> Result<Book, StoreError> {
    let served = pb::YearBook::decode(record).map_err(|error| error.to_string());
    let book = served.and_then(|served| convert::book::book_from(&served));
    book.map_err(|problem| StoreError::Corrupt { table: "year_book", problem })
}
