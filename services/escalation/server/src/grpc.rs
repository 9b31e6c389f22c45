//! The served side. A handler that changes something is one line: the desk does the same for each.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_kernel::Clock;
use yishi_proto::escalation::v1 as pb;
use yishi_proto::escalation::v1::escalation_service_server::{EscalationService, EscalationServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::convert::{self, Name};
use crate::model::Escalation;
use crate::store;

mod assignments;
mod list;
mod page;
mod report;

/// The escalation service.
pub struct Grpc<E: Engine> {
    desk: Desk<E, Escalation>,
    /// Tells what is overdue.
    clock: Arc<dyn Clock>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn server<E: Engine>(
    desk: Desk<E, Escalation>,
    clock: Arc<dyn Clock>,
    limits: &config::Grpc,
) -> EscalationServiceServer<Grpc<E>> {
    EscalationServiceServer::from_arc(Arc::new(Grpc { desk, clock }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => Request;` for every RPC that changes a referral.
macro_rules! service {
    ($($rpc:ident => $request:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> EscalationService for Grpc<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::Referral>, Status> {
                self.desk.write(request).await
            })*

            async fn get_referral(
                &self,
                request: Request<pb::GetReferralRequest>,
            ) -> Result<Response<pb::Referral>, Status> {
                let (request, mut reader) = self.desk.read(request).await?;
                let mut check = Checker::default();
                let name = Name::read(&mut check, "name", &request.name);
                let name = check.finish(|| name)?;
                let found = store::get::<E>(&mut reader, name).await.map_err(unreadable)?;
                reader.done();
                let (mut referral, written) = found.ok_or_else(|| convert::unknown(name))?;
                let (register, now) = (&self.desk.house().register, self.clock.now());
                convert::tell_overdue(&mut referral, now);
                convert::history(&mut referral, name.unit, &written, register, now);
                Ok(Response::new(referral))
            }

            async fn list_referrals(
                &self,
                request: Request<pb::ListReferralsRequest>,
            ) -> Result<Response<pb::ListReferralsResponse>, Status> {
                list::list(&self.desk, &*self.clock, request).await
            }

            async fn list_assignments(
                &self,
                request: Request<pb::ListAssignmentsRequest>,
            ) -> Result<Response<pb::ListAssignmentsResponse>, Status> {
                assignments::list(&self.desk, &*self.clock, request).await
            }

            async fn get_escalation_report(
                &self,
                request: Request<pb::GetEscalationReportRequest>,
            ) -> Result<Response<pb::EscalationReport>, Status> {
                report::report(&self.desk, &*self.clock, request).await
            }
        }
    };
}

service! {
    raise_matter => RaiseMatterRequest;
    accept_referral => AcceptReferralRequest;
    return_referral => ReturnReferralRequest;
    request_take_back => RequestTakeBackRequest;
    answer_take_back => AnswerTakeBackRequest;
    assign_departments => AssignDepartmentsRequest;
    answer_assignment => AnswerAssignmentRequest;
    report_assignment => ReportAssignmentRequest;
    resolve_referral => ResolveReferralRequest;
}
