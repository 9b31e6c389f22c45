//! Walking a whole database and naming the first thing that is wrong.
//!
//! Everything is recomputed: numbers without gaps, both hashes of every entry, the chain, the heads, the ways between
//! units, the positions, the terms. Reading is in pages, in one snapshot.

use std::collections::{BTreeMap, HashSet};

use yishi_kernel::UnitCode;

use crate::engine::{Engine, col};
use crate::journal::{self, Chain, Stored, walk};
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
    /// No writer of this database ever had this term, or terms go backwards.
    #[error("the entry's epoch is not a term of this database, or goes back")]
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
    let terms: HashSet<i64> = terms::<E>(conn).await?;
    let mut ends = Ends::load::<E>(conn).await?;
    let mut report = Report { entries: 0, chains: 0, first_bad: None };
    let mut walker: Option<Walker> = None;
    loop {
        let from = walker.as_ref().map(|walker| (walker.unit, walker.chain.seq));
        let page = walk::<E>(conn, from, PAGE).await?;
        let more = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        for stored in page {
            let unit = stored.entry.unit;
            if walker.as_ref().is_none_or(|walker| walker.unit != unit)
                && let Some(finished) = walker.replace(Walker::new(service, unit))
                && let Some(bad) = ends.compare(&finished)
            {
                return Ok(Report { first_bad: Some(bad), ..report });
            }
            let Some(walker) = walker.as_mut() else { continue };
            report.chains += u64::from(walker.chain.seq == 0);
            report.entries += 1;
            if let Err(badness) = walker.step(service, &stored, &terms) {
                let bad = FirstBad { unit: Some(unit), seq: stored.entry.seq, badness };
                return Ok(Report { first_bad: Some(bad), ..report });
            }
        }
        if !more {
            break;
        }
    }
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
    pos: i64,
}

/// The last number on each way to another unit.
type Ways = BTreeMap<UnitCode, i64>;

impl Walker {
    fn new(service: &str, unit: UnitCode) -> Self {
        Self { unit, chain: Chain::start(service, unit), ways: Ways::new(), pos: 0 }
    }

    fn step(&mut self, service: &str, stored: &Stored, terms: &HashSet<i64>) -> Result<(), Badness> {
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
        if entry.epoch < self.chain.epoch || !terms.contains(&entry.epoch) {
            return Err(Badness::Epoch);
        }
        if let Some((to, number)) = entry.to {
            let last = self.ways.entry(to).or_insert(0);
            *last += 1;
            if number != *last {
                return Err(Badness::Way);
            }
        }
        // No hash covers a position, but a chain's entries arrive in their order.
        if stored.pos <= self.pos {
            return Err(Badness::Positions);
        }
        (self.chain, self.pos) = (chain, stored.pos);
        Ok(())
    }
}

/// Where the tables beside the journal say that chains and ways end.
struct Ends {
    heads: BTreeMap<UnitCode, Chain>,
    ways: BTreeMap<UnitCode, Ways>,
}

impl Ends {
    async fn load<E: Engine>(conn: &mut E::Connection) -> Result<Self, StoreError> {
        let heads = journal::heads::<E>(conn).await?.into_iter().collect();
        let mut ways: BTreeMap<UnitCode, Ways> = BTreeMap::new();
        for ((from, to), last) in journal::ways::<E>(conn).await? {
            ways.entry(from).or_default().insert(to, last);
        }
        Ok(Self { heads, ways })
    }

    fn compare(&mut self, walker: &Walker) -> Option<FirstBad> {
        let unit = Some(walker.unit);
        if self.heads.remove(&walker.unit) != Some(walker.chain) {
            return Some(FirstBad { unit, seq: walker.chain.seq, badness: Badness::Head });
        }
        let ways = self.ways.remove(&walker.unit).unwrap_or_default();
        (ways != walker.ways).then_some(FirstBad { unit, seq: 0, badness: Badness::Way })
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
