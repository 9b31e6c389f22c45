//! Lines that are cut, nodes that are restarted, backups that are restored: nothing is lost and nothing is doubled.

use std::path::Path;

use yishi_kernel::UnitCode;
use yishi_proto::admin::v1 as admin;
use yishi_proto::intake::v1::GetProgressReportRequest;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, as_caller};
use yishi_tests::sqlite::Folder;

use crate::asks::{copies_are_equal, done};

both_engines!(
    what_was_done_while_lines_were_cut_arrives_once,
    nodes_that_are_restarted_go_on_where_they_were,
);

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const OTHER: UnitCode = UnitCode::new(640_323_100_200).unwrap();
const SHAPE: [UnitCode; 3] = [REGION, CITY, COUNTY];

/// A village proposes so many matters at its own node.
pub(crate) async fn propose<E: Engine>(federation: &Federation<E>, village: UnitCode, matters: usize) {
    let mut office = federation.of(village).officer(village);
    for _ in 0..matters {
        done(office.propose_matter(Asks::propose(village, "硬化村道")).await);
    }
}

/// How many matters the region knows of.
async fn known<E: Engine>(federation: &Federation<E>) -> i64 {
    let mut reader = federation.node(REGION).intake(&as_caller(REGION, Role::Auditor));
    let ask = GetProgressReportRequest { unit: format!("units/{REGION}"), year: 2022 };
    done(reader.get_progress_report(ask).await).by_state.iter().map(|row| row.matters).sum()
}

pub(crate) async fn status<E: Engine>(node: &Sandbox<E>) -> admin::NodeStatus {
    node.admin().get_status(admin::GetStatusRequest {}).await.unwrap().into_inner()
}

/// Waits until a node says so of itself.
pub(crate) async fn until<E: Engine>(
    node: &Sandbox<E>,
    what: &str,
    holds: impl Fn(&admin::NodeStatus) -> bool,
) {
    let waiting = async {
        while !holds(&status(node).await) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await;
    if waited.is_err() {
        panic!("{what} does not come: {:#?}", status(node).await);
    }
}

async fn what_was_done_while_lines_were_cut_arrives_once<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &SHAPE).await;
    propose(&federation, VILLAGE, 2).await;
    federation.settled().await;
    for lets in [Lets::Nothing, Lets::OnlyUp, Lets::OnlyDown] {
        federation.line(COUNTY).let_through(lets);
        propose(&federation, VILLAGE, 2).await;
        propose(&federation, OTHER, 1).await;
        federation.line(CITY).let_through(Lets::Nothing);
        propose(&federation, VILLAGE, 1).await;
        federation.heal();
    }
    federation.settled().await;
    assert_eq!(known(&federation).await, 2 + 3 * 4);
    copies_are_equal(&federation).await;
    federation.stop().await;
}

async fn nodes_that_are_restarted_go_on_where_they_were<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &SHAPE).await;
    propose(&federation, VILLAGE, 2).await;
    for (round, unit) in (1..).zip([COUNTY, CITY, REGION]) {
        federation.end(unit).await;
        if unit != COUNTY {
            propose(&federation, VILLAGE, 1).await;
        }
        federation.begin(unit).await;
        propose(&federation, VILLAGE, 1).await;
        propose(&federation, OTHER, 1).await;
        federation.settled().await;
        let while_away = round - 1;
        assert_eq!(known(&federation).await, 2 + 2 * round + while_away, "after {unit}");
    }
    copies_are_equal(&federation).await;
    federation.stop().await;
}

/// Copies what a node keeps.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = file.file_name().into_string().unwrap();
        if !name.ends_with(".lock") {
            std::fs::copy(file.path(), to.join(&name)).unwrap();
        }
    }
}

/// Puts the databases of a backup in the place of those that were there since; the marks beside them stay.
fn restore(backup: &Path, to: &Path) {
    let is_database = |file: &std::fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        name.contains(".db") && !name.ends_with(".lock")
    };
    let databases =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(is_database);
    databases(to).for_each(|file| std::fs::remove_file(file.path()).unwrap());
    databases(backup).for_each(|file| {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    });
}

/// Three nodes, the middle one of which will be restored to how it was before the last three proposals and letters.
async fn aged(folder: &Folder) -> (Federation<sqlx::Sqlite>, std::path::PathBuf) {
    let mut federation = Federation::<sqlx::Sqlite>::start(&folder.url(), &SHAPE).await;
    propose(&federation, VILLAGE, 1).await;
    propose(&federation, OTHER, 1).await;
    federation.settled().await;
    let data = federation.data_dir(CITY);
    let backup = data.with_extension("backup");
    federation.end(CITY).await;
    copy(&data, &backup);
    federation.begin(CITY).await;
    propose(&federation, OTHER, 2).await;
    propose(&federation, VILLAGE, 1).await;
    federation.settled().await;
    (federation, backup)
}

/// OTHER is hosted by the city's node: its lost proposals are taken back from the region, and it goes on after them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_restored_from_a_backup_takes_back_what_others_hold() {
    let folder = Folder::new();
    let (mut federation, backup) = aged(&folder).await;
    federation.end(CITY).await;
    restore(&backup, &federation.data_dir(CITY));
    // Before the parent can be asked nothing is written, and callers are told why.
    federation.line(CITY).let_through(Lets::Nothing);
    federation.begin(CITY).await;
    let recovering = |status: &admin::NodeStatus| {
        let intake = status.services.iter().find(|service| service.service == "intake").unwrap();
        intake.recovery()
    };
    assert_eq!(recovering(&status(federation.node(CITY)).await), admin::Recovery::Returning);
    let refused = federation.node(CITY).officer(OTHER).propose_matter(Asks::propose(OTHER, "硬化村道")).await;
    assert_eq!(refused.unwrap_err().code(), tonic::Code::Unavailable);
    federation.heal();
    until(federation.node(CITY), "recovery", |status| recovering(status) == admin::Recovery::Whole).await;
    propose(&federation, OTHER, 1).await;
    federation.settled().await;
    assert_eq!(known(&federation).await, 6, "nothing is lost, nothing is doubled");
    copies_are_equal(&federation).await;
    // Its mark has grown with it: the next start is an ordinary one.
    federation.end(CITY).await;
    federation.begin(CITY).await;
    assert_eq!(recovering(&status(federation.node(CITY)).await), admin::Recovery::Whole);
    federation.settled().await;
    copies_are_equal(&federation).await;
    federation.stop().await;
}

/// The whole disk went back in time, the mark with it: the fork is alarmed on both sides and merged by nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fork_that_no_mark_prevents_is_alarmed_on_both_sides() {
    let folder = Folder::new();
    let (mut federation, backup) = aged(&folder).await;
    federation.end(CITY).await;
    let data = federation.data_dir(CITY);
    restore(&backup, &data);
    for service in ["intake", "escalation", "funding", "appraisal"] {
        let mark = format!("{service}.mark");
        std::fs::copy(backup.join(&mark), data.join(&mark)).unwrap();
    }
    federation.line(CITY).let_through(Lets::Nothing);
    federation.begin(CITY).await;
    propose(&federation, OTHER, 1).await;
    federation.heal();
    let alarmed = |delegate: &'static str| {
        move |status: &admin::NodeStatus| {
            status.links.iter().any(|link| {
                link.service == "intake"
                    && link.delegate == delegate
                    && link.state() == admin::LinkState::Alarm
                    && link.detail.contains("640323100200")
            })
        }
    };
    until(federation.node(CITY), "the alarm below", alarmed("")).await;
    until(federation.node(REGION), "the alarm above", alarmed("units/640300000000")).await;
    assert_eq!(known(&federation).await, 5, "the region keeps what it had");
    federation.stop().await;
}
