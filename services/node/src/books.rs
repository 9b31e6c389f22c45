//! The books of a node's services: opened, followed by each other, and shown to those who may see them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;
use yishi_appraisal::Appraisal;
use yishi_escalation::{Escalation, Overdue, Policy};
use yishi_intake::{Intake, Successions};
use yishi_kernel::Clock;
use yishi_link::{Barrier, Feed, Follower, Journals, Links};
use yishi_runtime::clock::NodeClock;
use yishi_runtime::config::Settings;
use yishi_runtime::desk::{Desk, House};
use yishi_runtime::errors::Failure;
use yishi_runtime::lifecycle::Lifecycle;
use yishi_store::journal::Stored;
use yishi_store::{
    ClockKind, Database, Engine, Handle, Location, Model, Options, Position, Tuning, Writer, WriterEnd,
};
use yishi_witness::NodeKey;

use crate::shelf::{Shelf, Shelved};

/// How often a node on the machine's clock looks for what is overdue: all is due at the end of some day.
const OVERDUE_EVERY: Duration = Duration::from_secs(60);
/// How often it looks for villages that are no more: all are closed at the beginning of some day.
const CLOSED_EVERY: Duration = Duration::from_secs(60);
/// How often appraisal learns of what the others do. Its figures are read now and then; the others answer each other.
const FIGURES_EVERY: Duration = Duration::from_millis(20);

/// What the services of a node are opened with, and what they have in common.
pub(crate) struct Books {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<NodeClock>,
    pub(crate) lifecycle: Lifecycle,
    /// Ends the writers, after those who ask them have ended.
    pub(crate) writers: CancellationToken,
    pub(crate) shelves: Vec<Arc<dyn Shelved>>,
    pub(crate) barrier: Barrier,
    pub(crate) journals: Journals,
    pub(crate) links: Links,
    /// With which the node signs.
    pub(crate) key: Arc<NodeKey>,
}

/// One service's writer and readers.
pub(crate) struct Opened<E: Engine, M: Model> {
    pub(crate) house: Arc<House>,
    handle: Handle<M>,
    pub(crate) database: Database<E>,
}

impl Books {
    pub(crate) fn new(
        settings: Settings,
        clock: Arc<NodeClock>,
        house: Arc<House>,
        lifecycle: Lifecycle,
        key: Arc<NodeKey>,
    ) -> Self {
        let journals = Journals::new(house, lifecycle.stop());
        let kind = if clock.is_manual() { ClockKind::Manual } else { ClockKind::System };
        let parent = Some(&settings.link.parent).filter(|parent| !parent.is_empty());
        let parent = parent.map(|parent| parent.parse().expect("validated settings have an address"));
        let links = Links::new(kind, parent, Arc::clone(&key));
        Self {
            settings,
            clock,
            lifecycle,
            writers: CancellationToken::new(),
            shelves: Vec::new(),
            barrier: Barrier::default(),
            journals,
            links,
            key,
        }
    }

    /// Opens a service's database and starts its writer.
    pub(crate) async fn open<E: Engine, M: Model<Refusal: Into<Failure>>>(
        &mut self,
        house: Arc<House>,
        model: M,
    ) -> anyhow::Result<Opened<E, M>> {
        let location = self.location(M::SERVICE);
        let kind = if self.clock.is_manual() { ClockKind::Manual } else { ClockKind::System };
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as _;
        let mark = self.links.mark(M::SERVICE, &self.settings.node.data_dir)?;
        let known = mark.noted().map_or(0, |noted| noted.epoch);
        let tuning = Tuning { epoch_floor: known, ..Tuning::default() };
        let stop = self.writers.clone();
        let (writer, handle) = Writer::<E, M>::open_for(
            &location,
            model,
            Arc::clone(house.hosting()),
            (kind, clock),
            tuning,
            stop,
        )
        .await
        .with_context(|| format!("opening {location}"))?;
        // A manual clock goes on where the books end, whatever the configuration says it began with.
        if self.clock.is_manual() && writer.last_at() > self.clock.now() {
            self.clock.advance_to(writer.last_at())?;
        }
        let readers = Options { readers: self.settings.database.connections_max, ..Options::default() };
        let database = Database::<E>::new(&location, readers)?;
        // Before the writer begins: a database that is to recover must not write first.
        self.links.add(&house, &database, &handle, mark).await?;
        let task = writer.spawn();
        self.lifecycle.spawn(M::SERVICE, async move {
            match task.await {
                Ok(WriterEnd::Stopped) => Ok(()),
                Ok(WriterEnd::Failed(error)) => Err(format!("{:#}", anyhow::Error::from(error))),
                Err(died) => Err(died.to_string()),
            }
        });
        let Position { epoch, pos } = handle.position();
        tracing::info!(service = M::SERVICE, %location, epoch, pos, "books opened");
        self.shelves.push(Arc::new(Shelf::<E, M>::new(database.clone(), handle.clone())));
        self.journals.add(Feed::of(&database, &handle));
        Ok(Opened { house, handle, database })
    }

    /// Lets one service learn from another's journal, or from its own what is addressed to units of this node.
    ///
    /// All that it `wants`, it wants because of what it hosts: after a move it makes up for that.
    pub(crate) fn follow<E: Engine, S: Model, M: Model, W>(
        &mut self,
        source: &Opened<E, S>,
        service: &Opened<E, M>,
        wants: fn(&Arc<House>) -> W,
        learn: impl Fn(&[Stored]) -> M::Command + Send + Sync + 'static,
    ) where
        W: Fn(&Stored) -> bool + Send + Sync + 'static,
    {
        self.follow_more(source, service, wants(&service.house), wants, learn);
    }

    /// The same, where more is wanted than what depends on what is `hosted`.
    pub(crate) fn follow_more<E: Engine, S: Model, M: Model, W>(
        &mut self,
        source: &Opened<E, S>,
        service: &Opened<E, M>,
        wants: impl Fn(&Stored) -> bool + Send + Sync + 'static,
        hosted: fn(&Arc<House>) -> W,
        learn: impl Fn(&[Stored]) -> M::Command + Send + Sync + 'static,
    ) where
        W: Fn(&Stored) -> bool + Send + Sync + 'static,
    {
        let feed = Feed::of(&source.database, &source.handle);
        let follower = Follower::new(feed, service.handle.clone(), wants, learn);
        let pace = if M::SERVICE == Appraisal::SERVICE { FIGURES_EVERY } else { Duration::ZERO };
        let follower = follower.paced(pace).making_up(Arc::clone(&service.house), hosted);
        self.barrier.add(&follower);
        let stop = self.lifecycle.stop();
        self.lifecycle.spawn("follower", async move {
            follower.run(stop).await.map_err(|error| format!("{:#}", anyhow::Error::from(error)))
        });
    }

    /// Raises what is overdue where policy says so.
    pub(crate) fn raise_overdue<E: Engine>(&mut self, escalation: &Opened<E, Escalation>, policy: Policy) {
        let (house, clock) = (Arc::clone(&escalation.house), Arc::clone(&self.clock) as Arc<dyn Clock>);
        let (handle, database) = (escalation.handle.clone(), escalation.database.clone());
        let overdue = Overdue::new(house, policy, handle, database, Arc::clone(&clock));
        let Some(overdue) = overdue else { return };
        if self.clock.is_manual() {
            self.barrier.timer(overdue.seen(), clock);
        }
        let (ticks, stop) = (self.clock.ticks(OVERDUE_EVERY), self.lifecycle.stop());
        self.lifecycle.spawn("timer", async move {
            overdue.run(ticks, stop).await;
            Ok::<_, Infallible>(())
        });
    }

    /// Has villages that are no more say so.
    pub(crate) fn close_villages<E: Engine>(&mut self, intake: &Opened<E, Intake>) {
        let (house, clock) = (Arc::clone(&intake.house), Arc::clone(&self.clock) as Arc<dyn Clock>);
        let successions = Successions::new(house, intake.handle.clone(), Arc::clone(&clock));
        let Some(successions) = successions else { return };
        if self.clock.is_manual() {
            self.barrier.timer(successions.seen(), clock);
        }
        let (ticks, stop) = (self.clock.ticks(CLOSED_EVERY), self.lifecycle.stop());
        self.lifecycle.spawn("timer", async move {
            successions.run(ticks, stop).await;
            Ok::<_, Infallible>(())
        });
    }

    /// The desk at which a service serves; after its followers are known.
    pub(crate) fn desk<E: Engine, M: Model<Refusal: Into<Failure>>>(
        &self,
        opened: Opened<E, M>,
    ) -> Desk<E, M> {
        Desk::new(opened.house, opened.handle, opened.database).reading(self.barrier.read_by(M::SERVICE))
    }

    fn location(&self, service: &str) -> Location {
        let url = self.settings.database.url.expose();
        if url.is_empty() {
            Location::File(self.settings.node.data_dir.join(format!("{service}.db")))
        } else {
            Location::Server { url: url.to_owned(), schema: service.to_owned() }
        }
    }
}
