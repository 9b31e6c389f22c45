//! Reading a feed for a service.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use yishi_kernel::{Clock as _, SystemClock};
use yishi_runtime::telemetry;
use yishi_store::journal::Stored;
use yishi_store::{Delivery, Engine, Handle, Model, Position, Rejection, Source, StoreError};

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

/// One service's reading of one feed.
pub struct Follower<E: Engine, M: Model> {
    feed: Feed<E>,
    handle: Handle<M>,
    wants: Wants,
    learn: Learn<M::Command>,
    pace: Duration,
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
            passed: watch::Sender::new(begin),
        }
    }

    /// Lets a service that nobody waits for learn in larger pieces: deliveries that are not full begin at least so long
    /// after each other. Each costs a commit, and one of many entries costs little more than one of few.
    #[must_use]
    pub fn paced(self, pace: Duration) -> Self {
        Self { pace, ..self }
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
        let mut positions = self.feed.positions();
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
            let come = *positions.borrow_and_update();
            if at.pos >= come.pos {
                at.epoch = come.epoch;
                self.passed.send_replace(at);
                let moved = tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    moved = positions.changed() => moved,
                };
                // The feed's writer has ended: nothing will come any more.
                if moved.is_err() {
                    stop.cancelled().await;
                    return Ok(());
                }
                continue;
            }
            if let Some(delivered) = delivered
                && come.pos - at.pos < i64::from(PAGE)
            {
                let gathering = tokio::time::sleep_until(delivered + self.pace);
                if stop.run_until_cancelled(gathering).await.is_none() {
                    return Ok(());
                }
            }
            let page = match self.feed.after(at.pos, PAGE).await {
                Ok(page) => page,
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
                if !self.deliver(wanted, at, upto, &stop).await? {
                    return Ok(());
                }
            }
            at = upto;
            self.passed.send_replace(at);
        }
    }

    /// False when told to stop before the delivery was taken.
    async fn deliver(
        &self,
        entries: Vec<Stored>,
        from: Position,
        upto: Position,
        stop: &CancellationToken,
    ) -> Result<bool, FollowError> {
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
            let problem = match self.handle.deliver(delivery).instrument(span.clone()).await {
                Ok(_) => return Ok(true),
                Err(Rejection::Stopping) => return Ok(false),
                Err(Rejection::Overloaded | Rejection::Unreachable | Rejection::Recovering) => None,
                Err(Rejection::Refused(_)) => Some("the rules refused a delivery, which they never may"),
                Err(Rejection::RequestIdReused) => Some("a delivery has no request id"),
                Err(Rejection::Unfit(_)) => Some("a delivery is no inflow"),
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
            if !wait(&mut pause, stop).await {
                return Ok(false);
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
