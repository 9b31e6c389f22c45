//! Starting and ending.

use std::process::Stdio;

use tokio::process::Command;
use tokio::time::timeout;
use yishi_proto::admin::v1 as admin;

use crate::program::{Home, PATIENCE};

/// sysexits: EX_CONFIG.
const CONFIG_FAULT: i32 = 78;

#[tokio::test]
async fn a_node_says_what_runs_and_ends_with_whoever_started_it() {
    let home = Home::with("");
    let program = home.start().await;
    let status = program.admin().get_status(admin::GetStatusRequest {}).await.unwrap().into_inner();
    assert_eq!((status.version.as_str(), status.engine.as_str()), (env!("CARGO_PKG_VERSION"), "sqlite"));
    assert_eq!((status.root_unit.as_str(), status.units), ("units/640000000000", 2442));
    let services: Vec<&str> = status.services.iter().map(|status| status.service.as_str()).collect();
    assert_eq!(services, ["appraisal", "escalation", "funding", "intake"]);
    assert!(program.let_go().await.success());
}

#[tokio::test]
async fn a_signal_ends_a_node_well() {
    let home = Home::with("");
    for signal in ["-TERM", "-INT"] {
        let program = home.start().await;
        let sent = Command::new("kill").arg(signal).arg(program.id().to_string()).status().await.unwrap();
        assert!(sent.success());
        assert!(program.ended().await.success(), "{signal}");
    }
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_a_reason() {
    for (lines, said) in [
        ("[grpc]\nreflektion = true\n", "reflektion"),
        ("[grpc]\ncalls_in_flight_max = 0\n", "grpc.calls_in_flight_max = 0"),
        ("[database]\nurl = \"mysql://root@host/x\"\n", "database.url"),
    ] {
        let home = Home::with(lines);
        let output = timeout(PATIENCE, home.command().output()).await.unwrap().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(CONFIG_FAULT), "{error}");
        assert!(error.starts_with("yishi-node: ") && error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn books_have_one_writer() {
    let home = Home::with("");
    let first = home.start().await;
    let mut second = home.command();
    let output = timeout(PATIENCE, second.stdin(Stdio::piped()).output()).await.unwrap().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("intake.db"), "it says which books: {error}");
    assert!(first.let_go().await.success(), "the first was not disturbed");
}
