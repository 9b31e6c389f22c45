//! The identity for one machine: who calls is what the metadata says. Served on loopback only.

use std::{net::SocketAddr, str::FromStr};

use http::HeaderMap;
use yishi_kernel::{Actor, UnitCode, text};

use super::{Caller, DepartmentKind, Role};
use crate::errors::{Failure, FieldProblem, reasons};

/// The header that names the caller's unit.
pub const UNIT: &str = "yishi-unit";
/// The header that names the caller's role.
pub const ROLE: &str = "yishi-role";
/// The header that names the caller's department, for the role of a department and for no other.
pub const DEPARTMENT: &str = "yishi-department";
/// The header that names the person or program.
pub const ACTOR: &str = "yishi-actor";

/// Whom the metadata names, if it comes from this machine.
pub(crate) fn caller_of(headers: &HeaderMap, peer: Option<SocketAddr>) -> Result<Caller, Failure> {
    let refused = Failure::new(&reasons::UNAUTHENTICATED);
    if !peer.is_some_and(|peer| peer.ip().is_loopback()) {
        return Err(refused.field(
            "peer",
            "开发身份只限本机使用",
            "the development identity is for this machine only",
        ));
    }
    let mut problems = Vec::new();
    let unit = read::<UnitCode>(
        headers,
        UNIT,
        "应为 12 位行政区划代码",
        "write a 12-digit unit code",
        &mut problems,
    );
    let role = read::<Role>(
        headers,
        ROLE,
        "应为 officer、supervisor、auditor、operator、department 或 node",
        "write officer, supervisor, auditor, operator, department or node",
        &mut problems,
    );
    let actor = read::<Opaque>(
        headers,
        ACTOR,
        "应为 1 至 64 个 ASCII 字母、数字或 . _ : -，不得是电话或身份证号码",
        "write 1 to 64 ASCII letters, digits or . _ : -, and no telephone or identity number",
        &mut problems,
    );
    let department = department(headers, role, &mut problems);
    match (unit, role, actor, department) {
        (Some(unit), Some(role), Some(Opaque(actor)), Some(department)) => {
            Ok(Caller { unit, role, actor, department })
        }
        _ => Err(refused.violations(problems)),
    }
}

/// A person or program by an id that says nothing about it.
struct Opaque(Actor);

impl FromStr for Opaque {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text::is_personal_number(text);
        text.parse().ok().filter(|_| !number).map(Self).ok_or(())
    }
}

/// Which department calls: `Some(None)` for a role that is of none.
#[expect(clippy::option_option, reason = "of no department, and not readable, are different answers")]
fn department(
    headers: &HeaderMap,
    role: Option<Role>,
    problems: &mut Vec<FieldProblem>,
) -> Option<Option<DepartmentKind>> {
    if role == Some(Role::Department) {
        let (zh, en) = ("应为部门，如 water", "write the department's kind, as in water");
        return read::<DepartmentKind>(headers, DEPARTMENT, zh, en, problems).map(Some);
    }
    if headers.contains_key(DEPARTMENT) {
        let (zh, en) = ("只有 department 角色才填写", "leave it out in any role but department");
        problems.push(FieldProblem::new(format!("metadata.{DEPARTMENT}"), zh, en));
        return None;
    }
    Some(None)
}

fn read<T: FromStr>(
    headers: &HeaderMap,
    name: &str,
    zh: &str,
    en: &str,
    problems: &mut Vec<FieldProblem>,
) -> Option<T> {
    let mut given = headers.get_all(name).iter();
    // Sent twice it is nobody: which one would count?
    let value =
        given.next().filter(|_| given.next().is_none()).and_then(|value| value.to_str().ok()?.parse().ok());
    if value.is_none() {
        problems.push(FieldProblem::new(format!("metadata.{name}"), zh, en));
    }
    value
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use tonic_types::StatusExt;

    use super::*;
    use crate::errors::Lang;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    const HOME: Option<SocketAddr> =
        Some(SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1));

    #[test]
    fn three_good_headers_are_a_caller() {
        let headers = headers(&[(UNIT, "640324100200"), (ROLE, "officer"), (ACTOR, "clerk:7")]);
        let caller = caller_of(&headers, HOME).unwrap();
        assert_eq!(
            (caller.unit.as_u64(), caller.role, caller.actor.as_str()),
            (640_324_100_200, Role::Officer, "clerk:7")
        );
    }

    #[test]
    fn each_missing_or_wrong_header_is_named() {
        for (sent, wrong) in [
            (headers(&[]), vec!["yishi-unit", "yishi-role", "yishi-actor"]),
            (headers(&[(UNIT, "64"), (ROLE, "officer"), (ACTOR, "a")]), vec!["yishi-unit"]),
            (headers(&[(UNIT, "640324100200"), (ROLE, "king"), (ACTOR, "a")]), vec!["yishi-role"]),
            (
                headers(&[(UNIT, "640324100200"), (ROLE, "officer"), (ACTOR, "13812345678")]),
                vec!["yishi-actor"],
            ),
        ] {
            let failure = caller_of(&sent, HOME).unwrap_err();
            assert_eq!(failure.reason().name, "UNAUTHENTICATED");
            let details = failure.into_status(Lang::En).get_error_details();
            let fields = details.bad_request().unwrap().field_violations.iter();
            let named: Vec<_> = fields.map(|problem| problem.field.trim_start_matches("metadata.")).collect();
            assert_eq!(named, wrong);
        }
    }

    #[test]
    fn a_department_says_which_it_is_and_nobody_else_does() {
        let sent = |role, kind| {
            headers(&[(UNIT, "640000000000"), (ROLE, role), (ACTOR, "water:7"), (DEPARTMENT, kind)])
        };
        let caller = caller_of(&sent("department", "water"), HOME).unwrap();
        assert_eq!(caller.department_name().as_deref(), Some("departments/640000000000/water"));
        assert!(caller.speaks_for("departments/640000000000/water"));
        assert!(!caller.speaks_for("departments/640000000000/energy"));
        let nameless = headers(&[(UNIT, "640000000000"), (ROLE, "department"), (ACTOR, "water:7")]);
        let long = "w".repeat(41).leak();
        for wrong in
            [nameless, sent("department", "Water"), sent("department", long), sent("officer", "water")]
        {
            let details = caller_of(&wrong, HOME).unwrap_err().into_status(Lang::En).get_error_details();
            let fields = &details.bad_request().unwrap().field_violations;
            assert_eq!(
                fields.iter().map(|field| &*field.field).collect::<Vec<_>>(),
                ["metadata.yishi-department"]
            );
        }
    }

    #[test]
    fn a_header_sent_twice_is_refused() {
        let mut sent = headers(&[(UNIT, "640324100200"), (ROLE, "officer"), (ACTOR, "a")]);
        sent.append(ROLE, HeaderValue::from_static("auditor"));
        assert!(caller_of(&sent, HOME).is_err());
    }

    #[test]
    fn another_machine_is_nobody_here() {
        let sent = headers(&[(UNIT, "640324100200"), (ROLE, "officer"), (ACTOR, "a")]);
        assert!(caller_of(&sent, Some("192.0.2.1:5000".parse().unwrap())).is_err());
        assert!(caller_of(&sent, None).is_err());
    }
}
