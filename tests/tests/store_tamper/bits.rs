//! One bit at a time.

use yishi_kernel::UnitCode;
use yishi_store::journal::Stored;
use yishi_store::{Badness, Engine, FirstBad, StoreError, args};
use yishi_tests::both_engines;
use yishi_tests::purse::{Books, unit};

use crate::{bad, first_bad, written};

both_engines!(every_flipped_bit_is_found, every_flipped_bit_of_a_place_is_found);

/// The statement that sets one column of the entry at a position.
macro_rules! set {
    ($column:literal) => {
        concat!("UPDATE journal SET ", $column, " = $1 WHERE pos = $2")
    };
}

/// What a cell holds, before or after.
#[derive(Clone, Debug)]
enum Cell {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    fn bits(&self) -> usize {
        match self {
            Self::Number(_) => 64,
            Self::Text(text) => text.len() * 8,
            Self::Bytes(bytes) => bytes.len() * 8,
        }
    }

    /// `None` where the flipped text would be none.
    fn flipped(&self, bit: usize) -> Option<Self> {
        let flip = |mut bytes: Vec<u8>| {
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        Some(match self {
            Self::Number(number) => Self::Number(number ^ (1 << bit)),
            Self::Bytes(bytes) => Self::Bytes(flip(bytes.clone())),
            Self::Text(text) => {
                let bytes = flip(text.clone().into_bytes());
                let text = bytes.iter().all(|byte| (1..128).contains(byte)).then_some(bytes)?;
                Self::Text(String::from_utf8(text).ok()?)
            }
        })
    }

    async fn set<E: Engine>(self, books: &mut Books<E>, sql: &'static str, pos: i64) -> sqlx::Result<u64> {
        let args = match self {
            Self::Number(number) => args![E; number, pos],
            Self::Text(text) => args![E; text, pos],
            Self::Bytes(bytes) => args![E; bytes, pos],
        };
        E::execute(&mut books.conn, sql, args).await
    }
}

/// The columns under the hash, and what is wrong with an entry in which one of them was changed.
fn hashed_cells(stored: &Stored) -> Vec<(&'static str, Cell, Badness)> {
    let entry = &stored.entry;
    let mut cells = vec![
        (set!("epoch"), Cell::Number(entry.epoch), Badness::EntryHash),
        (set!("at_us"), Cell::Number(entry.at.as_micros()), Badness::EntryHash),
        (set!("actor"), Cell::Text(entry.actor.clone()), Badness::EntryHash),
        (set!("kind"), Cell::Text(entry.kind.clone()), Badness::EntryHash),
        (set!("payload"), Cell::Bytes(entry.payload.clone()), Badness::EntryHash),
        (set!("entry_hash"), Cell::Bytes(stored.entry_hash.to_vec()), Badness::EntryHash),
        (set!("chain"), Cell::Bytes(stored.chain.to_vec()), Badness::Chain),
    ];
    if let Some((to, number)) = entry.to {
        let to = i64::try_from(to.as_u64()).unwrap();
        cells.push((set!("to_unit"), Cell::Number(to), Badness::EntryHash));
        cells.push((set!("to_seq"), Cell::Number(number), Badness::EntryHash));
    }
    cells
}

/// Flips one bit, looks, and flips it back.
async fn flip<E: Engine>(
    books: &mut Books<E>,
    pos: i64,
    sql: &'static str,
    cell: &Cell,
    bit: usize,
) -> Option<Result<Option<FirstBad>, StoreError>> {
    let flipped = cell.flipped(bit)?;
    // Where the tables themselves refuse it, there is nothing to find.
    if let Err(error) = flipped.set(books, sql, pos).await {
        assert!(
            error.as_database_error().is_some_and(|e| e.is_check_violation() || e.is_unique_violation()),
            "{error}"
        );
        return None;
    }
    let found = books.verify().await.map(|report| report.first_bad);
    assert_eq!(cell.clone().set(books, sql, pos).await.unwrap(), 1);
    Some(found)
}

async fn every_flipped_bit_is_found<E: Engine>(place: &str) {
    let mut books = written::<E>(place).await;
    let entries = books.entries().await;
    let mut flips = 0;
    for (index, stored) in entries.iter().enumerate() {
        let named =
            |badness| Some(FirstBad { unit: Some(stored.entry.unit), seq: stored.entry.seq, badness });
        for (sql, cell, badness) in hashed_cells(stored) {
            // Every bit of one entry that has all columns; of the others a bit here and there.
            let step = if index == 4 { 1 } else { 41 };
            for bit in (index % step..cell.bits()).step_by(step) {
                match flip(&mut books, stored.pos, sql, &cell, bit).await {
                    None => continue,
                    Some(Ok(found)) => assert_eq!(found, named(badness), "{sql} {cell:?} bit {bit}"),
                    // What is no unit's code at all is not even read.
                    Some(Err(error)) => assert!(
                        matches!(error, StoreError::Corrupt { table: "journal", .. })
                            && sql == set!("to_unit"),
                        "{sql} bit {bit}: {error}"
                    ),
                }
                flips += 1;
            }
        }
        for (sql, cell) in [
            (set!("received_us"), Cell::Number(stored.received_us)),
            (set!("traceparent"), Cell::Text(stored.traceparent.clone().unwrap_or_default())),
        ] {
            let found =
                if cell.bits() > 0 { flip(&mut books, stored.pos, sql, &cell, 1).await } else { None };
            assert!(found.is_none_or(|found| found.unwrap().is_none()), "{sql} is the holder's own");
        }
    }
    assert!(flips > 1_200, "{flips} bits were flipped");
    books.audited().await;
}

/// Number and unit are an entry's place in a chain: flipped, it is missing where it was.
async fn every_flipped_bit_of_a_place_is_found<E: Engine>(place: &str) {
    let mut books = written::<E>(place).await;
    let entries = books.entries().await;
    let stored = &entries[6];
    let (pos, seq) = (stored.pos, stored.entry.seq);
    assert_eq!((stored.entry.unit, seq), (unit(1), 4), "in the midst of the first chain");

    let code = i64::try_from(unit(1).as_u64()).unwrap();
    let mut found = 0;
    for bit in 0..64 {
        let other = code ^ (1 << bit);
        let expected = match UnitCode::new(u64::try_from(other).unwrap_or(u64::MAX)) {
            // Of no unit, so it is not read, or reading it fails.
            None => bad(1, seq + 1, Badness::Gap),
            Some(lower) if other < code => Some(FirstBad { unit: Some(lower), seq, badness: Badness::Gap }),
            Some(_) => bad(1, seq + 1, Badness::Gap),
        };
        match flip(&mut books, pos, set!("unit"), &Cell::Number(code), bit).await {
            None => continue,
            Some(Ok(found)) => assert_eq!(found, expected, "unit bit {bit}"),
            Some(Err(error)) => assert!(
                matches!(error, StoreError::Corrupt { table: "journal", .. }) && other >= 1_000_000_000_000,
                "unit bit {bit}: {error}"
            ),
        }
        found += 1;
    }
    for bit in 0..64 {
        if let Some(first_bad) = flip(&mut books, pos, set!("seq"), &Cell::Number(seq), bit).await {
            assert_eq!(first_bad.unwrap(), bad(1, seq + 1, Badness::Gap), "seq bit {bit}");
            found += 1;
        }
    }
    for bit in 0..63 {
        // SQLite's positions are its row ids: it has its own opinion on flipped ones.
        if let Some(first_bad) = flip_pos(&mut books, pos, bit).await {
            assert_eq!(first_bad.unwrap().badness, Badness::Positions, "pos bit {bit}");
            found += 1;
        }
    }
    assert!(found > 150, "{found} bits were flipped");
    books.audited().await;
}

async fn flip_pos<E: Engine>(books: &mut Books<E>, pos: i64, bit: usize) -> Option<Option<FirstBad>> {
    let other = pos ^ (1 << bit);
    Cell::Number(other).set(books, set!("pos"), pos).await.ok()?;
    let found = first_bad(books).await;
    // By its number, for on PostgreSQL two entries may have the position now.
    const BACK: &str = "UPDATE journal SET pos = $1 WHERE unit = $2 AND seq = 4";
    let back = |pos: i64| -> sqlx::Result<E::Arguments> {
        Ok(args![E; pos, i64::try_from(unit(1).as_u64()).unwrap()])
    };
    assert_eq!(E::execute(&mut books.conn, BACK, back(pos).unwrap()).await.unwrap(), 1);
    Some(found)
}
