//! How far a database was ever known to others, noted outside the database.
//!
//! A backup that is restored takes the database back in time, but not this file: a database that is behind its mark lost
//! what others hold of it. A disk that was taken back as a whole shows only when another node compares.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use yishi_store::Position;

/// Where the two places for a position begin, each in a block of its own.
const PLACES: [u64; 2] = [0, 4096];
/// Two positions of two numbers each, what separates them, and the end of the line.
const PLACE: usize = 96;

/// The mark of one database: a file with two places that are written in turn. A place that was being written when the
/// power failed says nothing, and then the other one still holds what others were told of.
#[derive(Debug)]
pub struct Mark {
    path: PathBuf,
    file: Option<File>,
    noted: Option<Position>,
    /// The place to write next.
    next: usize,
}

impl Mark {
    /// Reads the mark, if one was ever made.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let mut file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, file: None, noted: None, next: 0 });
            }
            Err(error) => return Err(error),
        };
        if let Some(noted) = alone(&mut file)? {
            return Ok(Self { path, file: None, noted: Some(noted), next: 0 });
        }
        let [first, second] = [read(&mut file, PLACES[0])?, read(&mut file, PLACES[1])?];
        let noted = first.max(second).ok_or_else(|| {
            let problem = format!("{}: neither place holds a position twice, as EPOCH.POS", path.display());
            io::Error::new(io::ErrorKind::InvalidData, problem)
        })?;
        let next = usize::from(first == Some(noted));
        Ok(Self { path, file: Some(file), noted: Some(noted), next })
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
        let Some(file) = &mut self.file else { return self.reset(position) };
        file.seek(SeekFrom::Start(PLACES[self.next]))?;
        file.write_all(&line(position))?;
        file.sync_data()?;
        (self.noted, self.next) = (Some(position), 1 - self.next);
        Ok(())
    }

    /// Forgets what was noted: what the database lost is given up, or is back.
    pub fn reset(&mut self, position: Position) -> io::Result<()> {
        let new = self.path.with_extension("mark.new");
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = File::create(&new)?;
        let mut text = line(position);
        text.resize(usize::try_from(PLACES[1]).unwrap_or_default(), b' ');
        text.resize(text.len() + PLACE, b' ');
        file.write_all(&text)?;
        file.sync_all()?;
        // If the rest fails, the next position is not written into a file that has no name any more.
        self.file = None;
        fs::rename(&new, &self.path)?;
        // The rename is durable once its folder is.
        File::open(folder)?.sync_all()?;
        (self.file, self.noted, self.next) = (Some(file), Some(position), 1);
        Ok(())
    }
}

/// The position twice, so that half of it shows.
fn line(Position { epoch, pos }: Position) -> Vec<u8> {
    let text = format!("{epoch}.{pos} {epoch}.{pos}");
    format!("{text:<width$}\n", width = PLACE - 1).into_bytes()
}

fn read(file: &mut File, from: u64) -> io::Result<Option<Position>> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(from))?;
    match file.take(PLACE as u64).read_to_string(&mut text) {
        Err(error) if error.kind() != io::ErrorKind::InvalidData => return Err(error),
        _ => {}
    }
    Ok(parse(&text))
}

/// The position of a mark as it was before there were two places: alone in a short file. The next one makes it anew.
fn alone(file: &mut File) -> io::Result<Option<Position>> {
    if file.metadata()?.len() >= PLACES[1] {
        return Ok(None);
    }
    let mut text = String::new();
    file.take(PLACE as u64).read_to_string(&mut text)?;
    let text = text.trim();
    Ok(parse(&format!("{text} {text}")))
}

fn parse(text: &str) -> Option<Position> {
    let (once, again) = text.trim().split_once(' ')?;
    let (epoch, pos) = once.split_once('.').filter(|_| once == again)?;
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

    #[test]
    fn a_mark_with_one_place_is_read_and_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("intake.mark");
        fs::write(&path, "7.42").unwrap();
        let mut mark = Mark::open(path.clone()).unwrap();
        assert_eq!(mark.noted(), Some(at(7, 42)));
        mark.note(at(7, 41)).unwrap();
        assert_eq!(Mark::open(path.clone()).unwrap().noted(), Some(at(7, 42)));
        mark.note(at(7, 43)).unwrap();
        assert_eq!(Mark::open(path).unwrap().noted(), Some(at(7, 43)));
    }

    #[test]
    fn a_place_that_was_half_written_leaves_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("intake.mark");
        let mut mark = Mark::open(path.clone()).unwrap();
        for pos in [99, 100, 101] {
            mark.note(at(3, pos)).unwrap();
        }
        let whole = fs::read(&path).unwrap();
        // What was told of before is in the second place, and the third position is written over the first.
        let written = line(at(3, 101));
        for torn in 0..=written.len() {
            let mut bytes = whole.clone();
            bytes[..PLACE].copy_from_slice(&line(at(3, 99)));
            bytes[..torn].copy_from_slice(&written[..torn]);
            fs::write(&path, &bytes).unwrap();
            let noted = Mark::open(path.clone()).unwrap().noted().unwrap();
            assert!([at(3, 100), at(3, 101)].contains(&noted), "{torn}: {noted:?}");
        }
        let mut mark = Mark::open(path.clone()).unwrap();
        mark.note(at(3, 102)).unwrap();
        mark.note(at(3, 103)).unwrap();
        assert_eq!(Mark::open(path).unwrap().noted(), Some(at(3, 103)));
    }
}
