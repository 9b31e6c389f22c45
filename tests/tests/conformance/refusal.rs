//! What every refusal must be, whoever refuses and why.

use std::collections::BTreeSet;

use prost::Message;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use yishi_runtime::errors::{DOMAIN, reasons};

/// Checks a refusal told in Chinese and in English; answers its details.
#[track_caller]
pub(crate) fn proper(what: &str, expected: &str, zh: &Status, en: &Status) -> ErrorDetails {
    let told = |status: &Status| {
        let details = status.check_error_details().expect("details that can be read");
        let info = details.error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).clone();
        (info, details)
    };
    let ((info, in_zh), (info_en, in_en)) = (told(zh), told(en));
    assert_eq!((&*info.reason, &*info.domain), (expected, DOMAIN), "{what}: {zh:?}");
    let row = reasons::all().find(|row| row.name == info.reason).expect("the reason is in the table");
    assert_eq!(zh.code(), row.code, "{what}");

    assert_eq!((zh.code(), zh.message()), (en.code(), en.message()), "{what}");
    assert_eq!((&info.reason, &info.metadata), (&info_en.reason, &info_en.metadata), "{what}");
    for (details, locale) in [(&in_zh, "zh-CN"), (&in_en, "en")] {
        let localized = details.localized_message().expect("a message for people");
        assert_eq!(localized.locale, locale);
        assert!(
            !localized.message.contains(['{', '}', '?']),
            "{what}: a fact is missing: {}",
            localized.message
        );
        assert_eq!(localized.message.is_ascii(), locale == "en", "{what}: {}", localized.message);
    }
    assert_eq!(in_en.localized_message().map(|localized| &*localized.message), Some(zh.message()));
    for fact in row.en.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
        assert!(info.metadata.contains_key(fact.0), "{what}: {expected} tells no {}", fact.0);
    }

    each_detail_once(zh);
    let fields = in_zh.bad_request().map_or(&[][..], |bad| &bad.field_violations);
    // What is wrong with a request is wrong in a field, unless nothing of it could be read.
    if zh.code() == Code::InvalidArgument {
        assert_eq!(fields.is_empty(), expected == "MESSAGE_MALFORMED", "{what}: {zh:?}");
    }
    fields.iter().for_each(|field| in_both_languages(what, &field.field, &field.description));
    let preconditions = in_zh.precondition_failure().map_or(&[][..], |failure| &failure.violations);
    assert_eq!(zh.code() == Code::FailedPrecondition, !preconditions.is_empty(), "{what}: {zh:?}");
    for violation in preconditions {
        assert!(!violation.r#type.is_empty());
        in_both_languages(what, &violation.subject, &violation.description);
    }
    in_zh
}

/// Standard details come once each, however many problems there are.
#[track_caller]
fn each_detail_once(status: &Status) {
    let details = tonic_types::Status::decode(status.details()).expect("google.rpc.Status").details;
    let kinds: BTreeSet<&str> = details.iter().map(|detail| detail.type_url.as_str()).collect();
    assert_eq!(kinds.len(), details.len(), "{kinds:?}");
}

#[track_caller]
fn in_both_languages(what: &str, about: &str, description: &str) {
    assert!(!about.is_empty(), "{what}: about what? {description}");
    let (zh, en) =
        description.split_once(" / ").unwrap_or_else(|| panic!("{what}: one language only: {description}"));
    assert!(!zh.is_ascii() && en.is_ascii() && !en.is_empty(), "{what}: {about}: {description}");
}
