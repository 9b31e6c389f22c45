//! What a node keeps to itself, in a file beside its databases.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use ring::rand::{self, SystemRandom};

use crate::KeyError;

/// What is in a file; it is made, for its owner alone, if there is none.
pub fn secret_file(
    path: &Path,
    new: impl FnOnce() -> Result<Vec<u8>, KeyError>,
) -> Result<Vec<u8>, KeyError> {
    let name = || path.display().to_string();
    let failed = |error| KeyError::File(name(), error);
    match fs::metadata(path) {
        Ok(file) if file.mode() & 0o077 != 0 => return Err(KeyError::Open(name())),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path, &new()?)?,
        Err(error) => return Err(failed(error)),
    }
    fs::read(path).map_err(failed)
}

/// So many bytes that nobody can guess.
pub fn chance<const N: usize>() -> Result<[u8; N], KeyError>
where
    [u8; N]: rand::RandomlyConstructable,
{
    Ok(rand::generate(&SystemRandom::new()).map_err(|_| KeyError::NoChance)?.expose())
}

/// Whole or not at all: a key that was half written would be another one, or none, at the next start.
fn make(path: &Path, contents: &[u8]) -> Result<(), KeyError> {
    let failed = |error| KeyError::File(path.display().to_string(), error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // Another process may begin at the same time, and on another machine have the same number.
    let new_file = path.with_extension(format!("{}.new", hex::encode(chance::<8>()?)));
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new_file)?;
        file.write_all(contents)?;
        file.sync_all()?;
        // Not by renaming over it: a key that somebody else has just made stays.
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
