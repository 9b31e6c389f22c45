//! A secret in a file, made once, for its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::seal::{NoChance, random};

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read or written.
    #[error("{0}")]
    File(String, #[source] io::Error),
    /// Others could use it.
    #[error("{0} can be read by others than its owner: make it readable by the owner alone (chmod 600)")]
    Open(String),
    /// The system gives no chance.
    #[error(transparent)]
    NoChance(#[from] NoChance),
}

fn failed(path: &Path, error: io::Error) -> FileError {
    FileError::File(path.display().to_string(), error)
}

/// What a file holds, if it is there.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::metadata(path) {
        Ok(file) if file.mode() & 0o077 != 0 => Err(FileError::Open(path.display().to_string())),
        Ok(_) => fs::read(path).map(Some).map_err(|error| failed(path, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, error)),
    }
}

/// What a file holds; it is made if there is none. Whoever begins at the same time gets the same.
pub fn open_or_make<F: From<FileError>>(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, F>,
) -> Result<Vec<u8>, F> {
    if let Some(bytes) = read(path)? {
        return Ok(bytes);
    }
    keep(path, &make()?)?;
    let gone = || failed(path, io::ErrorKind::NotFound.into());
    Ok(read(path)?.ok_or_else(gone)?)
}

/// Whole or not at all: a secret that was half written would be another one, or none, at the next start.
fn keep(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |error| failed(path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // Another process may begin at the same time, and on another machine have the same number.
    let new_file = path.with_extension(format!("{}.new", hex::encode(random::<8>()?)));
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new_file)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // Not by renaming over it: one that somebody else has just made stays.
        fs::hard_link(&new_file, path)
    };
    let written = write();
    match fs::remove_file(&new_file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed),
    }
}
