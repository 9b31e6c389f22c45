//! A village's years side by side.

use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_store::{Engine, StoreError, args, col};

use super::load::{corrupt, decode};
use super::{marks, number, statements as sql};

/// Determined matters of a year that are listed.
const MATTERS: i64 = 100;

/// What became of each year's matters, from the first year to the last.
pub(crate) async fn years<E: Engine>(
    conn: &mut E::Connection,
    village: UnitCode,
    (first, last): (Year, Year),
) -> Result<Vec<pb::VillageYear>, StoreError> {
    let (from, to) = (i64::from(first.get()), i64::from(last.get()));
    let mut years: Vec<pb::VillageYear> = (i32::from(first.get())..=i32::from(last.get()))
        .map(|year| pb::VillageYear { year, ..pb::VillageYear::default() })
        .collect();
    let place = |year: i64| usize::try_from(year - from).ok();
    for row in E::fetch(conn, sql::VILLAGE_YEARS, args![E; number(village), from, to]).await? {
        if let Some(year) = place(col::<E, _>(&row, "year")?).and_then(|place| years.get_mut(place)) {
            year.proposed_matters = col::<E, _>(&row, "proposals")?;
        }
    }
    for row in E::fetch(conn, sql::DETERMINED_YEARS, args![E; number(village), from, to]).await? {
        if let Some(year) = place(col::<E, _>(&row, "year")?).and_then(|place| years.get_mut(place)) {
            year.determined_matters = col::<E, _>(&row, "matters")?;
            year.cost_estimate_fen = col::<E, _>(&row, "fen")?;
        }
    }
    for year in &mut years {
        if let Ok(of) = Year::try_from(year.year) {
            year.demonstrations = marks::demonstrations::<E>(conn, village, of).await?;
        }
        let of_year = args![E; number(village), i64::from(year.year), MATTERS];
        for row in E::fetch(conn, sql::DETERMINED_OF_YEAR, of_year).await? {
            let matter = in_short(decode("matter", &col::<E, Vec<u8>>(&row, "record")?)?);
            year.paid_fen = year
                .paid_fen
                .checked_add(matter.paid_fen)
                .ok_or_else(|| corrupt(format!("{} paid more than there is", matter.name)))?;
            year.matters.push(matter);
        }
    }
    Ok(years)
}

fn in_short(matter: pb::Matter) -> pb::YearMatter {
    let (state, category) = (matter.state, matter.category);
    let completion = matter.completion.unwrap_or_default();
    pb::YearMatter {
        name: matter.name,
        project_number: matter.project_number,
        title: matter.title,
        state,
        category,
        cost_estimate_fen: matter.cost_estimate_fen,
        paid_fen: completion.paid_fen,
        due_day: matter.due_day,
        complete_time_us: completion.complete_time_us,
        on_time: completion.on_time,
        examples: matter.examples,
    }
}
