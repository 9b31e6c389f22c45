//! The database read and checked from outside.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use sqlx::ConnectOptions;
use yishi_kernel::UnitCode;
use yishi_store::journal::{self, OPENED, Stored};
use yishi_store::{Engine, Location, Model, Report, StoreError, args, col, verify};

use super::rules::{COUNT, LIST, Moved, Purse, TERMS};
use super::sound;

/// How much there is of everything; equal before and after what writes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Terms of writers.
    pub terms: i64,
    /// Units that have a chain.
    pub heads: i64,
    /// Ways between units.
    pub ways: i64,
    /// Entries.
    pub entries: i64,
    /// Requests that were done.
    pub requests: i64,
    /// Purses.
    pub purses: i64,
    /// The lease's position.
    pub pos: i64,
    /// The lease's business time.
    pub at_us: i64,
}

/// A connection of the test's own.
pub struct Books<E: Engine> {
    /// It may write, which is how tests tamper.
    pub conn: E::Connection,
}

pub(super) fn code(number: i64) -> UnitCode {
    u64::try_from(number).ok().and_then(UnitCode::new).expect("purses belong to units")
}

impl<E: Engine> Books<E> {
    /// Connects past the writer's lock.
    pub async fn open(location: &Location) -> Self {
        let options = E::writing(location).expect("the test's own URL");
        Self { conn: options.connect().await.expect("the test's own database") }
    }

    /// All entries in commit order.
    pub async fn entries(&mut self) -> Vec<Stored> {
        journal::after::<E>(&mut self.conn, 0, i64::MAX).await.expect("the journal can be read")
    }

    /// What is in the purses.
    pub async fn balances(&mut self) -> BTreeMap<UnitCode, i64> {
        let pair = |row: &E::Row| Ok((code(col::<E, i64>(row, "unit")?), col::<E, i64>(row, "fen")?));
        self.read(LIST, pair).await.into_iter().collect()
    }

    /// Epoch and first position of each term, in order.
    pub async fn terms(&mut self) -> Vec<(i64, i64)> {
        self.read(TERMS, |row| Ok((col::<E, i64>(row, "epoch")?, col::<E, i64>(row, "from_pos")?))).await
    }

    /// How much there is of everything.
    pub async fn count(&mut self) -> Count {
        let count = |row: &E::Row| {
            let number = |column| col::<E, i64>(row, column);
            Ok(Count {
                terms: number("terms")?,
                heads: number("heads")?,
                ways: number("ways")?,
                entries: number("entries")?,
                requests: number("requests")?,
                purses: number("purses")?,
                pos: number("pos")?,
                at_us: number("at_us")?,
            })
        };
        self.read(COUNT, count).await.pop().expect("there is one lease")
    }

    async fn read<T>(&mut self, sql: &'static str, take: impl Fn(&E::Row) -> sqlx::Result<T>) -> Vec<T> {
        let rows = E::fetch(&mut self.conn, sql, args!(E;)).await.expect("the purses can be read");
        rows.iter().map(take).collect::<sqlx::Result<_>>().expect("the columns are there")
    }

    /// The store's own walk.
    pub async fn verify(&mut self) -> Result<Report, StoreError> {
        verify::<E>(&mut self.conn, Purse::SERVICE).await
    }

    /// All entries, after everything about them was found right: by the store's walk, by ours, and by adding up.
    pub async fn audited(&mut self) -> Vec<Stored> {
        let entries = self.entries().await;
        sound(Purse::SERVICE, &entries);

        let report = self.verify().await.expect("the journal can be walked");
        assert_eq!(report.first_bad, None);
        assert_eq!(usize::try_from(report.entries), Ok(entries.len()), "the walk saw every entry");
        let units: BTreeSet<UnitCode> = entries.iter().map(|stored| stored.entry.unit).collect();
        assert_eq!(usize::try_from(report.chains), Ok(units.len()), "the walk saw every chain");

        let mut sums = BTreeMap::new();
        for stored in entries.iter().filter(|stored| stored.entry.kind != OPENED) {
            let moved = Moved::decode(stored.entry.payload.as_slice()).expect("a purse wrote it");
            let sign = if stored.entry.kind == "purse.sent" { -1 } else { 1 };
            *sums.entry(stored.entry.unit).or_insert(0) += sign * moved.fen;
        }
        assert_eq!(self.balances().await, sums, "the projection is what the entries add up to");
        entries
    }
}
