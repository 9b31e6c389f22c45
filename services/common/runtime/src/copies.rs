//! Entries of units that other nodes host: read as a service's events, and applied all together or not at all.

use std::fmt;

use yishi_kernel::UnitCode;
use yishi_store::journal::{self, Entry};

/// What an entry tells, and which one it is: whoever cannot apply it says so.
#[derive(Clone, Debug)]
pub struct Copied<T> {
    /// What it tells.
    pub told: T,
    place: Place,
}

#[derive(Clone, Debug)]
struct Place {
    unit: UnitCode,
    seq: i64,
    kind: String,
}

impl<T> fmt::Display for Copied<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, seq, kind } = self;
        write!(f, "entry {seq} of {unit}, {kind}")
    }
}

/// What entries tell, in their order, but for the journal's own, such as the begin of an epoch; or which of them cannot be read, and why.
pub fn read<T>(
    entries: &[Entry],
    told: impl Fn(&Entry) -> Result<T, String>,
) -> Result<Vec<Copied<T>>, String> {
    let of_services = entries.iter().filter(|entry| !journal::is_own(&entry.kind));
    let read = of_services.map(|entry| {
        let place = Place { unit: entry.unit, seq: entry.seq, kind: entry.kind.clone() };
        match told(entry) {
            Ok(told) => Ok(Copied { told, place }),
            Err(problem) => Err(format!("{place}: {problem}")),
        }
    });
    read.collect()
}

/// Applies what entries tell. If one does not fit, the working set is as it was, and which one and why is answered.
pub fn apply<W: Clone, T, E: fmt::Display>(
    working: &mut W,
    copied: &[Copied<T>],
    follow: impl Fn(&mut W, &T) -> Result<(), E>,
) -> Result<(), String> {
    let before = working.clone();
    for Copied { told, place } in copied {
        if let Err(misfit) = follow(working, told) {
            *working = before;
            return Err(format!("{place}: {misfit}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Timestamp;
    use yishi_store::journal::OPENED;

    use super::*;

    fn entry(seq: i64, kind: &str, payload: u8) -> Entry {
        Entry {
            unit: UnitCode::new(640_324_100_200).unwrap(),
            epoch: 1,
            seq,
            at: Timestamp::from_micros(7),
            actor: "officer-1".to_owned(),
            kind: kind.to_owned(),
            to: None,
            payload: vec![payload],
        }
    }

    fn told(entry: &Entry) -> Result<u8, String> {
        entry.payload.first().copied().filter(|told| *told > 0).ok_or_else(|| "nothing is told".to_owned())
    }

    #[test]
    fn what_the_journal_writes_for_itself_is_passed_over_unread() {
        let entries = [entry(1, OPENED, 0), entry(2, "test.told", 7), entry(3, "journal.of_tomorrow", 0)];
        let read: Vec<u8> = read(&entries, told).unwrap().iter().map(|copied| copied.told).collect();
        assert_eq!(read, [7]);
    }

    #[test]
    fn the_entry_that_cannot_be_read_is_named() {
        let problem = read(&[entry(1, "test.told", 7), entry(2, "test.mute", 0)], told).unwrap_err();
        assert_eq!(problem, "entry 2 of 640324100200, test.mute: nothing is told");
    }

    #[test]
    fn what_does_not_fit_is_named_and_nothing_is_applied() {
        let mut sum = 250_u8;
        let add = |sum: &mut u8, told: &u8| {
            *sum = sum.checked_add(*told).ok_or("it is too much")?;
            Ok::<_, &str>(())
        };
        let copied = read(&[entry(1, "test.told", 3), entry(2, "test.told", 3)], told).unwrap();
        let problem = apply(&mut sum, &copied, add).unwrap_err();
        assert_eq!(problem, "entry 2 of 640324100200, test.told: it is too much");
        assert_eq!(sum, 250);
        assert_eq!((apply(&mut sum, &copied[..1], add), sum), (Ok(()), 253));
    }
}
