//! One service's books, as the operator sees them; whichever service it is.

use std::collections::HashMap;

use yishi_kernel::UnitCode;
use yishi_store::journal::{Chain, Hash, Stored};
use yishi_store::witness::{self, Testimony, Trusted, Witness};
use yishi_store::{Database, Engine, Handle, Model, Position, Report, StoreError, journal, verify};
use yishi_witness::PublicKey;

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
    /// Where each journal ended when the database had come to a position.
    async fn heads_at(&self, pos: i64) -> Result<Vec<(UnitCode, Chain)>, StoreError>;
    /// The chains of journals at these entries, of those that are here.
    async fn chains_at(&self, entries: Vec<(UnitCode, i64)>) -> Result<HashMap<UnitCode, Hash>, StoreError>;
    /// A unit's entries after a number, in order.
    async fn entries(&self, unit: UnitCode, after: i64, limit: i64) -> Result<Vec<Stored>, StoreError>;
    /// By which keys nodes below are known.
    async fn trusted(&self) -> Result<Vec<Trusted>, StoreError>;
    /// What nodes below signed last, with when it came, µs.
    async fn testimonies(&self) -> Result<Vec<(Testimony, i64)>, StoreError>;
    /// From now on a node below is known by this key.
    async fn trust(&self, node: UnitCode, key: PublicKey) -> Result<(), StoreError>;
    /// The topmost units of the nodes right below, as far as this service is concerned.
    fn delegates(&self) -> Vec<UnitCode>;
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

    async fn heads_at(&self, pos: i64) -> Result<Vec<(UnitCode, Chain)>, StoreError> {
        journal::heads_at::<E>(&mut *self.database.reader().await?, pos).await
    }

    async fn chains_at(&self, entries: Vec<(UnitCode, i64)>) -> Result<HashMap<UnitCode, Hash>, StoreError> {
        journal::chains_at::<E>(&mut *self.database.reader().await?, entries).await
    }

    async fn entries(&self, unit: UnitCode, after: i64, limit: i64) -> Result<Vec<Stored>, StoreError> {
        journal::of_unit::<E>(&mut *self.database.reader().await?, unit, after, limit).await
    }

    async fn trusted(&self) -> Result<Vec<Trusted>, StoreError> {
        witness::trusted::<E>(&mut *self.database.reader().await?).await
    }

    async fn testimonies(&self) -> Result<Vec<(Testimony, i64)>, StoreError> {
        witness::testimonies::<E>(&mut *self.database.reader().await?).await
    }

    async fn trust(&self, node: UnitCode, key: PublicKey) -> Result<(), StoreError> {
        let trust = Witness::Trust { unit: node, key: *key.as_bytes() };
        self.handle.witness(trust).await.map(drop).map_err(|_| StoreError::Busy)
    }

    fn delegates(&self) -> Vec<UnitCode> {
        self.handle.hosting().now().delegates()
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
