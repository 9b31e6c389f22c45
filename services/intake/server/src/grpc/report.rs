//! `GetProgressReport`.

use std::collections::BTreeMap;

use tonic::{Request, Response, Status};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::model::Intake;
use crate::store;

pub(super) async fn report<E: Engine>(
    desk: &Desk<E, Intake>,
    request: Request<pb::GetProgressReportRequest>,
) -> Result<Response<pb::ProgressReport>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let year = check.year("year", request.year);
    let (unit, year) = check.finish(|| unit.zip(year))?;
    let house = desk.house();
    let sums = store::report::<E>(&mut reader, house, unit, year).await.map_err(unreadable)?;
    let participations =
        store::joint::taking_part::<E>(&mut reader, house, unit, year).await.map_err(unreadable)?;
    reader.done();

    let mut by_state: BTreeMap<i32, pb::StateCount> = BTreeMap::new();
    for sum in &sums {
        let row = by_state
            .entry(sum.state)
            .or_insert_with(|| pb::StateCount { state: sum.state, ..Default::default() });
        row.matters += sum.matters;
        row.cost_estimate_fen += sum.fen;
    }
    Ok(Response::new(pb::ProgressReport {
        unit: format!("units/{unit}"),
        year: i32::from(year.get()),
        by_state_and_category: sums
            .iter()
            .map(|sum| pb::StateCategoryCount {
                state: sum.state,
                category: sum.category,
                matters: sum.matters,
                cost_estimate_fen: sum.fen,
            })
            .collect(),
        by_state: by_state.into_values().collect(),
        determined_matters: sums.iter().map(|sum| sum.determined).sum(),
        determined_cost_estimate_fen: sums.iter().map(|sum| sum.determined_fen).sum(),
        participations,
        void_numbers: sums
            .iter()
            .filter(|sum| sum.state == pb::MatterState::Cancelled as i32)
            .map(|sum| sum.matters)
            .sum(),
    }))
}
