//! The cases of the work on matters: for each method that changes something about it, a request that would be done, and what
//! stands in the way of one that is right in every field.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::MatterState::{Completed, InProgress};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, Village, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};
use crate::intake::{MATTER_STATES, villages};

/// Villages to which nothing has happened yet, but that their matters became ripe: two for each method.
pub(crate) struct Work {
    villages: Vec<Village>,
    /// A matter in each state, each of a village of its own.
    gallery: Vec<Exhibit>,
}

const ALIVE: &[&str] = &["DETERMINED", "IN_PROGRESS", "COMPLETED"];
const PLANNING: &[&str] = &["DETERMINED", "IN_PROGRESS"];
const WATCHED: &[&str] = &["IN_PROGRESS", "COMPLETED"];

fn as_role(unit: UnitCode, role: Role) -> Who {
    Who { unit, role, department: None }
}

fn papers() -> Vec<pb::Paper> {
    vec![Asks::paper(pb::PaperKind::Photograph, 9)]
}

fn name_officer(name: &str) -> pb::NameOfficerRequest {
    pb::NameOfficerRequest {
        name: name.to_owned(),
        // Above every village.
        unit: format!("units/{REGION}"),
        officer: "o-1".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

fn plan(name: &str, due_day: &str) -> pb::PlanMilestoneRequest {
    let (name, title, due_day) = (name.to_owned(), "路基".to_owned(), due_day.to_owned());
    pb::PlanMilestoneRequest { name, title, due_day, request_id: fresh_id(), etag: String::new() }
}

fn reach(name: &str, milestone: i32) -> pb::ReachMilestoneRequest {
    let (name, text, papers) = (name.to_owned(), "已验收".to_owned(), papers());
    pb::ReachMilestoneRequest { name, milestone, text, papers, request_id: fresh_id(), etag: String::new() }
}

fn give_up(name: &str, milestone: i32) -> pb::DropMilestoneRequest {
    let (name, reason) = (name.to_owned(), "改线".to_owned());
    pb::DropMilestoneRequest { name, milestone, reason, request_id: fresh_id(), etag: String::new() }
}

fn inspect(name: &str, findings: usize) -> pb::RecordInspectionRequest {
    let (name, text, papers) = (name.to_owned(), "现场检查".to_owned(), papers());
    let findings = vec!["厚度不足".to_owned(); findings];
    pb::RecordInspectionRequest { name, text, findings, papers, request_id: fresh_id(), etag: String::new() }
}

fn rework(name: &str, finding: i32) -> pb::ReportReworkRequest {
    let (name, text, papers) = (name.to_owned(), "已返工".to_owned(), papers());
    pb::ReportReworkRequest { name, finding, text, papers, request_id: fresh_id(), etag: String::new() }
}

fn judge(name: &str, finding: i32) -> pb::JudgeReworkRequest {
    let (name, text, satisfied) = (name.to_owned(), "已复查".to_owned(), true);
    pb::JudgeReworkRequest { name, finding, satisfied, text, request_id: fresh_id(), etag: String::new() }
}

fn refuse(name: &str) -> pb::RefuseAcceptanceRequest {
    let (name, text) = (name.to_owned(), "路灯不亮".to_owned());
    pb::RefuseAcceptanceRequest { name, text, request_id: fresh_id(), etag: String::new() }
}

/// What is done on the way to a case, to a matter of a village.
struct Way<'a, E: Engine> {
    sandbox: &'a Sandbox<E>,
    unit: UnitCode,
    name: String,
}

impl<E: Engine> Way<'_, E> {
    async fn done(&self, role: Role, method: &str, request: &impl Message) {
        let _: pb::Matter = Work::done(self.sandbox, as_role(self.unit, role), method, request).await;
    }

    async fn planned(&self) {
        self.done(Role::Officer, "PlanMilestone", &plan(&self.name, "2022-12-31")).await;
    }

    async fn found(&self) {
        self.done(Role::Supervisor, "RecordInspection", &inspect(&self.name, 1)).await;
    }

    async fn reworked(&self) {
        self.found().await;
        self.done(Role::Officer, "ReportRework", &rework(&self.name, 1)).await;
    }

    async fn closed(&self) {
        self.reworked().await;
        self.done(Role::Supervisor, "JudgeRework", &judge(&self.name, 1)).await;
    }
}

impl Cases for Work {
    const SERVICE: &'static str = "yishi.intake.v1.WorkService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = MATTER_STATES;

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let (villages, gallery) = villages(sandbox, methods).await;
        Self { villages, gallery }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let mut village = self.villages.pop().expect("each method has two villages");
        let state = if method == "RefuseAcceptance" { Completed } else { InProgress };
        let (unit, name) = (village.code, sandbox.matter_in(&mut village, state).await.name);
        let way = Way { sandbox, unit, name };
        let (officer, supervisor) = (as_role(unit, Role::Officer), as_role(unit, Role::Supervisor));
        let of = |ready: Ready, states| Some(ready.of("MATTER_NOT_FOUND", states));
        match method {
            "NameOfficer" => of(Ready::new(officer, &name_officer(&way.name)), ALIVE),
            "PlanMilestone" => of(Ready::new(officer, &plan(&way.name, "2022-12-31")), PLANNING),
            "ReachMilestone" => {
                way.planned().await;
                of(Ready::new(officer, &reach(&way.name, 1)), PLANNING)
            }
            "DropMilestone" => {
                way.planned().await;
                of(Ready::new(officer, &give_up(&way.name, 1)), PLANNING)
            }
            "RecordInspection" => of(Ready::new(supervisor, &inspect(&way.name, 1)), WATCHED),
            "ReportRework" => {
                way.found().await;
                of(Ready::new(officer, &rework(&way.name, 1)), WATCHED)
            }
            "JudgeRework" => {
                way.reworked().await;
                of(Ready::new(supervisor, &judge(&way.name, 1)), WATCHED)
            }
            "RefuseAcceptance" => of(Ready::new(supervisor, &refuse(&way.name)), &["COMPLETED"]),
            _ => None,
        }
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let mut village = self.villages.pop().expect("each method has two villages");
        let state = if method == "RefuseAcceptance" { Completed } else { InProgress };
        let (unit, name) = (village.code, sandbox.matter_in(&mut village, state).await.name);
        let way = Way { sandbox, unit, name };
        let name = &*way.name;
        let (officer, supervisor) = (as_role(unit, Role::Officer), as_role(unit, Role::Supervisor));
        match method {
            "NameOfficer" => {
                let township = sandbox.register.parent(unit).expect("a village has a township");
                let beside = *sandbox.register.neighbours(unit).first().unwrap_or(&unit);
                let elsewhere = sandbox.villages().into_iter().find(|other| {
                    *other != unit && *other != beside && sandbox.register.parent(*other) != Some(township)
                });
                let unit = format!("units/{}", elsewhere.expect("there are many villages"));
                vec![Refused::wrong(officer, "unit", &pb::NameOfficerRequest { unit, ..name_officer(name) })]
            }
            "PlanMilestone" => {
                for _ in 0..50 {
                    way.planned().await;
                }
                vec![
                    Refused::new(officer, "TOO_MANY_MILESTONES", &plan(name, "2022-12-31")),
                    Refused::wrong(officer, "due_day", &plan(name, "2021-12-01")),
                    Refused::wrong(officer, "due_day", &plan(name, "2024-01-01")),
                ]
            }
            "ReachMilestone" | "DropMilestone" => {
                way.planned().await;
                way.planned().await;
                way.done(Role::Officer, "ReachMilestone", &reach(name, 1)).await;
                way.done(Role::Officer, "DropMilestone", &give_up(name, 2)).await;
                let ask = |reason, milestone| match method {
                    "ReachMilestone" => Refused::new(officer, reason, &reach(name, milestone)),
                    _ => Refused::new(officer, reason, &give_up(name, milestone)),
                };
                vec![
                    ask("MILESTONE_OVER", 1),
                    ask("MILESTONE_OVER", 2),
                    ask("MILESTONE_NOT_FOUND", 3),
                    ask("MILESTONE_NOT_FOUND", i32::MAX),
                ]
            }
            "RecordInspection" => {
                for _ in 0..10 {
                    way.done(Role::Supervisor, "RecordInspection", &inspect(name, 10)).await;
                }
                vec![Refused::new(supervisor, "TOO_MANY_INSPECTIONS", &inspect(name, 1))]
            }
            "ReportRework" => {
                way.closed().await;
                vec![
                    Refused::new(officer, "INSPECTION_FINDING_CLOSED", &rework(name, 1)),
                    Refused::new(officer, "INSPECTION_FINDING_NOT_FOUND", &rework(name, 2)),
                ]
            }
            "JudgeRework" => {
                way.closed().await;
                way.found().await;
                let auditor = as_role(unit, Role::Auditor);
                vec![
                    Refused::new(supervisor, "INSPECTION_FINDING_CLOSED", &judge(name, 1)),
                    Refused::new(supervisor, "REWORK_MISSING", &judge(name, 2)),
                    Refused::new(auditor, "NOT_THE_INSPECTOR", &judge(name, 2)),
                    Refused::new(supervisor, "INSPECTION_FINDING_NOT_FOUND", &judge(name, 3)),
                ]
            }
            "RefuseAcceptance" => {
                village.accept(name).await;
                vec![Refused::new(supervisor, "ALREADY_ACCEPTED", &refuse(name))]
            }
            _ => Vec::new(),
        }
    }
}
