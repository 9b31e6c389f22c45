//! A node's refusal as a person reads it: the sentence in their language, then each field or condition on a
//! line of its own.

use std::error::Error as _;

use tonic::Status;
use tonic_types::StatusExt as _;

use crate::lang::Lang;

pub(crate) fn explain(status: &Status, lang: Lang) -> String {
    let details = status.get_error_details();
    let localized = details.localized_message().filter(|text| text.locale == lang.tag());
    let mut text = localized.map_or_else(|| status.message().to_owned(), |text| text.message.clone());
    if text.is_empty() {
        text = status.code().to_string();
    }
    match details.error_info() {
        Some(info) => text += &format!(" [{}]", info.reason),
        // Not a refusal but a connection that failed: the reason is in its causes.
        None => {
            let mut cause = status.source();
            while let Some(error) = cause {
                let said = error.to_string();
                if !text.contains(&said) {
                    text += &format!(": {said}");
                }
                cause = error.source();
            }
        }
    }
    for violation in details.bad_request().map(|request| &request.field_violations[..]).unwrap_or_default() {
        text += &line(&violation.field, &violation.description, lang);
    }
    for violation in details.precondition_failure().map(|failure| &failure.violations[..]).unwrap_or_default()
    {
        text += &line(&violation.subject, &violation.description, lang);
    }
    if let Some(resource) = details.resource_info() {
        text += &line(&resource.resource_type, &resource.resource_name, lang);
    }
    if let Some(request) = details.request_info() {
        text += &line(lang.pick("追踪号", "trace"), &request.request_id, lang);
    }
    text
}

/// A description says things twice, Chinese before English.
fn line(what: &str, description: &str, lang: Lang) -> String {
    let (zh, en) = description.split_once(" / ").unwrap_or((description, description));
    format!("\n  {what}: {}", lang.pick(zh, en))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic::Code;
    use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation};

    use super::*;

    fn refusal(lang: Lang) -> Status {
        let mut details = ErrorDetails::with_error_info("OUT_OF_SEASON", "yishi", HashMap::new());
        details.set_localized_message(lang.tag(), lang.pick("不在提事期", "out of season"));
        details.set_bad_request([FieldViolation::new("year", "应为 2000 / write 2000")]);
        details.set_precondition_failure([PreconditionViolation::new("SEASON", "2022", "已过 / it is over")]);
        Status::with_error_details(Code::FailedPrecondition, "out of season", details)
    }

    #[test]
    fn every_detail_is_told_in_the_language_asked_for() {
        let english = "out of season [OUT_OF_SEASON]\n  year: write 2000\n  2022: it is over";
        assert_eq!(explain(&refusal(Lang::En), Lang::En), english);
        let chinese = "不在提事期 [OUT_OF_SEASON]\n  year: 应为 2000\n  2022: 已过";
        assert_eq!(explain(&refusal(Lang::Zh), Lang::Zh), chinese);
    }

    #[test]
    fn a_bare_status_still_says_something() {
        assert_eq!(explain(&Status::new(Code::Unavailable, ""), Lang::Zh), Code::Unavailable.to_string());
        let text = explain(&Status::from_error("refused".into()), Lang::En);
        assert!(text.contains("refused"), "{text}");
    }
}
