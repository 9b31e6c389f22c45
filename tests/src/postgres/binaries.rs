//! Where the system keeps PostgreSQL, and who may run it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const NEEDED: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];

/// The folder with the server's binaries and psql: the newest of Debian's, else the first on `PATH`.
pub(super) fn folder() -> PathBuf {
    debian(Path::new("/usr/lib/postgresql")).or_else(on_path).unwrap_or_else(|| {
        panic!(
            "PostgreSQL's binaries ({}) are neither in /usr/lib/postgresql/*/bin nor on PATH: apt-get install postgresql",
            NEEDED.join(", ")
        )
    })
}

/// The newest version below Debian's folder of versions.
fn debian(versions: &Path) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // A link to initdb alone is no installation: its target's neighbours are.
    let real = |folder: PathBuf| Some(fs::canonicalize(folder.join("initdb")).ok()?.parent()?.to_owned());
    std::env::split_paths(&path).filter_map(real).find(|folder| complete(folder))
}

fn complete(folder: &Path) -> bool {
    NEEDED.iter().all(|name| folder.join(name).is_file())
}

/// The user and group to run as when this process is root, which PostgreSQL refuses to be.
pub(super) fn other_than_root() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").expect("a process has a folder in /proc").uid() != 0 {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").expect("root can read the accounts");
    let found = ["postgres", "nobody"].iter().find_map(|name| account(&accounts, name));
    Some(
        found.expect("PostgreSQL refuses root: an account named postgres or nobody is needed in /etc/passwd"),
    )
}

/// User and group of an account in the text of a passwd file.
fn account(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> =
        accounts.lines().map(|line| line.split(':').collect()).find(|f: &Vec<&str>| f[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_complete_version_is_taken() {
        let versions = tempfile::tempdir().unwrap();
        for (version, names) in
            [("9", &NEEDED[..]), ("15", &NEEDED[..]), ("17", &NEEDED[..3]), ("common", &[])]
        {
            let bin = versions.path().join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            for name in names {
                fs::write(bin.join(name), "").unwrap();
            }
        }
        assert_eq!(debian(versions.path()), Some(versions.path().join("15/bin")));
        assert_eq!(debian(&versions.path().join("none")), None);
    }

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts =
            "root:x:0:0::/:/bin/sh\npostgresql:x:7:7::/:\nbroken\npostgres:x:106:115:,,,:/:/bin/bash\n";
        assert_eq!(account(accounts, "postgres"), Some((106, 115)));
        assert_eq!(account(accounts, "nobody"), None);
        assert_eq!(account(accounts, "broken"), None);
    }
}
