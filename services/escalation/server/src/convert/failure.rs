//! Why the rules said no, in the callers' words.

use yishi_escalation_domain::{Act, Command, Department, Refusal, State};
use yishi_runtime::errors::{Failure, Lang, Reason, reasons};

use super::name::Name;

/// The failure for a refused command.
pub(crate) fn failure(command: &Command, refusal: &Refusal) -> Failure {
    let Command::Change { unit, matter, act, .. } = command else {
        // Nothing else is ever refused.
        return Failure::new(&reasons::INTERNAL);
    };
    let name = Name { unit: *unit, matter: *matter };
    match refusal {
        Refusal::UnknownReferral { .. } => unknown(name),
        Refusal::Stale { current, .. } => {
            Failure::new(&reasons::STALE_ETAG).with("current", super::fields::etag(*current))
        }
        Refusal::NotAssigned { department } => Failure::new(&reasons::DEPARTMENT_NOT_ASSIGNED)
            .with("department", department)
            .with("referral", name)
            .resource("yishi.escalation.v1.Assignment", department),
        Refusal::ForeignDepartment { department, unit } => invalid(
            field(act, department),
            format!("{department} 不是 departments/{unit}/ 下的厅局"),
            format!("{department} is not one of departments/{unit}/"),
        ),
        Refusal::DepartmentTwice { department } => invalid(
            "helper_departments",
            format!("{department} 只能写一次，牵头或配合"),
            format!("name {department} once, to lead or to help"),
        ),
        Refusal::TooManyHelpers { limit } => invalid(
            "helper_departments",
            format!("配合厅局至多 {limit} 个"),
            format!("at most {limit} departments may help"),
        ),
        _ => precondition(name, stands_in_the_way(refusal)),
    }
}

/// The matter never came to the unit.
pub(crate) fn unknown(name: Name) -> Failure {
    Failure::new(&reasons::REFERRAL_NOT_FOUND)
        .with("referral", name)
        .resource("yishi.escalation.v1.Referral", name)
}

/// The refusals that pass when the state of things changes.
fn stands_in_the_way(refusal: &Refusal) -> Failure {
    let no = |reason: &'static Reason| Failure::new(reason);
    match refusal {
        Refusal::WrongState { state, wanted } => {
            let wanted: Vec<&str> = wanted.iter().copied().map(State::as_str).collect();
            no(&reasons::WRONG_STATE).with("state", state).with("wanted", wanted.join(" / "))
        }
        Refusal::TooManyChanges { limit } => no(&reasons::TOO_MANY_CHANGES).with("limit", limit),
        Refusal::NobodyAbove { unit } => no(&reasons::NOBODY_ABOVE).with("unit", unit),
        Refusal::NobodyBelow { unit } => no(&reasons::NOBODY_BELOW).with("unit", unit),
        Refusal::AskedAlready => no(&reasons::TAKE_BACK_PENDING),
        Refusal::NothingAsked => no(&reasons::TAKE_BACK_NOT_ASKED),
        Refusal::NoCoordinator { unit } => no(&reasons::NOT_A_COORDINATOR).with("unit", unit),
        Refusal::AssignmentAnswered { department } => {
            no(&reasons::ASSIGNMENT_ANSWERED).with("department", department)
        }
        Refusal::AssignmentNotAccepted { department } => {
            no(&reasons::ASSIGNMENT_NOT_ACCEPTED).with("department", department)
        }
        // `failure` has told these already.
        Refusal::UnknownReferral { .. }
        | Refusal::Stale { .. }
        | Refusal::NotAssigned { .. }
        | Refusal::ForeignDepartment { .. }
        | Refusal::DepartmentTwice { .. }
        | Refusal::TooManyHelpers { .. } => no(&reasons::INTERNAL),
    }
}

/// Where the request names a department.
fn field(act: &Act, department: &Department) -> &'static str {
    match act {
        Act::Assign { lead, .. } if lead == department => "lead_department",
        _ => "helper_departments",
    }
}

fn invalid(field: &str, zh: String, en: String) -> Failure {
    Failure::new(&reasons::INVALID_FIELDS).with("count", 1).field(field, zh, en)
}

/// Says the same once more as `google.rpc.PreconditionFailure`, which generic clients show.
fn precondition(name: Name, failure: Failure) -> Failure {
    let (kind, zh, en) = (failure.reason().name, failure.text(Lang::Zh), failure.text(Lang::En));
    failure.precondition(kind, name.to_string(), zh, en)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tonic::Code;
    use tonic_types::StatusExt;
    use yishi_kernel::UnitCode;

    use super::*;

    const UNIT: UnitCode = UnitCode::new(640_000_000_000).unwrap();

    fn water() -> Department {
        "departments/640000000000/water".parse().unwrap()
    }

    fn every_refusal() -> Vec<Refusal> {
        let matter = "villages/640324100200/matters/2022-7".parse().unwrap();
        let department = water();
        vec![
            Refusal::UnknownReferral { unit: UNIT, matter },
            Refusal::Stale { seen: 1, current: 2 },
            Refusal::WrongState { state: State::Raised, wanted: &[State::Offered] },
            Refusal::TooManyChanges { limit: 500 },
            Refusal::NobodyAbove { unit: UNIT },
            Refusal::NobodyBelow { unit: UNIT },
            Refusal::AskedAlready,
            Refusal::NothingAsked,
            Refusal::NoCoordinator { unit: UNIT },
            Refusal::ForeignDepartment { department: department.clone(), unit: UNIT },
            Refusal::DepartmentTwice { department: department.clone() },
            Refusal::TooManyHelpers { limit: 20 },
            Refusal::NotAssigned { department: department.clone() },
            Refusal::AssignmentAnswered { department: department.clone() },
            Refusal::AssignmentNotAccepted { department },
        ]
    }

    #[test]
    fn every_refusal_says_why_and_where_in_both_languages() {
        let matter = "villages/640324100200/matters/2022-7".parse().unwrap();
        let act = Act::Assign { lead: water(), helpers: Vec::new() };
        let command = Command::Change { unit: UNIT, matter, version: None, act };
        let mut reasons = BTreeSet::new();
        for refusal in every_refusal() {
            let status = failure(&command, &refusal).into_status(Lang::Zh);
            let details = status.get_error_details();
            let reason = &details.error_info().unwrap().reason;
            assert!(!status.message().contains('?') && reason != "INTERNAL", "{refusal:?}: {status:?}");
            let described = match status.code() {
                Code::InvalidArgument => details.bad_request().is_some(),
                Code::FailedPrecondition => details.precondition_failure().is_some(),
                Code::NotFound => details.resource_info().is_some(),
                other => other == Code::Aborted,
            };
            assert!(described, "{refusal:?}: {status:?}");
            reasons.insert(reason.clone());
        }
        // Three of them are wrong fields.
        assert_eq!(reasons.len(), every_refusal().len() - 2);
    }

    #[test]
    fn a_foreign_department_is_named_by_its_field() {
        let matter = "villages/640324100200/matters/2022-7".parse().unwrap();
        let foreign: Department = "departments/640300000000/water".parse().unwrap();
        for (lead, helpers, expected) in [
            (foreign.clone(), vec![water()], "lead_department"),
            (water(), vec![foreign.clone()], "helper_departments"),
        ] {
            let act = Act::Assign { lead, helpers };
            let command = Command::Change { unit: UNIT, matter, version: None, act };
            let refusal = Refusal::ForeignDepartment { department: foreign.clone(), unit: UNIT };
            let status = failure(&command, &refusal).into_status(Lang::En);
            let violations = status.get_details_bad_request().unwrap().field_violations;
            assert_eq!(violations[0].field, expected);
        }
    }
}
