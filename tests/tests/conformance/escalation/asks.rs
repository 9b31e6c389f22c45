//! What units ask, right in every field, each request with an id of its own.

use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as pb;
use yishi_tests::sandbox::{REGION, fresh_id};

use crate::cases::Who;
use crate::fields::code;

/// The department that leads, and one that helps, wherever [`assign`] has asked departments.
pub(super) const LEAD: &str = "water";
pub(super) const HELPER: &str = "finance";

/// What a unit knows of a matter.
pub(super) fn name(unit: UnitCode, matter: &str) -> String {
    let own = matter.trim_start_matches("villages/").replace("/matters/", "-");
    format!("units/{unit}/referrals/{own}")
}

/// The officer of the unit whose referral it is.
pub(super) fn office(name: &str) -> Who {
    Who::officer(code(name).parse().expect("a referral is a unit's"))
}

/// A department of the region, as it calls itself.
pub(super) fn bureau(kind: &'static str) -> Who {
    Who::department(REGION, kind)
}

/// A department of the region.
pub(super) fn department(kind: &str) -> String {
    format!("departments/{REGION}/{kind}")
}

pub(super) fn raise(name: &str) -> pb::RaiseMatterRequest {
    let (name, reason) = (name.to_owned(), "本级无力承担".to_owned());
    pb::RaiseMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn accept(name: &str) -> pb::AcceptReferralRequest {
    pb::AcceptReferralRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
}

pub(super) fn give_back(name: &str) -> pb::ReturnReferralRequest {
    let (name, reason) = (name.to_owned(), "应由本级办理".to_owned());
    pb::ReturnReferralRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn ask_back(name: &str) -> pb::RequestTakeBackRequest {
    let (name, reason) = (name.to_owned(), "资金已落实".to_owned());
    pb::RequestTakeBackRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn answer_ask_back(name: &str, grant: bool) -> pb::AnswerTakeBackRequest {
    let (name, reason) = (name.to_owned(), "知悉".to_owned());
    pb::AnswerTakeBackRequest { name, grant, reason, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn assign_to(name: &str, lead: String, helpers: Vec<String>) -> pb::AssignDepartmentsRequest {
    pb::AssignDepartmentsRequest {
        name: name.to_owned(),
        lead_department: lead,
        helper_departments: helpers,
        request_id: fresh_id(),
        etag: String::new(),
    }
}

pub(super) fn assign(name: &str) -> pb::AssignDepartmentsRequest {
    assign_to(name, department(LEAD), vec![department(HELPER)])
}

/// It takes part.
pub(super) fn take_part(name: &str, department: String) -> pb::AnswerAssignmentRequest {
    pb::AnswerAssignmentRequest {
        name: name.to_owned(),
        department,
        reply: pb::AssignmentReply::Accepted as i32,
        reason: String::new(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

/// It does not.
pub(super) fn decline(name: &str, department: String) -> pb::AnswerAssignmentRequest {
    let reply = pb::AssignmentReply::Declined as i32;
    pb::AnswerAssignmentRequest {
        reply, reason: "不属本厅职责".to_owned(), ..take_part(name, department)
    }
}

pub(super) fn report(name: &str, department: String) -> pb::ReportAssignmentRequest {
    let (name, text) = (name.to_owned(), "已勘察设计".to_owned());
    pb::ReportAssignmentRequest { name, department, text, request_id: fresh_id(), etag: String::new() }
}

pub(super) fn resolve(name: &str) -> pb::ResolveReferralRequest {
    let (name, outcome) = (name.to_owned(), "列入年度计划".to_owned());
    pb::ResolveReferralRequest { name, outcome, request_id: fresh_id(), etag: String::new() }
}
