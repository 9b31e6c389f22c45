use std::collections::BTreeSet;

use super::*;

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn both_texts_tell_the_same_facts() {
    for reason in all() {
        assert_eq!(placeholders(reason.zh), placeholders(reason.en), "{}", reason.name);
    }
}

#[test]
fn names_are_unique_and_shaped_as_error_info_demands() {
    let mut seen = BTreeSet::new();
    for Reason { name, .. } in all() {
        assert!(seen.insert(name), "{name} stands twice in the table");
        assert!(
            name.len() <= 63 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'),
            "{name}"
        );
    }
}

#[test]
fn texts_are_sentences_without_a_full_stop_and_remedies_have_one() {
    for Reason { name, zh, en, remedy, .. } in all() {
        assert!(!zh.is_ascii() && en.is_ascii() && remedy.is_ascii(), "{name} speaks the wrong language");
        assert!(!zh.ends_with('。') && !en.ends_with('.') && remedy.ends_with('.'), "{name}");
    }
}
