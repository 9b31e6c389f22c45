use std::sync::Arc;

use http::Request;
use opentelemetry::metrics::Histogram;
use tonic::body::Body;
use tracing::{Instrument as _, Span, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{
    call::{Call, OTHER, Side},
    propagation,
};
use crate::server::{Answer, Answering, Around, Methods};

/// Gives every call to this server a span and a duration.
#[derive(Clone)]
pub(crate) struct ServerCalls {
    methods: Arc<Methods>,
    other: Arc<str>,
    durations: Histogram<f64>,
}

impl ServerCalls {
    pub(crate) fn new(methods: Arc<Methods>) -> Self {
        Self { methods, other: OTHER.into(), durations: Side::Server.durations() }
    }

    fn span(method: &str, request: &Request<Body>) -> Span {
        let span = info_span!(
            target: "yishi::rpc",
            "rpc",
            otel.name = method,
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = method,
            rpc.method_original = Empty,
            rpc.status_code = Empty,
            error.type = Empty,
        );
        if !span.is_disabled() {
            if method == OTHER {
                let original: String = request.uri().path().chars().skip(1).take(100).collect();
                span.record("rpc.method_original", original);
            }
            // Peers are on this machine (see config::validate), so their context is taken as the parent.
            // It fails only where no exporter wants the span.
            let _ = span.set_parent(propagation::extract(request.headers()));
        }
        span
    }
}

impl Around for ServerCalls {
    fn around<A: Answering>(&self, request: Request<Body>, next: impl FnOnce(Request<Body>) -> A) -> Answer {
        let method = self.methods.resolve(request.uri().path()).unwrap_or_else(|| self.other.clone());
        let span = Self::span(&method, &request);
        let call = Call::start(Side::Server, span.clone(), method, self.durations.clone());
        let answer = next(request);
        Box::pin(async move { answer.await.map(|response| call.follow(response)) }.instrument(span))
    }
}
