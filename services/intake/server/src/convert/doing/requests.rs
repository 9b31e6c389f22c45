//! Each request about the doing of a matter: which unit it is about, and which command it becomes.

use yishi_intake_domain::doing::{Act, Inspector};
use yishi_intake_domain::{Act as All, limits};
use yishi_kernel::{MatterId, Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::{Caller, Role};
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use super::super::fields::{seen, village_of};
use super::super::requests::{change, day, reason};
use super::papers_asked;
use crate::model::Intake;
use crate::task::Task;

/// `Request, "Rpc", |request, check, caller, register| act;`
macro_rules! changes {
    ($($request:ident, $rpc:literal, |$this:ident, $check:ident, $caller:ident, $register:ident| $act:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.WorkService/", $rpc);

            fn subject(&self, _: &Register) -> Option<UnitCode> {
                village_of(&self.name)
            }
        }

        impl Mutation<Intake> for pb::$request {
            type Answer = pb::Matter;

            fn command(&self, $caller: &Caller, $register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let matter = checker.matter("name", &self.name);
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                let act = { let $check = &mut checker; $act };
                change(checker, matter, request_id, version, act.map(All::Doing))
            }
        }
    )*};
}

changes! {
    NameOfficerRequest, "NameOfficer", |r, check, _caller, register| {
        let unit = handler(check, register, r);
        let officer = check.actor("officer", &r.officer);
        unit.zip(officer).map(|(unit, officer)| Act::NameOfficer { unit, officer })
    };
    PlanMilestoneRequest, "PlanMilestone", |r, check, _caller, _register| {
        let title = check.required_text("title", &r.title, limits::TITLE_CHARS);
        let due = day(check, "due_day", &r.due_day);
        title.zip(due).map(|(title, due)| Act::PlanMilestone { title, due })
    };
    ReachMilestoneRequest, "ReachMilestone", |r, check, _caller, _register| {
        let milestone = number(check, "milestone", r.milestone);
        let text = check.required_text("text", &r.text, limits::WORK_CHARS);
        let papers = papers_asked(check, &r.papers, 1);
        milestone.zip(text).zip(papers).map(|((milestone, text), papers)| Act::ReachMilestone { milestone, text, papers })
    };
    DropMilestoneRequest, "DropMilestone", |r, check, _caller, _register| {
        let milestone = number(check, "milestone", r.milestone);
        let reason = reason(check, &r.reason);
        milestone.zip(reason).map(|(milestone, reason)| Act::DropMilestone { milestone, reason })
    };
    RecordInspectionRequest, "RecordInspection", |r, check, caller, _register| {
        let text = check.required_text("text", &r.text, limits::WORK_CHARS);
        let findings = findings(check, &r.findings);
        let papers = papers_asked(check, &r.papers, 0);
        let inspector = inspector(caller);
        text.zip(findings).zip(papers).map(|((text, findings), papers)| Act::Inspect { inspector, text, findings, papers })
    };
    ReportReworkRequest, "ReportRework", |r, check, _caller, _register| {
        let finding = number(check, "finding", r.finding);
        let text = check.required_text("text", &r.text, limits::WORK_CHARS);
        let papers = papers_asked(check, &r.papers, 1);
        finding.zip(text).zip(papers).map(|((finding, text), papers)| Act::Rework { finding, text, papers })
    };
    JudgeReworkRequest, "JudgeRework", |r, check, caller, _register| {
        let finding = number(check, "finding", r.finding);
        let text = check.required_text("text", &r.text, limits::WORK_CHARS);
        let (inspector, satisfied) = (inspector(caller), r.satisfied);
        finding.zip(text).map(|(finding, text)| Act::Judge { inspector, finding, satisfied, text })
    };
    RefuseAcceptanceRequest, "RefuseAcceptance", |r, check, _caller, _register| {
        check.required_text("text", &r.text, limits::WORK_CHARS).map(|text| Act::RefuseAcceptance { text })
    };
}

/// Who looks at the work is told by the caller's role, so that nobody says it of himself.
fn inspector(caller: &Caller) -> Inspector {
    if caller.role == Role::Supervisor { Inspector::SupervisionCommittee } else { Inspector::WorkGroup }
}

/// The unit that handles the matter: its village, or one above.
fn handler(check: &mut Checker, register: &Register, asked: &pb::NameOfficerRequest) -> Option<UnitCode> {
    let unit = check.unit_name("unit", "units", &asked.unit)?;
    let matter: Option<MatterId> = asked.name.parse().ok();
    if matter.is_some_and(|matter| !register.is_within(matter.village, unit)) {
        let (zh, en) = ("应为该村或其上级", "write the matter's village or a unit above it");
        check.refuse("unit", zh, en);
        return None;
    }
    Some(unit)
}

fn number(check: &mut Checker, field: &str, number: i32) -> Option<u32> {
    check.count(field, number, 1..=i64::from(i32::MAX))
}

fn findings(check: &mut Checker, given: &[String]) -> Option<Vec<String>> {
    let (most, count) = (limits::FINDINGS, given.len());
    if count > most {
        let (zh, en) =
            (format!("至多 {most} 条，现为 {count} 条"), format!("give at most {most}; there are {count}"));
        check.refuse("findings", zh, en);
        return None;
    }
    let read = |(nth, text): (usize, &String)| {
        check.required_text(&format!("findings[{nth}]"), text, limits::WORK_CHARS)
    };
    // Each is looked at, that all that is wrong is told at once.
    let findings: Vec<Option<String>> = given.iter().enumerate().map(read).collect();
    findings.into_iter().collect()
}
