//! Each request that changes something: which unit it is about, and which command it becomes.

use yishi_escalation_domain::{Act, Command, Department, Reply, limits};
use yishi_kernel::{Register, RequestId, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::{Failure, reasons};

use crate::model::{Escalation, Task};

use super::fields::{department_from, seen, unit_from};
use super::name::Name;

const REPLIES: &[&str] = &["ACCEPTED", "DECLINED"];

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Escalation> for pb::$request {
            const RPC: &'static str = concat!("yishi.escalation.v1.EscalationService/", $rpc);
            fn subject(&self, _register: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    RaiseMatterRequest, "RaiseMatter", |r| unit_of(&r.name);
    AcceptReferralRequest, "AcceptReferral", |r| unit_of(&r.name);
    ReturnReferralRequest, "ReturnReferral", |r| unit_of(&r.name);
    RequestTakeBackRequest, "RequestTakeBack", |r| unit_of(&r.name);
    AnswerTakeBackRequest, "AnswerTakeBack", |r| unit_of(&r.name);
    AssignDepartmentsRequest, "AssignDepartments", |r| unit_of(&r.name);
    AnswerAssignmentRequest, "AnswerAssignment", |r| unit_of(&r.name);
    ReportAssignmentRequest, "ReportAssignment", |r| unit_of(&r.name);
    ResolveReferralRequest, "ResolveReferral", |r| unit_of(&r.name);
    GetReferralRequest, "GetReferral", |r| unit_of(&r.name);
    ListReferralsRequest, "ListReferrals", |r| unit_from(&r.parent);
    ListAssignmentsRequest, "ListAssignments", |r| department_from(&r.parent).map(|department| department.unit());
    GetEscalationReportRequest, "GetEscalationReport", |r| unit_from(&r.unit);
}

/// The unit of a referral's name, for the policy.
fn unit_of(name: &str) -> Option<UnitCode> {
    name.parse::<Name>().ok().map(|name| name.unit)
}

/// Every request changes what one unit knows of one matter, and says so in the same three fields. What a department says
/// is said `by` itself.
macro_rules! changes {
    ($($request:ident: |$this:ident, $check:ident| $act:expr $(, by $speaker:expr)?;)*) => {$(
        impl Mutation<Escalation> for pb::$request {
            type Answer = pb::Referral;

            fn command(&self, caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let name = Name::read(&mut checker, "name", &self.name);
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                let act = { let $check = &mut checker; $act };
                let command = checker.finish(|| {
                    let Name { unit, matter } = name?;
                    let command = Command::Change { unit, matter, version: version?, act: act? };
                    Some((request_id?, Task::Asked(command)))
                })?;
                let speakers: &[&str] = &[$($speaker)?];
                if speakers.iter().all(|speaker| caller.speaks_for(speaker)) {
                    Ok(command)
                } else {
                    Err(Failure::new(&reasons::PERMISSION_DENIED))
                }
            }
        }
    )*};
}

changes! {
    RaiseMatterRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Raise { reason });
    AcceptReferralRequest: |_r, _check| Some(Act::Accept);
    ReturnReferralRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Return { reason });
    RequestTakeBackRequest: |r, check| reason(check, &r.reason).map(|reason| Act::AskBack { reason });
    AnswerTakeBackRequest: |r, check| {
        reason(check, &r.reason).map(|reason| Act::AnswerAskBack { grant: r.grant, reason })
    };
    AssignDepartmentsRequest: |r, check| {
        let lead = department(check, "lead_department", &r.lead_department);
        let named = r.helper_departments.iter().enumerate();
        let helpers: Vec<Option<Department>> =
            named.map(|(n, name)| department(check, &format!("helper_departments[{n}]"), name)).collect();
        lead.zip(helpers.into_iter().collect()).map(|(lead, helpers)| Act::Assign { lead, helpers })
    };
    AnswerAssignmentRequest: |r, check| {
        let department = department(check, "department", &r.department);
        department.zip(reply(check, r)).map(|(department, reply)| Act::AnswerAssignment { department, reply })
    }, by &*r.department;
    ReportAssignmentRequest: |r, check| {
        let department = department(check, "department", &r.department);
        let text = check.required_text("text", &r.text, limits::REPORT_CHARS);
        department.zip(text).map(|(department, text)| Act::Report { department, text })
    }, by &*r.department;
    ResolveReferralRequest: |r, check| {
        check.required_text("outcome", &r.outcome, limits::REPORT_CHARS).map(|outcome| Act::Resolve { outcome })
    };
}

fn reason(check: &mut Checker, text: &str) -> Option<String> {
    check.required_text("reason", text, limits::REASON_CHARS)
}

/// Whoever declines says why, and nobody else.
fn reply(check: &mut Checker, request: &pb::AnswerAssignmentRequest) -> Option<Reply> {
    let Some(reply) = check.enumeration("reply", request.reply, REPLIES) else {
        // Some reasons are wrong whatever was said.
        drop(check.text("reason", &request.reason, limits::REASON_CHARS));
        return None;
    };
    match reply {
        pb::AssignmentReply::Accepted if request.reason.is_empty() => Some(Reply::Accept),
        pb::AssignmentReply::Accepted => {
            check.refuse("reason", "承办时应留空", "leave it empty when the department takes part");
            None
        }
        pb::AssignmentReply::Declined => {
            reason(check, &request.reason).map(|reason| Reply::Decline { reason })
        }
        pb::AssignmentReply::Unspecified => None,
    }
}

pub(crate) fn department(check: &mut Checker, field: &str, name: &str) -> Option<Department> {
    let department = department_from(name);
    if department.is_none() {
        check.refuse(
            field,
            "应为 departments/、12 位行政区划代码和厅局，如 departments/640000000000/water",
            "write departments/, a 12-digit unit code and a kind, as in departments/640000000000/water",
        );
    }
    department
}
