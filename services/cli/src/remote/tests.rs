use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic_types::{ErrorDetails, StatusExt as _};
use yishi_proto::admin::v1::{
    self as pb,
    admin_service_server::{AdminService, AdminServiceServer},
};

use super::*;

/// A node that is busy for some calls, and notes what it was told.
#[derive(Clone, Default)]
struct Busy {
    refusals_left: Arc<Mutex<u32>>,
    seen: Arc<Mutex<Vec<MetadataMap>>>,
}

#[tonic::async_trait]
impl AdminService for Busy {
    async fn get_status(
        &self,
        request: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::NodeStatus>, Status> {
        self.seen.lock().unwrap().push(request.metadata().clone());
        let mut left = self.refusals_left.lock().unwrap();
        if *left > 0 {
            *left -= 1;
            let details = ErrorDetails::with_retry_info(Some(Duration::from_millis(1)));
            return Err(Status::with_error_details(tonic::Code::ResourceExhausted, "busy", details));
        }
        Ok(Response::new(pb::NodeStatus { units: 7, ..Default::default() }))
    }

    async fn get_clock(
        &self,
        _: Request<pb::GetClockRequest>,
    ) -> Result<Response<pb::BusinessClock>, Status> {
        Err(Status::failed_precondition("no clock here"))
    }

    async fn advance_clock(
        &self,
        _: Request<pb::AdvanceClockRequest>,
    ) -> Result<Response<pb::BusinessClock>, Status> {
        Err(Status::failed_precondition("no clock here"))
    }

    async fn verify_journals(
        &self,
        _: Request<pb::VerifyJournalsRequest>,
    ) -> Result<Response<pb::VerifyJournalsResponse>, Status> {
        Err(Status::failed_precondition("no journals here"))
    }

    async fn skip_recovery(
        &self,
        _: Request<pb::SkipRecoveryRequest>,
    ) -> Result<Response<pb::SkipRecoveryResponse>, Status> {
        Err(Status::failed_precondition("nothing to recover here"))
    }

    async fn delegate_unit(
        &self,
        _: Request<pb::DelegateUnitRequest>,
    ) -> Result<Response<pb::Delegation>, Status> {
        Err(Status::failed_precondition("nothing to move here"))
    }

    async fn reclaim_unit(
        &self,
        _: Request<pb::ReclaimUnitRequest>,
    ) -> Result<Response<pb::Delegation>, Status> {
        Err(Status::failed_precondition("nothing to move here"))
    }

    async fn list_delegations(
        &self,
        _: Request<pb::ListDelegationsRequest>,
    ) -> Result<Response<pb::ListDelegationsResponse>, Status> {
        Ok(Response::new(pb::ListDelegationsResponse::default()))
    }

    type ListHeadsStream = tokio_stream::Empty<Result<pb::ListHeadsResponse, Status>>;

    async fn list_heads(
        &self,
        _: Request<pb::ListHeadsRequest>,
    ) -> Result<Response<Self::ListHeadsStream>, Status> {
        Ok(Response::new(tokio_stream::empty()))
    }

    type ListTestimoniesStream = tokio_stream::Empty<Result<pb::Testimony, Status>>;

    async fn list_testimonies(
        &self,
        _: Request<pb::ListTestimoniesRequest>,
    ) -> Result<Response<Self::ListTestimoniesStream>, Status> {
        Ok(Response::new(tokio_stream::empty()))
    }

    async fn list_chain(
        &self,
        _: Request<pb::ListChainRequest>,
    ) -> Result<Response<pb::ListChainResponse>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn list_checkpoints(
        &self,
        _: Request<pb::ListCheckpointsRequest>,
    ) -> Result<Response<pb::ListCheckpointsResponse>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn trust_key(
        &self,
        _: Request<pb::TrustKeyRequest>,
    ) -> Result<Response<pb::TrustKeyResponse>, Status> {
        Err(Status::not_found("nobody is below"))
    }

    async fn barrier(&self, _: Request<pb::BarrierRequest>) -> Result<Response<pb::BarrierResponse>, Status> {
        Err(Status::failed_precondition("nothing to wait for here"))
    }
}

async fn served(node: Busy) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = Server::builder().add_service(AdminServiceServer::new(node));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    Remote::new(&address, 2, Lang::Zh).unwrap()
}

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_busy_node_is_asked_again() {
    let node = Busy { refusals_left: Arc::new(Mutex::new(2)), ..Busy::default() };
    let remote = served(node.clone()).await;
    let status = remote.admin(SOON, pb::GetStatusRequest {}, Admin::get_status).await.unwrap();
    assert_eq!((status.units, remote.rpcs()), (7, 3));
    let seen = node.seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|metadata| metadata.get("accept-language").unwrap() == "zh-CN"));
    assert!(seen.iter().all(|metadata| metadata.get("grpc-timeout").is_some()));
}

#[tokio::test]
async fn a_refusal_is_told_at_once() {
    let remote = served(Busy::default()).await;
    let failure = remote.admin(SOON, pb::GetClockRequest {}, Admin::get_clock).await.unwrap_err();
    assert_eq!(
        (failure.exit, failure.to_string().as_str(), remote.rpcs()),
        (Exit::Internal, "no clock here", 1)
    );
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let remote = Remote::new(&address, 1, Lang::En).unwrap();
    let failure = remote.admin(SOON, pb::GetStatusRequest {}, Admin::get_status).await.unwrap_err();
    assert_eq!(failure.exit, Exit::Unavailable);
    assert!(failure.to_string().contains("refused"), "{failure}");
}

#[test]
fn an_address_that_is_none_is_the_typists_fault() {
    let failure = Remote::new("no address", 1, Lang::En).unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
}

#[test]
fn callers_say_who_they_are() {
    let village = "640324100200".parse().unwrap();
    for (Caller(metadata), role) in
        [(Caller::officer(village), "officer"), (Caller::supervisor(village), "supervisor")]
    {
        assert_eq!(metadata.get("yishi-unit").unwrap(), "640324100200");
        assert_eq!(metadata.get("yishi-role").unwrap(), role);
        assert_eq!(metadata.get("yishi-actor").unwrap(), &format!("{role}:640324100200"));
        assert!(!metadata.contains_key("yishi-department"));
    }
    let Caller(metadata) = Caller::department("640000000000".parse().unwrap(), "water");
    assert_eq!(metadata.get("yishi-role").unwrap(), "department");
    assert_eq!(metadata.get("yishi-department").unwrap(), "water");
}
