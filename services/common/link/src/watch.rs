//! `JournalService.Watch`: a service's journal as an agency follows it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};
use yishi_kernel::UnitCode;
use yishi_proto::journal::v1 as pb;
use yishi_proto::journal::v1::journal_service_server::JournalService;
use yishi_runtime::access::{Caller, Role};
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{House, unreadable};
use yishi_runtime::errors::{Failure, Lang, reasons};
use yishi_store::journal::{Entry, Stored};
use yishi_store::{Engine, Position, Source, StoreError};

use crate::feed::Feed;

const RPC: &str = "yishi.journal.v1.JournalService/Watch";
/// Entries read at once.
const PAGE: u16 = 256;
/// Answers that wait for a subscriber.
const WAITING: usize = 64;
/// How long a subscriber may leave them waiting before its stream ends.
const PATIENCE: Duration = Duration::from_secs(30);
/// A quiet stream says so this often.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Streams at once in a node.
const STREAMS: usize = 256;
const UNITS_MAX: usize = 100;
const KINDS_MAX: usize = 100;
const KIND_CHARS: usize = 100;

/// A feed without the type of its engine.
#[tonic::async_trait]
trait Readable: Send + Sync {
    fn source(&self) -> Source;
    fn positions(&self) -> watch::Receiver<Position>;
    async fn after(&self, pos: i64, limit: u16) -> Result<Vec<Arc<Stored>>, StoreError>;
    async fn knows(&self, position: Position) -> Result<bool, StoreError>;
    async fn of_unit(&self, unit: UnitCode, seq: i64, limit: i64) -> Result<Vec<Stored>, StoreError>;
}

#[tonic::async_trait]
impl<E: Engine> Readable for Feed<E> {
    fn source(&self) -> Source {
        Feed::source(self)
    }
    fn positions(&self) -> watch::Receiver<Position> {
        Feed::positions(self)
    }
    async fn after(&self, pos: i64, limit: u16) -> Result<Vec<Arc<Stored>>, StoreError> {
        Feed::after(self, pos, limit).await
    }
    async fn knows(&self, position: Position) -> Result<bool, StoreError> {
        Feed::knows(self, position).await
    }
    async fn of_unit(&self, unit: UnitCode, seq: i64, limit: i64) -> Result<Vec<Stored>, StoreError> {
        Feed::of_unit(self, unit, seq, limit).await
    }
}

/// What tells of each entry of a unit, in their order from the first on, and of those addressed to it, whether it concerns a
/// department of the unit.
pub type Concern = Box<dyn FnMut(&Entry) -> bool + Send + Sync>;

/// The concern of the department with this resource name.
pub type Concerns = fn(&str) -> Option<Concern>;

/// The journals of a node.
pub struct Journals {
    house: Arc<House>,
    feeds: Vec<Arc<dyn Readable>>,
    /// The services that departments may follow.
    concerns: Vec<(Source, Concerns)>,
    streams: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Journals {
    /// None yet; streams end when `stop` is cancelled.
    #[must_use]
    pub fn new(house: Arc<House>, stop: CancellationToken) -> Self {
        Self {
            house,
            feeds: Vec::new(),
            concerns: Vec::new(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            stop,
        }
    }

    /// One more service's journal.
    pub fn add<E: Engine>(&mut self, feed: Feed<E>) {
        self.feeds.push(Arc::new(feed));
    }

    /// Opens a service's journal to departments, as far as it concerns them.
    pub fn open_to_departments(&mut self, service: Source, concerns: Concerns) {
        self.concerns.push((service, concerns));
    }

    /// A department's share of a service's journal; none of what concerns no department.
    fn concern(&self, caller: &Caller, service: Source) -> Result<Option<Sieve>, Failure> {
        if caller.role != Role::Department {
            return Ok(None);
        }
        let concerns = self.concerns.iter().find(|(open, _)| *open == service);
        let name = caller.department_name();
        let concern = concerns.zip(name).and_then(|((_, concerns), name)| concerns(&name));
        let concern = concern.ok_or_else(|| Failure::new(&reasons::PERMISSION_DENIED))?;
        Ok(Some(Sieve { unit: caller.unit, concern }))
    }

    fn admit(&self, request: &Request<pb::WatchRequest>) -> Result<(Arc<dyn Readable>, Filter), Failure> {
        let caller = request.extensions().get::<Caller>();
        let caller = caller.ok_or_else(|| Failure::new(&reasons::UNAUTHENTICATED))?;
        let message = request.get_ref();
        let mut check = Checker::default();
        let units: Vec<Option<UnitCode>> = (0..)
            .zip(&message.units)
            .take(UNITS_MAX)
            .map(|(index, name): (usize, _)| check.unit_name(&format!("units[{index}]"), "units", name))
            .collect();
        // Who may not look is told so before anything else that is wrong.
        for unit in units.iter().flatten() {
            self.house.check(RPC, caller, *unit)?;
            if !self.house.holds(*unit) {
                return Err(Failure::new(&reasons::UNIT_NOT_HOSTED).with("unit", unit));
            }
        }
        if !(1..=UNITS_MAX).contains(&message.units.len()) {
            check.refuse(
                "units",
                format!("应为 1 至 {UNITS_MAX} 个单位"),
                format!("name 1 to {UNITS_MAX} units"),
            );
        }
        if message.kinds.len() > KINDS_MAX || message.kinds.iter().any(|kind| kind.len() > KIND_CHARS) {
            check.refuse("kinds", format!("至多 {KINDS_MAX} 种"), format!("name at most {KINDS_MAX} kinds"));
        }
        if let Some(cursor) = &message.cursor {
            check.count::<i64>("cursor.epoch", cursor.epoch, 1..=i64::MAX);
            check.count::<i64>("cursor.pos", cursor.pos, 0..=i64::MAX);
        }
        let feed = self.feeds.iter().find(|feed| feed.source() == message.service);
        if feed.is_none() {
            let known: Vec<&str> = self.feeds.iter().map(|feed| feed.source()).collect();
            let known = known.join(", ");
            check.refuse("service", format!("应为 {known} 之一"), format!("write one of {known}"));
        }
        let units: Option<Vec<UnitCode>> = units.into_iter().collect();
        let (feed, units) = check.finish(|| Some((Arc::clone(feed?), units?)))?;
        let sieve = self.concern(caller, feed.source())?;
        Ok((feed, Filter { units, kinds: message.kinds.clone(), sieve }))
    }
}

struct Filter {
    units: Vec<UnitCode>,
    kinds: Vec<String>,
    /// Of a department.
    sieve: Option<Sieve>,
}

/// A department's share of its unit's journal.
struct Sieve {
    unit: UnitCode,
    concern: Concern,
}

impl Filter {
    /// Catches up with what was written up to a position, that the sieve knows what a department is concerned with by then.
    async fn go_to(&mut self, pos: i64, feed: &dyn Readable) -> Result<(), StoreError> {
        let Some(sieve) = &mut self.sieve else { return Ok(()) };
        let mut seq = 0;
        loop {
            let page = feed.of_unit(sieve.unit, seq, PAGE.into()).await?;
            let Some(last) = page.last() else { return Ok(()) };
            seq = last.entry.seq;
            for stored in &page {
                if stored.pos > pos {
                    return Ok(());
                }
                (sieve.concern)(&stored.entry);
            }
        }
    }

    fn passes(&mut self, house: &House, stored: &Stored) -> bool {
        let entry = &stored.entry;
        if let Some(sieve) = &mut self.sieve {
            let is_near = entry.unit == sieve.unit || entry.to.is_some_and(|(to, _)| to == sieve.unit);
            // Each entry of the unit goes through it, also one that is passed over for its kind.
            if stored.letter || !is_near || !(sieve.concern)(entry) {
                return false;
            }
        }
        (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.units.iter().any(|unit| house.register.is_within(entry.unit, *unit))
    }
}

#[tonic::async_trait]
impl JournalService for Journals {
    type WatchStream = ReceiverStream<Result<pb::WatchResponse, Status>>;

    async fn watch(&self, request: Request<pb::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let (feed, filter) = self.admit(&request)?;
        let cursor =
            request.into_inner().cursor.map(|cursor| Position { epoch: cursor.epoch, pos: cursor.pos });
        if let Some(cursor) = cursor
            && !feed.knows(cursor).await.map_err(unreadable)?
        {
            return Err(cursor_unknown(feed.source(), cursor).into());
        }
        let slot = Arc::clone(&self.streams).try_acquire_owned().map_err(|_| overloaded())?;
        let (answers, stream) = mpsc::channel(WAITING);
        let mut sending =
            Sending { house: Arc::clone(&self.house), feed, filter, answers, lang: Lang::current() };
        let (stop, at) = (self.stop.clone(), cursor.map_or(0, |cursor| cursor.pos));
        tokio::spawn(async move {
            if let Err(failure) = sending.run(at, stop).await {
                // A subscriber that is gone, or has left its answers waiting, will not hear this either.
                drop(sending.answers.try_send(Err(failure.into_status(sending.lang))));
            }
            drop(slot);
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

/// One stream.
struct Sending {
    house: Arc<House>,
    feed: Arc<dyn Readable>,
    filter: Filter,
    answers: mpsc::Sender<Result<pb::WatchResponse, Status>>,
    lang: Lang,
}

impl Sending {
    async fn run(&mut self, mut at: i64, stop: CancellationToken) -> Result<(), Failure> {
        self.filter.go_to(at, &*self.feed).await.map_err(unreadable)?;
        let mut positions = self.feed.positions();
        // Said once all there was has been sent, and now and then while nothing else is to be said.
        let mut word = Instant::now();
        loop {
            let come = *positions.borrow_and_update();
            let mut page =
                if at < come.pos { self.feed.after(at, PAGE).await.map_err(unreadable)? } else { vec![] };
            // What came since may be of a later term than the one that was looked up.
            page.retain(|stored| stored.pos <= come.pos);
            let Some(last) = page.last().map(|stored| stored.pos) else {
                if Instant::now() >= word {
                    let caught_up = pb::watch_response::Event::CaughtUp(pb::CaughtUp {});
                    self.send(Position { epoch: come.epoch, pos: at.max(come.pos) }, caught_up).await?;
                    word = Instant::now() + HEARTBEAT;
                }
                tokio::select! {
                    () = stop.cancelled() => return Err(Failure::new(&reasons::STOPPING)),
                    () = self.answers.closed() => return Ok(()),
                    moved = positions.changed() => if moved.is_err() {
                        return Err(Failure::new(&reasons::STOPPING));
                    },
                    () = tokio::time::sleep_until(word) => {}
                }
                continue;
            };
            for stored in page {
                if !self.filter.passes(&self.house, &stored) {
                    continue;
                }
                let position = Position { epoch: come.epoch, pos: stored.pos };
                self.send(position, pb::watch_response::Event::Entry(held(Arc::unwrap_or_clone(stored))))
                    .await?;
            }
            at = last;
            if stop.is_cancelled() {
                return Err(Failure::new(&reasons::STOPPING));
            }
        }
    }

    async fn send(&self, position: Position, event: pb::watch_response::Event) -> Result<(), Failure> {
        let position = Some(pb::Position { epoch: position.epoch, pos: position.pos });
        let answer = pb::WatchResponse { position, event: Some(event) };
        self.answers.send_timeout(Ok(answer), PATIENCE).await.map_err(|_| overloaded())
    }
}

/// Says the same once more as `google.rpc.PreconditionFailure`, which generic clients show.
fn cursor_unknown(source: Source, Position { epoch, pos }: Position) -> Failure {
    let failure = Failure::new(&reasons::CURSOR_UNKNOWN);
    let (kind, zh, en) = (failure.reason().name, failure.text(Lang::Zh), failure.text(Lang::En));
    failure.precondition(kind, format!("{source}:{epoch}.{pos}"), zh, en)
}

fn overloaded() -> Failure {
    Failure::new(&reasons::OVERLOADED).retry_after(Duration::from_secs(1))
}

fn held(stored: Stored) -> pb::HeldEntry {
    let Stored { entry, entry_hash, chain, pos, received_us, traceparent, .. } = stored;
    pb::HeldEntry {
        entry: Some(pb::Entry {
            unit: entry.unit.to_string(),
            epoch: entry.epoch,
            seq: entry.seq,
            at_us: entry.at.as_micros(),
            actor: entry.actor,
            kind: entry.kind,
            to: entry.to.map(|(unit, _)| unit.to_string()),
            to_seq: entry.to.map(|(_, seq)| seq),
            payload: entry.payload.into(),
            entry_hash: entry_hash.to_vec().into(),
            chain: chain.to_vec().into(),
        }),
        pos,
        received_us,
        traceparent,
    }
}
