//! A farmer's proposal as a collector sees it. One test: a process has one telemetry.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use tonic::Request;
use tonic_types::StatusExt;
use yishi_kernel::{Level, UnitCode};
use yishi_runtime::config;
use yishi_runtime::telemetry::{Process, Telemetry};
use yishi_store::Engine;
use yishi_store::journal::OPENED;
use yishi_tests::collector::{Collector, text};
use yishi_tests::postgres::Postgres;
use yishi_tests::sandbox::{Asks, REGION, Sandbox};
use yishi_tests::sqlite::Folder;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const PROPOSE: &str = "yishi.intake.v1.IntakeService/ProposeMatter";
/// What nobody but the journal may know.
const TITLE: &str = "给独居老人修路";

/// The caller's own span in a trace: what the proposal must be a part of.
struct Caller {
    trace: String,
    span: String,
}

impl Caller {
    fn new(ordinal: u8) -> Self {
        Self { trace: format!("{ordinal:02x}").repeat(16), span: format!("{ordinal:02x}").repeat(8) }
    }

    fn calls<T>(&self, ask: T) -> Request<T> {
        let mut request = Request::new(ask);
        let traceparent = format!("00-{}-{}-01", self.trace, self.span);
        request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
        request
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_is_one_span_of_the_callers_trace_and_the_journal_keeps_it() {
    let (collector, endpoint) = Collector::start().await;
    let process = Process { service: "yishi-node", level: Level::Region, unit: REGION };
    let variables = |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| endpoint.clone());
    let telemetry = Telemetry::init(&process, &config::Telemetry::default(), variables).unwrap();

    let (done, refused) = (Caller::new(1), Caller::new(2));
    let folder = Folder::new();
    let kept_by_sqlite = propose::<sqlx::Sqlite>(&folder.url(), &done, &refused).await;
    let (done_too, refused_too) = (Caller::new(3), Caller::new(4));
    let database = Postgres::shared().database("telemetry");
    let kept_by_postgres = propose::<sqlx::Postgres>(database.url(), &done_too, &refused_too).await;
    telemetry.shutdown().await;

    for (caller, kept) in [(&done, kept_by_sqlite), (&done_too, kept_by_postgres)] {
        let span = one_span_of(&collector, caller);
        assert_eq!(text(&span, "rpc.status_code"), Some("OK"));
        let own = format!("00-{}-{}-01", caller.trace, hex::encode(&span.span_id));
        assert_eq!(kept, [own], "what comes of the entry is tied to the span that wrote it");
    }
    for caller in [&refused, &refused_too] {
        let span = one_span_of(&collector, caller);
        assert_eq!(text(&span, "rpc.status_code"), Some("INVALID_ARGUMENT"));
        let status = span.status.as_ref().map_or(0, |status| status.code);
        assert_eq!(
            (text(&span, "error.type"), status),
            (None, 0),
            "the caller's fault is no fault of the node"
        );
    }
    let told = format!("{:?} {:?}", collector.spans(), collector.logs());
    assert!(told.contains("serving"), "the node's log lines arrive");
    assert!(!told.contains(TITLE), "what a farmer says is in no span and no log line");
}

/// One proposal that is done and one that is refused; answers the traceparents in the journal.
async fn propose<E: Engine>(place: &str, done: &Caller, refused: &Caller) -> Vec<String> {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut office = sandbox.officer(VILLAGE);
    let ask = Asks::propose(VILLAGE, TITLE);
    office.propose_matter(done.calls(ask.clone())).await.unwrap();
    let mut wrong = ask;
    wrong.year = 1999;
    let status = office.propose_matter(refused.calls(wrong)).await.unwrap_err();
    let request = status.get_details_request_info().unwrap();
    assert_eq!(request.request_id, refused.trace, "an error names the trace to look at");

    let entries = sandbox.books("intake").await.entries().await;
    let proposed = entries.into_iter().filter(|stored| stored.entry.kind != OPENED);
    let kept = proposed.filter_map(|stored| stored.traceparent).collect();
    sandbox.stop().await;
    kept
}

/// The one call in the caller's trace; whoever learns of what was written there lies below it.
fn one_span_of(collector: &Collector, caller: &Caller) -> Span {
    let mut spans = collector.spans();
    spans.retain(|span| hex::encode(&span.trace_id) == caller.trace);
    spans.retain(|span| span.kind != SpanKind::Consumer as i32);
    let [span] = <[Span; 1]>::try_from(spans).unwrap();
    assert_eq!((span.name.as_str(), span.kind), (PROPOSE, SpanKind::Server as i32));
    assert_eq!(hex::encode(&span.parent_span_id), caller.span, "the call is a child of the caller's span");
    assert_eq!(text(&span, "rpc.system.name"), Some("grpc"));
    assert_eq!(text(&span, "rpc.method"), Some(PROPOSE));
    span
}
