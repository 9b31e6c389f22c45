//! The folder of a federation: one supervisor at a time, and one shape for as long as there are books in it.

use std::{
    env,
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use yishi_kernel::UnitCode;

use super::shape::Shape;
use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    units::Units,
};

/// Which federation.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Where {
    /// The folder of the federation: books, logs, and the socket by which commands reach it. By default
    /// yishi-federation-UID in the system's temporary folder (TMPDIR).
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Where {
    pub(super) fn path(&self) -> Result<PathBuf, Failure> {
        match &self.dir {
            Some(dir) => Ok(dir.clone()),
            None => Ok(env::temp_dir().join(format!("yishi-federation-{}", myself()?))),
        }
    }
}

/// The user, by number.
fn myself() -> Result<u32, Failure> {
    let process = Path::new("/proc/self");
    fs::metadata(process).map(|process| process.uid()).map_err(|error| at(process, &error))
}

/// What a folder's books belong to.
#[derive(Serialize)]
struct Record {
    register_sha256: String,
    /// Each node with the node above it.
    nodes: Vec<(UnitCode, Option<UnitCode>)>,
}

/// A folder that no other supervisor has.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Locked for as long as it is open, however this process ends.
    _lock: File,
}

impl Folder {
    /// Makes it if need be, for this user alone: whoever reaches the socket may do everything.
    pub(super) fn take(path: &Path, lang: Lang) -> Result<Self, Failure> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| at(path, &error))?;
        let owner = fs::symlink_metadata(path).map_err(|error| at(path, &error))?.uid();
        if owner != myself()? {
            let text = lang.pick(
                "属于另一个用户；请用 --dir 另选目录",
                "belongs to somebody else; name another one by --dir",
            );
            return Err(Failure::new(Exit::Usage, text).about(path.display()));
        }
        let path = path.canonicalize().map_err(|error| at(path, &error))?;
        let lock = path.join("lock");
        let lock = File::create(&lock).map_err(|error| at(&lock, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let text = lang.pick(
                    "已有联邦在运行；用 yishi federation down 停止它，或用 --dir 另选目录",
                    "a federation runs there; stop it by yishi federation down, or name another folder by --dir",
                );
                Err(Failure::new(Exit::Usage, text).about(path.display()))
            }
            Err(TryLockError::Error(error)) => Err(at(&path, &error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Books of another shape would stay where nobody looks for them.
    pub(super) fn remember(&self, shape: &Shape, units: &Units, lang: Lang) -> Result<(), Failure> {
        let divisions = fs::read(&units.divisions).map_err(|error| at(&units.divisions, &error))?;
        let record = Record {
            register_sha256: hex::encode(Sha256::digest(divisions)),
            nodes: shape.places().iter().map(|place| (place.unit, place.parent)).collect(),
        };
        let text = serde_json::to_string(&record).expect("codes make JSON");
        let file = self.path.join("federation.json");
        match fs::read_to_string(&file) {
            Ok(before) if before == text => Ok(()),
            Ok(_) => {
                let text = lang.pick(
                    "其中的账簿属于另一种节点划分或另一份登记；请用 --dir 另选目录，或先清空它",
                    "its books belong to other nodes or to another register; name another folder by --dir, or empty it",
                );
                Err(Failure::new(Exit::Usage, text).about(self.path.display()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::write(&file, text).map_err(|error| at(&file, &error))
            }
            Err(error) => Err(at(&file, &error)),
        }
    }
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Internal, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use yishi_kernel::{Level, Register};

    use super::*;

    fn units(room: &TempDir) -> Units {
        let divisions =
            "code,parent,level,name\n640000000000,,region,区\n640100000000,640000000000,county,县\n";
        let file = room.path().join("divisions.csv");
        fs::write(&file, divisions).unwrap();
        Units { divisions: file, ..Units::of(Register::parse(divisions, "").unwrap()) }
    }

    #[test]
    fn a_folder_has_one_supervisor_at_a_time() {
        let room = TempDir::new().unwrap();
        let path = room.path().join("new/folder");
        let folder = Folder::take(&path, Lang::En).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        let failure = Folder::take(&path, Lang::En).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.to_string().contains("yishi federation down"), "{failure}");
        drop(folder);
        Folder::take(&path, Lang::Zh).unwrap();
    }

    #[test]
    fn books_stay_with_their_shape_and_register() {
        let room = TempDir::new().unwrap();
        let units = units(&room);
        let shape = |level| Shape::down_to(&units.register, units.top, level);
        let folder = Folder::take(&room.path().join("f"), Lang::En).unwrap();
        folder.remember(&shape(Level::County), &units, Lang::En).unwrap();
        folder.remember(&shape(Level::Village), &units, Lang::En).unwrap();
        let failure = folder.remember(&shape(Level::Region), &units, Lang::En).unwrap_err();
        assert!(failure.to_string().contains("other nodes"), "{failure}");
        fs::write(&units.divisions, "code,parent,level,name\n").unwrap();
        assert!(folder.remember(&shape(Level::County), &units, Lang::En).is_err());
    }

    #[test]
    fn the_folder_is_the_users_own_unless_it_is_named() {
        let path = Where::default().path().unwrap();
        assert!(path.starts_with(env::temp_dir()), "{}", path.display());
        let named = Where { dir: Some("some/where".into()) };
        assert_eq!(named.path().unwrap(), Path::new("some/where"));
    }
}
