//! What matters are filed under, counted.

use std::collections::BTreeMap;

use yishi_intake_domain::taxonomy::{Taxonomies, Taxonomy};
use yishi_intake_domain::{Category, Subcategory};
use yishi_kernel::{UnitCode, Year};
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::{corrupt, decode, small};
use super::{Counted, UnitRow, number, statements as sql};
use crate::convert;

/// What some matters come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) matters: i64,
    pub(crate) fen: i64,
    pub(crate) determined: i64,
    pub(crate) determined_fen: i64,
}

/// Sums by category, and by the place of the entry in the unit's taxonomy; what has none comes last.
pub(crate) type Sums = BTreeMap<(Category, usize), Sum>;

/// Where what a taxonomy does not have is counted.
pub(crate) const OTHER: usize = usize::MAX;

/// The matters of a unit and year, counted by one taxonomy.
pub(crate) async fn report<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    taxonomies: &Taxonomies,
    by: &Taxonomy,
    (unit, year): (UnitCode, Year),
) -> Result<Sums, StoreError> {
    let villages =
        || Rows::of(house.counted(unit, year).into_iter().map(|unit| UnitRow { unit: number(unit) }));
    let mut sums = Sums::new();
    let mut add = |category: Category, code: &Subcategory, more: Sum| {
        let place = taxonomies.counted(category, code, by).map_or(OTHER, |entry| entry.place);
        let sum = sums.entry((category, place)).or_default();
        sum.matters += more.matters;
        // An estimate is at most 10^12 fen, and there are at most some 10^6 matters in a year.
        sum.fen += more.fen;
        sum.determined += more.determined;
        sum.determined_fen += more.determined_fen;
    };
    let of_year = args![E; villages()?.bind()?, i64::from(year.get())];
    for row in E::fetch(conn, sql::SUBCATEGORY_REPORT, of_year).await? {
        let (code, under) =
            (col::<E, String>(&row, "subcategory")?, col::<E, Option<String>>(&row, "taxonomy")?);
        let category = convert::category_of(small(col::<E, _>(&row, "category")?)?);
        let code = convert::subcategory_from(&code, &under.unwrap_or_default());
        let (category, code) =
            category.zip(code).ok_or_else(|| corrupt("a subcategory cannot be read".to_owned()))?;
        let more = Sum {
            matters: col::<E, _>(&row, "matters")?,
            fen: col::<E, _>(&row, "fen")?,
            determined: col::<E, _>(&row, "determined")?,
            determined_fen: col::<E, _>(&row, "determined_fen")?,
        };
        add(category, &code, more);
    }
    let of_year = args![E; villages()?.bind()?, i64::from(year.get())];
    for row in E::fetch(conn, sql::SUBCATEGORY_UNSORTED, of_year).await? {
        let served = decode("matter", &col::<E, Vec<u8>>(&row, "record")?)?;
        let matter = convert::matter_from(&served).map_err(corrupt)?;
        let Counted { category, fen, determined, .. } = Counted::of(&matter);
        let (once, determined_fen) = (i64::from(determined), if determined { fen } else { 0 });
        let more = Sum { matters: 1, fen, determined: once, determined_fen };
        add(category, &matter.content.subcategory, more);
    }
    Ok(sums)
}
