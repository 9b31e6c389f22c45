use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{
    Context, global,
    propagation::{Extractor, Injector},
    trace::{SpanContext, TraceContextExt as _},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The W3C `traceparent` of the current span, to be kept beside what it causes; `None` if nothing is traced.
pub fn current_traceparent() -> Option<String> {
    let span = current()?;
    let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags().to_u8());
    Some(format!("00-{trace}-{id}-{flags:02x}"))
}

/// The trace a caller may quote to an operator.
pub(crate) fn current_trace_id() -> Option<String> {
    current().map(|span| span.trace_id().to_string())
}

fn current() -> Option<SpanContext> {
    let context = Span::current().context();
    let span = context.span().span_context().clone();
    span.is_valid().then_some(span)
}

/// How many causes a span points to; a batch may have hundreds.
const LINKS_MAX: usize = 32;

/// Ties a span to what caused it, by the traceparents kept beside entries: the child of its one cause while that is
/// fresh, for then somebody may still be waiting; otherwise a span that points to its causes.
pub fn caused_by<'a>(span: &Span, fresh: bool, causes: impl IntoIterator<Item = &'a str>) {
    if span.is_disabled() {
        return;
    }
    let mut known: Vec<&str> = Vec::new();
    for cause in causes {
        if known.len() < LINKS_MAX && !known.contains(&cause) {
            known.push(cause);
        }
    }
    let mut causes: Vec<SpanContext> = known.into_iter().filter_map(context).collect();
    match causes.pop() {
        Some(only) if fresh && causes.is_empty() => {
            // It fails only where no exporter wants the span.
            let _ = span.set_parent(Context::new().with_remote_span_context(only));
        }
        last => causes.into_iter().chain(last).for_each(|cause| span.add_link(cause)),
    }
}

fn context(traceparent: &str) -> Option<SpanContext> {
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", HeaderValue::from_str(traceparent).ok()?);
    let context = extract(&headers);
    Some(context.span().span_context().clone()).filter(SpanContext::is_valid)
}

/// The context a peer sent along.
pub(super) fn extract(headers: &HeaderMap) -> Context {
    global::get_text_map_propagator(|propagator| propagator.extract(&Received(headers)))
}

/// Sends a span's context along.
pub(super) fn inject(span: &Span, headers: &mut HeaderMap) {
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&span.context(), &mut Sent(headers));
    });
}

struct Received<'a>(&'a HeaderMap);

impl Extractor for Received<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

struct Sent<'a>(&'a mut HeaderMap);

impl Injector for Sent<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(key.as_bytes()), HeaderValue::try_from(value))
        {
            self.0.insert(name, value);
        }
    }
}
