//! `ListVoidNumbers`: project numbers are without holes, and those of matters that were given up stay used.

use tonic::{Request, Response, Status};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::list::{PAGE_DEFAULT, PAGE_MAX, open, seal};
use crate::convert::{states_mask, void_number};
use crate::model::Intake;
use crate::store::{self, Filter, Paging};

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Intake>,
    request: Request<pb::ListVoidNumbersRequest>,
) -> Result<Response<pb::ListVoidNumbersResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let year = check.year("year", request.year);
    let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
    let (unit, year, size) = check.finish(|| Some((unit?, year?, size?)))?;
    // What a token was given for: the same question, whatever the size of its pages.
    let question = format!("void {unit} {year}");
    let after = match request.page_token.as_str() {
        "" => None,
        token => Some(open(desk, &question, token).ok_or_else(Failure::foreign_page_token)?),
    };
    // By the tree of the year, as the report that counts them.
    let villages = desk.house().counted(unit, year);
    let states = states_mask(&[pb::MatterState::Cancelled]);
    let filter = Filter { year: Some(year.get().into()), category: None, states };
    let (matters, next) =
        store::list::<E>(&mut reader, &villages, filter, |_| true, Paging::of_all(after, size))
            .await
            .map_err(unreadable)?;
    reader.done();
    let next_page_token = next.map(|cursor| seal(desk, &question, cursor)).unwrap_or_default();
    let void_numbers = matters.into_iter().map(void_number).collect();
    Ok(Response::new(pb::ListVoidNumbersResponse { void_numbers, next_page_token }))
}
