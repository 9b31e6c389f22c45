//! One service's database: where it is, who may write, and a gate before its readers.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{Migration, Migrator};
use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::{ConnectOptions, Connection, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::StoreError;
use crate::engine::Engine;

/// Where a service's database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A schema of a PostgreSQL database.
    Server {
        /// `postgres://…`
        url: String,
        /// Lower-case letters and underscores.
        schema: String,
    },
}

// The URL holds a password: neither logs nor errors may show it.
impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "SQLite file {}", path.display()),
            Self::Server { schema, .. } => write!(f, "PostgreSQL schema {schema}"),
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// How many readers there are, and how long a read waits for one.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Reading connections; as many reads run at once.
    pub readers: u32,
    /// Reads that may wait for a connection; one more is turned away at once.
    pub waiting: u32,
    /// How long a read waits.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 8, waiting: 512, patience: Duration::from_secs(5) }
    }
}

/// The reading side of a service's database.
pub struct Database<E: Engine> {
    readers: Pool<E>,
    gate: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    patience: Duration,
}

impl<E: Engine> Clone for Database<E> {
    fn clone(&self) -> Self {
        Self {
            readers: self.readers.clone(),
            gate: Arc::clone(&self.gate),
            queue: Arc::clone(&self.queue),
            patience: self.patience,
        }
    }
}

/// A reading connection, given back when dropped.
pub struct Reader<E: Engine> {
    connection: PoolConnection<E>,
    _permit: OwnedSemaphorePermit,
}

impl<E: Engine> std::ops::Deref for Reader<E> {
    type Target = E::Connection;
    fn deref(&self) -> &E::Connection {
        &self.connection
    }
}

impl<E: Engine> std::ops::DerefMut for Reader<E> {
    fn deref_mut(&mut self) -> &mut E::Connection {
        &mut self.connection
    }
}

impl<E: Engine> Database<E> {
    /// Sets up the readers; connections are made when they are needed.
    pub fn new(location: &Location, options: Options) -> Result<Self, StoreError> {
        let readers = PoolOptions::<E>::new()
            .max_connections(options.readers.max(1))
            .acquire_timeout(options.patience)
            // A round trip before each read costs a seventh of its speed; a broken connection shows when it is used.
            .test_before_acquire(false)
            .connect_lazy_with(E::reading(location)?);
        Ok(Self {
            readers,
            gate: Arc::new(Semaphore::new(options.readers.max(1) as usize)),
            queue: Arc::new(Semaphore::new((options.readers + options.waiting) as usize)),
            patience: options.patience,
        })
    }

    /// A reading connection. The gate stands before the pool: a pool that times out under load throws away the
    /// connections it made and never recovers.
    pub async fn reader(&self) -> Result<Reader<E>, StoreError> {
        let _waiting = self.queue.try_acquire().map_err(|_| StoreError::Busy)?;
        let permit = tokio::time::timeout(self.patience, Arc::clone(&self.gate).acquire_owned())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Database(sqlx::Error::PoolClosed))?;
        Ok(Reader { connection: self.readers.acquire().await?, _permit: permit })
    }

    /// Closes the readers; reads that run are finished first.
    pub async fn close(&self) {
        self.gate.close();
        self.readers.close().await;
    }
}

/// The right to write: the lock, and the one writing connection.
pub(crate) struct Seat<E: Engine> {
    pub(crate) location: Location,
    pub(crate) connection: E::Connection,
    // Held for its effect.
    _file: Option<FileLock>,
}

/// A locked file. The system lets go of it when this process ends, however it ends.
struct FileLock(File);

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing it is not enough: a child process that is just being started has it open too.
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "unlocking the database's file");
        }
    }
}

impl<E: Engine> Seat<E> {
    /// Takes the writer's lock and brings the tables to this program's version.
    pub(crate) async fn take(location: &Location, migrations: Vec<Migration>) -> Result<Self, StoreError> {
        let file = match location {
            Location::File(path) => Some(lock_file(path)?),
            Location::Server { .. } => None,
        };
        let connection = connect::<E>(location).await?;
        let mut seat = Self { location: location.clone(), connection, _file: file };
        seat.lock().await?;
        if let Location::Server { schema, .. } = location {
            sqlx::migrate::Migrate::create_schema_if_not_exists(&mut seat.connection, schema).await?;
        }
        Migrator::with_migrations(migrations).run_direct(None, &mut seat.connection, false).await?;
        Ok(seat)
    }

    /// A new connection instead of a lost one; the lock went with the old session.
    pub(crate) async fn reconnect(&mut self) -> Result<(), StoreError> {
        self.connection = connect::<E>(&self.location).await?;
        self.lock().await
    }

    /// Gives the lock back, then ends the session. One that is lost already has nothing to give, and may never answer.
    pub(crate) async fn leave(mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        let leaving = async {
            let unlocked = E::unlock(&mut self.connection).await;
            self.connection.close().await.and(unlocked)
        };
        match tokio::time::timeout(PATIENCE, leaving).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "closing the writing connection"),
            Err(_) => tracing::debug!("the writing connection did not close in time"),
        }
    }

    async fn lock(&mut self) -> Result<(), StoreError> {
        if E::lock(&mut self.connection, &self.location).await? {
            return Ok(());
        }
        Err(StoreError::Held(self.location.to_string()))
    }
}

async fn connect<E: Engine>(location: &Location) -> Result<E::Connection, StoreError> {
    const PATIENCE: Duration = Duration::from_secs(10);
    // Nothing is open yet on this connection, so dropping the attempt loses nothing.
    let attempt = tokio::time::timeout(PATIENCE, E::writing(location)?.connect()).await;
    Ok(attempt.map_err(|_| sqlx::Error::PoolTimedOut)??)
}

fn lock_file(database: &std::path::Path) -> Result<FileLock, StoreError> {
    // Appended, not instead of an extension: `a.intake` and `a.funding` are two databases.
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let path = PathBuf::from(path);
    let failed = |source| StoreError::File { path: path.display().to_string(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let file =
        File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Held(database.display().to_string())),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}
