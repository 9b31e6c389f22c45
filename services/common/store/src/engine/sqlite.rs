//! SQLite, bundled: a file, WAL, `synchronous=FULL`.

use std::time::Duration;

use sqlx::SqlStr;
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::engine::Engine;
use crate::journal::Batch;
use crate::rows::{Columns, Rows};
use crate::writer::{Written, shared};
use crate::{Location, StoreError, args};

impl Engine for Sqlite {
    // A deferred BEGIN that reads and then writes is refused at once, without waiting for busy_timeout.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const SNAPSHOT: &'static str = "BEGIN";

    fn choose<T>(sqlite: T, _postgres: T) -> T {
        sqlite
    }

    fn writing(location: &Location) -> Result<SqliteConnectOptions, StoreError> {
        Ok(options(location)?.create_if_missing(true))
    }

    fn reading(location: &Location) -> Result<SqliteConnectOptions, StoreError> {
        Ok(options(location)?.pragma("query_only", "true"))
    }

    // The lock is a file beside the database, taken before the first connection (database.rs).
    async fn lock(_conn: &mut SqliteConnection, _location: &Location) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn unlock(_conn: &mut SqliteConnection) -> sqlx::Result<()> {
        Ok(())
    }

    async fn write(conn: &mut SqliteConnection, batch: &Batch) -> Result<Written, StoreError> {
        shared::write::<Self>(conn, batch).await
    }

    async fn put<T: Columns>(conn: &mut SqliteConnection, rows: &[T]) -> Result<(), StoreError> {
        Self::execute(conn, T::SHARED, args![Self; Rows::of(rows)?.bind()?]).await?;
        Ok(())
    }

    shared!();
}

fn options(location: &Location) -> Result<SqliteConnectOptions, StoreError> {
    let Location::File(path) = location else { return Err(StoreError::wrong_engine(location)) };
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose acknowledged commits when the power fails.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Mapped files turn an I/O error into a signal, and hide torn writes.
        .pragma("mmap_size", "0")
        .pragma("cache_size", "-8192")
        // A larger log means fewer checkpoints under load; it is folded back when the file is closed.
        .pragma("wal_autocheckpoint", "2000"))
}
