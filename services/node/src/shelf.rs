//! One service's books, as the operator sees them; whichever service it is.

use yishi_kernel::UnitCode;
use yishi_store::journal::Chain;
use yishi_store::{Database, Engine, Handle, Model, Position, Report, StoreError, journal, verify};

/// A service's books without their types.
#[tonic::async_trait]
pub(crate) trait Shelved: Send + Sync {
    /// The service's name.
    fn service(&self) -> &'static str;
    /// Where its writer stands.
    fn position(&self) -> Position;
    /// Units with a journal, and entries.
    async fn extent(&self) -> Result<(i64, i64), StoreError>;
    /// Where each journal ends.
    async fn heads(&self) -> Result<Vec<(UnitCode, Chain)>, StoreError>;
    /// The last number on each way, from whom to whom.
    async fn ways(&self) -> Result<Vec<((UnitCode, UnitCode), i64)>, StoreError>;
    /// Walks everything.
    async fn verify(&self) -> Result<Report, StoreError>;
    /// Closes the readers.
    async fn close(&self);
}

pub(crate) struct Shelf<E: Engine, M: Model> {
    database: Database<E>,
    handle: Handle<M>,
}

impl<E: Engine, M: Model> Shelf<E, M> {
    pub(crate) fn new(database: Database<E>, handle: Handle<M>) -> Self {
        Self { database, handle }
    }
}

#[tonic::async_trait]
impl<E: Engine, M: Model> Shelved for Shelf<E, M> {
    fn service(&self) -> &'static str {
        M::SERVICE
    }

    fn position(&self) -> Position {
        self.handle.position()
    }

    async fn extent(&self) -> Result<(i64, i64), StoreError> {
        journal::extent::<E>(&mut *self.database.reader().await?).await
    }

    async fn heads(&self) -> Result<Vec<(UnitCode, Chain)>, StoreError> {
        journal::heads::<E>(&mut *self.database.reader().await?).await
    }

    async fn ways(&self) -> Result<Vec<((UnitCode, UnitCode), i64)>, StoreError> {
        journal::ways::<E>(&mut *self.database.reader().await?).await
    }

    async fn verify(&self) -> Result<Report, StoreError> {
        let database = self.database.clone();
        // A caller that goes away must not leave a pooled connection inside a transaction.
        let walk = tokio::spawn(async move { verify::<E>(&mut *database.reader().await?, M::SERVICE).await });
        walk.await.unwrap_or(Err(StoreError::Busy))
    }

    async fn close(&self) {
        self.database.close().await;
    }
}
