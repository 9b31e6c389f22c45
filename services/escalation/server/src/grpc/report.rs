//! `GetEscalationReport`.

use tonic::{Request, Response, Status};
use yishi_escalation_domain::Outlook;
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::convert;
use crate::model::Escalation;
use crate::store;

pub(super) async fn report<E: Engine>(
    desk: &Desk<E, Escalation>,
    outlook: Outlook,
    request: Request<pb::GetEscalationReportRequest>,
) -> Result<Response<pb::EscalationReport>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let year = check.year("year", request.year);
    let (unit, year) = check.finish(|| unit.zip(year))?;
    let sums = store::report::<E>(&mut reader, desk.house(), unit, year, outlook).await;
    let sums = sums.map_err(unreadable)?;
    reader.done();
    Ok(Response::new(pb::EscalationReport {
        unit: convert::unit(unit),
        year: i32::from(year.get()),
        by_handling_level: sums
            .iter()
            .map(|sum| pb::LevelCount {
                level: sum.level,
                matters: sum.matters,
                overdue_matters: sum.red,
                yellow_matters: sum.yellow,
                green_matters: sum.matters - sum.red - sum.yellow,
            })
            .collect(),
        matters: sums.iter().map(|sum| sum.matters).sum(),
        overdue_matters: sums.iter().map(|sum| sum.red).sum(),
        yellow_matters: sums.iter().map(|sum| sum.yellow).sum(),
        green_matters: sums.iter().map(|sum| sum.matters - sum.red - sum.yellow).sum(),
    }))
}
