//! A thousand people are put through every method of a node, and then looked for in all that the node wrote and told.
//!
//! What is written on standard error belongs to it: the test runs itself as a program, and reads what that printed.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod canary;
mod exports;
mod people;
mod places;
mod rpcs;

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use yishi_kernel::{Level, UnitCode};
use yishi_runtime::config;
use yishi_runtime::telemetry::{Process, Telemetry};
use yishi_store::Engine;
use yishi_tests::collector::Collector;
use yishi_tests::federation::Federation;
use yishi_tests::postgres::Postgres;
use yishi_tests::sandbox::REGION;
use yishi_tests::sqlite::Folder;

use canary::{CANARIES, found};

/// The node of its villages; the one above it carries what it cannot open.
pub(crate) const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// Set in the program that the test runs.
const INSIDE: &str = "YISHI_CANARIES";
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_people_are_in_nothing_that_a_node_writes_or_tells() {
    if std::env::var_os(INSIDE).is_some() {
        return inside().await;
    }
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["a_thousand_people_are_in_nothing", "--nocapture", "--test-threads=1"]);
    program.env(INSIDE, "1").stdin(Stdio::null()).kill_on_drop(true);
    let ended = tokio::time::timeout(PATIENCE, program.output()).await.expect("it ends").unwrap();
    let lines = [ended.stdout, ended.stderr].concat();
    let text = String::from_utf8_lossy(&lines);
    let why = text.split_once(" panicked at ").map_or("", |(_, why)| why);
    assert!(ended.status.success(), "{}", why.chars().take(2_000).collect::<String>());
    assert!(text.contains("serving"), "its log lines are there");
    assert_eq!(found(&lines), None, "on standard error");
}

/// All that a node tells, in one process: it has one telemetry.
async fn inside() {
    let (collector, endpoint) = Collector::start().await;
    let process = Process { service: "yishi-node", level: Level::Region, unit: REGION };
    let variables = |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| endpoint.clone());
    let settings = config::Telemetry { log: "debug".to_owned(), ..config::Telemetry::default() };
    let telemetry = Telemetry::init(&process, &settings, variables).unwrap();
    let folder = Folder::new();
    on::<sqlx::Sqlite>(&folder.url()).await;
    let database = Postgres::shared().database("canaries");
    on::<sqlx::Postgres>(database.url()).await;
    places::of_a_server(Postgres::shared().folder());
    telemetry.shutdown().await;

    let (spans, logs, metrics) = (collector.spans(), collector.logs(), collector.metrics());
    let calls = spans.iter().filter(|span| span.name.ends_with("PersonService/GetContact")).count();
    assert!(calls > 0 && !logs.is_empty() && !metrics.is_empty(), "what is looked through is there");
    for (what, told) in
        [("spans", format!("{spans:?}")), ("logs", format!("{logs:?}")), ("metrics", format!("{metrics:?}"))]
    {
        assert_eq!(found(told.as_bytes()), None, "in {what}");
    }
}

async fn on<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &[REGION, COUNTY]).await;
    let matters = people::propose(&federation).await;
    let told = rpcs::ask_everything(&federation).await;
    assert_eq!(found(told.as_bytes()), None, "in what requests with numbers in them are answered");
    for (export, bytes) in exports::of(&federation, &matters).await {
        assert!(!bytes.is_empty(), "{export}");
        assert_eq!(found(&bytes), None, "in {export}");
    }
    federation.settled().await;
    for (unit, node) in federation.nodes() {
        places::of_books(*unit, node).await;
        node.verified().await;
    }
    let seen = people::see(&federation, &matters).await;
    assert!(found(seen.as_bytes()).is_some(), "who may see them sees them: they can be found");
    for unit in [COUNTY, REGION] {
        let folder = federation.data_dir(unit);
        // While it writes, and when all of it has been folded back into the file.
        places::of_files(&folder);
        federation.end(unit).await;
        places::of_files(&folder);
    }
    assert_eq!(matters.len(), usize::try_from(CANARIES / 2).unwrap());
}
