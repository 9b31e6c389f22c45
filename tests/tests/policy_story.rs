//! The figures of the programme are policy, per unit and year.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::HashMap;

use prost::Message;
use time::macros::date;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::{ProjectNumber, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::policy_service_client::PolicyServiceClient;
use yishi_proto::intake::v1::{DeliberationOutcome, MatterState};
use yishi_runtime::access::Role;
use yishi_runtime::config::PolicyRow;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{
    Asks, OPENS, REGION, Sandbox, Signature, Together, YEAR, as_caller, participation, settings,
};

both_engines!(
    a_village_goes_by_the_policy_of_its_unit_and_year,
    a_partner_goes_by_its_own_policy,
    additional_matters_are_numbered_on_and_void_numbers_are_listed,
    a_node_tells_what_a_unit_goes_by_and_why
);

/// 同心.
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Another one of the same township.
const NEXT: UnitCode = UnitCode::new(640_324_100_201).unwrap();
/// One of another county.
const FAR: UnitCode = UnitCode::new(640_323_100_200).unwrap();

type Policies = PolicyServiceClient<InterceptedService<Channel, Signature>>;

fn policies<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode, role: Role) -> Policies {
    PolicyServiceClient::with_interceptor(sandbox.channel(), Signature::of(&as_caller(unit, role)))
}

/// A node with these rows.
async fn node<E: Engine>(place: &str, rows: Vec<PolicyRow>) -> Sandbox<E> {
    let mut settings = settings(place, REGION);
    settings.intake.policy = rows;
    Sandbox::with(settings).await
}

fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.unwrap().into_inner()
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (String, HashMap<String, String>) {
    let info = answer.unwrap_err().get_details_error_info().unwrap();
    (info.reason, info.metadata)
}

/// The county begins late; one village of it has, in one year, two matters, and more days and people to decide.
fn rows() -> Vec<PolicyRow> {
    vec![
        PolicyRow { unit: Some(COUNTY), season_first: "12-15".parse().ok(), ..PolicyRow::default() },
        PolicyRow {
            unit: Some(VILLAGE),
            year: Some(YEAR),
            quorum: Some("4/5".into()),
            notice_days: Some(10),
            matters_per_village_year: Some(2),
            ..PolicyRow::default()
        },
    ]
}

async fn a_village_goes_by_the_policy_of_its_unit_and_year<E: Engine>(place: &str) {
    let sandbox = node::<E>(place, rows()).await;
    let mut village = sandbox.village(VILLAGE);

    // On the first of December its county takes no proposals yet, while others do; it is told of its own season.
    sandbox.village(FAR).propose("硬化村道").await;
    let early = village.office.propose_matter(Asks::propose(VILLAGE, "硬化村道")).await;
    let (reason, told) = refusal(early);
    assert_eq!(reason, "OUT_OF_SEASON");
    let told = |key: &str| told[key].as_str();
    assert_eq!(
        [told("unit"), told("year"), told("opens"), told("closes"), told("today")],
        ["640324100200", "2022", "2021-12-15", "2022-02-28", OPENS]
    );
    sandbox.go_to(date!(2021 - 12 - 15)).await;

    // Two thirds are enough next door, and not here.
    let (road, lamps) = (village.propose("硬化村道").await.name, village.propose("安装路灯").await.name);
    let mut next = sandbox.village(NEXT);
    let theirs = next.propose("硬化村道").await.name;
    let held = next.deliberate(&theirs, "2021-12-15", (30, 20, 11)).await;
    assert_eq!(held.deliberation.unwrap().outcome(), DeliberationOutcome::Carried);
    let held = village.deliberate(&road, "2021-12-15", (30, 23, 23)).await;
    assert_eq!(held.deliberation.unwrap().outcome(), DeliberationOutcome::NoQuorum);
    for name in [&road, &lamps] {
        village.deliberate(name, "2021-12-15", (30, 24, 13)).await;
        village.publish(name).await;
    }

    // Ten full days, and two matters that year.
    sandbox.go_to(date!(2021 - 12 - 25)).await;
    let (reason, _) = refusal(village.office.determine_matter(Asks::determine(&road)).await);
    assert_eq!(reason, "NOTICE_RUNNING");
    sandbox.go_to(date!(2021 - 12 - 26)).await;
    for name in [&road, &lamps] {
        assert_eq!(village.determine(name).await.state(), MatterState::Determined);
    }

    // The year after it is as elsewhere in its county.
    sandbox.go_to(date!(2022 - 12 - 15)).await;
    let ask = |title| Asks::propose_this(VILLAGE, YEAR + 1, Asks::matter(title));
    let mut names = Vec::new();
    for title in ["修桥", "修渠"] {
        let name = done(village.office.propose_matter(ask(title)).await).name;
        village.deliberate(&name, "2022-12-15", (30, 20, 11)).await;
        village.publish(&name).await;
        names.push(name);
    }
    sandbox.go_to(date!(2022 - 12 - 23)).await;
    let due = |name: &str| pb::DetermineMatterRequest { due_day: String::new(), ..Asks::determine(name) };
    done(village.office.determine_matter(due(&names[0])).await);
    let (reason, told) = refusal(village.office.determine_matter(due(&names[1])).await);
    assert_eq!((reason.as_str(), told["allowed"].as_str()), ("SLOT_TAKEN", "1"));
}

async fn a_partner_goes_by_its_own_policy<E: Engine>(place: &str) {
    let quorum = PolicyRow { unit: Some(NEXT), quorum: Some("9/10".into()), ..PolicyRow::default() };
    let sandbox = node::<E>(place, vec![quorum]).await;
    let together = Together::invite(&sandbox, VILLAGE, &[NEXT]).await;
    sandbox.caught_up().await;
    let mut partner = Together::at(&sandbox, NEXT);
    let ask = Asks::deliberate_on(&participation(NEXT, &together.matter), OPENS, 24);
    let held = done(partner.record_partner_deliberation(ask).await);
    assert_eq!(held.deliberation.unwrap().outcome(), DeliberationOutcome::NoQuorum, "24 of 30");
    let held = sandbox.village(VILLAGE).deliberate(&together.matter, OPENS, (30, 24, 24)).await;
    assert_eq!(held.deliberation.unwrap().outcome(), DeliberationOutcome::Carried);
}

async fn a_node_tells_what_a_unit_goes_by_and_why<E: Engine>(place: &str) {
    let sandbox = node::<E>(place, rows()).await;
    let mut county = policies(&sandbox, COUNTY, Role::Officer);
    let ask = |unit: UnitCode, year| pb::GetPolicyRequest { unit: format!("units/{unit}"), year };
    let told = done(county.get_policy(ask(VILLAGE, YEAR)).await);
    assert_eq!((told.unit.as_str(), told.year), ("units/640324100200", YEAR));
    let season = told.season.unwrap();
    assert_eq!((season.first_day.as_str(), season.last_day.as_str()), ("2021-12-15", "2022-02-28"));
    assert!(!season.open);
    assert_eq!(told.quorum, Some(pb::Share { part: 4, whole: 5 }));
    assert_eq!((told.notice_days, told.notice_working_days, told.matters_per_village_year), (10, 0, 2));
    let source = |figure: &str| told.sources.iter().find(|source| source.figure == figure).unwrap().clone();
    let row = |figure: &str, row, unit: UnitCode, years: &[i32]| pb::PolicySource {
        figure: figure.to_owned(),
        row,
        unit: format!("units/{unit}"),
        years: years.to_vec(),
    };
    assert_eq!(source("season_first"), row("season_first", 1, COUNTY, &[]));
    assert_eq!(source("quorum"), row("quorum", 2, VILLAGE, &[YEAR]));
    let figure = "majority".to_owned();
    assert_eq!(source("majority"), pb::PolicySource { figure, ..pb::PolicySource::default() });

    // Another year, and the moments at which the season begins and ends.
    let other = done(county.get_policy(ask(VILLAGE, YEAR + 1)).await);
    assert_eq!((other.quorum, other.notice_days), (Some(pb::Share { part: 2, whole: 3 }), 7));
    for (moment, open) in [
        (season.open_time_us - 1, false),
        (season.open_time_us, true),
        (season.close_time_us, true),
        (season.close_time_us + 1, false),
    ] {
        sandbox.wait_until(moment).await;
        let season = done(county.get_policy(ask(VILLAGE, YEAR)).await).season.unwrap();
        assert_eq!(season.open, open, "at {moment}");
    }

    // Whoever may read the unit's matters may read what it goes by.
    for (reader, role, code) in [
        (VILLAGE, Role::Supervisor, Code::Ok),
        (REGION, Role::Auditor, Code::Ok),
        (NEXT, Role::Officer, Code::PermissionDenied),
        (VILLAGE, Role::Department, Code::PermissionDenied),
    ] {
        let answer = policies(&sandbox, reader, role).get_policy(ask(VILLAGE, YEAR)).await;
        assert_eq!(answer.map_or_else(|status| status.code(), |_| Code::Ok), code, "{reader} {role:?}");
    }
    let wrong = county.get_policy(pb::GetPolicyRequest { year: 1999, ..ask(COUNTY, 0) }).await.unwrap_err();
    assert_eq!(wrong.code(), Code::InvalidArgument);
}

/// A node whose villages may each have one additional matter of an industry.
async fn additional_matters_are_numbered_on_and_void_numbers_are_listed<E: Engine>(place: &str) {
    let row = PolicyRow {
        additional_matters: Some(1),
        additional_categories: Some(vec!["INDUSTRY".to_owned()]),
        ..PolicyRow::default()
    };
    let sandbox = node::<E>(place, vec![row]).await;
    let mut village = sandbox.village(VILLAGE);
    let mut names = Vec::new();
    for (title, category) in [
        ("硬化村道", pb::Category::Infrastructure),
        ("安装路灯", pb::Category::Infrastructure),
        ("建大棚", pb::Category::Industry),
        ("建冷库", pb::Category::Industry),
    ] {
        let matter = pb::Matter { category: category as i32, ..Asks::matter(title) };
        let name = done(village.office.propose_matter(Asks::propose_this(VILLAGE, YEAR, matter)).await).name;
        village.deliberate(&name, OPENS, (30, 30, 30)).await;
        village.publish(&name).await;
        names.push(name);
    }
    let [road, lamps, greenhouse, store] = names.try_into().unwrap();
    sandbox.go_to(date!(2021 - 12 - 09)).await;
    assert!(!village.determine(&road).await.additional);

    // The road is given up, which frees neither its number nor its slot.
    village.progress(&road, 30).await;
    village.end(&road, MatterState::Cancelled).await;
    sandbox.caught_up().await;
    let mut township = sandbox.officer(sandbox.register.parent(VILLAGE).unwrap());
    done(township.answer_ending(Asks::answer_ending(&road, true)).await);
    sandbox.caught_up().await;
    assert_eq!(village.get(&road).await.state(), MatterState::Cancelled);
    let (reason, told) = refusal(village.office.determine_matter(Asks::determine(&lamps)).await);
    assert_eq!((reason.as_str(), told["taken"].as_str(), told["allowed"].as_str()), ("SLOT_TAKEN", "1", "1"));

    // An industry may have the additional one, once.
    let added = village.determine(&greenhouse).await;
    let number: ProjectNumber = added.project_number.parse().unwrap();
    assert_eq!((added.additional, number.ordinal), (true, 2), "numbers go on without a hole");
    let (reason, told) = refusal(village.office.determine_matter(Asks::determine(&store)).await);
    assert_eq!((reason.as_str(), told["taken"].as_str(), told["allowed"].as_str()), ("SLOT_TAKEN", "2", "2"));

    // The void number is listed with its reasons at every level, also after a restart, and stands in the journal.
    let sandbox = sandbox.restart().await;
    assert!(sandbox.village(VILLAGE).get(&greenhouse).await.additional);
    let road = sandbox.village(VILLAGE).get(&road).await;
    let ending = road.ending.clone().unwrap();
    for unit in [VILLAGE, COUNTY, REGION] {
        let mut officer = sandbox.officer(unit);
        let ask = |year| pb::ListVoidNumbersRequest {
            parent: format!("units/{unit}"),
            year,
            ..pb::ListVoidNumbersRequest::default()
        };
        let listed = done(officer.list_void_numbers(ask(YEAR)).await);
        let void = pb::VoidNumber {
            project_number: road.project_number.clone(),
            matter: road.name.clone(),
            title: "硬化村道".into(),
            category: pb::Category::Infrastructure as i32,
            void_time_us: ending.answer_time_us,
            reason: ending.reason.clone(),
            agreed_by: "units/640324100000".into(),
            answer: ending.answer.clone(),
            percent: 30,
            spent_fen: road.progress.as_ref().unwrap().spent_fen,
        };
        assert_eq!((listed.void_numbers, listed.next_page_token.as_str()), (vec![void], ""));
        assert_eq!(done(officer.list_void_numbers(ask(YEAR + 1)).await).void_numbers, []);
        let report = pb::GetProgressReportRequest { unit: format!("units/{unit}"), year: YEAR };
        let report = done(officer.get_progress_report(report).await);
        assert_eq!((report.void_numbers, report.determined_matters), (1, 2), "at {unit}");
    }
    let told =
        sandbox.books("intake").await.entries().await.into_iter().find_map(|stored| match pb::Event::decode(
            stored.entry.payload.as_slice(),
        )
        .ok()?
        .kind?
        {
            pb::event::Kind::Cancelled(told) => Some(told.void_number),
            _ => None,
        });
    assert_eq!(told.unwrap(), road.project_number);
}
