//! The binary as it is typed. Cargo builds it for these tests, and `tests/tests/replay.rs` finds it there too.

use std::process::{Command, Output};

fn typed(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yishi"));
    command.args(words).args(["--lang", "en"]).env_remove("YISHI_DATABASE_URL");
    command.output().expect("it was built for this test")
}

#[test]
fn it_says_what_it_can_do() {
    let help = typed(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let text = String::from_utf8_lossy(&help.stdout);
    for word in [
        "replay",
        "status",
        "verify",
        "trust",
        "bulletin",
        "import",
        "export",
        "dossier",
        "matters",
        "notice",
        "person",
        "policy",
        "taxonomy",
        "exchange",
        "years",
        "alike",
        "Exit codes",
    ] {
        assert!(text.contains(word), "{text}");
    }
}

/// A script reads the number, a person the sentence; what a program would read stays empty.
#[test]
fn what_comes_to_nothing_ends_with_a_number_and_a_sentence() {
    // Nobody listens on port 1.
    let nobody = "127.0.0.1:1";
    for (words, code, told) in [
        (&["replay", "--region", "110000000000"][..], 2, "no such unit"),
        (&["replay", "--region", "640323000000", "--node-binary", "/no/such/node"], 2, "/no/such/node"),
        (&["replay", "--seed", "one"], 2, "--seed"),
        (&["status", "--admin", nobody], 69, nobody),
        (&["verify", "--admin", nobody], 69, nobody),
        (&["verify", "--federation", "--admin", nobody], 2, "--admin"),
        (&["verify", "--federation", "--dir", "/no/such/federation"], 69, "yishi federation up"),
        (&["verify", "--key", "12"], 2, "64 hexadecimal digits"),
        (&["trust", "640323000000", "zz"], 2, "64 hexadecimal digits"),
        (&["bulletin", "640323000000", "2022-06-A", "--node", nobody], 69, nobody),
        (&["bulletin", "640323000000", "2022-06-A", "--key", "12"], 2, "--key"),
        (&["bulletin", "6403230000", "2022-06-A"], 2, "UNIT"),
        (&["import", "Cargo.toml", "--unit", "640324100200"], 2, "--format"),
        (
            &["import", "Cargo.toml", "--unit", "640324100200", "--format", "csv", "--node", nobody],
            69,
            nobody,
        ),
        (&["import", "gone.csv", "--unit", "640324100200"], 70, "gone.csv"),
        (&["export", "--unit", "640324100200", "-o", "winter.xls"], 2, "--format"),
        (&["export", "--unit", "640324100200", "-o", "winter.csv", "--year", "1822"], 2, "--year"),
        (&["export", "--unit", "640324100200", "-o", "winter.csv", "--node", nobody], 69, nobody),
        (&["dossier", "villages/640324100200/matters/2022-1", "--node", nobody], 69, nobody),
        (&["dossier", "2022-1"], 2, "NAME"),
        (&["matters", "640324100200", "--node", nobody], 69, nobody),
        (&["notice", "villages/640324100200/matters/2022-1", "--node", nobody], 69, nobody),
        (&["notice", "villages/640324100200/matters/2022-1", "-o", "pdf"], 2, "pdf"),
        (&["person", "show", "villages/640324100200/matters/2022-1", "--node", nobody], 69, nobody),
        (&["person", "erase", "2022-1"], 2, "NAME"),
        (&["person", "keys", "640324100200", "--data-dir", "/no/such/node"], 2, "/no/such/node"),
        (&["taxonomy", "640324000000", "2022", "--node", nobody], 69, nobody),
        (&["taxonomy", "640324000000", "1922"], 2, "YEAR"),
        (&["exchange", "640324000000", "2022", "--node", nobody], 69, nobody),
    ] {
        let ended = typed(words);
        let error = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{words:?}: {error}");
        assert!(error.contains(told) && ended.stdout.is_empty(), "{words:?}: {error}");
    }
}
