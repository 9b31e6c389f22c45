//! Moves, as the operator asks for them and is told of them.

use std::net::SocketAddr;

use yishi_kernel::UnitCode;
use yishi_link::{Moves, Part, Stage};
use yishi_proto::admin::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::errors::Failure;

/// Letters of an address.
const ADDRESS_CHARS: usize = 200;

/// What is to be handed over, and where callers will find it.
pub(crate) fn delegated(request: &pb::DelegateUnitRequest) -> Result<(UnitCode, String), Failure> {
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let address = check.required_text("address", &request.address, ADDRESS_CHARS);
    check.finish(|| Some((unit?, address?)))
}

/// What is to be taken back, and where callers will find this node.
pub(crate) fn reclaimed(
    request: &pb::ReclaimUnitRequest,
    own: SocketAddr,
) -> Result<(UnitCode, String), Failure> {
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let address = check.text("address", &request.address, ADDRESS_CHARS);
    check.finish(|| {
        let address = Some(address?).filter(|address| !address.is_empty());
        Some((unit?, address.unwrap_or_else(|| own.to_string())))
    })
}

/// How far one of them is.
pub(crate) fn told(moves: &Moves, unit: UnitCode) -> pb::Delegation {
    let parts = moves.parts(unit);
    let stages: Vec<Stage> = parts.iter().map(|part| part.stage).collect();
    let state = whole(&stages);
    let ahead = parts.iter().filter_map(|part| part.tenure.as_ref()).max_by_key(|tenure| tenure.turn);
    let mut waits_for: Vec<String> = parts.iter().flat_map(|part| part.waits_for.clone()).collect();
    if waits_for.is_empty() && stages.iter().any(|stage| *stage != stages[0]) {
        waits_for.push("some services have not begun to move yet".to_owned());
    }
    pb::Delegation {
        unit: format!("units/{unit}"),
        state: shown(state) as i32,
        address: ahead.map(|tenure| tenure.address.clone()).unwrap_or_default(),
        services: parts.into_iter().map(service).collect(),
        waits_for,
    }
}

/// A move as a whole is as far as the service that is the least far.
fn whole(stages: &[Stage]) -> Stage {
    let all = |stage| stages.iter().all(|other| *other == stage);
    match stages {
        _ if stages.contains(&Stage::Reclaiming) => Stage::Reclaiming,
        _ if all(Stage::Here) => Stage::Here,
        _ if all(Stage::Delegated) => Stage::Delegated,
        _ => Stage::Delegating,
    }
}

fn service(part: Part) -> pb::ServiceDelegation {
    let tenure = part.tenure;
    let number = |of: fn(&yishi_store::Tenure) -> i64| tenure.as_ref().map_or(0, of);
    pb::ServiceDelegation {
        service: part.service.to_owned(),
        state: shown(part.stage) as i32,
        turn: number(|tenure| tenure.turn),
        ended_epoch: number(|tenure| tenure.ended),
        since_epoch: number(|tenure| tenure.since),
        holder: tenure.map(|tenure| format!("units/{}", tenure.holder)).unwrap_or_default(),
    }
}

fn shown(stage: Stage) -> pb::DelegationState {
    match stage {
        Stage::Here => pb::DelegationState::Here,
        Stage::Delegating => pb::DelegationState::Delegating,
        Stage::Delegated => pb::DelegationState::Delegated,
        Stage::Reclaiming => pb::DelegationState::Reclaiming,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_is_as_far_as_the_least_of_its_parts() {
        use Stage::{Delegated, Delegating, Here, Reclaiming};
        assert_eq!(whole(&[Here, Here]), Here);
        assert_eq!(whole(&[Delegated, Here]), Delegating);
        assert_eq!(whole(&[Delegated, Delegating]), Delegating);
        assert_eq!(whole(&[Delegated, Delegated]), Delegated);
        assert_eq!(whole(&[Here, Reclaiming]), Reclaiming);
    }
}
