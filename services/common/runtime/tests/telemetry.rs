//! Telemetry as a collector in this process receives it. One test: a process has one telemetry.

use std::{
    future::pending,
    sync::{Arc, Mutex},
};

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{
            ExportLogsServiceRequest, ExportLogsServiceResponse,
            logs_service_client::LogsServiceClient,
            logs_service_server::{LogsService, LogsServiceServer},
        },
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_client::TraceServiceClient,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    logs::v1::LogRecord,
    metrics::v1::{HistogramDataPoint, metric::Data},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use tokio::{net::TcpListener, sync::Notify};
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt;
use tracing::Instrument;
use yishi_kernel::Level;
use yishi_runtime::{
    client, config,
    server::{Health, Server, Services},
    telemetry::{Process, Telemetry, TelemetryError, current_traceparent, environment},
};

const CHECK: &str = "grpc.health.v1.Health/Check";
const LEFT: &str = "opentelemetry.proto.collector.logs.v1.LogsService/Export";
const EXPORT: &str = "opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// Keeps all that is sent to it.
#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    metrics: Arc<Mutex<Vec<ExportMetricsServiceRequest>>>,
    logs: Arc<Mutex<Vec<ExportLogsServiceRequest>>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.spans.lock().expect("no panic").push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.metrics.lock().expect("no panic").push(request.into_inner());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.logs.lock().expect("no panic").push(request.into_inner());
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}

impl Collector {
    /// Starts it; answers with its endpoint.
    async fn start() -> (Self, String) {
        let (collector, listener) =
            (Self::default(), TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
        let endpoint = format!("http://{}", listener.local_addr().expect("a bound listener"));
        let serving = transport::Server::builder()
            .add_service(TraceServiceServer::new(collector.clone()))
            .add_service(MetricsServiceServer::new(collector.clone()))
            .add_service(LogsServiceServer::new(collector.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        (collector, endpoint)
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.spans.lock().expect("no panic");
        let scopes =
            requests.iter().flat_map(|request| &request.resource_spans).flat_map(|spans| &spans.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }

    fn resource(&self) -> Vec<KeyValue> {
        let requests = self.spans.lock().expect("no panic");
        requests[0].resource_spans[0].resource.clone().expect("a resource").attributes
    }

    fn histogram(&self, name: &str) -> Vec<HistogramDataPoint> {
        let requests = self.metrics.lock().expect("no panic");
        let scopes = requests
            .iter()
            .flat_map(|request| &request.resource_metrics)
            .flat_map(|metrics| &metrics.scope_metrics);
        let metrics = scopes.flat_map(|scope| &scope.metrics).filter(|metric| metric.name == name);
        metrics
            .flat_map(|metric| {
                assert_eq!(metric.unit, "s");
                match &metric.data {
                    Some(Data::Histogram(histogram)) => histogram.data_points.clone(),
                    other => panic!("{name} is {other:?}"),
                }
            })
            .collect()
    }

    fn logs(&self) -> Vec<LogRecord> {
        let requests = self.logs.lock().expect("no panic");
        let scopes =
            requests.iter().flat_map(|request| &request.resource_logs).flat_map(|logs| &logs.scope_logs);
        scopes.flat_map(|scope| scope.log_records.clone()).collect()
    }
}

fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        other => panic!("{key} is {other:?}"),
    }
}

fn text(text: &str) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(text.to_owned())) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_metrics_and_logs_of_calls_arrive() {
    let (collector, endpoint) = Collector::start().await;
    let process =
        Process { service: "yishi-test", level: Level::County, unit: "640324000000".parse().unwrap() };
    let settings = config::Telemetry::default();
    let variables = |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| endpoint.clone());
    let telemetry = Telemetry::init(&process, &settings, variables).unwrap();
    let again = Telemetry::init(&process, &settings, environment).unwrap_err();
    assert!(matches!(again, TelemetryError::AlreadyStarted));

    let kept = work().await;
    telemetry.shutdown().await;

    resources(&collector);
    let trace = spans(&collector);
    assert_eq!(kept, trace);
    metrics(&collector);
    let told = collector.logs();
    let told =
        told.iter().find(|log| log.body == Some(text("something to tell"))).expect("the line of the test");
    assert_eq!((hex(&told.trace_id), told.severity_text.as_str()), (trace, "WARN"));
    assert_eq!(attribute(&told.attributes, "matter"), Some("2022-7"));
}

/// Answers never, and tells when it is begun and when it is left.
#[derive(Clone, Default)]
struct Never {
    begun: Arc<Notify>,
    left: Arc<Notify>,
}

struct Left(Arc<Notify>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tonic::async_trait]
impl LogsService for Never {
    async fn export(
        &self,
        _request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let _left = Left(self.left.clone());
        self.begun.notify_one();
        pending().await
    }
}

/// Calls of every kind inside one span; answers with its trace.
async fn work() -> String {
    let (health, never, stop) = (Health::default(), Never::default(), CancellationToken::new());
    let server =
        Server::bind(([127, 0, 0, 1], 0).into(), &config::Grpc::default()).await.expect("a free port");
    let address = format!("http://{}", server.address()).parse().expect("an address");
    let serving = tokio::spawn(
        server.serve(Services::new(&health).with(LogsServiceServer::new(never.clone())), stop.clone()),
    );

    assert_eq!(current_traceparent(), None);
    let channel = client::channel(address);
    let mut prober = HealthClient::new(channel.clone());
    let mut stranger = TraceServiceClient::new(channel.clone());
    let mut leaver = LogsServiceClient::new(channel);
    let business = tracing::info_span!(target: "yishi::test", "business");
    let traceparent = async {
        prober.check(HealthCheckRequest::default()).await.expect("health is served");
        prober
            .check(HealthCheckRequest { service: "no.such.Service".to_owned() })
            .await
            .expect_err("unknown");
        tokio::select! {
            _ = leaver.export(ExportLogsServiceRequest::default()) => panic!("it answers never"),
            () = never.begun.notified() => {}
        }
        never.left.notified().await;
        let refused = stranger.export(ExportTraceServiceRequest::default()).await.expect_err("not served");
        let quoted = refused.get_details_request_info().expect("a trace to quote to an operator").request_id;
        assert!(current_traceparent().is_some_and(|traceparent| traceparent.contains(&quoted)));
        tracing::warn!(matter = "2022-7", "something to tell");
        current_traceparent().expect("inside a span there is a traceparent")
    };
    let traceparent = traceparent.instrument(business).await;
    stop.cancel();
    serving.await.expect("serving does not panic");
    let [version, trace, _span, sampled] =
        traceparent.split('-').collect::<Vec<_>>().try_into().expect("four parts");
    assert_eq!((version, sampled), ("00", "01"));
    trace.to_owned()
}

fn resources(collector: &Collector) {
    let resource = collector.resource();
    for (key, value) in [
        ("service.name", "yishi-test"),
        ("service.namespace", "yishi"),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("yishi.level", "county"),
        ("yishi.unit", "640324000000"),
        ("telemetry.sdk.language", "rust"),
    ] {
        assert_eq!(attribute(&resource, key), Some(value), "{key}");
    }
    assert_eq!(attribute(&resource, "service.instance.id").map(str::len), Some(36));
}

/// Checks every span; answers with their trace.
fn spans(collector: &Collector) -> String {
    let spans = collector.spans();
    let (server, client) = (SpanKind::Server as i32, SpanKind::Client as i32);
    let (fine, error) = (StatusCode::Unset as i32, StatusCode::Error as i32);
    let mut calls: Vec<_> = spans
        .iter()
        .filter(|span| span.name != "business")
        .map(|span| {
            let value = |key| attribute(&span.attributes, key).unwrap_or("-");
            assert_eq!(value("rpc.system.name"), "grpc");
            assert_eq!(value("rpc.method"), span.name);
            let status = span.status.as_ref().map_or(fine, |status| status.code);
            (span.kind, span.name.as_str(), value("rpc.status_code"), value("error.type"), status)
        })
        .collect();
    calls.sort_unstable();
    let mut expected = [
        (client, CHECK, "OK", "-", fine),
        (client, CHECK, "NOT_FOUND", "NOT_FOUND", error),
        (client, LEFT, "CANCELLED", "CANCELLED", error),
        (client, EXPORT, "UNIMPLEMENTED", "UNIMPLEMENTED", error),
        (server, CHECK, "OK", "-", fine),
        (server, CHECK, "NOT_FOUND", "-", fine),
        (server, "_OTHER", "CANCELLED", "-", fine),
        (server, "_OTHER", "UNIMPLEMENTED", "UNIMPLEMENTED", error),
    ];
    expected.sort_unstable();
    assert_eq!(calls, expected);

    let business = spans.iter().find(|span| span.name == "business").expect("the span of the test");
    for span in &spans {
        assert_eq!(span.trace_id, business.trace_id, "{} is cut off", span.name);
        let parent = spans.iter().find(|other| other.span_id == span.parent_span_id);
        match (span.kind, parent) {
            (kind, Some(parent)) if kind == server => assert_eq!(parent.kind, client, "{}", span.name),
            (kind, Some(parent)) if kind == client => assert_eq!(parent.name, "business"),
            (_, parent) => assert!(parent.is_none() && span.name == "business", "{}", span.name),
        }
    }
    let strangers = spans.iter().filter(|span| span.name == "_OTHER");
    let mut originals: Vec<_> =
        strangers.filter_map(|span| attribute(&span.attributes, "rpc.method_original")).collect();
    originals.sort_unstable();
    assert_eq!(originals, [LEFT, EXPORT]);
    hex(&business.trace_id)
}

fn metrics(collector: &Collector) {
    for (name, unknown, left) in
        [("rpc.server.call.duration", "_OTHER", "_OTHER"), ("rpc.client.call.duration", EXPORT, LEFT)]
    {
        let points = collector.histogram(name);
        let count = |method: &str, code: &str| {
            let of =
                |key: &str, point: &HistogramDataPoint| attribute(&point.attributes, key).map(str::to_owned);
            let mut found = points.iter().filter(|point| {
                of("rpc.method", point).as_deref() == Some(method)
                    && of("rpc.status_code", point).as_deref() == Some(code)
            });
            let point = found.next().unwrap_or_else(|| panic!("{name} has no {method} {code}: {points:?}"));
            assert_eq!(of("rpc.system.name", point).as_deref(), Some("grpc"));
            let bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
            assert_eq!(point.explicit_bounds, bounds);
            point.count
        };
        assert_eq!(count(CHECK, "OK"), 1);
        assert_eq!(count(CHECK, "NOT_FOUND"), 1);
        assert_eq!(count(left, "CANCELLED"), 1);
        assert_eq!(count(unknown, "UNIMPLEMENTED"), 1);
        assert_eq!(points.len(), 4);
    }
}
