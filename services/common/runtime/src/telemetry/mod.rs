//! What a process tells about itself: spans, metrics and logs by OTLP, and log lines on standard error.
//!
//! The standard `OTEL_*` variables say where it goes; without an endpoint nothing is exported, and a span then
//! costs no more than asking whether anybody listens. Context travels as W3C `traceparent` and `tracestate`;
//! baggage is neither read nor sent.

mod call;
mod client;
mod code;
mod export;
mod propagation;
mod server;

use std::{
    io::{self, IsTerminal as _},
    thread,
    time::Duration,
};

use opentelemetry::{global, trace::TracerProvider as _};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::{
    logs::SdkLoggerProvider, metrics::SdkMeterProvider, propagation::TraceContextPropagator,
    trace::SdkTracerProvider,
};
use tokio::{sync::oneshot, time::timeout};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};
use yishi_kernel::{Level, UnitCode};

use crate::config::{self, LogFormat};

pub use client::{ClientCalls, Traced};
pub(crate) use code::code_name;
pub use export::{TelemetryError, environment};
pub(crate) use propagation::current_trace_id;
pub use propagation::{caused_by, current_traceparent};
pub(crate) use server::ServerCalls;

/// Spans of this prefix are the suite's own; the exporter's transport must not feed on itself.
const OWN_SPANS: &str = "yishi";
const TRANSPORT_OFF: [&str; 5] = ["h2=off", "hyper=off", "tonic=off", "tower=off", "opentelemetry=off"];
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// Which process of the suite this is.
#[derive(Debug, Clone)]
pub struct Process {
    /// As in `yishi-intake`; `OTEL_SERVICE_NAME` overrides it.
    pub service: &'static str,
    /// The level of the unit it stands for.
    pub level: Level,
    /// The unit it stands for.
    pub unit: UnitCode,
}

/// Keeps telemetry going; what is not yet sent goes out by [`shutdown`](Self::shutdown).
#[derive(Debug)]
#[must_use = "telemetry that is not shut down loses its last seconds"]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
    logs: Option<SdkLoggerProvider>,
}

impl Telemetry {
    /// Starts telemetry for this process, once. `env` answers for `OTEL_*`: [`environment`] outside tests.
    ///
    /// Call it inside a tokio runtime, which carries the exporters' connections, and before serving or dialling:
    /// both take their instruments when they begin.
    pub fn init(
        process: &Process,
        settings: &config::Telemetry,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TelemetryError> {
        let resource = export::resource(process, &env);
        let telemetry = Telemetry {
            traces: export::traces(&resource, &env)?,
            metrics: export::metrics(&resource, &env)?,
            logs: export::logs(&resource, &env)?,
        };
        global::set_text_map_propagator(TraceContextPropagator::new());
        if let Some(metrics) = &telemetry.metrics {
            global::set_meter_provider(metrics.clone());
        }

        let wanted =
            || EnvFilter::try_new(&settings.log).map_err(|fault| TelemetryError::Log(fault.to_string()));
        // Only layers that are there: an absent one (`Option`) would count as somebody who wants every span.
        let mut layers = vec![
            lines(settings.log_format)
                .with_filter(wanted()?.and(filter_fn(|metadata| !metadata.is_span())))
                .boxed(),
        ];
        if let Some(traces) = &telemetry.traces {
            let spans = tracing_opentelemetry::layer()
                .with_tracer(traces.tracer("yishi"))
                .with_location(false)
                .with_threads(false)
                .with_target(false)
                .with_tracked_inactivity(false);
            let own = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with(OWN_SPANS));
            layers.push(spans.with_filter(own).boxed());
        }
        if let Some(logs) = &telemetry.logs {
            let mut exported = wanted()?;
            for quiet in TRANSPORT_OFF {
                exported = exported.add_directive(quiet.parse().expect("a constant directive"));
            }
            layers.push(OpenTelemetryTracingBridge::new(logs).with_filter(exported).boxed());
        }
        tracing_subscriber::registry().with(layers).try_init().map_err(|_| TelemetryError::AlreadyStarted)?;
        Ok(telemetry)
    }

    /// Sends what is left and stops, within a few seconds whatever the collector does.
    pub async fn shutdown(self) {
        let (done, flushed) = oneshot::channel();
        // The SDK blocks until the collector answers. A thread of its own, unlike one of the runtime's, cannot
        // hold up the end of the process.
        thread::spawn(move || {
            let faults = [
                self.traces.map(|traces| traces.shutdown_with_timeout(FLUSH_MAX)),
                self.logs.map(|logs| logs.shutdown_with_timeout(FLUSH_MAX)),
                self.metrics.map(|metrics| metrics.shutdown_with_timeout(FLUSH_MAX)),
            ];
            let faults: Vec<_> = faults.into_iter().flatten().filter_map(Result::err).collect();
            let _ = done.send(faults);
        });
        match timeout(FLUSH_MAX, flushed).await {
            Ok(Ok(faults)) if faults.is_empty() => {}
            Ok(Ok(faults)) => tracing::warn!(?faults, "telemetry was not sent in full"),
            Ok(Err(_)) | Err(_) => tracing::warn!("telemetry was not sent within {FLUSH_MAX:?}"),
        }
    }
}

/// Spans stay out of the lines (see the filter above): a span for people to read costs more than a whole call.
fn lines(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let lines = fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().with_current_span(false).with_span_list(false).boxed(),
    }
}
