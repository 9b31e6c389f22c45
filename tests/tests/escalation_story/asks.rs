//! What units ask, right in every field, each request with an id of its own.

use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{OPENS, Village, fresh_id};

use crate::hall::{Client, Hall};

/// What a unit knows of a matter.
pub(crate) fn name(unit: UnitCode, matter: &str) -> String {
    let (village, id) = matter["villages/".len()..].split_once("/matters/").unwrap();
    format!("units/{unit}/referrals/{village}-{id}")
}

pub(crate) fn department(kind: &str) -> String {
    format!("departments/640000000000/{kind}")
}

pub(crate) fn raise(name: &str) -> pb::RaiseMatterRequest {
    let (name, reason) = (name.to_owned(), "本级无力承担".to_owned());
    pb::RaiseMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn accept(name: &str) -> pb::AcceptReferralRequest {
    pb::AcceptReferralRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn give_back(name: &str) -> pb::ReturnReferralRequest {
    let (name, reason) = (name.to_owned(), "应由本级办理".to_owned());
    pb::ReturnReferralRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn ask_back(name: &str) -> pb::RequestTakeBackRequest {
    let (name, reason) = (name.to_owned(), "资金已落实".to_owned());
    pb::RequestTakeBackRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn answer_ask_back(name: &str, grant: bool) -> pb::AnswerTakeBackRequest {
    let (name, reason) = (name.to_owned(), "知悉".to_owned());
    pb::AnswerTakeBackRequest { name, grant, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn assign(name: &str, lead: &str, helpers: &[&str]) -> pb::AssignDepartmentsRequest {
    pb::AssignDepartmentsRequest {
        name: name.to_owned(),
        lead_department: department(lead),
        helper_departments: helpers.iter().map(|kind| department(kind)).collect(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

/// Without a reason it takes part.
pub(crate) fn answer(name: &str, kind: &str, declined: Option<&str>) -> pb::AnswerAssignmentRequest {
    let reply = match declined {
        None => pb::AssignmentReply::Accepted,
        Some(_) => pb::AssignmentReply::Declined,
    };
    pb::AnswerAssignmentRequest {
        name: name.to_owned(),
        department: department(kind),
        reply: reply as i32,
        reason: declined.unwrap_or_default().to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

pub(crate) fn report(name: &str, kind: &str) -> pb::ReportAssignmentRequest {
    pb::ReportAssignmentRequest {
        name: name.to_owned(),
        department: department(kind),
        text: "已勘察设计".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

pub(crate) fn resolve(name: &str) -> pb::ResolveReferralRequest {
    let (name, outcome) = (name.to_owned(), "列入年度计划".to_owned());
    pb::ResolveReferralRequest { name, outcome, request_id: fresh_id(), etag: String::new() }
}

pub(crate) async fn get(client: &mut Client, name: &str) -> pb::Referral {
    let request = pb::GetReferralRequest { name: name.to_owned() };
    client.get_referral(request).await.unwrap().into_inner()
}

pub(crate) fn done(answer: Result<Response<pb::Referral>, Status>) -> pb::Referral {
    answer.expect("an office that does everything right is not refused").into_inner()
}

pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    let info = status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason"));
    (status.code(), info.reason)
}

/// A request that has seen something elsewhere.
pub(crate) fn after<T>(position: &tonic::metadata::AsciiMetadataValue, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(yishi_runtime::desk::POSITION, position.clone());
    request
}

/// A matter of each village that hangs out.
pub(crate) async fn noticed<E: Engine>(hall: &Hall<E>, villages: &[UnitCode]) -> Vec<(Village, String)> {
    let mut hanging = Vec::new();
    for &code in villages {
        let mut village = hall.village(code);
        let matter = village.propose("修路").await.name;
        village.deliberate(&matter, OPENS, (30, 24, 20)).await;
        village.publish(&matter).await;
        hanging.push((village, matter));
    }
    hanging
}
