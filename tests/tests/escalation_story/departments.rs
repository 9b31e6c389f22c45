//! What a department has on its desk, and what it hears of it.

use time::macros::date;
use tonic::Code;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as pb;
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::journal::v1::journal_service_client::JournalServiceClient;
use yishi_proto::journal::v1::watch_response::Event;
use yishi_proto::journal::v1::{Position, WatchRequest, WatchResponse};
use yishi_runtime::access::{Caller, Role};
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{REGION, Sandbox, Signature, as_caller, as_department};

use crate::asks::{
    accept, answer, assign, department, done, give_back, name, raise, refused, report, resolve,
};
use crate::hall::Client;
use crate::overdue::determined;
use crate::{CITY, VILLAGE};

both_engines!(a_department_lists_and_follows_what_it_is_assigned, nobody_looks_into_a_departments_desk);

type Watcher = JournalServiceClient<InterceptedService<Channel, Signature>>;

fn client<E: Engine>(sandbox: &Sandbox<E>, caller: &Caller) -> Client {
    EscalationServiceClient::with_interceptor(sandbox.channel(), Signature::of(caller))
}

fn bureau<E: Engine>(sandbox: &Sandbox<E>, kind: &str) -> Client {
    client(sandbox, &as_department(REGION, kind))
}

fn watcher<E: Engine>(sandbox: &Sandbox<E>, caller: &Caller) -> Watcher {
    JournalServiceClient::with_interceptor(sandbox.channel(), Signature::of(caller))
}

fn all_of(unit: UnitCode) -> WatchRequest {
    let units = vec![format!("units/{unit}")];
    WatchRequest { service: "escalation".into(), units, ..WatchRequest::default() }
}

fn ask(kind: &str) -> pb::ListAssignmentsRequest {
    pb::ListAssignmentsRequest { parent: department(kind), ..Default::default() }
}

/// Ordinals of the matters on a page, with whether each leads and is late, and the next page's token.
async fn page(client: &mut Client, ask: pb::ListAssignmentsRequest) -> (Vec<(String, bool, bool)>, String) {
    let page = client.list_assignments(ask).await.unwrap().into_inner();
    let told = page.assignments.into_iter().map(|told| {
        let referral = told.referral.unwrap();
        assert!(referral.name.starts_with("units/640000000000/") && referral.steps.is_empty());
        (referral.matter, told.leads, told.overdue)
    });
    (told.collect(), page.next_page_token)
}

/// Matters that the region holds.
async fn held<E: Engine>(sandbox: &Sandbox<E>, count: usize) -> Vec<String> {
    let matters = determined(sandbox, count).await;
    for (village, matter) in &matters {
        let below = std::iter::once(*village).chain(sandbox.register.ancestors(*village));
        for unit in below.filter(|unit| *unit != REGION) {
            let mut office = client(sandbox, &as_caller(unit, Role::Officer));
            done(office.raise_matter(raise(&name(unit, matter))).await);
            sandbox.caught_up().await;
        }
        let mut region = client(sandbox, &as_caller(REGION, Role::Officer));
        done(region.accept_referral(accept(&name(REGION, matter))).await);
    }
    matters.into_iter().map(|(_, matter)| matter).collect()
}

/// Kinds of the entries until all there is has been sent, and where to go on.
async fn followed(watcher: &mut Watcher, ask: WatchRequest) -> (Vec<(String, String)>, Position) {
    let mut stream = watcher.watch(ask).await.unwrap().into_inner();
    let mut told = Vec::new();
    loop {
        let WatchResponse { position, event } = stream.message().await.unwrap().expect("the stream goes on");
        match event.unwrap() {
            Event::Entry(held) => {
                let entry = held.entry.unwrap();
                assert_eq!(entry.unit, REGION.to_string());
                let event: pb::Event = prost::Message::decode(entry.payload.as_ref()).unwrap();
                told.push((entry.kind["escalation.".len()..].to_owned(), event.matter));
            }
            Event::CaughtUp(_) => return (told, position.unwrap()),
        }
    }
}

async fn a_department_lists_and_follows_what_it_is_assigned<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let matters = held(&sandbox, 4).await;
    let [first, second, third, _] = &matters[..] else { panic!("{matters:?}") };
    let top = |matter: &str| name(REGION, matter);
    let mut region = client(&sandbox, &as_caller(REGION, Role::Officer));
    let (mut water, mut energy) = (bureau(&sandbox, "water"), bureau(&sandbox, "energy"));
    assert_eq!(page(&mut water, ask("water")).await, (vec![], String::new()));
    done(region.assign_departments(assign(&top(first), "water", &["energy"])).await);
    sandbox.go_to(date!(2021 - 12 - 13)).await;
    done(region.assign_departments(assign(&top(second), "energy", &["water"])).await);
    done(region.assign_departments(assign(&top(third), "energy", &[])).await);

    // By the day on which each is to be resolved, page by page, each its own.
    let (one, token) = page(&mut water, pb::ListAssignmentsRequest { page_size: 1, ..ask("water") }).await;
    assert_eq!(one, [(first.clone(), true, false)]);
    let next = pb::ListAssignmentsRequest { page_size: 1, page_token: token.clone(), ..ask("water") };
    let (two, _) = page(&mut water, next.clone()).await;
    assert_eq!(two, [(second.clone(), false, false)]);
    let other = pb::ListAssignmentsRequest { overdue_only: true, ..next };
    assert_eq!(refused(water.list_assignments(other).await).1, "PAGE_TOKEN_INVALID");
    let foreign = pb::ListAssignmentsRequest { page_token: token, ..ask("energy") };
    assert_eq!(refused(energy.list_assignments(foreign).await).1, "PAGE_TOKEN_INVALID");
    assert_eq!(page(&mut energy, ask("energy")).await.0.len(), 3);
    let other_year = pb::ListAssignmentsRequest { year: 2021, ..ask("water") };
    assert_eq!(page(&mut water, other_year).await.0, []);

    // It answers one; the other becomes late, and what it took up does when it is not done in time.
    done(water.answer_assignment(answer(&top(first), "water", None)).await);
    let unanswered = pb::ListAssignmentsRequest { unanswered_only: true, ..ask("water") };
    assert_eq!(page(&mut water, unanswered).await.0, [(second.clone(), false, false)]);
    let mut agency = watcher(&sandbox, &as_department(REGION, "water"));
    let (told, seen) = followed(&mut agency, all_of(REGION)).await;
    let expected = [("assigned", first), ("assigned", second), ("assignment_answered", first)];
    assert!(told.iter().map(|(kind, matter)| (kind.as_str(), matter)).eq(expected), "{told:?}");
    sandbox.go_to(date!(2022 - 01 - 10)).await;
    let late = pb::ListAssignmentsRequest { overdue_only: true, ..ask("water") };
    let all_late = [(first.clone(), true, true), (second.clone(), false, true)];
    assert_eq!(page(&mut water, late.clone()).await.0, all_late);
    done(water.answer_assignment(answer(&top(second), "water", Some("无此职责"))).await);
    assert_eq!(page(&mut water, late).await.0, [(first.clone(), true, true)], "it declined the other");

    // What ends, or goes to others, leaves the list; over a restart the cursor misses nothing and repeats nothing.
    done(water.report_assignment(report(&top(first), "water")).await);
    done(region.resolve_referral(resolve(&top(first))).await);
    done(region.assign_departments(assign(&top(second), "energy", &["finance"])).await);
    done(region.return_referral(give_back(&top(third))).await);
    assert_eq!(page(&mut water, ask("water")).await.0, []);
    sandbox.caught_up().await;
    let sandbox = sandbox.restart().await;
    let mut agency = watcher(&sandbox, &as_department(REGION, "water"));
    let request = WatchRequest { cursor: Some(seen), ..all_of(REGION) };
    let (told, end) = followed(&mut agency, request).await;
    let expected =
        [("assignment_answered", second), ("reported", first), ("resolved", first), ("assigned", second)];
    assert!(told.iter().map(|(kind, matter)| (kind.as_str(), matter)).eq(expected), "{told:?}");
    let request = WatchRequest { cursor: Some(end), ..all_of(REGION) };
    assert_eq!(followed(&mut agency, request).await.0, []);
    let kinds = vec!["escalation.resolved".to_owned(), "escalation.returned".to_owned()];
    let of_kinds = followed(&mut agency, WatchRequest { kinds, ..all_of(REGION) }).await.0;
    assert_eq!(of_kinds, [("resolved".to_owned(), first.clone())]);
    sandbox.stop().await;
}

async fn nobody_looks_into_a_departments_desk<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let denied = (Code::PermissionDenied, "PERMISSION_DENIED".to_owned());
    for caller in [
        as_department(REGION, "energy"),
        as_department(CITY, "water"),
        as_caller(VILLAGE, Role::Officer),
        as_caller(REGION, Role::Operator),
    ] {
        let refusal = client(&sandbox, &caller).list_assignments(ask("water")).await;
        assert_eq!(refused(refusal), denied, "{caller:?}");
    }
    for role in [Role::Officer, Role::Supervisor, Role::Auditor] {
        assert_eq!(page(&mut client(&sandbox, &as_caller(REGION, role)), ask("water")).await.0, []);
    }
    // A department reads nothing else, and follows neither other units nor what concerns no department.
    let mut water = bureau(&sandbox, "water");
    let lists = pb::ListReferralsRequest { parent: format!("units/{REGION}"), ..Default::default() };
    assert_eq!(refused(water.list_referrals(lists).await), denied);
    let mut agency = watcher(&sandbox, &as_department(REGION, "water"));
    for wrong in [all_of(CITY), WatchRequest { service: "funding".into(), ..all_of(REGION) }] {
        assert_eq!(refused(agency.watch(wrong).await), denied);
    }
    let everything =
        WatchRequest { units: vec![format!("units/{REGION}"), format!("units/{VILLAGE}")], ..all_of(REGION) };
    assert_eq!(refused(agency.watch(everything).await), denied);
    sandbox.stop().await;
}
