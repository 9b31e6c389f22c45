//! What a receiver holds, entry by entry: by it the sender leaves out what is held, and the receiver sees that nothing
//! is missing.

use std::collections::BTreeMap;

use yishi_kernel::UnitCode;
use yishi_store::journal::{Chain, Stored};

use super::farewell::{Farewell, Fork, Reason};
use super::frame::{Carried, Holdings, Way};
use super::lane::Lane;

/// How far somebody holds the entries of one lane.
#[derive(Clone, Debug)]
pub(crate) enum Tally {
    /// Whole journals.
    Dense(BTreeMap<UnitCode, Chain>),
    /// Letters.
    Sparse(BTreeMap<(UnitCode, UnitCode), Way>),
}

impl Tally {
    pub(crate) fn of(lane: Lane, held: &Holdings) -> Self {
        if lane.is_dense() { Self::Dense(held.heads.clone()) } else { Self::Sparse(held.ways.clone()) }
    }

    /// Whether a receiver that holds this holds the entry. The last one that it holds on each way must be the same one,
    /// for then all before it are.
    pub(crate) fn holds(&self, stored: &Stored) -> Result<bool, Fork> {
        let entry = &stored.entry;
        let (number, to, mine, held) = match (self, entry.to) {
            (Self::Dense(heads), _) => {
                let head = heads.get(&entry.unit).map(|head| (head.seq, head.hash));
                (entry.seq, None, stored.chain, head)
            }
            (Self::Sparse(ways), Some((to, to_seq))) => {
                let way = ways.get(&(entry.unit, to)).map(|way| (way.to_seq, way.hash));
                (to_seq, Some(to), stored.entry_hash, way)
            }
            (Self::Sparse(_), None) => return Ok(true),
        };
        match held {
            Some((last, theirs)) if last == number && theirs != mine => {
                Err(Fork { unit: entry.unit, to, number, mine, theirs })
            }
            Some((last, _)) => Ok(number <= last),
            None => Ok(false),
        }
    }

    /// Takes in the next entry that came. One that is held already is let pass: the writer compares it with what it has.
    pub(crate) fn follow(&mut self, service: &str, carried: &Carried) -> Result<(), Farewell> {
        let entry = &carried.entry;
        let altered = |what: &str| {
            let detail =
                format!("{} number {}: the {what} is not that of its columns", entry.unit, entry.seq);
            Farewell::about(entry.unit, Reason::Tampered, detail)
        };
        if carried.entry_hash != entry.hash(service) {
            return Err(altered("hash"));
        }
        let (number, last) = match (&mut *self, entry.to) {
            (Self::Dense(heads), _) => {
                let head = heads.entry(entry.unit).or_insert_with(|| Chain::start(service, entry.unit));
                let before = head.seq;
                if entry.seq == before + 1 {
                    *head = head.follow(entry, &carried.entry_hash);
                    if head.hash != carried.chain {
                        return Err(altered("chain"));
                    }
                }
                (entry.seq, before)
            }
            (Self::Sparse(ways), Some((to, to_seq))) => {
                let way = ways.entry((entry.unit, to)).or_insert(Way { to_seq: 0, hash: carried.entry_hash });
                let before = way.to_seq;
                if to_seq == before + 1 {
                    *way = Way { to_seq, hash: carried.entry_hash };
                }
                (to_seq, before)
            }
            (Self::Sparse(_), None) => (0, 0),
        };
        if number > last + 1 {
            let to = entry.to.filter(|_| matches!(self, Self::Sparse(_)));
            let way = to.map(|(to, _)| format!(" to {to}")).unwrap_or_default();
            let detail = format!("{}{way}: number {number} came after {last}", entry.unit);
            return Err(Farewell::about(entry.unit, Reason::Gap, detail));
        }
        Ok(())
    }
}
