//! What the disk below a measurement can do: durable figures without it cannot be compared between runs.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

const BLOCK: [u8; 8192] = [0x5a; 8192];

/// Median time of overwriting 8 KiB and making it durable with `fdatasync`, on the disk that holds `folder`.
///
/// The block is written once before the first round, so that no round pays for the file's growth.
pub fn fdatasync(folder: &Path, rounds: usize) -> io::Result<Duration> {
    if rounds == 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "rounds is 0: at least 1 is needed"));
    }
    let path = folder.join("fdatasync.probe");
    let file = File::create(&path)?;
    file.write_all_at(&BLOCK, 0)?;
    file.sync_all()?;
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let started = Instant::now();
        file.write_all_at(&BLOCK, 0)?;
        file.sync_data()?;
        times.push(started.elapsed());
    }
    std::fs::remove_file(&path)?;
    Ok(median(times))
}

/// The middle of `times`, the later one of two.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_one_slow_round() {
        assert_eq!(median([9, 1, 2, 900, 3].map(Duration::from_millis).to_vec()), Duration::from_millis(3));
        assert_eq!(median([2, 1].map(Duration::from_millis).to_vec()), Duration::from_millis(2));
    }

    #[test]
    fn the_probe_writes_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(fdatasync(folder.path(), 3).unwrap() > Duration::ZERO);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(fdatasync(folder.path(), 0).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fdatasync(&folder.path().join("gone"), 1).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
