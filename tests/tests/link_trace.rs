//! A matter's way between nodes as a collector sees it. One test: a process has one telemetry.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use opentelemetry_proto::tonic::trace::v1::Span;
use tonic::Request;
use yishi_kernel::{Level, UnitCode};
use yishi_proto::admin::v1 as admin;
use yishi_proto::escalation::v1::RaiseMatterRequest;
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::intake::v1::MatterState;
use yishi_runtime::access::Role;
use yishi_runtime::config;
use yishi_runtime::telemetry::{Process, Telemetry};
use yishi_store::Engine;
use yishi_tests::collector::{Collector, text};
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{REGION, Signature, as_caller, fresh_id};
use yishi_tests::sqlite::Folder;

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const RAISE: &str = "yishi.escalation.v1.EscalationService/RaiseMatter";

/// A caller's trace.
fn trace(ordinal: u8) -> String {
    format!("{ordinal:02x}").repeat(16)
}

/// A unit raises a matter as a part of a trace.
async fn raise<E: Engine>(federation: &Federation<E>, unit: UnitCode, matter: &str, ordinal: u8) {
    let (village, id) = matter["villages/".len()..].split_once("/matters/").unwrap();
    let ask = RaiseMatterRequest {
        name: format!("units/{unit}/referrals/{village}-{id}"),
        reason: "本级无力承担".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    };
    let mut request = Request::new(ask);
    let traceparent = format!("00-{}-{}-01", trace(ordinal), format!("{ordinal:02x}").repeat(8));
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    let officer = Signature::of(&as_caller(unit, Role::Officer));
    let mut desk = EscalationServiceClient::with_interceptor(federation.of(unit).channel(), officer);
    desk.raise_matter(request).await.unwrap();
}

/// The span of this name in a trace that lies right below that one, at the other escalation service: others follow its
/// journal too.
#[track_caller]
fn below<'s>(spans: &'s [Span], parent: &Span, name: &str) -> &'s Span {
    let child = |span: &&Span| {
        span.parent_span_id == parent.span_id
            && span.name == name
            && text(span, "yishi.service") == Some("escalation")
    };
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    spans.iter().find(child).unwrap_or_else(|| panic!("no {name} below {}: {names:?}", parent.name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_raise_is_one_trace_from_node_to_node_and_is_pointed_to_when_it_comes_late() {
    let (collector, endpoint) = Collector::start().await;
    let process = Process { service: "yishi-node", level: Level::Region, unit: REGION };
    let variables = |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| endpoint.clone());
    let telemetry = Telemetry::init(&process, &config::Telemetry::default(), variables).unwrap();

    let folder = Folder::new();
    let mut federation = Federation::<sqlx::Sqlite>::start(&folder.url(), &[REGION, COUNTY]).await;
    let node = federation.node(COUNTY);
    let mut village = node.ripe_villages([VILLAGE]).await.pop().unwrap();
    let now = node.admin().get_clock(admin::GetClockRequest {}).await.unwrap().into_inner().now_us;
    let matter = node.matter_in(&mut village, MatterState::Determined).await.name;
    federation.wait_until(now).await;
    federation.settled().await;
    // Live: from the township's office to the city's desk at the region's node.
    raise(&federation, VILLAGE, &matter, 1).await;
    federation.settled().await;
    raise(&federation, TOWNSHIP, &matter, 2).await;
    federation.settled().await;
    raise(&federation, COUNTY, &matter, 3).await;
    federation.settled().await;
    // Late: the region's node is away while its city's desk is written to.
    let second = {
        let node = federation.node(COUNTY);
        let mut others = node.ripe_villages([UnitCode::new(640_324_100_201).unwrap()]).await;
        node.matter_in(&mut others[0], MatterState::Determined).await.name
    };
    federation.settled().await;
    for (unit, ordinal) in [(UnitCode::new(640_324_100_201).unwrap(), 4), (TOWNSHIP, 5)] {
        raise(&federation, unit, &second, ordinal).await;
        federation.settled().await;
    }
    federation.end(REGION).await;
    raise(&federation, COUNTY, &second, 6).await;
    federation.begin(REGION).await;
    federation.settled().await;
    federation.stop().await;
    telemetry.shutdown().await;

    let spans = collector.spans();
    let of = |ordinal: u8| -> Vec<Span> {
        spans.iter().filter(|span| hex::encode(&span.trace_id) == trace(ordinal)).cloned().collect()
    };
    let live = of(3);
    let call = live.iter().find(|span| span.name == RAISE).unwrap();
    below(&live, call, "link.apply");
    let arrived = below(&live, call, "deliver escalation.raised");
    assert_eq!(text(arrived, "yishi.source"), Some("escalation"));
    // The answer goes back down in the same trace.
    below(&live, arrived, "link.apply");
    below(&live, arrived, "deliver escalation.offered");

    let late = of(6);
    let call = late.iter().find(|span| span.name == RAISE).unwrap();
    assert!(late.iter().all(|span| span.name != "link.apply"), "what comes late is no part of the call");
    let points = |span: &&Span| {
        span.name == "link.apply" && span.links.iter().any(|link| link.span_id == call.span_id)
    };
    let carried: Vec<&Span> = spans.iter().filter(points).collect();
    assert!(!carried.is_empty(), "what comes late points to the call that caused it");
}
