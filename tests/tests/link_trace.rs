//! A matter's way between nodes as a collector sees it. One test: a process has one telemetry.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use opentelemetry_proto::tonic::trace::v1::Span;
use tonic::Request;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_kernel::{Level, UnitCode};
use yishi_proto::admin::v1 as admin;
use yishi_proto::escalation::v1 as pb;
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::intake::v1::MatterState;
use yishi_proto::journal::v1::WatchRequest;
use yishi_proto::journal::v1::journal_service_client::JournalServiceClient;
use yishi_proto::journal::v1::watch_response::Event;
use yishi_runtime::access::{Caller, Role};
use yishi_runtime::config;
use yishi_runtime::telemetry::{Process, Telemetry};
use yishi_store::Engine;
use yishi_tests::collector::{Collector, text};
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{REGION, Signature, as_caller, as_department, fresh_id};
use yishi_tests::sqlite::Folder;

type Desk = EscalationServiceClient<InterceptedService<Channel, Signature>>;

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const RAISE: &str = "yishi.escalation.v1.EscalationService/RaiseMatter";

/// Where the department of the region listens and answers.
const DEPARTMENT: &str = "departments/640000000000/water";
const ANSWER: &str = "yishi.escalation.v1.EscalationService/AnswerAssignment";
const ASSIGN: &str = "yishi.escalation.v1.EscalationService/AssignDepartments";

/// A caller's trace.
fn trace(ordinal: u8) -> String {
    format!("{ordinal:02x}").repeat(16)
}

fn begins(ordinal: u8) -> String {
    format!("00-{}-{}-01", trace(ordinal), format!("{ordinal:02x}").repeat(8))
}

fn name_at(unit: UnitCode, matter: &str) -> String {
    let (village, id) = matter["villages/".len()..].split_once("/matters/").unwrap();
    format!("units/{unit}/referrals/{village}-{id}")
}

/// A request as a part of a trace.
fn within<T>(ask: T, traceparent: &str) -> Request<T> {
    let mut request = Request::new(ask);
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    request
}

fn desk<E: Engine>(federation: &Federation<E>, unit: UnitCode, caller: &Caller) -> Desk {
    EscalationServiceClient::with_interceptor(federation.of(unit).channel(), Signature::of(caller))
}

/// A unit raises a matter as a part of a trace.
async fn raise<E: Engine>(federation: &Federation<E>, unit: UnitCode, matter: &str, traceparent: &str) {
    let ask = pb::RaiseMatterRequest {
        name: name_at(unit, matter),
        reason: "本级无力承担".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    };
    let mut desk = desk(federation, unit, &as_caller(unit, Role::Officer));
    desk.raise_matter(within(ask, traceparent)).await.unwrap();
}

/// What a caller who watches a unit is told of the trace of the last entry of this kind.
async fn heard<E: Engine>(federation: &Federation<E>, unit: UnitCode, caller: &Caller, kind: &str) -> String {
    let channel = federation.of(unit).channel();
    let mut watcher = JournalServiceClient::with_interceptor(channel, Signature::of(caller));
    let (units, kinds) = (vec![format!("units/{unit}")], vec![kind.to_owned()]);
    let ask = WatchRequest { service: "escalation".into(), units, kinds, ..WatchRequest::default() };
    let mut stream = watcher.watch(ask).await.unwrap().into_inner();
    let mut last = None;
    loop {
        match stream.message().await.unwrap().unwrap().event.unwrap() {
            Event::Entry(held) => last = held.traceparent,
            Event::CaughtUp(_) => return last.unwrap_or_else(|| panic!("no traced {kind} at {unit}")),
        }
    }
}

/// Whether a span descends from another one.
fn descends(spans: &[Span], span: &Span, from: &Span) -> bool {
    let mut at = Some(span);
    while let Some(span) = at {
        if span.span_id == from.span_id {
            return true;
        }
        at = spans.iter().find(|other| other.span_id == span.parent_span_id);
    }
    false
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
    // Live, in one trace from the village to the department: each desk acts on what it heard by watching.
    raise(&federation, VILLAGE, &matter, &begins(1)).await;
    federation.settled().await;
    for unit in [TOWNSHIP, COUNTY, CITY] {
        let officer = as_caller(unit, Role::Officer);
        let traceparent = heard(&federation, unit, &officer, "escalation.offered").await;
        raise(&federation, unit, &matter, &traceparent).await;
        federation.settled().await;
    }
    let officer = as_caller(REGION, Role::Officer);
    let traceparent = heard(&federation, REGION, &officer, "escalation.offered").await;
    let ask = pb::AcceptReferralRequest {
        name: name_at(REGION, &matter),
        request_id: fresh_id(),
        etag: String::new(),
    };
    desk(&federation, REGION, &officer).accept_referral(within(ask, &traceparent)).await.unwrap();
    let ask = pb::AssignDepartmentsRequest {
        name: name_at(REGION, &matter),
        lead_department: DEPARTMENT.to_owned(),
        request_id: fresh_id(),
        ..pb::AssignDepartmentsRequest::default()
    };
    desk(&federation, REGION, &officer).assign_departments(within(ask, &traceparent)).await.unwrap();
    let department = as_department(REGION, "water");
    let traceparent = heard(&federation, REGION, &department, "escalation.assigned").await;
    let ask = pb::AnswerAssignmentRequest {
        name: name_at(REGION, &matter),
        department: DEPARTMENT.to_owned(),
        reply: pb::AssignmentReply::Accepted.into(),
        request_id: fresh_id(),
        ..pb::AnswerAssignmentRequest::default()
    };
    desk(&federation, REGION, &department).answer_assignment(within(ask, &traceparent)).await.unwrap();
    federation.settled().await;
    // Late: the region's node is away while its city's desk is written to.
    let second = {
        let node = federation.node(COUNTY);
        let mut others = node.ripe_villages([UnitCode::new(640_324_100_201).unwrap()]).await;
        node.matter_in(&mut others[0], MatterState::Determined).await.name
    };
    federation.settled().await;
    for (unit, ordinal) in [(UnitCode::new(640_324_100_201).unwrap(), 4), (TOWNSHIP, 5)] {
        raise(&federation, unit, &second, &begins(ordinal)).await;
        federation.settled().await;
    }
    federation.end(REGION).await;
    raise(&federation, COUNTY, &second, &begins(6)).await;
    federation.begin(REGION).await;
    federation.settled().await;
    federation.stop().await;
    telemetry.shutdown().await;

    let spans = collector.spans();
    let of = |ordinal: u8| -> Vec<Span> {
        spans.iter().filter(|span| hex::encode(&span.trace_id) == trace(ordinal)).cloned().collect()
    };
    let live = of(1);
    let mut calls: Vec<&Span> =
        live.iter().filter(|span| [RAISE, ASSIGN, ANSWER].contains(&span.name.as_str())).collect();
    calls.sort_unstable_by_key(|span| span.start_time_unix_nano);
    let names: Vec<&str> = calls.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, [RAISE, RAISE, RAISE, RAISE, ASSIGN, ANSWER]);
    for pair in calls.windows(2) {
        assert!(descends(&live, pair[1], pair[0]), "{} follows from {}", pair[1].name, pair[0].name);
        assert!(!descends(&live, pair[0], pair[1]));
    }
    // From the county's office to the city's desk it goes from node to node.
    let call = calls[2];
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
