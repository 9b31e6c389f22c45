//! What a receiver holds, entry by entry: by it the sender leaves out what is held, and the receiver sees that nothing
//! is missing.

use std::collections::BTreeMap;

use yishi_kernel::UnitCode;
use yishi_store::journal::{Chain, Hash, Stored};

use super::duplex::Beyond;
use super::farewell::{Farewell, Fork, Reason};
use super::frame::{Carried, Holdings, Way};
use super::lane::Lane;

/// How far somebody holds the entries of one lane.
#[derive(Clone, Debug)]
pub(crate) enum Tally {
    /// Whole journals.
    Dense(BTreeMap<UnitCode, Chain>),
    /// Letters.
    Sparse(BTreeMap<(UnitCode, UnitCode), Last>),
}

/// The last letter on a way; without its digest if there is nothing to compare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Last(i64, Option<Hash>);

impl Tally {
    pub(crate) fn of(lane: Lane, held: &Holdings) -> Self {
        if lane.is_dense() {
            return Self::Dense(held.heads.clone());
        }
        let last = |way: &Way| Last(way.to_seq, Some(way.hash));
        Self::Sparse(held.ways.iter().map(|(&way, held)| (way, last(held))).collect())
    }

    /// On ways on which the receiver holds more than this side does, the two have nothing to compare: the last letter here
    /// and all that follow are sent although they should be there, and the receiver's writer compares them. Of journals
    /// both sides say their heads, and the longer one compares.
    pub(crate) fn doubt(&mut self, beyond: &[Beyond]) {
        if let Self::Sparse(ways) = self {
            for Beyond { unit, to, number } in beyond {
                ways.extend(to.map(|to| ((*unit, to), Last(number - 1, None))));
            }
        }
    }

    /// Whether a receiver that holds this holds the entry. The last one that it holds on each way must be the same one,
    /// for then all before it are.
    pub(crate) fn holds(&self, stored: &Stored) -> Result<bool, Fork> {
        let entry = &stored.entry;
        let (number, to, mine, held) = match (self, entry.to) {
            (Self::Dense(heads), _) => {
                let head = heads.get(&entry.unit).map(|head| Last(head.seq, Some(head.hash)));
                (entry.seq, None, stored.chain, head)
            }
            (Self::Sparse(ways), Some((to, to_seq))) => {
                (to_seq, Some(to), stored.entry_hash, ways.get(&(entry.unit, to)).copied())
            }
            (Self::Sparse(_), None) => return Ok(true),
        };
        match held {
            Some(Last(last, Some(theirs))) if last == number && theirs != mine => {
                Err(Fork { unit: entry.unit, to, number, mine, theirs })
            }
            Some(Last(last, _)) => Ok(number <= last),
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
                let way = ways.entry((entry.unit, to)).or_insert(Last(0, None));
                let before = way.0;
                way.0 = to_seq.clamp(before, before + 1);
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
