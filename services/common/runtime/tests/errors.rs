//! Failures as a caller sees them, and the page generated from their table.

use std::{env, fs, path::Path, time::Duration};

use tonic::{Code, Status};
use tonic_types::StatusExt;
use yishi_runtime::errors::{DOMAIN, Failure, FieldProblem, Lang, page, reasons};

fn hurried() -> Failure {
    Failure::new(&reasons::DEADLINE_TOO_SHORT).with("given_ms", 1).with("least_ms", 2)
}

#[test]
fn a_failure_carries_its_reason_facts_and_both_languages() {
    for (lang, locale, text) in [
        (Lang::Zh, "zh-CN", "时限 1 毫秒过短，至少需要 2 毫秒"),
        (Lang::En, "en", "a deadline of 1 ms is too short: at least 2 ms are needed"),
    ] {
        let status = hurried().into_status(lang);
        assert_eq!(status.code(), Code::DeadlineExceeded);
        assert_eq!(status.message(), "a deadline of 1 ms is too short: at least 2 ms are needed");
        let details = status.check_error_details().unwrap();
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("DEADLINE_TOO_SHORT", DOMAIN));
        assert_eq!(info.metadata["given_ms"], "1");
        assert_eq!(info.metadata.len(), 2);
        let message = details.localized_message().unwrap();
        assert_eq!((message.locale.as_str(), message.message.as_str()), (locale, text));
        assert!(details.bad_request().is_none() && details.retry_info().is_none());
    }
}

#[test]
fn every_detail_that_is_given_arrives() {
    let status: Status = Failure::new(&reasons::WRONG_STATE)
        .with("state", "NOTICED")
        .with("wanted", "DELIBERATED")
        .precondition("STATE", "villages/640324100200/matters/2022-7", "先议事", "deliberate first")
        .field("etag", "过期", "stale")
        .resource("yishi.intake.v1.Matter", "villages/640324100200/matters/2022-7")
        .retry_after(Duration::from_millis(250))
        .into();
    let details = status.check_error_details().unwrap();
    let precondition = &details.precondition_failure().unwrap().violations[0];
    assert_eq!(
        (precondition.r#type.as_str(), precondition.description.as_str()),
        ("STATE", "先议事 / deliberate first")
    );
    assert_eq!(details.bad_request().unwrap().field_violations[0].description, "过期 / stale");
    assert_eq!(details.resource_info().unwrap().resource_name, "villages/640324100200/matters/2022-7");
    assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_millis(250)));
    // Nobody said otherwise: Chinese.
    assert_eq!(details.localized_message().unwrap().locale, "zh-CN");
}

#[test]
fn facts_are_not_read_as_templates() {
    let text = Failure::new(&reasons::UNIT_UNKNOWN).with("unit", "{unit}{").text(Lang::En);
    assert_eq!(text, "the register has no unit {unit}{");
}

#[test]
fn a_fact_nobody_gave_shows_as_a_question() {
    assert_eq!(Failure::new(&reasons::UNIT_UNKNOWN).text(Lang::En), "the register has no unit ?");
}

#[test]
fn the_worst_request_still_gets_an_answer_that_fits_a_header() {
    let problems = (0..10_000).map(|n| {
        FieldProblem::new(format!("rows[{n}].title"), "请缩短".repeat(20), "shorten it ".repeat(10))
    });
    let status = Failure::new(&reasons::INVALID_FIELDS)
        .with("count", 10_000)
        .with("long", "字".repeat(100_000))
        .violations(problems)
        .precondition("STATE", "x".repeat(100_000), "", "")
        .into_status(Lang::Zh);
    let mut headers = http::HeaderMap::new();
    status.add_header(&mut headers).unwrap();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
    assert!(bytes < 8 * 1024, "{bytes}");
    let details = status.check_error_details().unwrap();
    assert!(!details.bad_request().unwrap().field_violations.is_empty());
    assert_eq!(details.error_info().unwrap().metadata["count"], "10000");
}

#[test]
fn the_cause_of_an_internal_failure_stays_inside() {
    let cause = std::io::Error::other("relation \"matter\" does not exist");
    let status: Status = Failure::internal("reading a matter", &cause).into();
    assert_eq!(status.code(), Code::Internal);
    assert!(!format!("{status:?}{:?}", status.get_error_details()).contains("relation"));
}

#[test]
fn the_page_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../errors.md");
    if env::var_os("YISHI_WRITE_GENERATED").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "services/errors.md differs from the table of reasons; write it anew with \
         YISHI_WRITE_GENERATED=1 cargo test -p yishi-runtime --test errors"
    );
}
