//! What must hold: of each frame, and in the end.

use std::collections::{BTreeMap, BTreeSet};

use yishi_link::protocol::{Frame, Reason, Side, Standing};
use yishi_store::journal::{Chain, Hash};

use crate::books::Books;
use crate::database::{Database, SERVICE};
use crate::node::Key;
use crate::schedule::Care;
use crate::world::{Tally, World};

type Verdict = Result<(), String>;

macro_rules! hold {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

impl World {
    /// Nothing leaves that the mark does not cover or the window does not let through, and nothing is acknowledged that is
    /// not held.
    pub(crate) fn check_sent(&mut self, node: usize, talk: u64, frame: &Frame) {
        let here = &mut self.nodes[node];
        let Some(talk) = here.talks.iter_mut().find(|other| other.id == talk) else { return };
        let mut wrong = None;
        match frame {
            Frame::Entries(batch) => {
                let (sent, acked) = talk.sent.entry(batch.lane).or_default();
                *sent += batch.entries.len() as u64;
                if *sent - *acked > self.limits.window_entries
                    || batch.entries.len() > self.limits.frame_entries
                {
                    wrong = Some(format!("{sent} sent on {:?} and {acked} acknowledged", batch.lane));
                }
                let whole = here.standing == Standing::Whole;
                for carried in batch.entries.iter().filter(|_| whole) {
                    let pos = Key::of(batch.lane, carried).find(&here.database).map(|row| row.stored.pos);
                    if here.mark.is_none_or(|mark| Some(mark) < pos.map(|pos| (here.epoch, pos))) {
                        wrong = Some(format!("position {pos:?} is sent, the mark is at {:?}", here.mark));
                    }
                }
            }
            Frame::Ack { lane, upto } => {
                while let Some(at) =
                    talk.unacknowledged.iter().position(|(of, last, _)| of == lane && last <= upto)
                {
                    let keys = talk.unacknowledged.remove(at).map(|(_, _, keys)| keys).unwrap_or_default();
                    let lost = keys.into_iter().find(|key| key.find(&here.database).is_none());
                    wrong = wrong.or(lost.map(|key| format!("{key:?} is acknowledged and not held")));
                }
            }
            _ => {}
        }
        if let Some(wrong) = wrong {
            self.fail(format!("node {node}: {wrong}"));
        }
    }

    pub(crate) fn check_heard(&mut self, node: usize, talk: u64, frame: &Frame) {
        let talk = self.nodes[node].talks.iter_mut().find(|other| other.id == talk);
        if let (Some(talk), Frame::Ack { lane, upto }) = (talk, frame) {
            talk.sent.entry(*lane).or_default().1 = *upto;
        }
    }

    /// What is still missing somewhere.
    pub(crate) fn lacking(&self) -> Option<String> {
        for (node, here) in self.nodes.iter().enumerate() {
            if !here.up || here.standing != Standing::Whole {
                return Some(format!("node {node} is up: {}, {:?}", here.up, here.standing));
            }
            for (unit, books) in &here.house {
                let head = here.database.head(*unit);
                if let Some(above) =
                    self.tree.line(node).find(|&above| self.nodes[above].database.head(*unit) != head)
                {
                    let theirs = self.nodes[above].database.head(*unit).seq;
                    return Some(format!("node {above} holds {theirs} of {} entries of {unit}", head.seq));
                }
                if !books.transit.is_empty() {
                    return Some(format!("{unit} waits for {:?}", books.transit));
                }
            }
            for (&(from, to), rows) in
                here.database.ways.iter().filter(|(way, _)| here.house.contains_key(&way.0))
            {
                let books = &self.nodes[self.tree.home(to)].house[&to];
                let handled = books.handled.get(&from).map_or(0, |handled| handled.0);
                if here.database.way(from, to) != handled {
                    return Some(format!(
                        "{to} has dealt with {handled} of {} letters from {from}",
                        rows.len()
                    ));
                }
            }
            let up = self.tree.places[node].parent.map(|_| (Side::Lower, None));
            let down = self.tree.places[node].children.iter().map(|&child| (Side::Upper, Some(child)));
            for (side, peer) in up.into_iter().chain(down) {
                let mut talks = here.talks.iter();
                let talk = talks.find(|talk| talk.side == side && peer.is_none_or(|peer| peer == talk.peer));
                if !talk.is_some_and(|talk| talk.machine.has_delivered(here.database.pos())) {
                    return Some(format!("node {node} has not delivered all to {peer:?}"));
                }
            }
        }
        None
    }

    pub(crate) fn check_all(&mut self) -> Result<Tally, String> {
        self.check_records()?;
        self.check_matters_and_money()?;
        self.check_requests()?;
        self.check_roll_up()?;
        self.tally.entries = self.nodes[0].database.dense.values().map(|rows| rows.len() as u64).sum();
        Ok(self.tally.clone())
    }

    /// Every journal is the same wherever it is kept, and every letter is where it should be, once.
    fn check_records(&self) -> Verdict {
        for (node, here) in self.nodes.iter().enumerate() {
            chains(&here.database).map_err(|wrong| format!("node {node}: {wrong}"))?;
            let (mut entries, mut letters) = (BTreeSet::new(), BTreeSet::new());
            for row in &here.database.log {
                let entry = &row.stored.entry;
                let is_new = if row.dense {
                    entries.insert((entry.unit, entry.seq))
                } else {
                    letters.insert((entry.unit, entry.to))
                };
                hold!(is_new, "node {node} holds {} number {} twice", entry.unit, entry.seq);
                let fits = self.tree.line(self.tree.home(entry.unit)).any(|above| above == node);
                hold!(fits || !row.dense, "node {node} keeps the journal of {}", entry.unit);
                let home = &self.nodes[self.tree.home(entry.unit)].database;
                let key = match entry.to {
                    Some((to, to_seq)) if !row.dense => Key::Letter(entry.unit, to, to_seq),
                    _ => Key::Dense(entry.unit, entry.seq),
                };
                let origin = key.find(home).map(|origin| &origin.stored);
                // Of a letter whose writer and whose writer's parent were rolled back together, nobody else may know.
                let stray = self.care == Care::Rough && !row.dense && origin.is_none();
                let same = origin.is_some_and(|origin| {
                    let stored = &row.stored;
                    (origin.entry_hash, origin.chain) == (stored.entry_hash, stored.chain)
                        && (&origin.entry, &origin.traceparent) == (&stored.entry, &stored.traceparent)
                });
                hold!(same || stray, "node {node} holds {key:?} otherwise than its home");
            }
        }
        Ok(())
    }

    fn check_matters_and_money(&self) -> Verdict {
        let (mut handlers, mut balance, mut granted) = (BTreeMap::new(), 0, 0);
        for (unit, books) in self.nodes.iter().flat_map(|node| &node.house) {
            for (&matter, known) in &books.matters {
                *handlers.entry(matter).or_insert(0) += u32::from(known.1);
            }
            (balance, granted) = (balance + books.balance, granted + books.granted);
            let stray = books.handled.iter().find(|(_, handled)| !handled.1.is_empty());
            hold!(stray.is_none(), "{unit} has dealt with {stray:?} out of order");
        }
        for (matter, handlers) in handlers {
            hold!(handlers == 1, "matter {matter} has {handlers} handlers");
        }
        hold!(balance == granted, "{balance} fen are held, {granted} were granted");
        Ok(())
    }

    /// What was asked acted once, however often it was asked.
    fn check_requests(&self) -> Verdict {
        for (request, done) in &self.requests {
            let home = &self.nodes[self.tree.home(request.unit)];
            let acts = home.house[&request.unit].acts.get(&request.id).copied().unwrap_or(0);
            let once = if home.backed_out { acts <= 1 } else { acts == *done && acts <= 1 };
            hold!(once, "request {} acted {acts} times, and was answered {done} times", request.id);
        }
        Ok(())
    }

    /// What the root counts is what the units entered.
    fn check_roll_up(&self) -> Verdict {
        for (unit, books) in self.nodes.iter().flat_map(|node| &node.house) {
            let mut copy = Books::default();
            for row in self.nodes[0].database.dense.get(unit).into_iter().flatten() {
                copy.evolve(&row.stored.entry);
            }
            let same =
                (copy.balance, copy.granted, &copy.matters) == (books.balance, books.granted, &books.matters);
            hold!(same, "the root counts {copy:?} for {unit}, which has {books:?}");
        }
        Ok(())
    }

    /// After people's mistakes: whatever two neighbours hold differently, both have been told of.
    pub(crate) fn check_rough(&mut self) -> Result<Tally, String> {
        for (node, here) in self.nodes.iter().enumerate() {
            chains(&here.database).map_err(|wrong| format!("node {node}: {wrong}"))?;
            let Some(upper) = self.tree.places[node].parent else { continue };
            // A node that was found to be behind recovers; one that forked stays so until somebody decides.
            let told = |one, other| {
                let mut alarms = self.alarms.iter().filter(|alarm| alarm.2.reason == Reason::Forked);
                alarms.any(|alarm| (alarm.0, alarm.1) == (one, other))
            };
            let fork = self.fork(node, upper);
            // Who is not whole writes nothing, and is not through with comparing: somebody else's fork is in its way.
            let whole = [node, upper].iter().all(|&side| self.nodes[side].standing == Standing::Whole);
            hold!(whole || !self.alarms.is_empty(), "nodes {node} and {upper} do not become whole");
            hold!(
                fork.is_none() || !whole || (told(node, upper) && told(upper, node)),
                "nodes {node} and {upper} hold {fork:?} differently, and not both know"
            );
        }
        if self.alarms.is_empty() && self.lacking().is_none() {
            self.check_records()?;
        }
        self.tally.alarms = u64::from(!self.alarms.is_empty());
        self.tally.entries = self.nodes[0].database.dense.values().map(|rows| rows.len() as u64).sum();
        Ok(self.tally.clone())
    }

    /// Something that a node and the one above it both hold, and not the same.
    fn fork(&self, node: usize, upper: usize) -> Option<Key> {
        let (mine, theirs, lower) =
            (&self.nodes[node].database, &self.nodes[upper].database, self.tree.places[node].root);
        for (&unit, rows) in mine.dense.iter() {
            let other = theirs.dense.get(&unit).into_iter().flatten();
            let fork = rows.iter().zip(other).find(|(one, other)| one.stored.chain != other.stored.chain);
            if let Some((one, _)) = fork {
                return Some(Key::Dense(unit, one.stored.entry.seq));
            }
        }
        for (&(from, to), rows) in mine.ways.iter().filter(|(way, _)| !self.tree.is_within(way.0, lower)) {
            let other = theirs.ways.get(&(from, to)).into_iter().flatten();
            let pairs = (1..).zip(rows.iter().zip(other));
            let mut forks =
                pairs.filter(|(_, (one, other))| one.stored.entry_hash != other.stored.entry_hash);
            if let Some((number, _)) = forks.next() {
                return Some(Key::Letter(from, to, number));
            }
        }
        None
    }
}

/// Every journal is a chain of the hashes of its entries.
fn chains(database: &Database) -> Verdict {
    for (&unit, rows) in &database.dense {
        let mut head = Chain::start(SERVICE, unit);
        for row in rows {
            let hash: Hash = row.stored.entry.hash(SERVICE);
            head = head.follow(&row.stored.entry, &hash);
            let sound = hash == row.stored.entry_hash && head.hash == row.stored.chain;
            hold!(sound, "{unit} number {} does not fit its chain", row.stored.entry.seq);
        }
    }
    Ok(())
}
