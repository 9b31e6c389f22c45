//! One call, seen from either end: its span, how long it took, and how it ended.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http::{Extensions, Response};
use http_body::{Frame, SizeHint};
use opentelemetry::{KeyValue, global, metrics::Histogram};
use pin_project_lite::pin_project;
use tonic::{Code, Status, body::Body};
use tracing::Span;

use super::code::{code_in, code_name, is_server_error};

const SECONDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The conventions' name of a method nobody knows, so that strangers cannot make up metrics.
pub(super) const OTHER: &str = "_OTHER";

/// Which end of a call this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
}

impl Side {
    /// The histogram of how long calls take at this end.
    pub(super) fn durations(self) -> Histogram<f64> {
        let name = match self {
            Side::Server => "rpc.server.call.duration",
            Side::Client => "rpc.client.call.duration",
        };
        global::meter("yishi").f64_histogram(name).with_unit("s").with_boundaries(SECONDS.to_vec()).build()
    }

    fn is_error(self, code: Code) -> bool {
        match self {
            Side::Server => is_server_error(code),
            Side::Client => code != Code::Ok,
        }
    }
}

/// A call under way. Dropped before it ended it was cancelled.
pub(super) struct Call {
    pub(super) span: Span,
    method: Arc<str>,
    side: Side,
    durations: Histogram<f64>,
    started: Instant,
    ended: bool,
}

impl Call {
    pub(super) fn start(side: Side, span: Span, method: Arc<str>, durations: Histogram<f64>) -> Self {
        Self { span, method, side, durations, started: Instant::now(), ended: false }
    }

    pub(super) fn end(&mut self, code: Code) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let name = code_name(code);
        let mut attributes = vec![
            KeyValue::new("rpc.system.name", "grpc"),
            KeyValue::new("rpc.method", self.method.clone()),
            KeyValue::new("rpc.status_code", name),
        ];
        self.span.record("rpc.status_code", name);
        if self.side.is_error(code) {
            attributes.push(KeyValue::new("error.type", name));
            self.span.record("error.type", name);
            self.span.record("otel.status_code", "ERROR");
        }
        self.durations.record(self.started.elapsed().as_secs_f64(), &attributes);
    }

    /// Watches a response to its last byte, and keeps alive until then what inner layers left in its extensions.
    pub(super) fn follow(mut self, response: Response<Body>) -> Response<Body> {
        if let Some(code) = code_in(response.headers()) {
            self.end(code);
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let kept = std::mem::take(&mut parts.extensions);
        Response::from_parts(parts, Body::new(Followed { body, call: self, _kept: kept }))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}

pin_project! {
    struct Followed {
        #[pin]
        body: Body,
        call: Call,
        _kept: Extensions,
    }
}

impl http_body::Body for Followed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.project();
        let polled = {
            let _inside = this.call.span.enter();
            this.body.poll_frame(cx)
        };
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(trailers) = frame.trailers_ref() {
                    this.call.end(code_in(trailers).unwrap_or(Code::Unknown));
                }
            }
            Poll::Ready(Some(Err(status))) => this.call.end(status.code()),
            Poll::Ready(None) => this.call.end(Code::Unknown),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
