//! The real Ningxia: where the load falls.

use std::path::PathBuf;

use anyhow::Context as _;
use yishi_kernel::{Level, Register, UnitCode};

/// The register's two files.
pub(crate) fn files() -> [PathBuf; 2] {
    ["ningxia.csv", "ningxia-neighbours.csv"]
        .map(|name| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/divisions")).join(name))
}

/// Its units.
pub(crate) fn register() -> anyhow::Result<Register> {
    let [divisions, neighbours] = files();
    let read = |path: PathBuf| std::fs::read_to_string(&path).with_context(|| path.display().to_string());
    Ok(Register::parse(&read(divisions)?, &read(neighbours)?)?)
}

/// All villages, by code.
pub(crate) fn villages(register: &Register) -> Vec<UnitCode> {
    let mut villages: Vec<UnitCode> = register.at_level(Level::Village).map(|unit| unit.code).collect();
    villages.sort_unstable();
    villages
}

/// A unit's code as the tables hold it.
pub(crate) fn number(unit: UnitCode) -> i64 {
    i64::try_from(unit.as_u64()).expect("a unit code has 12 digits, far below 2^63")
}

/// The longest run of villages whose codes follow one another: pgbench can draw from a range, not from a list.
pub(crate) fn longest_run(villages: &[UnitCode]) -> &[UnitCode] {
    let runs = villages.chunk_by(|one, next| one.as_u64() + 1 == next.as_u64());
    runs.max_by_key(|run| run.len()).unwrap_or_default()
}
