//! The heads in the writer's memory, and the numbering and hashing of a batch's entries on top of them.

use std::collections::{BTreeMap, HashMap};

use prost::Message;
use yishi_kernel::{Sealed, Timestamp, UnitCode};

use super::model::Draft;
use crate::StoreError;
use crate::engine::Engine;
use crate::journal::{
    self, Batch, Chain, ElsewhereRow, Entry, EntryRow, Foreign, Hash, HeadMove, OPENED, RequestRow, WayMove,
    unit_number,
};

/// The actor of entries that no person made.
pub(super) const WRITER: &str = "writer";

/// Where every chain and every way stands.
#[derive(Debug)]
pub(super) struct Heads {
    service: &'static str,
    chains: HashMap<UnitCode, Chain>,
    ways: HashMap<(UnitCode, UnitCode), i64>,
}

impl Heads {
    pub(super) async fn load<E: Engine>(
        conn: &mut E::Connection,
        service: &'static str,
    ) -> Result<Self, StoreError> {
        let chains = journal::heads::<E>(conn).await?.into_iter().collect();
        let ways = journal::ways::<E>(conn).await?.into_iter().collect();
        Ok(Self { service, chains, ways })
    }

    /// Begins a batch; nothing changes here until [`Heads::moved_to`].
    pub(super) fn draft(&self, epoch: i64, at: Timestamp, received_us: i64) -> Drafting<'_> {
        Drafting {
            heads: self,
            epoch,
            at,
            received_us,
            chains: BTreeMap::new(),
            ways: BTreeMap::new(),
            entries: Vec::new(),
            letters: Vec::new(),
            elsewhere: Vec::new(),
            behind: None,
        }
    }

    /// The highest epoch that anybody wrote in.
    pub(super) fn highest(&self) -> i64 {
        self.chains.values().map(|chain| chain.epoch).max().unwrap_or(0)
    }

    /// After the commit.
    pub(super) fn moved_to(&mut self, advance: Advance) {
        self.chains.extend(advance.chains);
        self.ways.extend(advance.ways);
    }

    /// Where a unit's chain stands.
    pub(super) fn chain(&self, unit: UnitCode) -> Chain {
        self.chains.get(&unit).copied().unwrap_or_else(|| Chain::start(self.service, unit))
    }

    /// The last number on the way from a unit to another.
    pub(super) fn way(&self, from: UnitCode, to: UnitCode) -> i64 {
        self.ways.get(&(from, to)).copied().unwrap_or(0)
    }
}

/// A batch being written down.
pub(super) struct Drafting<'h> {
    heads: &'h Heads,
    epoch: i64,
    at: Timestamp,
    received_us: i64,
    chains: BTreeMap<UnitCode, Chain>,
    ways: BTreeMap<(UnitCode, UnitCode), i64>,
    entries: Vec<EntryRow>,
    letters: Vec<EntryRow>,
    elsewhere: Vec<ElsewhereRow>,
    behind: Option<i64>,
}

/// How far a committed batch moved the heads.
#[derive(Debug)]
pub(super) struct Advance {
    chains: BTreeMap<UnitCode, Chain>,
    ways: BTreeMap<(UnitCode, UnitCode), i64>,
}

impl Drafting<'_> {
    /// Adds an entry to its unit's chain. The first one in a new term is preceded by an entry that names what it
    /// follows: a database restored from an old backup makes a visible fork, never the same key twice.
    pub(super) fn add(&mut self, actor: &str, traceparent: Option<&str>, draft: Draft) {
        self.open(draft.unit);
        let head = self.chain(draft.unit);
        let to = draft.to.map(|to| (to, self.number_on_the_way(draft.unit, to)));
        self.push(head, actor, traceparent, draft.kind, to, draft.unit, draft.payload);
    }

    /// Opens this term in a unit's chain, if that was not done before.
    pub(super) fn open(&mut self, unit: UnitCode) {
        let head = self.chain(unit);
        if head.epoch != self.epoch {
            self.behind = self.behind.max(Some(head.epoch).filter(|epoch| *epoch > self.epoch));
            let opened = EpochOpened::following(&head);
            self.push(head, WRITER, None, OPENED, None, unit, opened.encode_to_vec());
        }
    }

    /// The latest term behind whose entries one was added: another node has written there since this term began.
    pub(super) fn behind(&self) -> Option<i64> {
        self.behind
    }

    /// Adds the next entry of another node's unit, which must follow what is here.
    pub(super) fn copy(&mut self, foreign: &Foreign) {
        let entry = &foreign.entry;
        if self.chain(entry.unit).epoch != entry.epoch {
            self.elsewhere.push(ElsewhereRow { unit: unit_number(entry.unit), epoch: entry.epoch });
        }
        let chain = Chain { epoch: entry.epoch, seq: entry.seq, hash: foreign.chain };
        self.chains.insert(entry.unit, chain);
        if let Some((to, number)) = entry.to {
            let way = self.way(entry.unit, to).max(number);
            self.ways.insert((entry.unit, to), way);
        }
        let row = self.row(entry.clone(), foreign.entry_hash, foreign.chain, foreign.traceparent.as_deref());
        self.entries.push(EntryRow { sealed: foreign.sealed.clone(), ..row });
    }

    /// Puts something sealed beside the entry that was added last.
    pub(super) fn seal(&mut self, sealed: &Sealed) {
        if let Some(last) = self.entries.last_mut() {
            last.sealed = Some(Box::new(sealed.clone()));
        }
    }

    /// Adds the next letter on its way.
    pub(super) fn letter(&mut self, foreign: &Foreign) {
        let Some((to, number)) = foreign.entry.to else { return };
        self.ways.insert((foreign.entry.unit, to), number);
        let (entry, traceparent) = (foreign.entry.clone(), foreign.traceparent.as_deref());
        let row = self.row(entry, foreign.entry_hash, foreign.chain, traceparent);
        self.letters.push(row);
    }

    /// Where a unit's chain stands after what was added so far.
    pub(super) fn chain(&self, unit: UnitCode) -> Chain {
        self.chains.get(&unit).copied().unwrap_or_else(|| self.heads.chain(unit))
    }

    /// The last number on a way after what was added so far.
    pub(super) fn way(&self, from: UnitCode, to: UnitCode) -> i64 {
        self.ways.get(&(from, to)).copied().unwrap_or_else(|| self.heads.way(from, to))
    }

    fn number_on_the_way(&mut self, from: UnitCode, to: UnitCode) -> i64 {
        let number = self.way(from, to) + 1;
        self.ways.insert((from, to), number);
        number
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of an entry, once")]
    fn push(
        &mut self,
        head: Chain,
        actor: &str,
        traceparent: Option<&str>,
        kind: &str,
        to: Option<(UnitCode, i64)>,
        unit: UnitCode,
        payload: Vec<u8>,
    ) {
        let entry = Entry {
            unit,
            epoch: self.epoch,
            seq: head.seq + 1,
            at: self.at,
            actor: actor.to_owned(),
            kind: kind.to_owned(),
            to,
            payload,
        };
        let entry_hash = entry.hash(self.heads.service);
        let chain = head.follow(&entry, &entry_hash);
        self.chains.insert(unit, chain);
        let row = self.row(entry, entry_hash, chain.hash, traceparent);
        self.entries.push(row);
    }

    fn row(&self, entry: Entry, entry_hash: Hash, chain: Hash, traceparent: Option<&str>) -> EntryRow {
        EntryRow {
            offset: self.len() + 1,
            unit: entry.unit,
            epoch: entry.epoch,
            seq: entry.seq,
            at_us: entry.at.as_micros(),
            actor: entry.actor,
            kind: entry.kind,
            to_unit: entry.to.map(|(unit, _)| unit),
            to_seq: entry.to.map(|(_, seq)| seq),
            payload: entry.payload,
            entry_hash,
            chain,
            received_us: self.received_us,
            traceparent: traceparent.map(ToOwned::to_owned),
            sealed: None,
        }
    }

    /// How many entries there are so far.
    #[expect(clippy::cast_possible_wrap, reason = "a batch is bounded by the lanes' shares")]
    pub(super) fn len(&self) -> i64 {
        self.entries.len() as i64
    }

    /// The rows to write, and what to remember once they are.
    pub(super) fn finish(mut self, requests: Vec<RequestRow>) -> (Batch, Advance) {
        for (offset, letter) in (self.len() + 1..).zip(&mut self.letters) {
            letter.offset = offset;
        }
        let heads = self.chains.iter().map(|(&unit, chain)| {
            let old = self.heads.chain(unit);
            HeadMove {
                unit: unit_number(unit),
                epoch: chain.epoch,
                seq: chain.seq,
                chain: chain.hash,
                old_epoch: old.epoch,
                old_seq: old.seq,
            }
        });
        let ways = self.ways.iter().map(|(&(from, to), &to_seq)| WayMove {
            unit: unit_number(from),
            to_unit: unit_number(to),
            to_seq,
        });
        let batch = Batch {
            epoch: self.epoch,
            at_us: self.at.as_micros(),
            heads: heads.collect(),
            ways: ways.collect(),
            entries: self.entries,
            letters: self.letters,
            elsewhere: self.elsewhere,
            requests,
        };
        (batch, Advance { chains: self.chains, ways: self.ways })
    }
}

/// `yishi.journal.v1.EpochOpened`. The store knows no contracts; a test compares the two.
#[derive(Clone, PartialEq, prost::Message)]
struct EpochOpened {
    #[prost(message, optional, tag = "1")]
    follows: Option<Follows>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Follows {
    #[prost(int64, tag = "1")]
    epoch: i64,
    #[prost(int64, tag = "2")]
    seq: i64,
    #[prost(bytes = "vec", tag = "3")]
    chain: Vec<u8>,
}

impl EpochOpened {
    fn following(head: &Chain) -> Self {
        let follows = Follows { epoch: head.epoch, seq: head.seq, chain: head.hash.to_vec() };
        Self { follows: (head.seq > 0).then_some(follows) }
    }
}
