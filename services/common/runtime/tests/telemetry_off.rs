//! Telemetry of a process that exports nothing. One test: a process has one telemetry.

use tracing::{Level, enabled, info_span};
use yishi_kernel::Level as UnitLevel;
use yishi_runtime::{
    config,
    telemetry::{Process, Telemetry, current_traceparent},
};

#[tokio::test]
async fn without_an_endpoint_no_span_is_made_and_lines_are_still_written() {
    let process =
        Process { service: "yishi-test", level: UnitLevel::Village, unit: "640324100200".parse().unwrap() };
    let telemetry = Telemetry::init(&process, &config::Telemetry::default(), |_| None).unwrap();

    let span = info_span!(target: "yishi::rpc", "rpc");
    assert!(span.is_disabled(), "a span nobody reads is made");
    assert_eq!(span.in_scope(current_traceparent), None);
    assert!(enabled!(Level::INFO) && !enabled!(Level::DEBUG));
    telemetry.shutdown().await;
}
