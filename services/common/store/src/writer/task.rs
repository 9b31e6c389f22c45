//! The writer's life: take, try, answer; halve what fails, reconnect what broke, stop when nothing can be trusted.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use yishi_kernel::{Clock, Timestamp};

use super::attempt::Trouble;
use super::cursors;
use super::directory;
use super::handle::{Handle, Job, Position, Rejection};
use super::heads::Heads;
use super::lanes::{Queues, Tuning, lanes};
use super::model::Model;
use super::tail::Tail;
use super::term::{ClockKind, Term};
use crate::database::Seat;
use crate::engine::Engine;
use crate::error::Remedy;
use crate::hosting::Hosting;
use crate::{Location, StoreError};

/// How a writer ended.
#[derive(Debug)]
pub enum WriterEnd {
    /// It was told to, and everything handed over was answered.
    Stopped,
    /// It could not go on; the process should end and be started anew.
    Failed(StoreError),
}

/// The task that writes one service's database.
pub struct Writer<E: Engine, M: Model> {
    pub(super) seat: Seat<E>,
    pub(super) model: Arc<M>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) term: Term,
    pub(super) heads: Heads,
    pub(super) cursors: Arc<HashMap<String, Position>>,
    pub(super) shared_text: bool,
    /// Whether own entries are taken back, and none are written.
    pub(super) recovering: Arc<AtomicBool>,
    pub(super) tail: Arc<Tail>,
    pub(super) hosting: Arc<Hosting>,
    /// The connection broke, and memory may lag behind a commit whose answer was lost.
    lost: bool,
    queues: Queues<M>,
    position: watch::Sender<Position>,
    patience: Duration,
    stall: Duration,
    stop: CancellationToken,
}

impl<E: Engine, M: Model> Writer<E, M> {
    /// Takes the lock, brings the tables up to date and begins a term. Nothing is written before [`Writer::spawn`].
    pub async fn open(
        location: &Location,
        model: M,
        clock: (ClockKind, Arc<dyn Clock>),
        tuning: Tuning,
        stop: CancellationToken,
    ) -> Result<(Self, Handle<M>), StoreError> {
        Self::open_for(location, model, Hosting::of_all(), clock, tuning, stop).await
    }

    /// The same for a node, whose directory it keeps from now on.
    pub async fn open_for(
        location: &Location,
        model: M,
        hosting: Arc<Hosting>,
        (kind, clock): (ClockKind, Arc<dyn Clock>),
        tuning: Tuning,
        stop: CancellationToken,
    ) -> Result<(Self, Handle<M>), StoreError> {
        let mut migrations = store_migrations::<E>();
        migrations.extend(M::migrations::<E>());
        let mut seat = Seat::<E>::take(location, migrations).await?;
        let begun = async {
            let term = Term::begin::<E>(&mut seat.connection, M::SERVICE, kind, tuning.epoch_floor).await?;
            let heads = Heads::load::<E>(&mut seat.connection, M::SERVICE).await?;
            directory::open::<E>(&mut seat.connection, &hosting, &heads).await?;
            Ok((term, heads))
        };
        let (term, heads) = match begun.await {
            Ok(begun) => begun,
            Err(error) => {
                seat.leave().await;
                return Err(error);
            }
        };
        let (position, positions) = watch::channel(Position { epoch: term.epoch, pos: term.pos });
        let cursors = Arc::new(cursors::load::<E>(&mut seat.connection).await?);
        let (lanes, queues) = lanes(tuning);
        let recovering = Arc::new(AtomicBool::new(false));
        let tail = Arc::new(Tail::default());
        let handle = Handle {
            lanes,
            key: Arc::new(term.key.clone()),
            position: positions,
            cursors: Arc::clone(&cursors),
            deliverer: "delivery".parse().expect("an actor's id is made of letters"),
            recovering: Arc::clone(&recovering),
            tail: Arc::clone(&tail),
            hosting: Arc::clone(&hosting),
        };
        let writer = Self {
            seat,
            model: Arc::new(model),
            clock,
            term,
            heads,
            cursors,
            shared_text: tuning.shared_text,
            recovering,
            tail,
            hosting,
            lost: false,
            queues,
            position,
            patience: tuning.patience,
            stall: tuning.stall,
            stop,
        };
        Ok((writer, handle))
    }

    /// Business time of the last entry; a manual clock must not begin before it.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.term.at
    }

    /// Starts the task.
    #[must_use]
    pub fn spawn(self) -> JoinHandle<WriterEnd> {
        tokio::spawn(self.run())
    }

    async fn run(mut self) -> WriterEnd {
        let end = loop {
            let jobs = self.queues.next(&self.stop).await;
            if jobs.is_empty() {
                break WriterEnd::Stopped;
            }
            if let Err(error) = self.serve(jobs).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    service = M::SERVICE,
                    "the writer stops"
                );
                break WriterEnd::Failed(error);
            }
        };
        // Whoever still waits is answered by the drop of his reply: "stopping".
        self.queues.close();
        self.seat.leave().await;
        end
    }

    async fn serve(&mut self, jobs: Vec<Job<M>>) -> Result<(), StoreError> {
        let mut piles = vec![jobs];
        let mut waiting = Waiting::default();
        while let Some(mut jobs) = piles.pop() {
            if self.lost && !self.recover(&mut waiting).await? {
                jobs.into_iter().for_each(turn_away);
                continue;
            }
            // Dropping a try that hangs is safe here: its connection is never used again (`lost`).
            let tried = timeout(self.stall, self.attempt(&jobs)).await;
            match tried.unwrap_or(Err(Trouble::Store(sqlx::Error::PoolTimedOut.into()))) {
                Ok(verdicts) => {
                    waiting = Waiting::default();
                    self.position.send_replace(Position { epoch: self.term.epoch, pos: self.term.pos });
                    for (job, verdict) in jobs.into_iter().zip(verdicts) {
                        // Nobody waits any more? It is done all the same.
                        drop(job.reply.send(verdict));
                    }
                }
                Err(Trouble::Panic(index)) => {
                    refuse(jobs.remove(index), "its rule panicked");
                    piles.push(jobs);
                }
                Err(Trouble::Astray(index, elsewhere)) => {
                    drop(jobs.remove(index).reply.send(Err(Rejection::Elsewhere(elsewhere))));
                    piles.push(jobs);
                }
                Err(Trouble::Behind(seen)) => {
                    self.begin_anew(seen).await?;
                    piles.push(jobs);
                }
                Err(Trouble::Store(error)) => match error.remedy() {
                    Remedy::Stop => return Err(error),
                    Remedy::Reconnect => {
                        self.lose(&error);
                        piles.push(jobs);
                    }
                    Remedy::Halve if jobs.len() <= 1 => {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "a command cannot be written"
                        );
                        jobs.into_iter().for_each(|job| refuse(job, "the database refused it"));
                    }
                    Remedy::Halve => {
                        let second = jobs.split_off(jobs.len() / 2);
                        piles.extend([second, jobs]);
                    }
                },
            }
            piles.retain(|pile| !pile.is_empty());
        }
        Ok(())
    }

    /// Connects anew. False when patience or the process is at its end before that succeeds.
    async fn recover(&mut self, waiting: &mut Waiting) -> Result<bool, StoreError> {
        while waiting.again(self.patience, &self.stop).await {
            match self.reopen().await {
                Ok(()) => return Ok(true),
                // Our own dead session may hold the lock a little longer.
                Err(StoreError::Held(_)) => {}
                Err(error) if error.remedy() == Remedy::Stop => return Err(error),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the database is not back yet");
                }
            }
        }
        Ok(false)
    }

    /// Begins a term that is later than whatever was written anywhere in the journals that are here, or was seen.
    async fn begin_anew(&mut self, seen: i64) -> Result<(), StoreError> {
        let floor = self.heads.highest().max(seen);
        let begun = timeout(self.stall, self.term.renew::<E>(&mut self.seat.connection, floor)).await;
        match begun.unwrap_or(Err(sqlx::Error::PoolTimedOut.into())) {
            Ok(()) => {
                let epoch = self.term.epoch;
                tracing::info!(service = M::SERVICE, epoch, "a new term, for units that came back");
                Ok(())
            }
            Err(error) if error.remedy() == Remedy::Reconnect => {
                self.lose(&error);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn lose(&mut self, error: &StoreError) {
        tracing::warn!(error = error as &dyn std::error::Error, "the writer lost its database");
        self.lost = true;
    }

    async fn reopen(&mut self) -> Result<(), StoreError> {
        self.seat.reconnect().await?;
        self.term.resume::<E>(&mut self.seat.connection).await?;
        // The lost commit may have landed: memory follows the database.
        self.heads = Heads::load::<E>(&mut self.seat.connection, M::SERVICE).await?;
        self.cursors = Arc::new(cursors::load::<E>(&mut self.seat.connection).await?);
        directory::reload::<E>(&mut self.seat.connection, &self.hosting).await?;
        self.lost = false;
        Ok(())
    }
}

/// How long the commands in hand have waited for the database. A database that comes back only to fail again must
/// neither keep their callers for ever nor be asked without a pause.
#[derive(Default)]
struct Waiting {
    give_up: Option<Instant>,
    pause: Duration,
}

impl Waiting {
    /// The first try is at once and always; each later one after a longer pause, unless it would come too late.
    async fn again(&mut self, patience: Duration, stop: &CancellationToken) -> bool {
        let give_up = *self.give_up.get_or_insert_with(|| Instant::now() + patience);
        if !self.pause.is_zero() {
            if Instant::now() + self.pause > give_up {
                return false;
            }
            if stop.run_until_cancelled(tokio::time::sleep(self.pause)).await.is_none() {
                return false;
            }
        }
        self.pause = (self.pause * 2).clamp(Duration::from_millis(20), Duration::from_secs(1));
        true
    }
}

fn refuse<M: Model>(job: Job<M>, why: &'static str) {
    drop(job.reply.send(Err(Rejection::Poisonous(why))));
}

fn turn_away<M: Model>(job: Job<M>) {
    drop(job.reply.send(Err(Rejection::Unreachable)));
}

fn store_migrations<E: Engine>() -> Vec<sqlx::migrate::Migration> {
    static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
    static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");
    E::choose(&SQLITE, &POSTGRES).iter().cloned().collect()
}
