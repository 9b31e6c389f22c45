use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::escalation::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    remote::{Caller, Escalation, Remote},
    scenario::Decision,
};

/// What a unit does with its referral of a matter.
pub(super) async fn send(
    node: &Remote,
    unit: UnitCode,
    matter: &str,
    decision: &Decision,
    request_id: String,
) -> Result<pb::Referral, Failure> {
    let officer = &Caller::officer(unit);
    let name = referral(unit, matter)?;
    let department = |kind: &str| format!("departments/{unit}/{kind}");
    match decision {
        Decision::Raise { reason } => {
            let reason = (*reason).to_owned();
            let request = pb::RaiseMatterRequest { name, reason, request_id, ..Default::default() };
            node.ask(officer, request, Escalation::raise_matter).await
        }
        Decision::Accept => {
            let request = pb::AcceptReferralRequest { name, request_id, ..Default::default() };
            node.ask(officer, request, Escalation::accept_referral).await
        }
        Decision::Return { reason } => {
            let reason = (*reason).to_owned();
            let request = pb::ReturnReferralRequest { name, reason, request_id, ..Default::default() };
            node.ask(officer, request, Escalation::return_referral).await
        }
        Decision::Assign { lead, helpers } => {
            let (lead_department, etag) = (department(lead), String::new());
            let helper_departments = helpers.iter().map(|kind| department(kind)).collect();
            let request =
                pb::AssignDepartmentsRequest { name, lead_department, helper_departments, request_id, etag };
            node.ask(officer, request, Escalation::assign_departments).await
        }
        Decision::Answer { department: kind, declined } => {
            let reply = match declined {
                None => pb::AssignmentReply::Accepted,
                Some(_) => pb::AssignmentReply::Declined,
            };
            let request = pb::AnswerAssignmentRequest {
                name,
                department: department(kind),
                reply: reply.into(),
                reason: declined.unwrap_or_default().to_owned(),
                request_id,
                etag: String::new(),
            };
            node.ask(&Caller::department(unit, kind), request, Escalation::answer_assignment).await
        }
        Decision::Report { department: kind, text } => {
            let (department, text) = (department(kind), (*text).to_owned());
            let request =
                pb::ReportAssignmentRequest { name, department, text, request_id, ..Default::default() };
            node.ask(&Caller::department(unit, kind), request, Escalation::report_assignment).await
        }
        Decision::Resolve { outcome } => {
            let outcome = (*outcome).to_owned();
            let request = pb::ResolveReferralRequest { name, outcome, request_id, ..Default::default() };
            node.ask(officer, request, Escalation::resolve_referral).await
        }
    }
}

/// The name of a unit's referral of a matter.
fn referral(unit: UnitCode, matter: &str) -> Result<String, Failure> {
    let MatterId { village, year, ordinal } =
        matter.parse().map_err(|error| Failure::new(Exit::Internal, format!("{error}")))?;
    Ok(format!("units/{unit}/referrals/{village}-{year}-{ordinal}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_referral_is_named_by_its_unit_and_matter() {
        let county = "640324000000".parse().unwrap();
        let name = referral(county, "villages/640324100200/matters/2022-7").unwrap();
        assert_eq!(name, "units/640324000000/referrals/640324100200-2022-7");
        assert!(referral(county, "").is_err());
    }
}
