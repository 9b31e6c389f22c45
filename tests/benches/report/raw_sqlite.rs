//! SQLite without a server around it: the same rows in a loop of the raw driver.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use yishi_kernel::{Seeded, UnitCode};

use crate::region::number;

const TABLES: [&str; 2] = [
    include_str!("../../../services/common/store/migrations/sqlite/0001_journal.sql"),
    include_str!("../../../services/intake/server/migrations/sqlite/0100_matter.sql"),
];

const HASH: [u8; 32] = [0x5a; 32];

/// As many as the writer takes at once.
const ROWS_A_TRANSACTION: usize = 256;

/// How long the variable columns are, asked of a node's own tables.
pub(crate) const SIZES: &str = include_str!("sql/sizes.sql");

/// Bytes of a proposal's variable columns.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) payload: usize,
    pub(crate) response: usize,
    pub(crate) record: usize,
}

/// Of the proposals that a node has written into this file.
pub(crate) fn sizes(file: &Path) -> anyhow::Result<Sizes> {
    let read = |row: &rusqlite::Row<'_>| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?]);
    let [payload, response, record] = Connection::open(file)?.query_row(SIZES, [], read)?;
    Ok(Sizes {
        payload: usize::try_from(payload)?,
        response: usize::try_from(response)?,
        record: usize::try_from(record)?,
    })
}

/// A database with every village's head in it.
pub(crate) struct Raw {
    connection: Connection,
    villages: Vec<i64>,
    seqs: Vec<i64>,
    chance: Seeded,
    sizes: Sizes,
    pos: i64,
}

impl Raw {
    pub(crate) fn new(file: &Path, villages: &[UnitCode], sizes: Sizes) -> anyhow::Result<Self> {
        let mut connection = Connection::open(file)?;
        // As the node opens its files.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
             PRAGMA wal_autocheckpoint = 2000",
        )?;
        for text in TABLES {
            connection.execute_batch(text)?;
        }
        let villages: Vec<i64> = villages.iter().map(|village| number(*village)).collect();
        let opening = connection.transaction()?;
        for village in &villages {
            opening.execute("INSERT INTO head VALUES (?1, 1, 1, ?2)", params![village, HASH])?;
        }
        opening.commit()?;
        let (seqs, chance) = (vec![1; villages.len()], Seeded::new(1, "bench"));
        Ok(Self { connection, villages, seqs, chance, sizes, pos: 0 })
    }

    /// Proposals a second: head, entry, request and matter, and neither counters nor chains.
    pub(crate) fn rate(&mut self, window: Duration) -> anyhow::Result<f64> {
        let (began, mut rows) = (Instant::now(), 0_u32);
        while began.elapsed() < window {
            self.transaction()?;
            rows += u32::try_from(ROWS_A_TRANSACTION)?;
        }
        Ok(f64::from(rows) / began.elapsed().as_secs_f64())
    }

    fn transaction(&mut self) -> anyhow::Result<()> {
        let Sizes { payload, response, record } = self.sizes;
        let (payload, response, record) =
            (vec![0x5a_u8; payload], vec![0x5a_u8; response], vec![0x5a_u8; record]);
        let transaction = self.connection.transaction()?;
        {
            let mut head =
                transaction.prepare_cached("UPDATE head SET seq = ?2, chain = ?3 WHERE unit = ?1")?;
            let mut journal = transaction.prepare_cached(
                "INSERT INTO journal VALUES (?1, ?2, 1, ?3, 1, 'bench', 'intake.proposed', NULL, NULL, ?4, ?5, ?5, 1, NULL)",
            )?;
            let mut request =
                transaction.prepare_cached("INSERT INTO request VALUES (?1, 'bench', ?2, ?3, ?4, 1, ?5)")?;
            let mut matter = transaction
                .prepare_cached("INSERT INTO matter VALUES (?1, 2022, ?2, 1, 1, 48000000, NULL, 1, ?3)")?;
            for _ in 0..ROWS_A_TRANSACTION {
                let at = usize::try_from(self.chance.below(self.villages.len() as u64))?;
                let village = self.villages[at];
                self.seqs[at] += 1;
                self.pos += 1;
                let seq = self.seqs[at];
                let mut request_id = [0; 16];
                request_id[..8].copy_from_slice(&self.chance.next_u64().to_be_bytes());
                request_id[8..].copy_from_slice(&self.chance.next_u64().to_be_bytes());
                head.execute(params![village, seq, HASH])?;
                journal.execute(params![self.pos, village, seq, payload, HASH])?;
                request.execute(params![village, request_id, HASH, response, self.pos])?;
                matter.execute(params![village, seq, record])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}
