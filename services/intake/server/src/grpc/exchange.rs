//! What units hold for publicity and exchange, as it is served.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::exchange_service_server::{ExchangeService, ExchangeServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::list::{PAGE_DEFAULT, PAGE_MAX, open, seal};
use crate::convert::exchange::{KINDS, activity_name, in_short, unknown};
use crate::model::Intake;
use crate::store::{exchange, marks, villages};

/// With all who spoke an activity may take 4 KB, and a page as much as a message may.
const ACTIVITIES_MAX: u32 = 200;

/// The service of publicity and exchange.
pub struct Exchange<E: Engine> {
    desk: Desk<E, Intake>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn exchange<E: Engine>(
    desk: Desk<E, Intake>,
    limits: &config::Grpc,
) -> ExchangeServiceServer<Exchange<E>> {
    ExchangeServiceServer::from_arc(Arc::new(Exchange { desk }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => Request;` for every RPC that changes something.
macro_rules! service {
    ($($rpc:ident => $request:ident -> $answer:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> ExchangeService for Exchange<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$answer>, Status> {
                self.desk.write(request).await
            })*

            async fn get_activity(
                &self,
                request: Request<pb::GetActivityRequest>,
            ) -> Result<Response<pb::Activity>, Status> {
                let (request, mut reader) = self.desk.read(request).await?;
                let mut check = Checker::default();
                let name = activity_name(&mut check, "name", &request.name);
                let id = check.finish(|| name)?;
                let held = exchange::get::<E>(&mut reader, id).await.map_err(unreadable)?;
                reader.done();
                Ok(Response::new(held.ok_or_else(|| unknown(id))?))
            }

            async fn list_activities(
                &self,
                request: Request<pb::ListActivitiesRequest>,
            ) -> Result<Response<pb::ListActivitiesResponse>, Status> {
                self.list(request).await
            }

            async fn list_marks(
                &self,
                request: Request<pb::ListMarksRequest>,
            ) -> Result<Response<pb::ListMarksResponse>, Status> {
                self.marks(request).await
            }

            async fn get_exchange_report(
                &self,
                request: Request<pb::GetExchangeReportRequest>,
            ) -> Result<Response<pb::ExchangeReport>, Status> {
                self.report(request).await
            }
        }
    };
}

service! {
    record_activity => RecordActivityRequest -> Activity;
    correct_activity => CorrectActivityRequest -> Activity;
    withdraw_activity => WithdrawActivityRequest -> Activity;
    mark_example => MarkExampleRequest -> GivenMark;
    unmark_example => UnmarkExampleRequest -> GivenMark;
    mark_demonstration_village => MarkDemonstrationVillageRequest -> GivenMark;
    unmark_demonstration_village => UnmarkDemonstrationVillageRequest -> GivenMark;
}

impl<E: Engine> Exchange<E> {
    /// A unit and all below it, in the order of their codes.
    fn units(&self, unit: UnitCode) -> Vec<UnitCode> {
        let mut units = self.desk.house().register.subtree(unit);
        units.sort_unstable();
        units
    }

    async fn list(
        &self,
        request: Request<pb::ListActivitiesRequest>,
    ) -> Result<Response<pb::ListActivitiesResponse>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &request.parent);
        let year = check.year("year", request.year);
        let kind = match request.kind {
            0 => Some(0),
            kind => check.enumeration("kind", kind, KINDS).map(|kind: pb::ActivityKind| kind as i64),
        };
        let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, ACTIVITIES_MAX);
        let (unit, year, kind, size) = check.finish(|| Some((unit?, year?, kind?, size?)))?;
        // What a token was given for: the same question, whatever the size of its pages.
        let question = format!("activities {unit} {year} {kind}");
        let after = match request.page_token.as_str() {
            "" => None,
            token => Some(open(&self.desk, &question, token).ok_or_else(Failure::foreign_page_token)?),
        };
        let units = self.units(unit);
        let (mut activities, next) =
            exchange::list::<E>(&mut reader, &units, year, kind, after, size).await.map_err(unreadable)?;
        reader.done();
        activities.iter_mut().for_each(in_short);
        let next_page_token = next.map(|last| seal(&self.desk, &question, last)).unwrap_or_default();
        Ok(Response::new(pb::ListActivitiesResponse { activities, next_page_token }))
    }

    async fn marks(
        &self,
        request: Request<pb::ListMarksRequest>,
    ) -> Result<Response<pb::ListMarksResponse>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &request.parent);
        let year = check.year("year", request.year);
        let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
        let (unit, year, size) = check.finish(|| Some((unit?, year?, size?)))?;
        // What a token was given for: the same question, whatever the size of its pages.
        let question = format!("marks {unit} {year}");
        let after = match request.page_token.as_str() {
            "" => None,
            token => Some(open(&self.desk, &question, token).ok_or_else(Failure::foreign_page_token)?),
        };
        let villages = villages(self.desk.house(), unit);
        let (subjects, next) =
            marks::list::<E>(&mut reader, &villages, year, after, size).await.map_err(unreadable)?;
        reader.done();
        let next_page_token = next.map(|last| seal(&self.desk, &question, last)).unwrap_or_default();
        Ok(Response::new(pb::ListMarksResponse { subjects, next_page_token }))
    }

    async fn report(
        &self,
        request: Request<pb::GetExchangeReportRequest>,
    ) -> Result<Response<pb::ExchangeReport>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &request.unit);
        let year = check.year("year", request.year);
        let (unit, year) = check.finish(|| unit.zip(year))?;
        let (by_kind, speakers) =
            exchange::report::<E>(&mut reader, &self.units(unit), year).await.map_err(unreadable)?;
        let villages = villages(self.desk.house(), unit);
        let (examples, demonstration_villages) =
            marks::report::<E>(&mut reader, &villages, year).await.map_err(unreadable)?;
        reader.done();
        Ok(Response::new(pb::ExchangeReport {
            unit: format!("units/{unit}"),
            year: i32::from(year.get()),
            activities: by_kind.iter().map(|row| row.activities).sum(),
            participants: by_kind.iter().map(|row| row.participants).sum(),
            by_kind,
            speakers,
            examples,
            demonstration_villages,
        }))
    }
}
