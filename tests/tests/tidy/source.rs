//! What never enters a file. Bad words are written here in two halves, so that this file passes its own check.

use crate::tree::File;

const LINES_MAX: usize = 400;

const FORBIDDEN: [(&str, &str); 6] = [
    (concat!("to", "do!("), "write it, or leave it out: what is not served needs no room"),
    (concat!("unimple", "mented!("), "write it, or leave it out: what is not served needs no room"),
    (concat!("#[al", "low("), "use #[expect(.., reason = \"..\")], which tells when it is no longer needed"),
    (
        concat!("#![al", "low("),
        "use #![expect(.., reason = \"..\")], which tells when it is no longer needed",
    ),
    (concat!("#[ig", "nore"), "make the test run everywhere, with a fixture of this crate, or delete it"),
    (concat!("un", "safe {"), "find the safe way in the standard library or a crate we already have"),
];

/// A statement is recognised by all of its parts on one line.
const STATEMENTS: [&[&str]; 4] = [&["SELECT "], &["INSERT INTO "], &["DELETE FROM "], &["UPDATE ", " SET "]];

/// Folders that stand at the root of somebody's machine, not in the repository.
const MACHINE: [&str; 4] = ["home", "root", "Users", "work"];

fn finding(file: &File, line: usize, what: &str, mend: &str) -> String {
    format!("{}:{line}: {what}\n  mend: {mend}", file.path)
}

/// One idea per file.
pub(crate) fn long_files(files: &[File]) -> Vec<String> {
    let written = files.iter().filter(|file| file.is_rust() && !file.is_generated());
    written
        .map(|file| (file, file.lines().count()))
        .filter(|&(_, lines)| lines > LINES_MAX)
        .map(|(file, lines)| {
            let what = format!("{lines} lines, {LINES_MAX} at the most");
            finding(file, lines, &what, "split it by noun, one idea per file, with the tests beside each")
        })
        .collect()
}

/// Nothing unfinished, nothing silenced.
pub(crate) fn forbidden_words(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && !file.is_generated()) {
        for (number, line) in file.lines() {
            for (word, mend) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                findings.push(finding(file, number, &format!("`{word}`"), mend));
            }
        }
    }
    findings
}

/// Every machine has other folders.
pub(crate) fn machine_paths(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path != "Cargo.lock") {
        for (number, line) in file.lines() {
            for name in MACHINE.iter().filter(|name| begins_a_path(line, &format!("/{name}/"))) {
                let mend = "use a path relative to the file, a setting, or the system's temporary folder";
                findings.push(finding(file, number, &format!("/{name}/… exists on one machine only"), mend));
            }
        }
    }
    findings
}

/// Whether `root` stands in `line` as the beginning of a path, not in the midst of one.
fn begins_a_path(line: &str, root: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-})$*".contains(c);
    line.match_indices(root).any(|(at, _)| !line[..at].ends_with(inside))
}

/// SQL is written once, where both engines, a reader and the statement test find it.
pub(crate) fn sql_in_rust(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && !is_test(&file.path)) {
        for (number, line) in before_tests(file) {
            let code = !line.trim_start().starts_with("//");
            if code && STATEMENTS.iter().any(|parts| parts.iter().all(|part| line.contains(part))) {
                let mend = "move the statement to a .sql file of this crate and include_str! it";
                findings.push(finding(file, number, "SQL in Rust", mend));
            }
        }
    }
    findings
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// The lines above the file's test module, which clippy keeps at the end.
fn before_tests(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<(usize, &str)> = file.lines().collect();
    let starts = |pair: &[(usize, &str)]| {
        pair[0].1 == "#[cfg(test)]" && pair[1].1.starts_with("mod ") && pair[1].1.ends_with('{')
    };
    let end = lines.windows(2).position(starts).unwrap_or(lines.len());
    lines.into_iter().take(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    fn found(check: fn(&[File]) -> Vec<String>, path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)]).files).len()
    }

    #[test]
    fn a_file_of_401_lines_is_long() {
        assert_eq!(found(long_files, "a.rs", &"x\n".repeat(400)), 0);
        assert_eq!(found(long_files, "a.rs", &"x\n".repeat(401)), 1);
        assert_eq!(found(long_files, "proto/src/gen/a.rs", &"x\n".repeat(401)), 0);
        assert_eq!(found(long_files, "a.md", &"x\n".repeat(401)), 0);
    }

    #[test]
    fn every_forbidden_word_is_found() {
        for (word, _) in FORBIDDEN {
            assert_eq!(found(forbidden_words, "a.rs", &format!("fn a() {{\n  {word} }}\n")), 1, "{word}");
            assert_eq!(found(forbidden_words, "src/gen/a.rs", word), 0);
        }
        assert_eq!(found(forbidden_words, "a.rs", "#[expect(dead_code, reason = \"..\")] // unsafe code"), 0);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for name in MACHINE {
            for before in ["", "\"", "cd ", "file://", "x=", "("] {
                assert_eq!(
                    found(machine_paths, "a.md", &format!("{before}/{name}/x")),
                    1,
                    "{before}/{name}/x"
                );
            }
            for before in ["a", "..", "$HOME", "${A}", "*"] {
                assert_eq!(
                    found(machine_paths, "a.md", &format!("{before}/{name}/x")),
                    0,
                    "{before}/{name}/x"
                );
            }
        }
        assert_eq!(found(machine_paths, "Cargo.lock", &format!("/{}/", MACHINE[0])), 0);
    }

    #[test]
    fn sql_outside_sql_files_and_tests_is_found() {
        for statement in ["SELECT 1", "INSERT INTO a VALUES (1)", "DELETE FROM a", "UPDATE a SET b = 1"] {
            let code = format!("fn a() {{\n    b(\"{statement}\");\n}}\n");
            assert_eq!(found(sql_in_rust, "services/a/src/b.rs", &code), 1, "{statement}");
            assert_eq!(found(sql_in_rust, "services/a/tests/b.rs", &code), 0);
            assert_eq!(found(sql_in_rust, "services/a/src/b/tests.rs", &code), 0);
            assert_eq!(found(sql_in_rust, "services/a/src/b.rs", &format!("    // {statement}\n")), 0);
            let tested = format!("fn a() {{}}\n\n#[cfg(test)]\nmod tests {{\n{code}}}\n");
            assert_eq!(found(sql_in_rust, "services/a/src/b.rs", &tested), 0);
            let after = format!("#[cfg(test)]\nmod tests;\n{code}");
            assert_eq!(found(sql_in_rust, "services/a/src/b.rs", &after), 1);
        }
        assert_eq!(found(sql_in_rust, "services/a/src/sql/b.sql", "SELECT 1"), 0);
        assert_eq!(found(sql_in_rust, "services/a/src/b.rs", "/// UPDATE one row, or SET it aside\n"), 0);
    }
}
