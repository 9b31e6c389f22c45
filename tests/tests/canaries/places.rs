//! Where a node writes.

use std::fs;
use std::path::Path;

use yishi_kernel::UnitCode;
use yishi_store::Engine;
use yishi_tests::sandbox::{SERVICES, Sandbox};

use crate::canary::found;

/// Every row of every table of every service, the sealed ones included: sealed they show nothing either.
pub(crate) async fn of_books<E: Engine>(unit: UnitCode, node: &Sandbox<E>) {
    for service in SERVICES {
        let tables = node.books(service).await.contents().await;
        assert!(service != "intake" || tables["sealed"].len() > 900, "the people of {unit} are there");
        for (table, rows) in tables {
            assert_eq!(found(rows.join("\n").as_bytes()), None, "{service}.{table} of {unit}");
        }
    }
}

/// Every file of a node, byte by byte.
pub(crate) fn of_files(folder: &Path) {
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        assert_eq!(found(&fs::read(&file).unwrap()), None, "{}", file.display());
    }
}

/// Every file of a database server: tables, what it undid, what it logged ahead.
pub(crate) fn of_a_server(folder: &Path) {
    let mut seen = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = fs::read(&path) {
                seen += bytes.len();
                assert_eq!(found(&bytes), None, "{}", path.display());
            }
        }
    }
    assert!(seen > 1 << 20, "a server's files are there");
}
