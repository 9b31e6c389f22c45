//! A node: what lasts, and what a crash takes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use yishi_kernel::UnitCode;
use yishi_link::protocol::{Carried, Lane, Session, Side, Standing};

use crate::books::House;
use crate::database::{Database, Draft, Row};

/// One side of a stream.
pub(crate) struct Talk {
    pub(crate) id: u64,
    pub(crate) side: Side,
    pub(crate) peer: usize,
    /// The lower node's topmost unit.
    pub(crate) lower: UnitCode,
    pub(crate) stream: usize,
    pub(crate) since: Duration,
    pub(crate) machine: Session,
    /// Pages under way.
    pub(crate) fetching: u32,
    /// The writer found another entry with the same number, and the machine will hear of it.
    pub(crate) forked: bool,
    /// What was handed to the writer and is not acknowledged, with the last number of each batch.
    pub(crate) unacknowledged: VecDeque<(Lane, u64, Vec<Key>)>,
    /// By lane: how many entries were sent, and how many of them acknowledged.
    pub(crate) sent: BTreeMap<Lane, (u64, u64)>,
}

/// How an entry is found in a database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    Dense(UnitCode, i64),
    Letter(UnitCode, UnitCode, i64),
}

impl Key {
    pub(crate) fn of(lane: Lane, carried: &Carried) -> Self {
        match carried.entry.to {
            Some((to, to_seq)) if !lane.is_dense() => Self::Letter(carried.entry.unit, to, to_seq),
            _ => Self::Dense(carried.entry.unit, carried.entry.seq),
        }
    }

    pub(crate) fn find(self, database: &Database) -> Option<&Row> {
        let (rows, number) = match self {
            Self::Dense(unit, seq) => (database.dense.get(&unit), seq),
            Self::Letter(from, to, to_seq) => (database.ways.get(&(from, to)), to_seq),
        };
        rows.and_then(|rows| rows.get(usize::try_from(number).unwrap() - 1)).map(Rc::as_ref)
    }
}

/// What waits for the writer, and for whom.
pub(crate) struct Job {
    pub(crate) talk: u64,
    pub(crate) work: Work,
}

pub(crate) enum Work {
    Apply {
        lane: Lane,
        upto: u64,
        entries: Vec<Carried>,
    },
    /// Behind what earlier sessions left: what they brought must be seen.
    Look {
        unit: UnitCode,
        ways: bool,
    },
}

pub(crate) struct Node {
    // What lasts.
    pub(crate) database: Database,
    /// The highest position that anybody was told, with its term: kept outside the database.
    pub(crate) mark: Option<(i64, i64)>,
    pub(crate) backups: Vec<(Database, Option<(i64, i64)>)>,
    /// A planted fault: how far each peer was served.
    pub(crate) memory: BTreeMap<usize, i64>,
    /// The most that was ever held, to tell when a restored node has caught up.
    pub(crate) peak_heads: BTreeMap<UnitCode, i64>,
    pub(crate) peak_ways: BTreeMap<(UnitCode, UnitCode), i64>,

    // What a crash takes.
    pub(crate) up: bool,
    /// An operator starts it as restored.
    pub(crate) restored: bool,
    /// An old database was put in its place once.
    pub(crate) backed_out: bool,
    /// Letters will be dealt with.
    pub(crate) handling: bool,
    /// Counts the starts, so that what was under way before one comes to nothing.
    pub(crate) boot: u64,
    pub(crate) epoch: i64,
    pub(crate) standing: Standing,
    pub(crate) compared: BTreeSet<usize>,
    pub(crate) talks: Vec<Talk>,
    pub(crate) jobs: VecDeque<Job>,
    pub(crate) writing: bool,
    pub(crate) told: bool,
    pub(crate) house: House,
    /// How far its own log was gone through for letters to its units.
    pub(crate) cursor: usize,
    /// How much slower its writer is than others'.
    pub(crate) slow: u64,
}

impl Node {
    pub(crate) fn new(house: &[UnitCode], window: Option<usize>) -> Self {
        Self {
            database: Database { window, ..Database::default() },
            mark: None,
            backups: Vec::new(),
            memory: BTreeMap::new(),
            peak_heads: BTreeMap::new(),
            peak_ways: BTreeMap::new(),
            up: false,
            restored: false,
            backed_out: false,
            handling: false,
            boot: 0,
            epoch: 0,
            standing: Standing::Whole,
            compared: BTreeSet::new(),
            talks: Vec::new(),
            jobs: VecDeque::new(),
            writing: false,
            told: false,
            house: house.iter().map(|&unit| (unit, Default::default())).collect(),
            cursor: 0,
            slow: 1,
        }
    }

    /// Everything in memory is gone.
    pub(crate) fn crash(&mut self) {
        self.up = false;
        self.boot += 1;
        self.talks.clear();
        self.jobs.clear();
        self.compared.clear();
        (self.writing, self.told, self.handling, self.cursor) = (false, false, false, 0);
    }

    /// Starts on what lasted. Whether it was restored is what the mark says.
    pub(crate) fn start(&mut self, epoch: i64, known_restored: bool, blind: bool) -> bool {
        let restored = known_restored
            || self.mark.is_some_and(|(epoch, pos)| !blind && !self.database.knows(epoch, pos));
        self.up = true;
        self.epoch = epoch;
        self.database.terms.push((epoch, self.database.pos()));
        for books in self.house.values_mut() {
            *books = Default::default();
        }
        for row in self.database.log.clone() {
            self.learn(&row);
        }
        restored
    }

    /// Own entries move the books of their unit.
    fn learn(&mut self, row: &Row) {
        let entry = &row.stored.entry;
        if row.dense {
            let peak = self.peak_heads.entry(entry.unit).or_default();
            *peak = entry.seq.max(*peak);
            if let Some(books) = self.house.get_mut(&entry.unit) {
                books.evolve(entry);
            }
        }
        if let Some((to, to_seq)) = entry.to {
            let peak = self.peak_ways.entry((entry.unit, to)).or_default();
            *peak = to_seq.max(*peak);
        }
    }

    pub(crate) fn committed(&mut self, rows: &[Rc<Row>]) {
        for row in rows {
            self.learn(row);
        }
    }

    pub(crate) fn write(&mut self, draft: Draft, now: i64) {
        let rows = self.database.write(draft, self.epoch, now);
        self.committed(&rows);
    }

    /// Whether it holds again all that it ever held.
    pub(crate) fn has_caught_up(&self) -> bool {
        self.peak_heads.iter().all(|(&unit, &peak)| self.database.head(unit).seq >= peak)
            && self.peak_ways.iter().all(|(&(from, to), &peak)| self.database.way(from, to) >= peak)
    }

    /// What nobody gave back is lost for good: from here the house's own journals go on.
    pub(crate) fn forget_what_is_lost(&mut self) {
        for &unit in self.house.keys() {
            self.peak_heads.insert(unit, self.database.head(unit).seq);
        }
        for (&(from, to), peak) in
            self.peak_ways.iter_mut().filter(|(way, _)| self.house.contains_key(&way.0))
        {
            *peak = self.database.way(from, to);
        }
    }
}
