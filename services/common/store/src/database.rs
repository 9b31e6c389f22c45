//! One service's database: where it is, who may write, and a gate before its readers.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::migrate::{Migration, Migrator};
use sqlx::{ConnectOptions, Connection};
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
///
/// Not sqlx's pool: that one asks the server whether a connection is well each time it comes back, which doubles the
/// round trips of a read.
pub struct Database<E: Engine> {
    shelf: Arc<Shelf<E>>,
    gate: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    options: Options,
}

/// Connections that nobody reads with.
struct Shelf<E: Engine> {
    target: <E::Connection as Connection>::Options,
    idle: Mutex<Vec<E::Connection>>,
}

impl<E: Engine> Clone for Database<E> {
    fn clone(&self) -> Self {
        Self {
            shelf: Arc::clone(&self.shelf),
            gate: Arc::clone(&self.gate),
            queue: Arc::clone(&self.queue),
            options: self.options,
        }
    }
}

/// A reading connection. [`Reader::done`] gives it back; one that is dropped instead, because a read failed or whoever
/// asked went away, is looked at before it is used again.
pub struct Reader<E: Engine> {
    connection: Option<E::Connection>,
    shelf: Arc<Shelf<E>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<E: Engine> std::ops::Deref for Reader<E> {
    type Target = E::Connection;
    fn deref(&self) -> &E::Connection {
        self.connection.as_ref().expect("it is there until done or dropped")
    }
}

impl<E: Engine> std::ops::DerefMut for Reader<E> {
    fn deref_mut(&mut self) -> &mut E::Connection {
        self.connection.as_mut().expect("it is there until done or dropped")
    }
}

impl<E: Engine> Reader<E> {
    /// Gives the connection back after all that was asked of it has been answered.
    pub fn done(mut self) {
        if let Some(connection) = self.connection.take() {
            self.shelf.put(connection);
        }
    }
}

impl<E: Engine> Drop for Reader<E> {
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let Some(mut connection) = self.connection.take() else { return };
        let (shelf, permit) = (Arc::clone(&self.shelf), self.permit.take());
        // Without a runtime the process is ending, and the connection with it.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if let Ok(Ok(())) = tokio::time::timeout(PATIENCE, connection.ping()).await {
                shelf.put(connection);
            }
            drop(permit);
        });
    }
}

impl<E: Engine> Shelf<E> {
    fn put(&self, connection: E::Connection) {
        self.lock().push(connection);
    }

    fn take(&self) -> Option<E::Connection> {
        self.lock().pop()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<E::Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E: Engine> Database<E> {
    /// Sets up the readers; connections are made when they are needed.
    pub fn new(location: &Location, options: Options) -> Result<Self, StoreError> {
        let options = Options { readers: options.readers.max(1), ..options };
        Ok(Self {
            shelf: Arc::new(Shelf { target: E::reading(location)?, idle: Mutex::default() }),
            gate: Arc::new(Semaphore::new(options.readers as usize)),
            queue: Arc::new(Semaphore::new((options.readers + options.waiting) as usize)),
            options,
        })
    }

    /// A reading connection: the one used last, or a new one.
    pub async fn reader(&self) -> Result<Reader<E>, StoreError> {
        let _waiting = self.queue.try_acquire().map_err(|_| StoreError::Busy)?;
        let permit = tokio::time::timeout(self.options.patience, Arc::clone(&self.gate).acquire_owned())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Database(sqlx::Error::PoolClosed))?;
        let connection = match self.shelf.take() {
            Some(connection) => connection,
            None => tokio::time::timeout(self.options.patience, self.shelf.target.connect())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)??,
        };
        Ok(Reader { connection: Some(connection), shelf: Arc::clone(&self.shelf), permit: Some(permit) })
    }

    /// Closes the readers; reads that run are finished first, within their patience.
    pub async fn close(&self) {
        let all = self.gate.acquire_many(self.options.readers);
        let ended = tokio::time::timeout(self.options.patience, all).await;
        self.gate.close();
        drop(ended);
        while let Some(connection) = self.shelf.take() {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "closing a reading connection");
            }
        }
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
