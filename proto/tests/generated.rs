//! The committed code is what the contracts say. `YISHI_WRITE_GENERATED=1` writes it instead of comparing.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Messages that must not be printed by whoever prints a request: what they print instead is written by hand.
const PERSONAL: [&str; 2] = [".yishi.intake.v1.Contact", ".yishi.link.v1.Sealed"];

/// The folder of generated files, by name.
type Folder = BTreeMap<String, Vec<u8>>;

#[test]
fn the_committed_code_is_what_the_contracts_say() {
    let made = generate();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gen");
    if env::var_os("YISHI_WRITE_GENERATED").is_some() {
        fs::remove_dir_all(&committed).unwrap();
        fs::create_dir(&committed).unwrap();
        for (name, bytes) in &made {
            fs::write(committed.join(name), bytes).unwrap();
        }
    }
    let found = read(&committed);
    let names: Vec<&String> = made.keys().chain(found.keys()).collect();
    for name in names {
        assert!(
            made.get(name) == found.get(name),
            "src/gen/{name} is not what the contracts say: run `make gen`"
        );
    }
}

fn generate() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().unwrap();
    let mut compiler = protox::Compiler::new([root, &root.join("third_party")]).unwrap();
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(contracts(&root.join("yishi"))).unwrap();

    tonic_prost_build::configure()
        .emit_rerun_if_changed(false)
        .bytes(".yishi.journal.v1")
        .skip_debug(PERSONAL)
        .out_dir(out.path())
        .compile_fds(compiler.file_descriptor_set())
        .unwrap();

    let mut made = read(out.path());
    // prost makes a file for every package it is shown; google.api has only options.
    made.retain(|name, _| name.starts_with("yishi."));
    let descriptors = compiler.include_source_info(false).encode_file_descriptor_set();
    made.insert("descriptors.bin".to_owned(), descriptors);
    made
}

/// All contract files below `folder`, in a fixed order.
fn contracts(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { contracts(&path) } else { vec![path] }).collect()
}

fn read(folder: &Path) -> Folder {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}
