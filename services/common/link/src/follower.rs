//! Reading a feed for a service.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use yishi_kernel::{Clock as _, SystemClock, UnitCode};
use yishi_runtime::house::House;
use yishi_runtime::telemetry;
use yishi_store::journal::Stored;
use yishi_store::{
    Delivery, Directory, Engine, Handle, Model, Order, Position, Reading, Rejection, Source, StoreError,
};

use crate::feed::Feed;

/// Entries read at once; a delivery holds at most as many.
const PAGE: u16 = 512;
/// Reads that may fail in a row.
const READ_FAILURES: u32 = 10;
/// What came less than a minute ago is told as a part of the trace it came in.
const FRESH_US: i64 = 60_000_000;
/// The pauses between tries while the reader or the writer is busy.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// Why following came to an end that nobody asked for. The node must not go on as if nothing were missing.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The feed's database went back in time.
    #[error("{source_name} does not know position {position:?}: its database was restored from a backup")]
    LostFuture {
        /// Which feed.
        source_name: Source,
        /// How far this service had read it.
        position: Position,
    },
    /// The feed cannot be read.
    #[error("reading {source_name}")]
    Feed {
        /// Which feed.
        source_name: Source,
        /// Why.
        #[source]
        error: StoreError,
    },
    /// The writer will not take a delivery. Skipping it would lose it.
    #[error("entries {from} to {upto} of {source_name} cannot be applied: {problem}")]
    Refused {
        /// Which feed.
        source_name: Source,
        /// The first position of the delivery.
        from: i64,
        /// Its last.
        upto: i64,
        /// What the writer said.
        problem: String,
    },
}

type Wants = Box<dyn Fn(&Stored) -> bool + Send + Sync>;
type Learn<C> = Box<dyn Fn(&[Stored]) -> C + Send + Sync>;
/// Which entries are wanted because of what a house hosts.
type Hosted = Box<dyn Fn(&Arc<House>) -> Wants + Send + Sync>;

/// What became of a delivery.
enum Delivered {
    Taken,
    /// Units were moved since its entries were picked.
    Outdated,
    /// Told to stop before.
    Stopped,
}

/// One service's reading of one feed.
pub struct Follower<E: Engine, M: Model> {
    feed: Feed<E>,
    handle: Handle<M>,
    wants: Wants,
    learn: Learn<M::Command>,
    pace: Duration,
    /// The service's house, and what is passed over while a unit is hosted elsewhere.
    hosted: Option<(Arc<House>, Hosted)>,
    passed: watch::Sender<Position>,
}

impl<E: Engine, M: Model> Follower<E, M> {
    /// `wants` picks the entries, `learn` makes a command of them.
    pub fn new(
        feed: Feed<E>,
        handle: Handle<M>,
        wants: impl Fn(&Stored) -> bool + Send + Sync + 'static,
        learn: impl Fn(&[Stored]) -> M::Command + Send + Sync + 'static,
    ) -> Self {
        let begin = handle.read_so_far(feed.source()).unwrap_or(Position { epoch: 0, pos: 0 });
        Self {
            feed,
            handle,
            wants: Box::new(wants),
            learn: Box::new(learn),
            pace: Duration::ZERO,
            hosted: None,
            passed: watch::Sender::new(begin),
        }
    }

    /// Lets a service that nobody waits for learn in larger pieces: deliveries that are not full begin at least so long
    /// after each other. Each costs a commit, and one of many entries costs little more than one of few.
    #[must_use]
    pub fn paced(self, pace: Duration) -> Self {
        Self { pace, ..self }
    }

    /// Makes up for what was passed over of a unit while another node hosted it: `hosted` picks what is wanted because of
    /// what a house hosts.
    #[must_use]
    pub fn making_up<W>(
        self,
        house: Arc<House>,
        hosted: impl Fn(&Arc<House>) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Fn(&Stored) -> bool + Send + Sync + 'static,
    {
        let hosted: Hosted = Box::new(move |house| Box::new(hosted(house)));
        Self { hosted: Some((house, hosted)), ..self }
    }

    /// The service that learns.
    #[must_use]
    pub fn service(&self) -> Source {
        M::SERVICE
    }

    /// The feed it learns from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.feed.source()
    }

    /// How far the feed was read and applied.
    #[must_use]
    pub fn passed(&self) -> watch::Receiver<Position> {
        self.passed.subscribe()
    }

    /// How far the feed has come.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.feed.positions()
    }

    /// Follows until told to stop.
    pub async fn run(self, stop: CancellationToken) -> Result<(), FollowError> {
        let mut at = *self.passed.borrow();
        // What the database knows to be read; what was passed over since may have to be looked at again.
        let mut kept = at;
        let mut positions = self.feed.positions();
        let mut moves = self.handle.hosting().follow();
        let mut version = None;
        let (mut failures, mut pause) = (0, PAUSES.0);
        loop {
            // The very beginning is known to every database.
            let known = if at.pos == 0 { Ok(true) } else { self.feed.knows(at).await };
            match known {
                Ok(true) => break,
                Ok(false) => {
                    return Err(FollowError::LostFuture { source_name: self.feed.source(), position: at });
                }
                Err(error) => self.read_failed(error, &mut failures)?,
            }
            if !wait(&mut pause, &stop).await {
                return Ok(());
            }
        }
        let mut delivered: Option<Instant> = None;
        loop {
            let directory = Arc::clone(&moves.borrow_and_update());
            if version.replace(directory.version()).is_some_and(|before| before != directory.version()) {
                at = self.go_back(kept);
            }
            if let Some((top, from, upto)) = self.missed(&directory) {
                match self.make_up(&directory, (top, from, upto), &stop).await? {
                    Delivered::Stopped => return Ok(()),
                    Delivered::Taken | Delivered::Outdated => continue,
                }
            }
            let come = *positions.borrow_and_update();
            if at.pos >= come.pos {
                at.epoch = come.epoch;
                self.passed.send_replace(at);
                let moved = tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    moved = positions.changed() => moved,
                    _ = moves.changed() => continue,
                };
                // The feed's writer has ended: nothing will come any more.
                if moved.is_err() {
                    stop.cancelled().await;
                    return Ok(());
                }
                continue;
            }
            if let Some(last) = delivered.filter(|_| come.pos - at.pos < i64::from(PAGE)) {
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep_until(last + self.pace) => delivered = None,
                    _ = moves.changed() => {}
                }
                // More has come in the meantime.
                continue;
            }
            let page = match self.feed.after(at.pos, PAGE).await {
                // What came since may be of a later term than the one that was looked up.
                Ok(page) => page.into_iter().take_while(|stored| stored.pos <= come.pos).collect::<Vec<_>>(),
                Err(error) => {
                    self.read_failed(error, &mut failures)?;
                    if !wait(&mut pause, &stop).await {
                        return Ok(());
                    }
                    continue;
                }
            };
            (failures, pause) = (0, PAUSES.0);
            let Some(last) = page.last() else { continue };
            let upto = Position { epoch: come.epoch, pos: last.pos };
            let wanted = page.into_iter().filter(|stored| (self.wants)(stored));
            let wanted: Vec<Stored> = wanted.map(Arc::unwrap_or_clone).collect();
            if !wanted.is_empty() {
                delivered = Some(Instant::now());
                let reading = Reading { version: directory.version(), missed: None };
                match self.deliver(wanted, at, upto, reading, &stop).await? {
                    Delivered::Taken => kept = upto,
                    Delivered::Outdated => {
                        at = self.go_back(kept);
                        continue;
                    }
                    Delivered::Stopped => return Ok(()),
                }
            }
            at = upto;
            self.passed.send_replace(at);
        }
    }

    /// What was passed over since is looked at again: nobody may take it for dealt with meanwhile.
    fn go_back(&self, kept: Position) -> Position {
        self.passed.send_replace(kept);
        kept
    }

    /// The next that is to be made up for, from where to where.
    fn missed(&self, directory: &Directory) -> Option<(UnitCode, i64, i64)> {
        let mut of_source = directory.missed().filter(|(_, source, _)| *source == self.feed.source());
        of_source.find_map(|(top, _, missed)| missed.upto.map(|upto| (top, missed.heard, upto)))
    }

    /// Reads the next page of what was passed over of a subtree, and delivers what would have been wanted of it.
    async fn make_up(
        &self,
        directory: &Directory,
        (top, from, upto): (UnitCode, i64, i64),
        stop: &CancellationToken,
    ) -> Result<Delivered, FollowError> {
        let reading = Reading { version: directory.version(), missed: Some(top) };
        let (mut failures, mut pause) = (0, PAUSES.0);
        let page = loop {
            match self.feed.after(from, PAGE).await {
                Ok(page) => break page,
                Err(error) => self.read_failed(error, &mut failures)?,
            }
            if !wait(&mut pause, stop).await {
                return Ok(Delivered::Stopped);
            }
        };
        let epoch = self.feed.positions().borrow().epoch;
        let page: Vec<Stored> =
            page.into_iter().take_while(|stored| stored.pos <= upto).map(Arc::unwrap_or_clone).collect();
        let last = page.last().map_or(upto, |stored| stored.pos);
        self.passed.send_replace(Position { epoch, pos: from });
        let wanted: Vec<Stored> = match &self.hosted {
            Some((house, hosted)) => {
                let now = hosted(&Arc::new(house.as_in(directory.clone())));
                let then = hosted(&Arc::new(house.as_in(directory.without(top))));
                page.into_iter().filter(|stored| now(stored) && !then(stored)).collect()
            }
            None => Vec::new(),
        };
        let at = Position { epoch, pos: last };
        if !wanted.is_empty() {
            return self.deliver(wanted, Position { epoch, pos: from }, at, reading, stop).await;
        }
        loop {
            match self.handle.order(Order::MadeUp { top, source: self.feed.source(), upto: last }).await {
                Ok(_) => return Ok(Delivered::Taken),
                Err(Rejection::Stopping) => return Ok(Delivered::Stopped),
                Err(_) if wait(&mut pause, stop).await => {}
                Err(_) => return Ok(Delivered::Stopped),
            }
        }
    }

    async fn deliver(
        &self,
        entries: Vec<Stored>,
        from: Position,
        upto: Position,
        reading: Reading,
        stop: &CancellationToken,
    ) -> Result<Delivered, FollowError> {
        let span = self.span(&entries);
        // What follows from the entries of one call belongs to that call's trace.
        let of_one = entries.iter().all(|stored| stored.traceparent == entries[0].traceparent);
        let traceparent = span.in_scope(telemetry::current_traceparent).filter(|_| of_one);
        let mut pause = PAUSES.0;
        loop {
            let weight = entries.iter().map(|stored| stored.entry.payload.len()).sum();
            let command = (self.learn)(&entries);
            let traceparent = traceparent.clone();
            let delivery = Delivery { source: self.feed.source(), upto, command, traceparent, weight };
            let problem = match self.handle.deliver_as(reading, delivery).instrument(span.clone()).await {
                Ok(_) => return Ok(Delivered::Taken),
                Err(Rejection::Outdated) => return Ok(Delivered::Outdated),
                Err(Rejection::Stopping) => return Ok(Delivered::Stopped),
                Err(Rejection::Overloaded | Rejection::Unreachable | Rejection::Recovering) => None,
                Err(Rejection::Refused(_)) => Some("the rules refused a delivery, which they never may"),
                Err(Rejection::RequestIdReused) => Some("a delivery has no request id"),
                Err(Rejection::Unfit(_) | Rejection::Unmovable(_)) => {
                    Some("a delivery is no inflow and no order")
                }
                Err(Rejection::Elsewhere(_)) => Some("it would write for a unit that another node hosts"),
                Err(Rejection::Poisonous(why)) => Some(why),
            };
            if let Some(problem) = problem {
                return Err(FollowError::Refused {
                    source_name: self.feed.source(),
                    from: from.pos + 1,
                    upto: upto.pos,
                    problem: problem.to_owned(),
                });
            }
            if self.handle.hosting().now().version() != reading.version {
                return Ok(Delivered::Outdated);
            }
            if !wait(&mut pause, stop).await {
                return Ok(Delivered::Stopped);
            }
        }
    }

    fn span(&self, entries: &[Stored]) -> tracing::Span {
        let kind = entries.first().map_or("", |stored| stored.entry.kind.as_str());
        let span = tracing::info_span!(
            target: "yishi::link",
            "deliver",
            otel.name = format!("deliver {kind}"),
            otel.kind = "consumer",
            yishi.source = self.feed.source(),
            yishi.service = M::SERVICE,
            yishi.entries = entries.len(),
        );
        let now = SystemClock.now().as_micros();
        let fresh = entries.iter().all(|stored| now - stored.received_us < FRESH_US);
        telemetry::caused_by(&span, fresh, entries.iter().filter_map(|stored| stored.traceparent.as_deref()));
        span
    }

    /// What to do about a read that failed: nothing but wait, until it has failed too often in a row.
    fn read_failed(&self, error: StoreError, failures: &mut u32) -> Result<(), FollowError> {
        *failures += 1;
        if *failures > READ_FAILURES && !matches!(error, StoreError::Busy) {
            return Err(FollowError::Feed { source_name: self.feed.source(), error });
        }
        tracing::warn!(%error, source = self.feed.source(), "the feed cannot be read yet");
        Ok(())
    }
}

async fn wait(pause: &mut Duration, stop: &CancellationToken) -> bool {
    let go_on = tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(*pause) => true,
    };
    *pause = (*pause * 2).min(PAUSES.1);
    go_on
}
