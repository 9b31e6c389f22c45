//! Writers on a database of the test's.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yishi_kernel::{Clock, Register, UnitCode};
use yishi_store::{ClockKind, Engine, Hosting, Location, StoreError, Tuning, Writer, WriterEnd};

use super::{Books, Desk, Purse, Ticks};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// When the tests' business began.
const START_US: i64 = 1_640_966_400_000_000;

/// Where the purses of a test's database are.
#[must_use]
pub fn location(place: &str) -> Location {
    match place.strip_prefix("sqlite://") {
        Some(file) => Location::File(file.into()),
        None => Location::Server { url: place.to_owned(), schema: "purse".to_owned() },
    }
}

/// A database, and how its writers are to work; they share one clock, one after the other.
#[derive(Clone)]
pub struct Office<E: Engine> {
    /// Where the database is.
    pub location: Location,
    /// How much waits, and how much is written at once.
    pub tuning: Tuning,
    /// Business time.
    pub clock: Arc<Ticks>,
    /// The rules.
    pub purse: Purse,
    /// Of which node it is, by the register and its topmost unit; everything is decided here without.
    pub home: Option<(Arc<Register>, UnitCode)>,
    /// The nodes below that its configuration names.
    pub delegates: Vec<UnitCode>,
    engine: PhantomData<fn() -> E>,
}

impl<E: Engine> Office<E> {
    /// An office at a database URL.
    #[must_use]
    pub fn at(place: &str) -> Self {
        Self::tuned(place, Tuning { patience: PATIENCE, ..Tuning::default() })
    }

    /// The same with another tuning.
    #[must_use]
    pub fn tuned(place: &str, tuning: Tuning) -> Self {
        let (location, clock) = (location(place), Arc::new(Ticks::new(START_US)));
        let (purse, delegates) = (Purse::default(), Vec::new());
        Self { location, tuning, clock, purse, home: None, delegates, engine: PhantomData }
    }

    /// Another node's office: a database of its own beside this one, with a clock of its own.
    #[must_use]
    pub fn beside(&self, name: &str) -> Self {
        let location = match &self.location {
            Location::File(path) => Location::File(path.with_file_name(format!("{name}.db"))),
            Location::Server { url, .. } => Location::Server { url: url.clone(), schema: name.to_owned() },
        };
        let (tuning, clock) = (self.tuning, Arc::new(Ticks::new(START_US)));
        let (purse, delegates) = (Purse::default(), Vec::new());
        Self { location, tuning, clock, purse, home: None, delegates, engine: PhantomData }
    }

    /// Opens a writer that does not write yet.
    pub async fn try_open(&self) -> Result<Opening<E>, StoreError> {
        let stop = CancellationToken::new();
        let clock = (ClockKind::Manual, Arc::clone(&self.clock) as Arc<dyn Clock>);
        let hosting = match self.home.clone() {
            Some((register, root)) => Hosting::of(register, root, self.delegates.clone()),
            None => Hosting::of_all(),
        };
        let (purse, tuning) = (self.purse.clone(), self.tuning);
        let opened = Writer::open_for(&self.location, purse, hosting, clock, tuning, stop.clone());
        let (writer, handle) = Box::pin(opened).await?;
        Ok(Opening { writer, desk: Desk { handle }, stop })
    }

    /// The same where nothing stands in the way.
    pub async fn open(&self) -> Opening<E> {
        self.try_open().await.expect("nobody else writes here")
    }

    /// A writer at work.
    pub async fn start(&self) -> Running {
        self.open().await.start()
    }

    /// A connection of the test's own; the tables must be there.
    pub async fn books(&self) -> Books<E> {
        Books::open(&self.location).await
    }
}

/// A writer that has its term and does not write yet: what is queued now is its first batch.
pub struct Opening<E: Engine> {
    /// Where commands are handed in.
    pub desk: Desk,
    /// Ends the writer.
    pub stop: CancellationToken,
    writer: Writer<E, Purse>,
}

impl<E: Engine> Opening<E> {
    /// Lets it write.
    #[must_use]
    pub fn start(self) -> Running {
        Running { desk: self.desk, stop: self.stop, task: self.writer.spawn() }
    }
}

/// A writer at work.
pub struct Running {
    /// Where commands are handed in.
    pub desk: Desk,
    /// Ends the writer.
    pub stop: CancellationToken,
    task: JoinHandle<WriterEnd>,
}

impl Running {
    /// Tells it to stop, and expects it to.
    pub async fn stop(self) {
        self.stop.cancel();
        let end = self.end().await;
        assert!(matches!(end, WriterEnd::Stopped), "{end:?}");
    }

    /// Waits until it ends by itself.
    pub async fn end(self) -> WriterEnd {
        let end = tokio::time::timeout(PATIENCE, self.task).await;
        end.expect("a writer ends in time").expect("a writer does not panic")
    }
}
