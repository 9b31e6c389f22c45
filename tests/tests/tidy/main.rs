//! Guards the house: what stands where, who may use whom, and what never enters a file.
//!
//! Every check is a function from facts to findings, tried on bad examples beside it. Every finding says how to
//! mend it. To add a rule, add a check to the module that reads the same facts, with a bad example.

mod arrows;
mod layout;
mod pages;
mod source;
mod tree;

use tree::Tree;

/// Fails with all findings at once, so that one run mends them all.
#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "{} finding(s)\n\n{}\n", findings.len(), findings.join("\n\n"));
}

#[test]
fn the_top_level_holds_the_four_folders() {
    none(&layout::top_level(&Tree::read().paths()));
}

#[test]
fn decisions_are_numbered() {
    none(&layout::decisions(&Tree::read().files));
}

#[test]
fn arrows_go_one_way() {
    none(&arrows::check(&arrows::workspace()));
}

#[test]
fn pages_name_what_exists() {
    none(&pages::named_paths_exist(&Tree::read()));
}

#[test]
fn the_code_map_names_every_room() {
    none(&pages::map_is_complete(&Tree::read(), &arrows::workspace()));
}

#[test]
fn files_are_short() {
    none(&source::long_files(&Tree::read().files));
}

#[test]
fn nothing_is_silenced_or_unfinished() {
    none(&source::forbidden_words(&Tree::read().files));
}

#[test]
fn no_path_of_one_machine() {
    none(&source::machine_paths(&Tree::read().files));
}

#[test]
fn sql_lives_in_sql_files() {
    none(&source::sql_in_rust(&Tree::read().files));
}
