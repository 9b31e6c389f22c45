//! What other nodes send: which of it is new, and whether it follows what is here.
//!
//! The heads and the ways are the only memory of what was received: what lies behind them is dropped, what follows is
//! taken, whatever time has passed. The same key with another content is never dropped silently.

use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode};

use super::heads::{Drafting, Heads, WRITER};
use super::model::Draft;
use super::readopted;
use crate::StoreError;
use crate::engine::Engine;
use crate::journal::{self, Chain, Entry, Foreign, READOPTED};

/// Entries of other nodes, in the order in which they were sent.
#[derive(Clone, Debug)]
pub enum Inflow {
    /// The next entries of units' whole journals.
    Journal(Vec<Foreign>),
    /// The next letters to units of this subtree.
    Letters(Vec<Foreign>),
    /// The next letters of units hosted here, which lost them and get them back from where they had gone.
    Readopted(Vec<Foreign>),
}

/// Why entries of another node were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Something before it is missing: it was lost on the way, or did not fit itself.
    #[error("entry {seq} of {unit} does not follow what is here")]
    Gap {
        /// Whose entry.
        unit: UnitCode,
        /// Its number.
        seq: i64,
    },
    /// Another entry has its place here. Two databases wrote on from the same point: a person must look.
    #[error("entry {seq} of {unit} is another one here: the journal was forked")]
    Forked {
        /// Whose entry.
        unit: UnitCode,
        /// Its number.
        seq: i64,
    },
    /// The unit is decided for here: whoever wrote it had handed the unit over before.
    #[error("entry {seq} of {unit} was written by another node after {unit} had come to this one")]
    Ended {
        /// Whose entry.
        unit: UnitCode,
        /// Its number.
        seq: i64,
    },
    /// Its digest is not that of its content: it was changed on the way.
    #[error("entry {seq} of {unit} is not what its digest says")]
    Altered {
        /// Whose entry.
        unit: UnitCode,
        /// Its number.
        seq: i64,
    },
}

/// Where chains and ways stand after the inflows of a batch that come before.
#[derive(Default)]
pub(super) struct Ahead {
    chains: BTreeMap<UnitCode, Chain>,
    ways: BTreeMap<(UnitCode, UnitCode), i64>,
}

impl Inflow {
    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Foreign] {
        match self {
            Self::Journal(entries) | Self::Letters(entries) | Self::Readopted(entries) => entries,
        }
    }

    /// The latest business time of those of whole journals that are picked.
    pub(super) fn latest(&self, picked: impl Fn(&Entry) -> bool) -> Option<Timestamp> {
        let Self::Journal(entries) = self else { return None };
        entries.iter().map(|foreign| &foreign.entry).filter(|entry| picked(entry)).map(|entry| entry.at).max()
    }

    /// The part of it that is new.
    pub(super) async fn fresh<E: Engine>(
        &self,
        conn: &mut E::Connection,
        (service, heads): (&str, &Heads),
        ahead: &mut Ahead,
    ) -> Result<Result<Self, Unfit>, StoreError> {
        let mut fresh = Vec::new();
        for foreign in self.entries() {
            let (unit, seq) = (foreign.entry.unit, foreign.entry.seq);
            if foreign.entry.hash(service) != foreign.entry_hash {
                return Ok(Err(Unfit::Altered { unit, seq }));
            }
            let found = match self {
                Self::Journal(_) => follows(foreign, heads, ahead),
                Self::Letters(_) | Self::Readopted(_) => arrives(foreign, heads, ahead),
            };
            match found {
                Place::Next => fresh.push(foreign.clone()),
                Place::AsALetter if self.came_as_a_letter::<E>(conn, foreign).await? => {
                    fresh.push(foreign.clone());
                }
                Place::AsALetter => return Ok(Err(Unfit::Forked { unit, seq })),
                Place::Wrong(unfit) => return Ok(Err(unfit)),
                Place::Before if self.has::<E>(conn, foreign).await? => {}
                Place::Before => return Ok(Err(Unfit::Forked { unit, seq })),
            }
        }
        Ok(Ok(match self {
            Self::Journal(_) => Self::Journal(fresh),
            Self::Letters(_) => Self::Letters(fresh),
            Self::Readopted(_) => Self::Readopted(fresh),
        }))
    }

    /// Whether the entry that is here under this key is this one. One that came in this very batch is known by its place
    /// alone: it was compared with what it follows a moment ago.
    async fn has<E: Engine>(&self, conn: &mut E::Connection, foreign: &Foreign) -> Result<bool, StoreError> {
        let entry = &foreign.entry;
        let here = match (self, entry.to) {
            (Self::Journal(_), _) => {
                let at = journal::chains_at::<E>(conn, [(entry.unit, entry.seq)]).await?;
                at.get(&entry.unit).map(|chain| *chain == foreign.chain)
            }
            (_, Some((to, number))) => {
                let way = (entry.unit, to);
                let ends = journal::way_ends::<E>(conn, [(way, number)]).await?;
                ends.get(&way).map(|hash| *hash == foreign.entry_hash)
            }
            (_, None) => None,
        };
        Ok(here.unwrap_or(true))
    }

    /// Whether the letter that is here in this entry's place on its way is this one.
    async fn came_as_a_letter<E: Engine>(
        &self,
        conn: &mut E::Connection,
        foreign: &Foreign,
    ) -> Result<bool, StoreError> {
        let Some((to, number)) = foreign.entry.to else { return Ok(false) };
        let way = (foreign.entry.unit, to);
        let ends = journal::way_ends::<E>(conn, [(way, number)]).await?;
        Ok(ends.get(&way).is_none_or(|hash| *hash == foreign.entry_hash))
    }

    /// Writes down what is new.
    pub(super) fn add_to(&self, drafting: &mut Drafting<'_>) {
        match self {
            Self::Journal(entries) => entries.iter().for_each(|foreign| drafting.copy(foreign)),
            Self::Letters(entries) => entries.iter().for_each(|foreign| drafting.letter(foreign)),
            Self::Readopted(entries) => entries.iter().for_each(|foreign| {
                drafting.letter(foreign);
                let (unit, payload) = (foreign.entry.unit, readopted::quote(foreign));
                drafting.add(
                    WRITER,
                    foreign.traceparent.as_deref(),
                    Draft { unit, to: None, kind: READOPTED, payload },
                );
            }),
        }
    }

    /// What it is to the projections; letters lie there until whoever they are addressed to reads them.
    pub(super) fn effect(&self) -> Option<Vec<Entry>> {
        let told = |entries: &[Foreign]| entries.iter().map(|one| readopted::told(&one.entry)).collect();
        match self {
            Self::Journal(entries) | Self::Readopted(entries) => Some(told(entries)),
            Self::Letters(_) => None,
        }
    }
}

enum Place {
    /// Right behind what is here.
    Next,
    /// Right behind what is here of its journal; as a letter it came before, given back by whoever it was addressed to.
    AsALetter,
    /// There is, or was, an entry with this number.
    Before,
    Wrong(Unfit),
}

/// An entry's place in its unit's journal.
fn follows(foreign: &Foreign, heads: &Heads, ahead: &mut Ahead) -> Place {
    let entry = &foreign.entry;
    let (unit, seq) = (entry.unit, entry.seq);
    let head = ahead.chains.get(&unit).copied().unwrap_or_else(|| heads.chain(unit));
    if seq <= head.seq {
        return Place::Before;
    }
    if seq > head.seq + 1 {
        return Place::Wrong(Unfit::Gap { unit, seq });
    }
    let chain = head.follow(entry, &foreign.entry_hash);
    // The digests of all entries before are in it: another past makes another chain.
    if chain.hash != foreign.chain || entry.epoch < head.epoch {
        return Place::Wrong(Unfit::Forked { unit, seq });
    }
    let mut place = Place::Next;
    if let Some((to, number)) = entry.to {
        let way = ahead.ways.entry((unit, to)).or_insert_with(|| heads.way(unit, to));
        if number > *way + 1 {
            return Place::Wrong(Unfit::Gap { unit, seq });
        }
        if number <= *way {
            place = Place::AsALetter;
        }
        *way = number.max(*way);
    }
    ahead.chains.insert(unit, chain);
    place
}

/// A letter's place on its way.
fn arrives(foreign: &Foreign, heads: &Heads, ahead: &mut Ahead) -> Place {
    let (unit, seq) = (foreign.entry.unit, foreign.entry.seq);
    let Some((to, number)) = foreign.entry.to else { return Place::Wrong(Unfit::Gap { unit, seq }) };
    let way = ahead.ways.entry((unit, to)).or_insert_with(|| heads.way(unit, to));
    match number.cmp(&(*way + 1)) {
        std::cmp::Ordering::Less => Place::Before,
        std::cmp::Ordering::Greater => Place::Wrong(Unfit::Gap { unit, seq }),
        std::cmp::Ordering::Equal => {
            *way = number;
            Place::Next
        }
    }
}
