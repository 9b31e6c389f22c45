//! SQLite for a test: a folder that goes away.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder for the files of one test, removed on drop.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    #[expect(
        clippy::new_without_default,
        reason = "it makes a folder: nothing that should happen by default"
    )]
    pub fn new() -> Self {
        let made = tempfile::Builder::new().prefix("yishi-sqlite-").tempdir();
        Self(
            made.unwrap_or_else(|problem| {
                panic!("no folder in {}: {problem}", std::env::temp_dir().display())
            }),
        )
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where a file of the folder is or will be.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The URL of the folder's one database; the file is not made yet.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.file("db.sqlite").display())
    }
}
