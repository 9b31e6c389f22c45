//! `GetPolicy`: what a unit goes by in a year, and why.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_intake_domain::Policies;
use yishi_kernel::Clock;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::policy_service_server::{PolicyService, PolicyServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::Desk;
use yishi_store::Engine;

use crate::convert;
use crate::model::Intake;

/// The service of what units go by.
pub struct PoliciesInForce<E: Engine> {
    desk: Desk<E, Intake>,
    policies: Arc<Policies>,
    /// Tells whether a season is open.
    clock: Arc<dyn Clock>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn policies<E: Engine>(
    desk: Desk<E, Intake>,
    policies: Arc<Policies>,
    clock: Arc<dyn Clock>,
    limits: &config::Grpc,
) -> PolicyServiceServer<PoliciesInForce<E>> {
    PolicyServiceServer::from_arc(Arc::new(PoliciesInForce { desk, policies, clock }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

#[tonic::async_trait]
impl<E: Engine> PolicyService for PoliciesInForce<E> {
    async fn get_policy(
        &self,
        request: Request<pb::GetPolicyRequest>,
    ) -> Result<Response<pb::Policy>, Status> {
        let (request, reader) = self.desk.read(request).await?;
        reader.done();
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &request.unit);
        let year = check.year("year", request.year);
        let (unit, year) = check.finish(|| unit.zip(year))?;
        let in_force = self.policies.of(&self.desk.house().register, unit, year);
        let told = convert::policy(&self.policies, in_force, year, self.clock.now());
        Ok(Response::new(pb::Policy { unit: format!("units/{unit}"), ..told }))
    }
}
