//! The doing of matters as it is served, and the photographs that matters share.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_kernel::{MatterId, Register, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::work_service_server::{WorkService, WorkServiceServer};
use yishi_runtime::config;
use yishi_runtime::desk::Desk;
use yishi_store::Engine;

use crate::model::Intake;

/// Photographs told of one matter, and other matters told of one photograph.
const PHOTOGRAPHS: usize = 20;
const OTHERS: usize = 10;

/// The service of the work on matters.
pub struct Works<E: Engine> {
    desk: Desk<E, Intake>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn works<E: Engine>(desk: Desk<E, Intake>, limits: &config::Grpc) -> WorkServiceServer<Works<E>> {
    WorkServiceServer::from_arc(Arc::new(Works { desk }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => Request;` for every RPC that changes something about the work.
macro_rules! service {
    ($($rpc:ident => $request:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> WorkService for Works<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::Matter>, Status> {
                self.desk.write(request).await
            })*
        }
    };
}

service! {
    name_officer => NameOfficerRequest;
    plan_milestone => PlanMilestoneRequest;
    reach_milestone => ReachMilestoneRequest;
    drop_milestone => DropMilestoneRequest;
    record_inspection => RecordInspectionRequest;
    report_rework => ReportReworkRequest;
    judge_rework => JudgeReworkRequest;
    refuse_acceptance => RefuseAcceptanceRequest;
}

/// Nobody shows photographs of what is not determined: nothing is to be looked up for it.
pub(super) fn may_have_photographs(matter: &pb::Matter) -> bool {
    !matter.project_number.is_empty()
}

/// Tells a matter's reader of the photographs that others have, too. Which others, only as far as the reader may read them.
pub(super) fn tell_shared(
    matter: &mut pb::Matter,
    shared: Vec<(Vec<u8>, MatterId)>,
    register: &Register,
    reader: UnitCode,
) {
    matter.photographs_reused = !shared.is_empty();
    let told = &mut matter.reused_photographs;
    for (sha256, other) in shared {
        if told.last().is_none_or(|last| last.sha256 != sha256) {
            if told.len() == PHOTOGRAPHS {
                return;
            }
            told.push(pb::ReusedPhotograph { sha256, matters: Vec::new() });
        }
        if let Some(last) = told.last_mut()
            && last.matters.len() < OTHERS
            && register.is_within(other.village, reader)
        {
            last.matters.push(other.to_string());
        }
    }
}
