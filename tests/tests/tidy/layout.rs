//! What stands where.

use std::collections::BTreeSet;

use crate::tree::File;

const FOLDERS: [&str; 4] = ["deploy", "proto", "services", "tests"];
const FILES: [&str; 5] = ["Cargo.lock", "Cargo.toml", "LICENSE", "Makefile", "README.md"];
const DECISIONS: &str = "services/decisions/";

/// The top level is four folders, five files and what begins with a dot.
pub(crate) fn top_level(paths: &[&str]) -> Vec<String> {
    let strangers: BTreeSet<&str> = paths
        .iter()
        .filter_map(|path| match path.split_once('/') {
            Some((folder, _)) => (!FOLDERS.contains(&folder)).then_some(folder),
            None => (!FILES.contains(path)).then_some(*path),
        })
        .filter(|name| !name.starts_with('.'))
        .collect();
    let finding = |name| {
        format!(
            "{name}: the top level holds only {} and {}\n  mend: move it into one of the folders; what runs goes to \
             services/, how it is run to deploy/",
            FOLDERS.join("/, ") + "/",
            FILES.join(", ")
        )
    };
    strangers.into_iter().map(finding).collect()
}

/// Decision records are `0001-some-words.md`, numbered without a hole, and their first line says the number.
pub(crate) fn decisions(files: &[File]) -> Vec<String> {
    let mut records: Vec<&File> = files.iter().filter(|file| file.path.starts_with(DECISIONS)).collect();
    records.sort_by_key(|record| &record.path);
    let mut findings = Vec::new();
    for (ordinal, record) in (1..).zip(records) {
        let expected = format!("{ordinal:04}");
        let name = &record.path[DECISIONS.len()..];
        let words = name.strip_prefix(&format!("{expected}-")).and_then(|rest| rest.strip_suffix(".md"));
        let well_named = |words: &str| {
            !words.is_empty() && words.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
        };
        if !words.is_some_and(well_named) {
            findings.push(format!(
                "{}: the next decision record should be {expected}-some-words.md\n  mend: rename it; numbers have no \
                 hole and no twin, words are small letters, digits and hyphens",
                record.path
            ));
        } else if !record.text.starts_with(&format!("# {expected} ")) {
            findings.push(format!(
                "{}:1: the title lacks the number\n  mend: begin with `# {expected} `",
                record.path
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    #[test]
    fn strangers_at_the_top_are_found() {
        let good = ["Cargo.toml", "README.md", ".gitignore", ".ci/run", "tests/Cargo.toml", "deploy/a/b"];
        assert_eq!(top_level(&good), [""; 0]);
        let found = top_level(&["docs/a.md", "docs/b.md", "notes.txt", "tests", "Cargo.toml"]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("docs: ") && found[1].starts_with("notes.txt: "), "{found:?}");
    }

    fn numbered(records: &[(&str, &str)]) -> Vec<String> {
        decisions(&Tree::of(records).files)
    }

    #[test]
    fn holes_twins_and_titles_of_decisions_are_found() {
        let first = ("services/decisions/0001-a.md", "# 0001 A\n");
        assert_eq!(
            numbered(&[first, ("services/decisions/0002-b-2.md", "# 0002 B\n"), ("a.md", "")]),
            [""; 0]
        );
        for bad in [
            ("services/decisions/0003-b.md", "# 0003 B"),
            ("services/decisions/0001-b.md", "# 0001 B"),
            ("services/decisions/0002-.md", "# 0002 "),
            ("services/decisions/0002-B.md", "# 0002 B"),
            ("services/decisions/0002-b.txt", "# 0002 B"),
            ("services/decisions/0002-b.md", "# 2 B"),
            ("services/decisions/README.md", "# Decisions"),
        ] {
            assert_eq!(numbered(&[first, bad]).len(), 1, "{bad:?}");
        }
    }
}
