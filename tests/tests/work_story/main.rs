//! A matter is done: by whom, by when, and under whose eyes.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use time::macros::date;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::work_service_client::WorkServiceClient;
use yishi_proto::intake::v1::{self as pb, InspectionFindingState, MatterState, MilestoneState, PaperKind};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, Signature, as_caller, fresh_id, list};

both_engines!(
    a_matter_has_an_officer_and_milestones,
    what_inspections_find_is_put_right_before_the_matter_ends,
    the_same_photograph_with_two_matters_is_told_of_both
);

/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// A village of the same township.
const NEIGHBOUR: UnitCode = UnitCode::new(640_324_100_201).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();

type Client = WorkServiceClient<InterceptedService<Channel, Signature>>;

fn as_role<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode, role: Role) -> Client {
    WorkServiceClient::with_interceptor(sandbox.channel(), Signature::of(&as_caller(unit, role)))
}

fn reason(answer: Result<Response<pb::Matter>, Status>) -> String {
    answer.unwrap_err().get_details_error_info().unwrap().reason
}

fn done(answer: Result<Response<pb::Matter>, Status>) -> pb::Matter {
    answer.unwrap().into_inner()
}

fn photograph(digest: u8) -> Vec<pb::Paper> {
    vec![Asks::paper(PaperKind::Photograph, digest)]
}

fn rework(name: &str, finding: i32) -> pb::ReportReworkRequest {
    let (name, text, papers) = (name.to_owned(), "已返工".to_owned(), photograph(40));
    pb::ReportReworkRequest { name, finding, text, papers, request_id: fresh_id(), etag: String::new() }
}

fn judge(name: &str, finding: i32, satisfied: bool) -> pb::JudgeReworkRequest {
    let (name, text) = (name.to_owned(), "已复查".to_owned());
    pb::JudgeReworkRequest { name, finding, satisfied, text, request_id: fresh_id(), etag: String::new() }
}

fn look(name: &str, findings: &[&str]) -> pb::RecordInspectionRequest {
    let (name, text, papers) = (name.to_owned(), "现场检查".to_owned(), Vec::new());
    let findings = findings.iter().map(|text| (*text).to_owned()).collect();
    pb::RecordInspectionRequest { name, text, findings, papers, request_id: fresh_id(), etag: String::new() }
}

async fn a_matter_has_an_officer_and_milestones<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.ripe_villages([VILLAGE]).await.remove(0);
    let name = sandbox.matter_in(&mut village, MatterState::Determined).await.name;
    let mut office = as_role(&sandbox, VILLAGE, Role::Officer);

    // A change of officer is an entry; the same one again is none.
    let ask = |unit: UnitCode, officer: &str| pb::NameOfficerRequest {
        name: name.clone(),
        unit: format!("units/{unit}"),
        officer: officer.to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    };
    let first = done(office.name_officer(ask(VILLAGE, "o-1")).await);
    assert_eq!(done(office.name_officer(ask(VILLAGE, "o-1")).await).etag, first.etag);
    let named = done(office.name_officer(ask(TOWNSHIP, "o-2")).await).officer.unwrap();
    assert_eq!((named.unit, named.officer.as_str()), (format!("units/{TOWNSHIP}"), "o-2"));

    // One milestone is reached in time, one too late, and one is dropped.
    for (title, due_day) in [("路基", "2022-05-01"), ("路面", "2022-06-01"), ("绿化", "2022-07-01")] {
        let (name, title, due_day) = (name.clone(), title.to_owned(), due_day.to_owned());
        let ask =
            pb::PlanMilestoneRequest { name, title, due_day, request_id: fresh_id(), etag: String::new() };
        done(office.plan_milestone(ask).await);
    }
    for (day, milestone) in [(date!(2022 - 05 - 01), 1), (date!(2022 - 06 - 02), 2)] {
        sandbox.go_to(day).await;
        let (name, text, papers) = (name.clone(), "已完成".to_owned(), photograph(1));
        let (request_id, etag) = (fresh_id(), String::new());
        let ask = pb::ReachMilestoneRequest { name, milestone, text, papers, request_id, etag };
        done(office.reach_milestone(ask).await);
    }
    let (milestone, why) = (3, "改种草坪".to_owned());
    let (request_id, etag) = (fresh_id(), String::new());
    let ask = pb::DropMilestoneRequest { name: name.clone(), milestone, reason: why, request_id, etag };
    done(office.drop_milestone(ask).await);

    let sandbox = sandbox.restart().await;
    let told = sandbox.village(VILLAGE).get(&name).await.milestones;
    let told: Vec<_> = told.iter().map(|one| (one.state(), one.on_time, one.papers.len())).collect();
    use MilestoneState::{Dropped, Reached};
    assert_eq!(told, [(Reached, true, 1), (Reached, false, 1), (Dropped, false, 0)]);
    sandbox.audited().await;
    sandbox.stop().await;
}

async fn what_inspections_find_is_put_right_before_the_matter_ends<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.ripe_villages([VILLAGE]).await.remove(0);
    let name = sandbox.matter_in(&mut village, MatterState::InProgress).await.name;
    let mut office = as_role(&sandbox, VILLAGE, Role::Officer);
    let mut committee = as_role(&sandbox, VILLAGE, Role::Supervisor);
    let mut group = as_role(&sandbox, VILLAGE, Role::Auditor);
    village.progress(&name, 100).await;

    // A work group finds two things wrong, and the matter is not completed over them.
    let found = done(group.record_inspection(look(&name, &["厚度不足", "无标识牌"])).await);
    assert_eq!((found.open_findings, found.findings.len()), (2, 2));
    let early = village.office.complete_matter(Asks::complete(&name)).await;
    assert_eq!(reason(early), "INSPECTION_FINDINGS_OPEN");
    assert_eq!(reason(group.judge_rework(judge(&name, 1, true)).await), "REWORK_MISSING");
    for finding in [1, 2] {
        done(office.report_rework(rework(&name, finding)).await);
    }
    assert_eq!(reason(committee.judge_rework(judge(&name, 1, true)).await), "NOT_THE_INSPECTOR");
    done(group.judge_rework(judge(&name, 1, true)).await);
    let half = done(group.judge_rework(judge(&name, 2, false)).await);
    use InspectionFindingState::{Closed, Open};
    let states: Vec<_> = half.findings.iter().map(pb::InspectionFinding::state).collect();
    assert_eq!(states, [Closed, Open]);
    done(office.report_rework(rework(&name, 2)).await);
    done(group.judge_rework(judge(&name, 2, true)).await);
    village.complete(&name).await;

    // The committee refuses to accept, and the matter goes back to work.
    let (name_, text, request_id) = (name.clone(), "路灯不亮".to_owned(), fresh_id());
    let no = pb::RefuseAcceptanceRequest { name: name_, text, request_id, etag: String::new() };
    let back = done(committee.refuse_acceptance(no).await);
    assert_eq!((back.state(), back.open_findings), (MatterState::InProgress, 1));
    assert!(back.inspections.last().unwrap().acceptance_refused && back.completion.is_none());
    let early = village.office.complete_matter(Asks::complete(&name)).await;
    assert_eq!(reason(early), "INSPECTION_FINDINGS_OPEN");
    done(office.report_rework(rework(&name, 3)).await);
    done(committee.judge_rework(judge(&name, 3, true)).await);
    village.complete(&name).await;

    // What is found then still holds up the acceptance.
    done(committee.record_inspection(look(&name, &["护栏松动"])).await);
    assert_eq!(
        reason(village.committee.accept_matter(Asks::accept(&name)).await),
        "INSPECTION_FINDINGS_OPEN"
    );
    done(office.report_rework(rework(&name, 4)).await);
    done(committee.judge_rework(judge(&name, 4, true)).await);
    village.accept(&name).await;
    village.close(&name).await;
    sandbox.caught_up().await;
    let closed = village.get(&name).await;
    assert_eq!((closed.state(), closed.open_findings), (MatterState::Closed, 0));
    sandbox.audited().await;
    sandbox.stop().await;
}

async fn the_same_photograph_with_two_matters_is_told_of_both<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut names = Vec::new();
    for mut village in sandbox.ripe_villages([VILLAGE, NEIGHBOUR]).await {
        let name = sandbox.matter_in(&mut village, MatterState::Determined).await.name;
        let digest = u8::try_from(names.len()).unwrap();
        // Both share a photograph and a contract; each has one photograph of its own.
        let mut papers = [photograph(7), photograph(8 + digest)].concat();
        papers.push(Asks::paper(PaperKind::Contract, 6));
        let ask = pb::RecordProgressRequest { papers, ..Asks::progress(&name, 40) };
        village.office.record_progress(ask).await.unwrap();
        names.push(name);
    }
    // A later report without it does not make it unseen.
    sandbox.village(VILLAGE).progress(&names[0], 60).await;

    let told = sandbox.intake(&as_caller(TOWNSHIP, Role::Auditor));
    for (name, other) in [(&names[0], &names[1]), (&names[1], &names[0])] {
        let ask = pb::GetMatterRequest { name: name.clone() };
        let matter = told.clone().get_matter(ask).await.unwrap().into_inner();
        let shared = pb::ReusedPhotograph { sha256: vec![7; 32], matters: vec![other.clone()] };
        assert_eq!((matter.photographs_reused, matter.reused_photographs), (true, vec![shared]));
    }
    // The village is told that it is so, and not of whose matter it knows nothing.
    let own = sandbox.village(VILLAGE).get(&names[0]).await;
    assert!(own.photographs_reused && own.reused_photographs[0].matters.is_empty());

    let parent = format!("units/{REGION}");
    let ask = pb::ListMattersRequest { parent, ..pb::ListMattersRequest::default() };
    let listed = list(&mut sandbox.intake(&as_caller(REGION, Role::Auditor)), ask).await;
    let flagged: Vec<&String> =
        listed.iter().filter(|matter| matter.photographs_reused).map(|matter| &matter.name).collect();
    assert_eq!(flagged, [&names[0], &names[1]]);
    sandbox.audited().await;
    sandbox.stop().await;
}
