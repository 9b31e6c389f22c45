//! A server with a service that does as it is told. The contract is borrowed: any unary method of somebody
//! else's that is not exempt from the stack will do.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_client::TraceServiceClient,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::ResourceSpans,
};
use tokio::{sync::Notify, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport::Channel};
use yishi_runtime::{
    access::{ACTOR, Caller, ROLE, UNIT},
    config::Grpc,
    errors::{Failure, reasons},
    server::{Deadline, Health, Server, Services},
};

/// Nothing in these tests takes this long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What the service does: `who`, `deadline`, `refuse`, `panic`, `wait` until let go, or answer with the order.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    pub(crate) waiting: Arc<Notify>,
    pub(crate) let_go: Arc<Notify>,
    pub(crate) dropped: Arc<Notify>,
}

struct Dropped(Arc<Notify>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tonic::async_trait]
impl TraceService for Probe {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let order = request
            .get_ref()
            .resource_spans
            .first()
            .map(|spans| spans.schema_url.clone())
            .unwrap_or_default();
        let said = match order.as_str() {
            "who" => format!("{:?}", request.extensions().get::<Caller>()),
            "deadline" => {
                format!("{}", request.extensions().get::<Deadline>().expect("a deadline").left().as_millis())
            }
            "refuse" => return Err(Failure::new(&reasons::UNIT_UNKNOWN).with("unit", "640324100200").into()),
            "panic" => panic!("as told"),
            "wait" => {
                let _dropped = Dropped(self.dropped.clone());
                self.waiting.notify_one();
                self.let_go.notified().await;
                "let go".to_owned()
            }
            other => other.to_owned(),
        };
        let partial_success = Some(ExportTracePartialSuccess { rejected_spans: 0, error_message: said });
        Ok(Response::new(ExportTraceServiceResponse { partial_success }))
    }
}

/// An order for the probe.
pub(crate) fn order(what: &str) -> Request<ExportTraceServiceRequest> {
    let spans = ResourceSpans { schema_url: what.to_owned(), ..ResourceSpans::default() };
    Request::new(ExportTraceServiceRequest { resource_spans: vec![spans] })
}

/// The same from a caller who says who it is.
pub(crate) fn signed(what: &str) -> Request<ExportTraceServiceRequest> {
    let mut request = order(what);
    for (name, value) in [(UNIT, "640324100200"), (ROLE, "officer"), (ACTOR, "clerk:7")] {
        request.metadata_mut().insert(name, value.parse().expect("ASCII"));
    }
    request
}

pub(crate) fn said(response: Response<ExportTraceServiceResponse>) -> String {
    response.into_inner().partial_success.expect("the probe always says something").error_message
}

/// A server that runs in this test.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) health: Health,
    pub(crate) probe: Probe,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
}

impl Running {
    /// Serves the probe with these limits.
    pub(crate) async fn with(limits: &Grpc, dress: impl FnOnce(Services) -> Services) -> Self {
        let (health, probe, stop) = (Health::default(), Probe::default(), CancellationToken::new());
        health.ready(true);
        let server = Server::bind(([127, 0, 0, 1], 0).into(), limits).await.expect("a free port");
        let service =
            TraceServiceServer::new(probe.clone()).max_decoding_message_size(limits.message_in_bytes_max);
        let services = dress(Services::new(&health).with(service));
        let address = server.address();
        let task = tokio::spawn(server.serve(services, stop.clone()));
        Self { address, health, probe, stop, task }
    }

    pub(crate) async fn new(limits: &Grpc) -> Self {
        Self::with(limits, |services| services).await
    }

    pub(crate) async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address))
            .expect("an address")
            .connect()
            .await
            .expect("a server")
    }

    pub(crate) async fn client(&self) -> TraceServiceClient<Channel> {
        TraceServiceClient::new(self.channel().await)
    }

    /// Starts a call that waits inside its handler.
    pub(crate) async fn waiting_call(
        &self,
    ) -> JoinHandle<Result<Response<ExportTraceServiceResponse>, Status>> {
        let mut client = self.client().await;
        let call = tokio::spawn(async move { client.export(order("wait")).await });
        within(self.probe.waiting.notified()).await;
        call
    }

    /// Stops it and waits for its end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        within(self.task).await.expect("serving does not panic");
    }
}

pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE, future).await.expect("this should have ended long ago")
}
