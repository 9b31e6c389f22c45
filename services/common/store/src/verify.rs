//! Walking a whole database and naming the first thing that is wrong.
//!
//! Everything is recomputed: numbers without gaps, both hashes of every entry, the chain, the heads, the ways between
//! units, the positions, the terms. Reading is in pages, in one snapshot.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use yishi_kernel::UnitCode;

use crate::engine::{Engine, col};
use crate::journal::{self, Chain, Entry, MOVED, OPENED, Stored, walk};
use crate::statements as sql;
use crate::{StoreError, args};

/// Entries read at once.
const PAGE: i64 = 2000;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Entries whose hashes were computed anew.
    pub entries: u64,
    /// Units whose chain was followed to its head.
    pub chains: u64,
    /// Nothing when all is well.
    pub first_bad: Option<FirstBad>,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstBad {
    /// Whose chain; none when the database as a whole is at fault.
    pub unit: Option<UnitCode>,
    /// Number of the entry in that chain; 0 when no single entry is at fault.
    pub seq: i64,
    /// What is wrong with it.
    pub badness: Badness,
}

/// Ways of being wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Badness {
    /// A number is missing, or comes twice.
    #[error("the entry does not follow its predecessor: an entry is missing before it")]
    Gap,
    /// Some column was changed.
    #[error("the entry's hash does not fit its content")]
    EntryHash,
    /// An entry before this one was changed, removed or inserted.
    #[error("the chain does not fit the entries before it")]
    Chain,
    /// No writer of this database ever had this term, nor did it come from another node; or terms go backwards, or one
    /// begins without saying what it follows.
    #[error("the entry's epoch is not one that this database knows, goes back, or is not opened")]
    Epoch,
    /// A number on the way to another unit is missing, or the way does not stand where the entries say.
    #[error("a number on the way to an addressee is missing or comes twice")]
    Way,
    /// Entries were cut off at the end, or the head was set back.
    #[error("the head does not stand at the chain's last entry")]
    Head,
    /// Entries are missing as a whole, were put in, or lie in another order than their numbers.
    #[error("positions are not gapless up to the lease's, or not in the order of the entries")]
    Positions,
    /// A request claims entries that are not there.
    #[error("a recorded request lies beyond the journal's end")]
    Requests,
}

/// Walks everything. `service` is part of every hash.
pub async fn verify<E: Engine>(conn: &mut E::Connection, service: &str) -> Result<Report, StoreError> {
    E::control(conn, E::SNAPSHOT).await?;
    let report = walk_all::<E>(conn, service).await;
    let closed = E::control(conn, "ROLLBACK").await;
    let report = report?;
    closed?;
    Ok(report)
}

async fn walk_all<E: Engine>(conn: &mut E::Connection, service: &str) -> Result<Report, StoreError> {
    let epochs = Epochs { own: terms::<E>(conn).await?, elsewhere: journal::elsewhere::<E>(conn).await? };
    let mut ends = Ends::load::<E>(conn).await?;
    // Before the chains: a way may go on in a journal after letters that were taken back from whoever had received them.
    if let Some(bad) = ends.walk_letters::<E>(conn, service).await? {
        return Ok(Report { entries: 0, chains: 0, first_bad: Some(bad) });
    }
    let mut report = Report { entries: 0, chains: 0, first_bad: None };
    let mut walker: Option<Walker> = None;
    loop {
        let from = walker.as_ref().map(|walker| (walker.unit, walker.chain.seq));
        let page = walk::<E>(conn, from, PAGE).await?;
        let more = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        for stored in page {
            let unit = stored.entry.unit;
            if walker.as_ref().is_none_or(|walker| walker.unit != unit)
                && let Some(finished) = walker.replace(Walker::new(service, unit, ends.taken_back(unit)))
                && let Some(bad) = ends.compare(&finished)
            {
                return Ok(Report { first_bad: Some(bad), ..report });
            }
            let Some(walker) = walker.as_mut() else { continue };
            report.chains += u64::from(walker.chain.seq == 0);
            report.entries += 1;
            if let Err(badness) = walker.step(service, &stored, &epochs) {
                let bad = FirstBad { unit: Some(unit), seq: stored.entry.seq, badness };
                return Ok(Report { first_bad: Some(bad), ..report });
            }
        }
        if !more {
            break;
        }
    }
    report.entries += ends.letters;
    let last = walker.and_then(|walker| ends.compare(&walker));
    report.first_bad = match last.or_else(|| ends.left()) {
        Some(bad) => Some(bad),
        None => whole::<E>(conn).await?,
    };
    Ok(report)
}

/// One unit's chain being followed.
struct Walker {
    unit: UnitCode,
    chain: Chain,
    ways: Ways,
    /// Letters of this unit that its journal lost and others had received.
    taken_back: BTreeSet<(UnitCode, i64)>,
    pos: i64,
    /// Whether the last entry handed the unit over.
    ended: bool,
}

/// The last number on each way to another unit.
type Ways = BTreeMap<UnitCode, i64>;

/// Who may have written when.
struct Epochs {
    /// The terms of this database.
    own: HashSet<i64>,
    /// Epochs of units that other writers wrote.
    elsewhere: HashSet<(UnitCode, i64)>,
}

impl Epochs {
    /// In the epoch that a move ended nothing more is written.
    fn fit(&self, before: i64, ended: bool, entry: &Entry) -> bool {
        let (unit, epoch) = (entry.unit, entry.epoch);
        let known = self.own.contains(&epoch) || self.elsewhere.contains(&(unit, epoch));
        known && (epoch == before && !ended || epoch > before && entry.kind == OPENED)
    }
}

impl Walker {
    fn new(service: &str, unit: UnitCode, taken_back: BTreeSet<(UnitCode, i64)>) -> Self {
        Self { unit, chain: Chain::start(service, unit), ways: Ways::new(), taken_back, pos: 0, ended: false }
    }

    /// Whether this is the next number on a way, but for letters that were taken back. One of these may be the entry itself,
    /// which came as a letter before its journal did.
    fn is_next_on_way(&mut self, to: UnitCode, number: i64) -> bool {
        let last = self.ways.entry(to).or_insert(0);
        while number > *last + 1 && self.taken_back.remove(&(to, *last + 1)) {
            *last += 1;
        }
        let next = number == *last + 1;
        if next {
            self.taken_back.remove(&(to, number));
            *last = number;
        }
        next
    }

    fn step(&mut self, service: &str, stored: &Stored, epochs: &Epochs) -> Result<(), Badness> {
        let entry = &stored.entry;
        if entry.seq != self.chain.seq + 1 {
            return Err(Badness::Gap);
        }
        if entry.hash(service) != stored.entry_hash {
            return Err(Badness::EntryHash);
        }
        let chain = self.chain.follow(entry, &stored.entry_hash);
        if chain.hash != stored.chain {
            return Err(Badness::Chain);
        }
        if !epochs.fit(self.chain.epoch, self.ended, entry) {
            return Err(Badness::Epoch);
        }
        if entry.to.is_some_and(|(to, number)| !self.is_next_on_way(to, number)) {
            return Err(Badness::Way);
        }
        // No hash covers a position, but a chain's entries arrive in their order.
        if stored.pos <= self.pos {
            return Err(Badness::Positions);
        }
        (self.chain, self.pos, self.ended) = (chain, stored.pos, entry.kind == MOVED);
        Ok(())
    }
}

/// Where the tables beside the journal say that chains and ways end.
struct Ends {
    heads: BTreeMap<UnitCode, Chain>,
    ways: BTreeMap<UnitCode, Ways>,
    /// Letters of units whose journals are here: these lost them, and whoever had received them gave them back.
    taken_back: BTreeMap<UnitCode, BTreeSet<(UnitCode, i64)>>,
    letters: u64,
}

impl Ends {
    async fn load<E: Engine>(conn: &mut E::Connection) -> Result<Self, StoreError> {
        let heads = journal::heads::<E>(conn).await?.into_iter().collect();
        let mut ways: BTreeMap<UnitCode, Ways> = BTreeMap::new();
        for ((from, to), last) in journal::ways::<E>(conn).await? {
            ways.entry(from).or_default().insert(to, last);
        }
        Ok(Self { heads, ways, taken_back: BTreeMap::new(), letters: 0 })
    }

    fn taken_back(&mut self, unit: UnitCode) -> BTreeSet<(UnitCode, i64)> {
        self.taken_back.remove(&unit).unwrap_or_default()
    }

    /// Checks each letter, and that none is missing on its way.
    async fn walk_letters<E: Engine>(
        &mut self,
        conn: &mut E::Connection,
        service: &str,
    ) -> Result<Option<FirstBad>, StoreError> {
        let mut way: Option<(UnitCode, UnitCode, i64)> = None;
        loop {
            let page = journal::letters::<E>(conn, way, PAGE).await?;
            if page.is_empty() {
                return Ok(way.and_then(|way| self.letters_end(way)));
            }
            for Stored { entry, entry_hash, .. } in page {
                let bad = |badness| FirstBad { unit: Some(entry.unit), seq: entry.seq, badness };
                if entry.hash(service) != entry_hash {
                    return Ok(Some(bad(Badness::EntryHash)));
                }
                let Some((to, number)) = entry.to else { return Ok(Some(bad(Badness::Way))) };
                self.letters += 1;
                let same_way = way.filter(|(from, at, _)| (*from, *at) == (entry.unit, to));
                if same_way.is_none()
                    && let Some(bad) = way.and_then(|way| self.letters_end(way))
                {
                    return Ok(Some(bad));
                }
                if self.heads.contains_key(&entry.unit) {
                    self.taken_back.entry(entry.unit).or_default().insert((to, number));
                } else if number != same_way.map_or(1, |(_, _, last)| last + 1) {
                    return Ok(Some(bad(Badness::Way)));
                }
                way = Some((entry.unit, to, number));
            }
        }
    }

    /// A way of letters must end where the table of ways says. Ways out of journals that are here are compared with these.
    fn letters_end(&mut self, (from, to, last): (UnitCode, UnitCode, i64)) -> Option<FirstBad> {
        if self.heads.contains_key(&from) {
            return None;
        }
        let ways = self.ways.entry(from).or_default();
        let ends = ways.remove(&to) == Some(last);
        if ways.is_empty() {
            self.ways.remove(&from);
        }
        (!ends).then_some(FirstBad { unit: Some(from), seq: 0, badness: Badness::Way })
    }

    fn compare(&mut self, walker: &Walker) -> Option<FirstBad> {
        let unit = Some(walker.unit);
        if self.heads.remove(&walker.unit) != Some(walker.chain) {
            return Some(FirstBad { unit, seq: walker.chain.seq, badness: Badness::Head });
        }
        let ways = self.ways.remove(&walker.unit).unwrap_or_default();
        // Letters that were taken back and after which the journal has not gone on yet.
        let mut walked = walker.ways.clone();
        for &(to, number) in &walker.taken_back {
            let last = walked.entry(to).or_insert(0);
            *last = number.max(*last);
        }
        (ways != walked).then_some(FirstBad { unit, seq: 0, badness: Badness::Way })
    }

    /// Of units without any entry.
    fn left(&self) -> Option<FirstBad> {
        let bad = |badness| move |&unit| FirstBad { unit: Some(unit), seq: 0, badness };
        let head = self.heads.keys().next().map(bad(Badness::Head));
        head.or_else(|| self.ways.keys().next().map(bad(Badness::Way)))
    }
}

async fn terms<E: Engine>(conn: &mut E::Connection) -> Result<HashSet<i64>, StoreError> {
    let rows = E::fetch(conn, sql::TERM_LIST, args![E;]).await?;
    Ok(rows.iter().map(|row| col::<E, i64>(row, "epoch")).collect::<Result<_, _>>()?)
}

/// What no single chain shows.
async fn whole<E: Engine>(conn: &mut E::Connection) -> Result<Option<FirstBad>, StoreError> {
    let bad = |badness| Some(FirstBad { unit: None, seq: 0, badness });
    let rows = E::fetch(conn, sql::LEASE_FIND, args![E;]).await?;
    let lease = rows.first().ok_or_else(|| StoreError::corrupt("lease", "the row is missing"))?;
    let pos: i64 = col::<E, _>(lease, "pos")?;
    let rows = E::fetch(conn, sql::JOURNAL_EXTENT, args![E;]).await?;
    let extent = rows.first().ok_or_else(|| StoreError::corrupt("journal", "no extent"))?;
    let number = |column| col::<E, i64>(extent, column);
    if (number("entries")?, number("positions")?, number("first")?, number("last")?) != (pos, pos, 1, pos) {
        return Ok(bad(Badness::Positions));
    }
    let rows = E::fetch(conn, sql::REQUEST_BEYOND, args![E; pos]).await?;
    let beyond = rows.first().map(|row| col::<E, i64>(row, "requests")).transpose()?;
    Ok(if beyond == Some(0) { None } else { bad(Badness::Requests) })
}
