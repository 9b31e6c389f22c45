//! Who may call what, asked of a node that serves.

use prost::Message;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use yishi_kernel::{Register, UnitCode};
use yishi_runtime::access::{Policy, Relation, Role};
use yishi_runtime::server::Methods;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, OPENS, REGION, Sandbox, Wire, divisions, settings};

use crate::cases::Who;
use crate::contract::{Rpc, served};
use crate::fields::{about, asked};
use crate::walk::{NOWHERE, Shelf};

both_engines!(
    every_method_is_open_to_whom_the_policy_says_and_to_nobody_else,
    a_successor_stands_to_a_closed_village_as_the_village_did,
    a_node_answers_for_its_own_units_only,
    each_listener_serves_its_own,
    only_a_village_proposes
);

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();

fn metadata(unit: UnitCode, role: Role) -> MetadataMap {
    Who { unit, role, department: None }.metadata()
}

/// A request that says which unit it is about, and nothing else; and the unit that is asked.
fn asking(rpc: &Rpc, register: &Register, unit: UnitCode) -> (UnitCode, [Vec<u8>; 1]) {
    let request = about(&rpc.request, unit).encode_to_vec();
    (asked(&rpc.request, register, unit), [request])
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

async fn every_method_is_open_to_whom_the_policy_says_and_to_nobody_else<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (wire, register, policy) = (Wire::on(sandbox.channel()), &sandbox.register, Policy::embedded());
    let above: Vec<UnitCode> = register.ancestors(VILLAGE).collect();
    assert_eq!(above.len(), 4);
    let near = *register.neighbours(VILLAGE).first().unwrap();
    let far = *sandbox.villages().iter().find(|far| !register.is_within(**far, above[2])).unwrap();
    let mut standings = vec![
        (Relation::Own, VILLAGE, VILLAGE),
        (Relation::Neighbour, near, VILLAGE),
        (Relation::None, far, VILLAGE),
        (Relation::None, NOWHERE, VILLAGE),
        (Relation::None, VILLAGE, NOWHERE),
        (Relation::None, NOWHERE, NOWHERE),
        (Relation::None, above[0], far),
    ];
    for unit in above {
        standings.extend([
            (Relation::Own, unit, unit),
            (Relation::Ancestor, unit, VILLAGE),
            (Relation::Descendant, VILLAGE, unit),
        ]);
    }
    let mut shelf = Shelf::of(&sandbox).await;
    let before = shelf.traces().await;
    let (mut open, mut closed) = (0, 0);
    for rpc in served(&sandbox).await {
        for role in Role::ALL {
            for &(relation, caller, subject) in &standings {
                let (unit, request) = asking(&rpc, register, subject);
                let elsewhere = unit != subject;
                let relation = if elsewhere { Relation::between(register, caller, unit) } else { relation };
                let answer = rpc.call(&wire, &metadata(caller, role), &request).await;
                let denied = answer.as_ref().is_err_and(|status| status.code() == Code::PermissionDenied);
                let allowed = policy.allows(&rpc.name, role, relation);
                let case = format!("{} by {role:?} of {caller}, {relation:?} to {subject}", rpc.name);
                assert_eq!(denied, !allowed, "{case}: {answer:?}");
                // An open door leads to a refusal of the empty request, or to an answer, never to a fault.
                let fault = answer.err().filter(|status| {
                    !matches!(status.code(), Code::InvalidArgument | Code::NotFound | Code::PermissionDenied)
                });
                assert!(fault.is_none(), "{case}: {fault:?}");
                *(if allowed { &mut open } else { &mut closed }) += 1;
            }
        }
    }
    assert!(open > 100 && closed > open, "{open} open, {closed} closed");
    sandbox.caught_up().await;
    assert_eq!(shelf.traces().await, before);
    sandbox.stop().await;
}

/// The register, but that [`VILLAGE`] went into another village on the day on which the sandbox opens.
fn merged(folder: &std::path::Path, into: UnitCode) -> [std::path::PathBuf; 2] {
    let dated = |line: &str| match line {
        header if header.starts_with("code") => format!("{header},valid_from,valid_to\n"),
        closed if closed.starts_with(&VILLAGE.to_string()) => format!("{closed},,2021-11-30\n"),
        other => format!("{other},,\n"),
    };
    let divisions = std::fs::read_to_string(divisions("ningxia.csv")).unwrap();
    let divisions: String = divisions.lines().map(dated).collect();
    let changes = format!("effective,kind,old,new,answers\n{OPENS},merge,{VILLAGE},{into},\n");
    [("divisions.csv", divisions), ("changes.csv", changes)].map(|(file, text)| {
        let path = folder.join(file);
        std::fs::write(&path, text).unwrap();
        path
    })
}

async fn a_successor_stands_to_a_closed_village_as_the_village_did<E: Engine>(place: &str) {
    let folder = tempfile::tempdir().unwrap();
    let into = UnitCode::new(VILLAGE.as_u64() + 1).unwrap();
    let mut settings = settings(place, REGION);
    let [divisions, changes] = merged(folder.path(), into);
    (settings.node.divisions, settings.node.changes) = (divisions, Some(changes));
    let sandbox = Sandbox::<E>::with(settings).await;
    sandbox.caught_up().await;
    let (wire, register, policy) = (Wire::on(sandbox.channel()), &sandbox.register, Policy::embedded());
    let (mut open, mut succeeded) = (0, 0);
    for rpc in served(&sandbox).await {
        let (unit, request) = asking(&rpc, register, VILLAGE);
        if unit != VILLAGE {
            continue;
        }
        // Villages have no departments.
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Department) {
            let allowed = policy.allows(&rpc.name, role, Relation::Own);
            let answer = rpc.call(&wire, &metadata(into, role), &request).await;
            let denied = answer.as_ref().is_err_and(|status| status.code() == Code::PermissionDenied);
            assert_eq!(denied, !allowed, "{} by {role:?} of the successor: {answer:?}", rpc.name);
            open += i32::from(allowed);
            // Of the village itself nobody does anything any more, and everybody reads.
            let answer = rpc.call(&wire, &metadata(VILLAGE, role), &request).await;
            let reason = answer.err().map(|status| reason(&status)).unwrap_or_default();
            assert_eq!(reason == "PERMISSION_DENIED", !allowed, "{} by {role:?}: {reason}", rpc.name);
            succeeded += i32::from(reason == "VILLAGE_SUCCEEDED");
        }
    }
    assert!(open > 50 && succeeded > 20, "{open} open, {succeeded} to the successor");
    sandbox.stop().await;
}

async fn a_node_answers_for_its_own_units_only<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::with(settings(place, COUNTY)).await;
    let wire = Wire::on(sandbox.channel());
    let policy = Policy::embedded();
    let county = |unit: &UnitCode| sandbox.register.is_within(*unit, COUNTY);
    let elsewhere = sandbox.villages().into_iter().find(|unit| !county(unit)).unwrap();
    for rpc in served(&sandbox).await {
        let (there, beyond) = asking(&rpc, &sandbox.register, elsewhere);
        let (here, within) = asking(&rpc, &sandbox.register, VILLAGE);
        for role in Role::ALL.into_iter().filter(|role| policy.allows(&rpc.name, *role, Relation::Own)) {
            let status = rpc.call(&wire, &metadata(there, role), &beyond).await.unwrap_err();
            let told = (status.code(), &*reason(&status));
            assert_eq!(told, (Code::NotFound, "UNIT_NOT_HOSTED"), "{}", rpc.name);
            let inside = rpc.call(&wire, &metadata(here, role), &within).await;
            assert!(inside.err().is_none_or(|status| reason(&status) != "UNIT_NOT_HOSTED"), "{}", rpc.name);
            // Nobody else learns where a unit is kept.
            let status = rpc.call(&wire, &metadata(here, role), &beyond).await.unwrap_err();
            assert_eq!(status.code(), Code::PermissionDenied, "{}", rpc.name);
        }
    }
    sandbox.stop().await;
}

async fn each_listener_serves_its_own<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let caller = metadata(REGION, Role::Operator);
    let admin_wire = Wire::on(sandbox.admin_channel());
    let wire = Wire::on(sandbox.channel());
    let methods = Methods::of([yishi_proto::DESCRIPTORS]);
    let mut seen = 0;
    for rpc in methods.iter() {
        let other = if rpc.starts_with("yishi.admin.") { &wire } else { &admin_wire };
        let status = other.call(rpc, &caller, Vec::new()).await.unwrap_err();
        assert_eq!((status.code(), &*reason(&status)), (Code::Unimplemented, "METHOD_UNKNOWN"), "{rpc}");
        seen += 1;
    }
    assert!(seen > 10);
    sandbox.stop().await;
}

/// A township's officer is at home in the township, but matters are villages'.
async fn only_a_village_proposes<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let before = sandbox.books("intake").await.trace().await;
    for unit in sandbox.register.ancestors(VILLAGE) {
        let ask = Asks::propose(unit, "硬化村道");
        let status = sandbox.officer(unit).propose_matter(ask).await.unwrap_err();
        let fields = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(fields.iter().map(|field| &*field.field).collect::<Vec<_>>(), ["parent"], "{unit}");
    }
    assert_eq!(sandbox.books("intake").await.trace().await, before);
    sandbox.stop().await;
}
