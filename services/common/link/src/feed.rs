//! One service's journal as others read it.

use std::sync::Arc;

use tokio::sync::watch;
use yishi_kernel::UnitCode;
use yishi_store::journal::{self, Stored};
use yishi_store::{Database, Engine, Handle, Model, Position, Source, StoreError, Tail};

/// A journal by position, and how far it has come.
pub struct Feed<E: Engine> {
    source: Source,
    database: Database<E>,
    tail: Arc<Tail>,
    positions: watch::Receiver<Position>,
}

impl<E: Engine> Clone for Feed<E> {
    fn clone(&self) -> Self {
        Self {
            source: self.source,
            database: self.database.clone(),
            tail: Arc::clone(&self.tail),
            positions: self.positions.clone(),
        }
    }
}

impl<E: Engine> Feed<E> {
    /// The journal of a service in this process.
    pub fn of<M: Model>(database: &Database<E>, handle: &Handle<M>) -> Self {
        Self {
            source: M::SERVICE,
            database: database.clone(),
            tail: handle.tail(),
            positions: handle.positions(),
        }
    }

    /// Its stable name.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// How far it has come; ends with its writer.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.positions.clone()
    }

    /// The next entries after a position, from memory while they are new.
    pub async fn after(&self, pos: i64, limit: u16) -> Result<Vec<Arc<Stored>>, StoreError> {
        if let Some(page) = self.tail.after(pos, limit.into()) {
            return Ok(page);
        }
        let mut reader = self.database.reader().await?;
        let entries = journal::after::<E>(&mut reader, pos, limit.into()).await?;
        reader.done();
        Ok(entries.into_iter().map(Arc::new).collect())
    }

    /// The next entries of a unit after a number.
    pub async fn of_unit(&self, unit: UnitCode, seq: i64, limit: i64) -> Result<Vec<Stored>, StoreError> {
        let mut reader = self.database.reader().await?;
        let entries = journal::of_unit::<E>(&mut reader, unit, seq, limit).await?;
        reader.done();
        Ok(entries)
    }

    /// Whether a position is one this database has had: not of a future that a restored backup lost.
    pub async fn knows(&self, position: Position) -> Result<bool, StoreError> {
        let mut reader = self.database.reader().await?;
        let known = journal::knows::<E>(&mut reader, position).await?;
        reader.done();
        Ok(known)
    }
}
