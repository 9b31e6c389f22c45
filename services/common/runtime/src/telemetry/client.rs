use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use opentelemetry::metrics::Histogram;
use tonic::{Code, body::Body};
use tower::{Layer, Service};
use tracing::{Instrument as _, field::Empty, info_span};

use super::{
    call::{Call, Side},
    propagation,
};

/// A layer for channels: every call gets a span and a duration, and carries the trace along.
#[derive(Clone)]
pub struct ClientCalls {
    durations: Histogram<f64>,
}

impl Default for ClientCalls {
    fn default() -> Self {
        Self { durations: Side::Client.durations() }
    }
}

impl<S> Layer<S> for ClientCalls {
    type Service = Traced<S>;

    fn layer(&self, inner: S) -> Traced<S> {
        Traced { inner, durations: self.durations.clone() }
    }
}

/// A channel whose calls are told to telemetry.
#[derive(Clone)]
pub struct Traced<S> {
    inner: S,
    durations: Histogram<f64>,
}

impl<S> Service<Request<Body>> for Traced<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // A generated client calls known methods only, so the path may name the metric as it is.
        let method: Arc<str> = request.uri().path().trim_start_matches('/').into();
        let span = info_span!(
            target: "yishi::rpc",
            "rpc",
            otel.name = &*method,
            otel.kind = "client",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = &*method,
            rpc.status_code = Empty,
            error.type = Empty,
        );
        if !span.is_disabled() {
            propagation::inject(&span, request.headers_mut());
        }
        let mut call = Call::start(Side::Client, span.clone(), method, self.durations.clone());
        let answer = self.inner.call(request);
        Box::pin(
            async move {
                match answer.await {
                    Ok(response) => Ok(call.follow(response)),
                    Err(error) => {
                        call.end(Code::Unavailable);
                        Err(error)
                    }
                }
            }
            .instrument(span),
        )
    }
}
