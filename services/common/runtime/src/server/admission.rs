use std::{sync::Arc, time::Duration};

use http::Request;
use tokio::sync::Semaphore;
use tonic::body::Body;

use super::around::{Answer, Answering, Around, refuse};
use crate::errors::{Failure, reasons};

const RETRY_AFTER: Duration = Duration::from_millis(250);

/// Bounds the calls under way in the whole listener and refuses what is above.
#[derive(Clone)]
pub(super) struct Admission {
    places: Arc<Semaphore>,
}

impl Admission {
    pub(super) fn new(calls_in_flight_max: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(calls_in_flight_max.min(Semaphore::MAX_PERMITS))) }
    }
}

impl Around for Admission {
    fn around<A: Answering>(&self, request: Request<Body>, next: impl FnOnce(Request<Body>) -> A) -> Answer {
        // A probe must not be refused for load: whoever probes would restart a server that is merely busy.
        if super::health::is_probe(request.uri().path()) {
            return Box::pin(next(request));
        }
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return refuse(Failure::new(&reasons::OVERLOADED).retry_after(RETRY_AFTER));
        };
        let answer = next(request);
        Box::pin(async move {
            let mut response = answer.await?;
            // The place is given back after the last byte (telemetry's layer keeps a response's extensions).
            response.extensions_mut().insert(Arc::new(place));
            Ok(response)
        })
    }
}
