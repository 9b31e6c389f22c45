//! `ExportMatters`: what exists, in a form that can be imported.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use tonic::{Request, Response, Status};
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::{Failure, Lang, reasons};
use yishi_store::Engine;

use super::{Bulk, FORMATS, answer, pieces, turn};
use crate::bulk::{self, Format, LINES, Writer};
use crate::convert::{precondition, states_mask};
use crate::grpc::list::PAGE_MAX;
use crate::model::Intake;
use crate::store::{self, Filter, Paging};

/// What somebody wanted to the end: the rest would be put forward again.
const STATES: [pb::MatterState; 9] = [
    pb::MatterState::Proposed,
    pb::MatterState::Deliberated,
    pb::MatterState::Noticed,
    pb::MatterState::Determined,
    pb::MatterState::InProgress,
    pb::MatterState::Completed,
    pb::MatterState::Closed,
    pb::MatterState::Cancelled,
    pb::MatterState::CarriedOver,
];

impl<E: Engine> Bulk<E> {
    pub(super) async fn export(
        &self,
        request: Request<pb::ExportMattersRequest>,
    ) -> Result<Response<BoxStream<'static, Result<pb::ExportMattersResponse, Status>>>, Status> {
        let (request, reader) = self.desk.read(request).await?;
        // Between pages nothing is kept from others.
        reader.done();
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &request.unit);
        let format = check.enumeration::<pb::BulkFormat>("format", request.format, FORMATS);
        let year = match request.year {
            0 => Some(None),
            year => check.year("year", year).map(|year| Some(i64::from(year.get()))),
        };
        let (unit, format, year) = check.finish(|| Some((unit?, format?, year?)))?;
        let filter = Filter { year, category: None, states: states_mask(&STATES) };
        let (desk, turns, lang) = (self.desk.clone(), Arc::clone(&self.exports), Lang::current());
        let work = async move {
            let turn = turn(turns).await?;
            let file = write(&desk, unit, filter, Format::of(format), lang).await?;
            Ok(pieces(file, turn).map(|chunk| pb::ExportMattersResponse { chunk }))
        };
        Ok(answer(work, lang))
    }
}

/// Page by page, each from a connection of its own.
async fn write<E: Engine>(
    desk: &Desk<E, Intake>,
    unit: UnitCode,
    filter: Filter,
    format: Format,
    lang: Lang,
) -> Result<Vec<u8>, Failure> {
    let villages = store::villages(desk.house(), unit);
    let mut file = Writer::new(format).map_err(unwritable)?;
    file.texts(&bulk::header(lang)).map_err(unwritable)?;
    let (mut after, mut lines) = (None, 0);
    loop {
        let mut reader = desk.reader().await?;
        let page =
            store::list::<E>(&mut reader, &villages, filter, |_| true, Paging::of_all(after, PAGE_MAX)).await;
        reader.done();
        let (matters, next) = page.map_err(unreadable)?;
        lines += matters.len();
        for matter in matters {
            file.texts(&bulk::exported(&matter, lang)).map_err(unwritable)?;
        }
        if lines > LINES || !file.has_room() {
            let failure = Failure::new(&reasons::TOO_MANY_MATTERS).with("unit", unit).with("limit", LINES);
            return Err(precondition(&format!("units/{unit}"), failure));
        }
        after = next;
        if after.is_none() {
            return file.finish().map_err(unwritable);
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over")]
fn unwritable(error: Box<dyn std::error::Error + Send + Sync>) -> Failure {
    Failure::internal("writing a file", &*error)
}
