//! The newest entries in memory: whoever follows closely need not ask the database for what was just written into it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::journal::Stored;

/// Entries kept at most.
const ENTRIES: usize = 2048;
/// Bytes of payload kept at most.
const BYTES: usize = 1 << 20;

/// The end of a journal, in commit order and without holes.
#[derive(Debug, Default)]
pub struct Tail(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Stored>>,
    bytes: usize,
}

impl Tail {
    /// Adds what a committed batch wrote. What does not follow on begins anew: its predecessors are in the database only.
    pub(super) fn extend(&self, batch: impl Iterator<Item = Stored>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for stored in batch {
            if kept.entries.back().is_some_and(|last| last.pos + 1 != stored.pos) {
                *kept = Kept::default();
            }
            kept.bytes += stored.entry.payload.len();
            kept.entries.push_back(Arc::new(stored));
        }
        while kept.entries.len() > ENTRIES || kept.bytes > BYTES {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes -= oldest.entry.payload.len();
        }
    }

    /// The entries after a position, nothing if the first of them is not here any more.
    #[must_use]
    pub fn after(&self, pos: i64, limit: usize) -> Option<Vec<Arc<Stored>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = usize::try_from(pos + 1 - kept.entries.front()?.pos).ok()?;
        (ahead < kept.entries.len()).then(|| kept.entries.range(ahead..).take(limit).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Timestamp;

    use super::*;
    use crate::journal::Entry;

    fn stored(pos: i64, payload: usize) -> Stored {
        let entry = Entry {
            unit: "640000000000".parse().unwrap(),
            epoch: 1,
            seq: pos,
            at: Timestamp::from_micros(0),
            actor: "officer".to_owned(),
            kind: "noted".to_owned(),
            to: None,
            payload: vec![0; payload],
        };
        let hash = [0; 32];
        let (traceparent, sealed) = (None, None);
        Stored {
            entry,
            entry_hash: hash,
            chain: hash,
            pos,
            received_us: 0,
            traceparent,
            sealed,
            letter: false,
        }
    }

    fn positions(tail: &Tail, pos: i64, limit: usize) -> Option<Vec<i64>> {
        tail.after(pos, limit).map(|page| page.iter().map(|stored| stored.pos).collect())
    }

    #[test]
    fn what_is_here_is_without_holes_and_what_is_not_is_left_to_the_database() {
        let tail = Tail::default();
        assert_eq!(positions(&tail, 0, 9), None);
        tail.extend((5..8).map(|pos| stored(pos, 1)));
        assert_eq!(positions(&tail, 3, 9), None, "the fourth was never here");
        assert_eq!(positions(&tail, 4, 2), Some(vec![5, 6]));
        assert_eq!(positions(&tail, 6, 9), Some(vec![7]));
        assert_eq!(positions(&tail, 7, 9), None, "nothing came after it");
        tail.extend((8..9).map(|pos| stored(pos, 1)));
        assert_eq!(positions(&tail, 4, 9), Some(vec![5, 6, 7, 8]));
        // A commit whose answer was lost has left a hole in memory.
        tail.extend((11..13).map(|pos| stored(pos, 1)));
        assert_eq!(positions(&tail, 8, 9), None);
        assert_eq!(positions(&tail, 10, 9), Some(vec![11, 12]));
    }

    #[test]
    fn it_is_bounded_in_entries_and_in_bytes() {
        let tail = Tail::default();
        let many = i64::try_from(ENTRIES).unwrap() + 10;
        tail.extend((1..=many).map(|pos| stored(pos, 1)));
        assert_eq!(tail.after(10, usize::MAX).map(|page| page.len()), Some(ENTRIES));
        assert_eq!(positions(&tail, 9, 1), None);
        tail.extend((many + 1..many + 4).map(|pos| stored(pos, BYTES / 2)));
        assert_eq!(positions(&tail, many + 1, 9), Some(vec![many + 2, many + 3]));
        assert_eq!(positions(&tail, many, 9), None);
    }
}
