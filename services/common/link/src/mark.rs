//! How far a database was ever known to others, noted outside the database.
//!
//! A backup that is restored takes the database back in time, but not this file: a database that is behind its mark lost
//! what others hold of it. A disk that was taken back as a whole shows only when another node compares.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use yishi_store::Position;

/// The mark of one database.
#[derive(Debug)]
pub struct Mark {
    path: PathBuf,
    noted: Option<Position>,
}

impl Mark {
    /// Reads the mark, if one was ever made.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let noted = match fs::read_to_string(&path) {
            Ok(text) => Some(parse(&text).ok_or_else(|| {
                let problem = format!("{}: {text:?} is no position; write EPOCH.POS", path.display());
                io::Error::new(io::ErrorKind::InvalidData, problem)
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Self { path, noted })
    }

    /// How far the database was known to others.
    #[must_use]
    pub fn noted(&self) -> Option<Position> {
        self.noted
    }

    /// Notes a position durably, before anybody hears of it. One that is not beyond the last is noted already.
    pub fn note(&mut self, position: Position) -> io::Result<()> {
        if self.noted.is_some_and(|noted| noted >= position) {
            return Ok(());
        }
        let new = self.path.with_extension("mark.new");
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = File::create(&new)?;
        write!(file, "{}.{}", position.epoch, position.pos)?;
        file.sync_data()?;
        fs::rename(&new, &self.path)?;
        // The rename is durable once its folder is.
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        self.noted = Some(position);
        Ok(())
    }

    /// Forgets what was noted: what the database lost is given up, or is back.
    pub fn reset(&mut self, position: Position) -> io::Result<()> {
        self.noted = None;
        self.note(position)
    }
}

fn parse(text: &str) -> Option<Position> {
    let (epoch, pos) = text.trim().split_once('.')?;
    Some(Position { epoch: epoch.parse().ok()?, pos: pos.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(epoch: i64, pos: i64) -> Position {
        Position { epoch, pos }
    }

    #[test]
    fn a_mark_is_there_again_and_only_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("intake.mark");
        let mut mark = Mark::open(path.clone()).unwrap();
        assert_eq!(mark.noted(), None);
        for position in [at(1, 5), at(1, 3), at(2, 4)] {
            mark.note(position).unwrap();
        }
        assert_eq!(Mark::open(path.clone()).unwrap().noted(), Some(at(2, 4)));
        mark.reset(at(2, 1)).unwrap();
        assert_eq!(Mark::open(path.clone()).unwrap().noted(), Some(at(2, 1)));
        fs::write(&path, "nonsense").unwrap();
        let problem = Mark::open(path).unwrap_err().to_string();
        assert!(problem.contains("EPOCH.POS"), "{problem}");
    }
}
