use std::{collections::BTreeSet, pin::Pin};

use futures_util::{Stream, stream};
use tokio::sync::watch;
use tonic::{Request, Response, Status};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse,
    health_check_response::ServingStatus::{self, NotServing, ServiceUnknown, Serving},
    health_server,
};

/// How the process is: `live` from the start to the end; `ready`, the empty name and every service from
/// [`ready`](Self::ready) to the stop. One for all listeners of a process.
#[derive(Debug, Clone)]
pub struct Health(watch::Sender<State>);

#[derive(Debug, Default)]
struct State {
    services: BTreeSet<&'static str>,
    ready: bool,
    stopping: bool,
}

impl Default for Health {
    fn default() -> Self {
        Self(watch::Sender::new(State::default()))
    }
}

impl Health {
    /// Says whether the process can do its work, such as reach its database.
    pub fn ready(&self, ready: bool) {
        self.0.send_modify(|state| state.ready = ready);
    }

    /// Says NOT_SERVING for good, and ends the streams of those who watch.
    pub(super) fn stop(&self) {
        self.0.send_modify(|state| state.stopping = true);
    }

    pub(super) fn name(&self, service: &'static str) {
        self.0.send_modify(|state| {
            state.services.insert(service);
        });
    }
}

impl State {
    fn status(&self, service: &str) -> Option<ServingStatus> {
        let serving = if self.ready && !self.stopping { Serving } else { NotServing };
        match service {
            "live" => Some(Serving),
            "" | "ready" => Some(serving),
            service => self.services.contains(service).then_some(serving),
        }
    }
}

pub(super) fn is_probe(path: &str) -> bool {
    path.starts_with("/grpc.health.v1.Health/")
}

/// Answers probes. The library's own answers would keep a watcher's stream, and with it the drain, open for ever.
#[derive(Clone)]
pub(super) struct Answers(pub(super) Health);

#[tonic::async_trait]
impl health_server::Health for Answers {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match self.0.0.borrow().status(&request.get_ref().service) {
            Some(status) => Ok(Response::new(response(status))),
            None => Err(Status::not_found("service not registered")),
        }
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let (service, state) = (request.into_inner().service, self.0.0.subscribe());
        let changes = stream::unfold((state, None), move |(mut state, told)| {
            let service = service.clone();
            async move {
                loop {
                    let (now, stopping) = {
                        let state = state.borrow_and_update();
                        (state.status(&service).unwrap_or(ServiceUnknown), state.stopping)
                    };
                    if told != Some(now) {
                        return Some((Ok(response(now)), (state, Some(now))));
                    }
                    if stopping || state.changed().await.is_err() {
                        return None;
                    }
                }
            }
        });
        Ok(Response::new(Box::pin(changes)))
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}
