//! Following a journal as an agency does.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use prost::Message;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt;
use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1 as intake;
use yishi_proto::journal::v1::journal_service_client::JournalServiceClient;
use yishi_proto::journal::v1::watch_response::Event;
use yishi_proto::journal::v1::{HeldEntry, Position, WatchRequest, WatchResponse};
use yishi_runtime::access::{Caller, Role};
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{REGION, Sandbox, Signature, as_caller};

both_engines!(
    what_was_and_what_comes_arrives_once_and_in_order,
    a_cursor_of_a_lost_future_is_told,
    nobody_watches_what_is_not_below_him
);

type Watcher = JournalServiceClient<InterceptedService<Channel, Signature>>;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

fn watcher<E: Engine>(sandbox: &Sandbox<E>, caller: &Caller) -> Watcher {
    JournalServiceClient::with_interceptor(sandbox.channel(), Signature::of(caller))
}

fn all_of(unit: UnitCode) -> WatchRequest {
    let units = vec![format!("units/{unit}")];
    WatchRequest { service: "intake".into(), units, ..WatchRequest::default() }
}

/// Entries until all there is has been sent, and where to go on.
async fn until_caught_up(stream: &mut Streaming<WatchResponse>) -> (Vec<HeldEntry>, Position) {
    let mut entries = Vec::new();
    loop {
        let answer = stream.message().await.unwrap().expect("the stream goes on");
        match answer.event.unwrap() {
            Event::Entry(entry) => entries.push(entry),
            Event::CaughtUp(_) => return (entries, answer.position.unwrap()),
        }
    }
}

async fn next_entry(stream: &mut Streaming<WatchResponse>) -> (HeldEntry, Position) {
    loop {
        let answer = stream.message().await.unwrap().expect("the stream goes on");
        if let Event::Entry(entry) = answer.event.unwrap() {
            return (entry, answer.position.unwrap());
        }
    }
}

fn kinds(entries: &[HeldEntry]) -> Vec<&str> {
    entries.iter().map(|held| held.entry.as_ref().unwrap().kind.as_str()).collect()
}

async fn what_was_and_what_comes_arrives_once_and_in_order<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let road = village.propose("修路").await;
    let county = sandbox.register.ancestor_at(VILLAGE, Level::County).unwrap();
    let mut agency = watcher(&sandbox, &as_caller(county, Role::Auditor));

    let mut stream = agency.watch(all_of(county)).await.unwrap().into_inner();
    let (past, _) = until_caught_up(&mut stream).await;
    assert_eq!(kinds(&past), ["journal.epoch_opened", "intake.proposed"]);
    let event = intake::Event::decode(past[1].entry.as_ref().unwrap().payload.as_ref()).unwrap();
    assert_eq!(event.matter, road.name);

    village.support(&road.name, "villager-1").await;
    let (live, seen) = next_entry(&mut stream).await;
    assert_eq!(kinds(std::slice::from_ref(&live)), ["intake.supported"]);
    drop(stream);

    // While nobody watches, and over a restart of the node, things go on; the cursor misses nothing and repeats nothing.
    village.support(&road.name, "villager-2").await;
    let sandbox = sandbox.restart().await;
    sandbox.village(VILLAGE).support(&road.name, "villager-3").await;
    let mut agency = watcher(&sandbox, &as_caller(county, Role::Auditor));
    let request = WatchRequest { cursor: Some(seen), ..all_of(county) };
    let mut stream = agency.watch(request).await.unwrap().into_inner();
    let (missed, _) = until_caught_up(&mut stream).await;
    assert_eq!(kinds(&missed), ["intake.supported", "journal.epoch_opened", "intake.supported"]);
    let seqs: Vec<i64> = [&past[..], &[live], &missed[..]]
        .concat()
        .iter()
        .map(|held| held.entry.as_ref().unwrap().seq)
        .collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6]);

    // By kind: the cursor moves on over what was not asked for.
    let request = WatchRequest { kinds: vec!["intake.proposed".into()], ..all_of(REGION) };
    let mut region = watcher(&sandbox, &as_caller(REGION, Role::Officer));
    let (proposals, end) = until_caught_up(&mut region.watch(request).await.unwrap().into_inner()).await;
    assert_eq!((kinds(&proposals), end.pos), (vec!["intake.proposed"], 6));
    sandbox.stop().await;
    let ended = stream.message().await.expect_err("a stream ends with its node");
    assert_eq!(ended.code(), Code::Unavailable, "{ended:?}");
}

async fn a_cursor_of_a_lost_future_is_told<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    sandbox.village(VILLAGE).propose("修路").await;
    let mut agency = watcher(&sandbox, &as_caller(REGION, Role::Officer));
    let (_, now) = until_caught_up(&mut agency.watch(all_of(REGION)).await.unwrap().into_inner()).await;
    for lost in [Position { pos: now.pos + 1, ..now }, Position { epoch: now.epoch + 1, ..now }] {
        let refused = agency.watch(WatchRequest { cursor: Some(lost), ..all_of(REGION) }).await.unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert_eq!(refused.get_details_error_info().unwrap().reason, "CURSOR_UNKNOWN");
    }
    sandbox.stop().await;
}

async fn nobody_watches_what_is_not_below_him<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let township = sandbox.register.parent(VILLAGE).unwrap();
    let refusal = |status: Status| status.get_details_error_info().unwrap().reason;
    for (unit, role) in [(VILLAGE, Role::Officer), (township, Role::Operator)] {
        let mut stranger = watcher(&sandbox, &as_caller(unit, role));
        assert_eq!(refusal(stranger.watch(all_of(township)).await.unwrap_err()), "PERMISSION_DENIED");
    }
    let mut officer = watcher(&sandbox, &as_caller(township, Role::Officer));
    for wrong in [
        WatchRequest { units: vec![], ..all_of(township) },
        WatchRequest { units: vec!["units/6403241".into()], ..all_of(township) },
        WatchRequest { service: "weather".into(), ..all_of(township) },
        WatchRequest { kinds: vec!["x".repeat(101)], ..all_of(township) },
    ] {
        assert_eq!(refusal(officer.watch(wrong).await.unwrap_err()), "INVALID_FIELDS");
    }
    sandbox.stop().await;
}
