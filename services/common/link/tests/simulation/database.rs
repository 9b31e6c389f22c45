//! A database as the store keeps it, in memory: journals kept whole, letters, ways, terms and positions.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use prost::Message as _;
use yishi_kernel::{Timestamp, UnitCode};
use yishi_link::protocol::{Batch, Beyond, Carried, Fork, Frame, Holdings, Input, Lane, Way, wire};
use yishi_proto::link::v1 as pb;
use yishi_store::journal::{Chain, Entry, OPENED, Stored};
use yishi_witness::Statement;

use crate::tree::Tree;

pub(crate) const SERVICE: &str = "drill";
/// An own letter that a delegate gave back; its payload is the letter.
pub(crate) const READOPTED: &str = "journal.readopted";

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) stored: Stored,
    /// In a journal that is kept whole, not a single letter.
    pub(crate) dense: bool,
}

/// What an entry says, before it is numbered.
pub(crate) struct Draft {
    pub(crate) unit: UnitCode,
    pub(crate) kind: &'static str,
    pub(crate) to: Option<UnitCode>,
    pub(crate) payload: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Database {
    /// Each term with the position at which it began.
    pub(crate) terms: Vec<(i64, i64)>,
    pub(crate) log: Vec<Rc<Row>>,
    pub(crate) dense: BTreeMap<UnitCode, Vec<Rc<Row>>>,
    pub(crate) ways: BTreeMap<(UnitCode, UnitCode), Vec<Rc<Row>>>,
    /// What nodes below signed last, by their topmost units.
    pub(crate) testimonies: BTreeMap<UnitCode, Statement>,
    /// A planted fault: duplicates are known only among the last so many.
    pub(crate) window: Option<usize>,
    pub(crate) recent: VecDeque<(UnitCode, i64, i64)>,
}

impl Database {
    pub(crate) fn pos(&self) -> i64 {
        i64::try_from(self.log.len()).unwrap()
    }

    /// Whether it has ever been at a position of a term.
    pub(crate) fn knows(&self, epoch: i64, pos: i64) -> bool {
        let Some(at) = self.terms.iter().position(|term| term.0 == epoch) else { return false };
        pos <= self.terms.get(at + 1).map_or(self.pos(), |next| next.1)
    }

    pub(crate) fn head(&self, unit: UnitCode) -> Chain {
        self.dense.get(&unit).and_then(|rows| rows.last()).map_or(Chain::start(SERVICE, unit), |row| Chain {
            epoch: row.stored.entry.epoch,
            seq: row.stored.entry.seq,
            hash: row.stored.chain,
        })
    }

    pub(crate) fn way(&self, from: UnitCode, to: UnitCode) -> i64 {
        self.ways.get(&(from, to)).map_or(0, |rows| i64::try_from(rows.len()).unwrap())
    }

    /// Writes an own entry, after the one that opens the term if it is the unit's first.
    pub(crate) fn write(&mut self, draft: Draft, epoch: i64, now: i64) -> Vec<Rc<Row>> {
        let mut rows = Vec::new();
        if self.head(draft.unit).epoch != epoch {
            let opened = Draft { unit: draft.unit, kind: OPENED, to: None, payload: Vec::new() };
            rows.push(self.write_one(opened, epoch, now));
        }
        rows.push(self.write_one(draft, epoch, now));
        rows
    }

    fn write_one(&mut self, draft: Draft, epoch: i64, now: i64) -> Rc<Row> {
        let head = self.head(draft.unit);
        let to = draft.to.map(|to| (to, self.way(draft.unit, to) + 1));
        let Draft { unit, kind, payload, .. } = draft;
        let (at, actor) = (Timestamp::from_micros(now), String::from("drill"));
        let entry = Entry { unit, epoch, seq: head.seq + 1, at, actor, kind: kind.to_owned(), to, payload };
        let entry_hash = entry.hash(SERVICE);
        let chain = head.follow(&entry, &entry_hash).hash;
        let traceparent = (entry.seq % 3 == 0).then(|| format!("00-{unit}-{}", entry.seq));
        self.put(Carried { entry, entry_hash, chain, traceparent, sealed: None }, true, now)
    }

    fn put(&mut self, carried: Carried, dense: bool, now: i64) -> Rc<Row> {
        let Carried { entry, entry_hash, chain, traceparent, sealed } = carried;
        let (pos, letter) = (self.pos() + 1, !dense);
        let stored = Stored { entry, entry_hash, chain, pos, received_us: now, traceparent, sealed, letter };
        let row = Rc::new(Row { stored, dense });
        let entry = &row.stored.entry;
        self.log.push(Rc::clone(&row));
        if dense {
            self.dense.entry(entry.unit).or_default().push(Rc::clone(&row));
        }
        if let Some((to, to_seq)) = entry.to
            && to_seq > self.way(entry.unit, to)
        {
            self.ways.entry((entry.unit, to)).or_default().push(Rc::clone(&row));
        }
        row
    }

    /// Takes in an entry of a journal that is kept whole: the rows it makes, none if it is held.
    pub(crate) fn take(&mut self, carried: Carried, now: i64) -> Result<Vec<Rc<Row>>, Fork> {
        let entry = &carried.entry;
        let head = self.head(entry.unit);
        if entry.seq <= head.seq && !self.forgot((entry.unit, entry.seq, 0)) {
            let held = &self.dense[&entry.unit][usize::try_from(entry.seq).unwrap() - 1].stored;
            return if held.chain == carried.chain && held.entry_hash == carried.entry_hash {
                Ok(Vec::new())
            } else {
                let (mine, theirs) = (held.chain, carried.chain);
                Err(Fork { unit: entry.unit, to: None, number: entry.seq, mine, theirs })
            };
        }
        assert!(entry.seq <= head.seq + 1, "a gap reached the writer: {entry:?}");
        if let Some((to, to_seq)) = entry.to {
            self.same_letter(entry.unit, to, to_seq, &carried)?;
        }
        let letter = (entry.kind == READOPTED).then(|| unpack(&entry.payload));
        self.recent.push_back((entry.unit, entry.seq, 0));
        let mut rows = vec![self.put(carried, true, now)];
        // What was readopted is a letter again wherever its journal is kept.
        if let Some(letter) = letter {
            rows.extend(self.take_letter(letter, now)?);
        }
        Ok(rows)
    }

    /// Takes in a single letter: the row it makes, none if it is held.
    pub(crate) fn take_letter(&mut self, carried: Carried, now: i64) -> Result<Option<Rc<Row>>, Fork> {
        let entry = &carried.entry;
        let (to, to_seq) = entry.to.expect("a letter is addressed");
        let last = self.way(entry.unit, to);
        if to_seq <= last && !self.forgot((entry.unit, to_seq, i64::try_from(to.as_u64()).unwrap())) {
            self.same_letter(entry.unit, to, to_seq, &carried)?;
            return Ok(None);
        }
        assert!(to_seq <= last + 1, "a gap reached the writer: {entry:?}");
        self.recent.push_back((entry.unit, to_seq, i64::try_from(to.as_u64()).unwrap()));
        Ok(Some(self.put(carried, false, now)))
    }

    fn forgot(&mut self, key: (UnitCode, i64, i64)) -> bool {
        self.window.is_some_and(|window| {
            while self.recent.len() > window {
                self.recent.pop_front();
            }
            !self.recent.contains(&key)
        })
    }

    fn same_letter(&self, unit: UnitCode, to: UnitCode, number: i64, carried: &Carried) -> Result<(), Fork> {
        let held = self.ways.get(&(unit, to)).and_then(|rows| rows.get(usize::try_from(number).unwrap() - 1));
        match held.map(|row| row.stored.entry_hash) {
            Some(mine) if mine != carried.entry_hash => {
                Err(Fork { unit, to: Some(to), number, mine, theirs: carried.entry_hash })
            }
            _ => Ok(()),
        }
    }

    /// What it holds of the journals below a unit and of the letters to there.
    pub(crate) fn look(&self, tree: &Tree, lower: UnitCode, ways: bool) -> Holdings {
        let units = self.dense.keys().filter(|&&unit| tree.is_within(unit, lower));
        let mut held =
            Holdings { heads: units.map(|&unit| (unit, self.head(unit))).collect(), ways: BTreeMap::new() };
        for (&(from, to), rows) in self.ways.iter().filter(|_| ways) {
            if let Some(last) = rows.last()
                && is_into(tree, lower, from, to)
            {
                let to_seq = i64::try_from(rows.len()).unwrap();
                held.ways.insert((from, to), Way { to_seq, hash: last.stored.entry_hash });
            }
        }
        held
    }

    /// Where a receiver lacks something first, who of the writers is ahead there, and what differs.
    pub(crate) fn resume(&self, tree: &Tree, lane: Lane, lower: UnitCode, held: &Holdings) -> Input {
        let (mut first, mut beyond, mut forked) = (self.pos() + 1, Vec::new(), None);
        let mut compare = |unit, to: Option<UnitCode>, rows: &[Rc<Row>], last: Option<(i64, [u8; 32])>| {
            let number = last.map_or(0, |last| last.0);
            let at = usize::try_from(number).unwrap();
            if let Some(row) = rows.get(at) {
                first = first.min(row.stored.pos);
            }
            if at > rows.len() {
                let number = i64::try_from(rows.len()).unwrap();
                beyond.push(Beyond { unit, to, number });
                // The receiver compares the last letter here with its own.
                let last = rows.last().filter(|_| to.is_some());
                first = last.map_or(first, |row| first.min(row.stored.pos));
            } else if let Some((_, theirs)) = last {
                let stored = &rows[at - 1].stored;
                let mine = if to.is_none() { stored.chain } else { stored.entry_hash };
                if mine != theirs {
                    forked.get_or_insert(Fork { unit, to, number, mine, theirs });
                }
            }
        };
        if lane.is_dense() {
            for &unit in tree.units.iter().filter(|&&unit| tree.is_within(unit, lower)) {
                let rows = self.dense.get(&unit).map_or(&[][..], Vec::as_slice);
                compare(unit, None, rows, held.heads.get(&unit).map(|head| (head.seq, head.hash)));
            }
        } else {
            let ours = self.ways.keys().filter(|&&(from, to)| is_into(tree, lower, from, to));
            let all: std::collections::BTreeSet<_> = ours.chain(held.ways.keys()).copied().collect();
            for (from, to) in all {
                let rows = self.ways.get(&(from, to)).map_or(&[][..], Vec::as_slice);
                let last = held.ways.get(&(from, to)).map(|way| (way.to_seq, way.hash));
                compare(from, Some(to), rows, last);
            }
        }
        Input::Resumed { lane, after: first - 1, upto: self.pos(), beyond, forked }
    }

    /// The lane's next entries.
    pub(crate) fn page(&self, tree: &Tree, lane: Lane, lower: UnitCode, after: i64, limit: usize) -> Input {
        let (mut entries, mut upto) = (Vec::new(), after);
        for row in &self.log[usize::try_from(after).unwrap()..] {
            if entries.len() == limit {
                break;
            }
            upto = row.stored.pos;
            let entry = &row.stored.entry;
            let wanted = if lane.is_dense() {
                row.dense && tree.is_within(entry.unit, lower)
            } else {
                entry.to.is_some_and(|(to, _)| is_into(tree, lower, entry.unit, to))
            };
            if wanted {
                entries.push(row.stored.clone());
            }
        }
        Input::Page { lane, entries, upto }
    }
}

fn is_into(tree: &Tree, lower: UnitCode, from: UnitCode, to: UnitCode) -> bool {
    tree.is_within(to, lower) && !tree.is_within(from, lower)
}

/// A letter as the payload of the entry that readopts it.
pub(crate) fn pack(letter: &Carried) -> Vec<u8> {
    let (lane, entries) = (Lane::Readopted, vec![letter.clone()]);
    wire::write(Frame::Entries(Batch { lane, first: 1, entries, live: false, last: false })).encode_to_vec()
}

pub(crate) fn unpack(payload: &[u8]) -> Carried {
    match wire::read(pb::Frame::decode(payload).unwrap()).unwrap() {
        Frame::Entries(mut batch) => batch.entries.pop().unwrap(),
        other => panic!("no letter: {other:?}"),
    }
}
