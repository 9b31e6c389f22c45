//! The files of the repository: those git knows or would add, or all that a walk finds where there is no git.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A text file; `path` is relative to the top, with `/` between the parts.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Written by a program, see `make gen`.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.contains("/gen/")
    }

    /// The text's lines, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

/// The repository as it stands on disk.
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    binaries: Vec<String>,
}

impl Tree {
    pub(crate) fn read() -> Self {
        let top = top();
        let (mut files, mut binaries) = (Vec::new(), Vec::new());
        for path in listed(&top).unwrap_or_else(|| walked(&top)) {
            match std::fs::read(top.join(&path)).map(String::from_utf8) {
                Ok(Ok(text)) => files.push(File { path, text }),
                Ok(Err(_)) => binaries.push(path),
                // Deleted, but git has not been told yet.
                Err(_) => {}
            }
        }
        assert!(files.iter().any(|file| file.path == "Cargo.toml"), "{} is not the workspace", top.display());
        Self { files, binaries }
    }

    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.to_owned(), text: text.to_owned() };
        Self { files: files.iter().map(file).collect(), binaries: Vec::new() }
    }

    /// Of all files, binary ones too.
    pub(crate) fn paths(&self) -> Vec<&str> {
        self.files.iter().map(|file| &file.path).chain(&self.binaries).map(String::as_str).collect()
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether `path` is a file or a folder with a file in it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.paths()
            .iter()
            .any(|p| p.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }
}

pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is a folder of the workspace").to_owned()
}

/// What git tracks or would add. `None` where git is missing, refuses, or belongs to somebody above us.
fn listed(top: &Path) -> Option<Vec<String>> {
    let ask = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let answer = Command::new("git").current_dir(top).args(ask).output().ok()?;
    let paths: Vec<String> =
        String::from_utf8(answer.stdout).ok()?.split_terminator('\0').map(str::to_owned).collect();
    (answer.status.success() && paths.iter().any(|path| path == "Cargo.toml")).then_some(paths)
}

fn walked(top: &Path) -> Vec<String> {
    let (mut folders, mut paths) = (vec![top.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository can be read").flatten() {
            let path = entry.path();
            let relative = path.strip_prefix(top).expect("it was found below the top");
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if ![".git", "target", "node_modules"].iter().any(|name| entry.file_name() == *name) {
                    folders.push(path);
                }
            } else {
                paths.push(relative.to_str().expect("names here are UTF-8").to_owned());
            }
        }
    }
    paths
}

#[test]
fn a_walk_finds_what_git_lists() {
    let listed = listed(&top()).unwrap_or_default();
    let walked = walked(&top());
    assert!(walked.iter().any(|path| path == "tests/Cargo.toml"));
    for path in listed {
        assert!(walked.contains(&path) || !top().join(&path).exists(), "the walk misses {path}");
    }
}

#[test]
fn a_tree_holds_files_and_their_folders() {
    let tree = Tree::of(&[("a/b/c.rs", "")]);
    assert!(["a", "a/b", "a/b/", "a/b/c.rs"].iter().all(|path| tree.holds(path)));
    assert!(!["a/b/c", "b", "a/b/c.rs/d"].iter().any(|path| tree.holds(path)));
}
