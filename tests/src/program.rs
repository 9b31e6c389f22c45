//! The programs of the house, as they are typed.

use std::path::{Path, PathBuf};

/// `cargo test --workspace` builds the programs beside the tests: `target/debug`, seen from `target/debug/deps`.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test is a program");
    let folder = test.parent().and_then(Path::parent).expect("a test lies two folders deep");
    let program = folder.join(name);
    assert!(program.is_file(), "{} is missing: cargo build -p yishi-cli -p yishi-node", program.display());
    program
}
