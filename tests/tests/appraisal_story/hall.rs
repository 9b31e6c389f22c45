//! The appraisal service by itself, real from its listener to its books, between an intake and a funding of which only
//! the journals are there.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_appraisal::{Appraisal, Policy as AppraisalPolicy, learn, wants};
use yishi_kernel::{Clock, Date, ManualClock, Register, Timestamp, UnitCode};
use yishi_link::{Barrier, Feed, Follower};
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::appraisal::v1::appraisal_service_client::AppraisalServiceClient;
use yishi_runtime::access::{Policy, Role};
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, House};
use yishi_runtime::server::{Health, Server, Services};
use yishi_store::journal::{self, Entry, Stored};
use yishi_store::{
    ClockKind, Database, Delivery, Draft, Engine, Handle, Location, Model, Moment, Options, Outcome,
    Position, StoreError, Tuning, Writer, WriterEnd, verify,
};
use yishi_tests::copies::follow;
use yishi_tests::sandbox::{REGION, Signature, as_caller, settings};

const PATIENCE: Duration = Duration::from_secs(60);

/// A client of appraisal that says who calls.
pub(crate) type Client = AppraisalServiceClient<InterceptedService<Channel, Signature>>;

/// A service that writes down what it is told.
struct Teller<const FUNDING: bool>;

impl<const FUNDING: bool> Model for Teller<FUNDING> {
    const SERVICE: &'static str = if FUNDING { "funding" } else { "intake" };
    type Command = Vec<Draft>;
    type Refusal = Infallible;
    type Working = ();

    fn migrations<E: Engine>() -> Vec<sqlx::migrate::Migration> {
        Vec::new()
    }

    fn copied(_: &[Entry]) -> Vec<Draft> {
        Vec::new()
    }

    async fn load<E: Engine>(&self, _: &mut E::Connection, _: &[&Vec<Draft>]) -> Result<(), StoreError> {
        Ok(())
    }

    fn act(&self, (): &mut (), told: &Vec<Draft>, _: &Moment) -> Result<Outcome, Infallible> {
        Ok(Outcome { entries: told.clone(), response: Vec::new() })
    }

    async fn save<E: Engine>(&self, _: &mut E::Connection, (): ()) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A running service.
pub(crate) struct Hall<E: Engine> {
    pub(crate) house: Arc<House>,
    clock: Arc<ManualClock>,
    place: String,
    address: SocketAddr,
    intake: Handle<Teller<false>>,
    funding: Handle<Teller<true>>,
    books: Database<E>,
    barrier: Barrier,
    stop: CancellationToken,
    writers: CancellationToken,
    tasks: JoinSet<()>,
}

fn location(place: &str, service: &str) -> Location {
    match place.strip_prefix("sqlite://") {
        Some(file) => Location::File(Path::new(file).with_file_name(format!("{service}.db"))),
        None => Location::Server { url: place.to_owned(), schema: service.to_owned() },
    }
}

impl<E: Engine> Hall<E> {
    pub(crate) async fn open(place: &str, day: Date) -> Self {
        Self::at(place, Arc::new(ManualClock::new(Timestamp::start_of(day)))).await
    }

    async fn at(place: &str, clock: Arc<ManualClock>) -> Self {
        let register: Register = settings(place, REGION).node.register().expect("the repository's own");
        let house = Arc::new(House::new(register, Policy::embedded(), REGION, Vec::new()));
        let (stop, writers) = (CancellationToken::new(), CancellationToken::new());
        let (mut tasks, mut barrier) = (JoinSet::new(), Barrier::default());
        let intake = write::<E, _>(place, Teller::<false>, &clock, &writers, &mut tasks).await;
        let funding = write::<E, _>(place, Teller::<true>, &clock, &writers, &mut tasks).await;
        let model = Appraisal::new(AppraisalPolicy::default());
        let (handle, books) = write::<E, _>(place, model, &clock, &writers, &mut tasks).await;
        for feed in [Feed::of(&intake.1, &intake.0), Feed::of(&funding.1, &funding.0)] {
            let follower = Follower::new(feed, handle.clone(), wants(&house), learn(&house));
            barrier.add(&follower);
            let stop = stop.clone();
            tasks.spawn(async move { follower.run(stop).await.expect("whatever is told can be learned") });
        }
        let desk = Desk::new(Arc::clone(&house), handle, books.clone()).reading(barrier.read_by("appraisal"));
        let limits = config::Grpc::default();
        let server = Server::bind(([127, 0, 0, 1], 0).into(), &limits).await.expect("a free port");
        let address = server.address();
        let services = Services::new(&Health::default())
            .with_identity(config::IdentityKind::Development)
            .with(yishi_appraisal::server(desk, |_| true, unsigned, &limits));
        tasks.spawn(server.serve(services, stop.clone()));
        Self {
            house,
            clock,
            place: place.to_owned(),
            address,
            intake: intake.0,
            funding: funding.0,
            books,
            barrier,
            stop,
            writers,
            tasks,
        }
    }

    /// A client on a connection of its own.
    pub(crate) fn client(&self, unit: UnitCode, role: Role) -> Client {
        let channel =
            Channel::from_shared(format!("http://{}", self.address)).expect("an address makes a URI");
        AppraisalServiceClient::with_interceptor(
            channel.connect_lazy(),
            Signature::of(&as_caller(unit, role)),
        )
    }

    pub(crate) fn officer(&self, unit: UnitCode) -> Client {
        self.client(unit, Role::Officer)
    }

    pub(crate) fn go_to(&self, day: Date) {
        self.clock.advance_to(Timestamp::start_of(day)).expect("a story goes forward");
    }

    /// Intake says something, and appraisal has heard it.
    pub(crate) async fn intake_tells(&self, entries: Vec<Draft>) {
        self.told(&self.intake, entries).await;
    }

    /// Funding says something, and appraisal has heard it.
    pub(crate) async fn funding_tells(&self, entries: Vec<Draft>) {
        self.told(&self.funding, entries).await;
    }

    async fn told<const FUNDING: bool>(&self, teller: &Handle<Teller<FUNDING>>, command: Vec<Draft>) {
        static LAST: AtomicI64 = AtomicI64::new(0);
        let upto = Position { epoch: 1, pos: LAST.fetch_add(1, Ordering::SeqCst) + 1 };
        let said =
            teller.deliver(Delivery { source: "story", upto, command, traceparent: None, weight: 1 }).await;
        said.unwrap_or_else(|error| panic!("{error}"));
        let heard = tokio::time::timeout(PATIENCE, self.barrier.wait()).await;
        assert!(heard.expect("followers catch up"), "a follower has ended");
    }

    /// Appraisal's journal, after a walk through it.
    pub(crate) async fn entries(&self) -> Vec<Stored> {
        let mut reader = self.books.reader().await.expect("a reader is free");
        let report = verify::<E>(&mut reader, "appraisal").await.expect("journals can be walked");
        assert_eq!(report.first_bad, None);
        journal::after::<E>(&mut reader, 0, i64::MAX).await.expect("the journal can be read")
    }

    /// Panics unless another node can tell the same from appraisal's entries.
    pub(crate) async fn is_copied(&self, tables: &[&str]) {
        let copied = follow::<E, _>(&location(&self.place, "appraisal"), Appraisal::default).await;
        assert_eq!(copied.into_keys().collect::<Vec<_>>(), tables);
    }

    /// Whether the engine understands a statement.
    pub(crate) async fn prepare(&self, statement: &'static str) -> sqlx::Result<()> {
        let mut reader = self.books.reader().await.expect("a reader is free");
        E::prepare(&mut reader, statement).await
    }

    pub(crate) async fn restart(self) -> Self {
        let (place, clock) = (self.place.clone(), Arc::clone(&self.clock));
        self.close().await;
        Self::at(&place, clock).await
    }

    /// Stops listener and followers, then the writers.
    pub(crate) async fn close(mut self) {
        self.stop.cancel();
        let ended = async {
            // Three writers are left when the listener and both followers have ended.
            while self.tasks.len() > 3 {
                self.tasks.join_next().await.expect("some are left").expect("no task panics");
            }
            self.writers.cancel();
            while let Some(task) = self.tasks.join_next().await {
                task.expect("no task panics");
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("everything ends");
        self.books.close().await;
    }
}

/// A writer at work, and the readers of its books.
async fn write<E: Engine, M: Model>(
    place: &str,
    model: M,
    clock: &Arc<ManualClock>,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> (Handle<M>, Database<E>) {
    let location = location(place, M::SERVICE);
    let clock = (ClockKind::Manual, Arc::clone(clock) as Arc<dyn Clock>);
    let opening = Writer::<E, M>::open(&location, model, clock, Tuning::default(), stop.clone());
    let (writer, handle) = Box::pin(opening).await.expect("nobody else writes here");
    let database = Database::<E>::new(&location, Options::default()).expect("the same place");
    let task = writer.spawn();
    tasks.spawn(async move {
        let end = task.await.expect("a writer does not panic");
        assert!(matches!(end, WriterEnd::Stopped), "{end:?}");
    });
    (handle, database)
}

/// No bulletin is issued in this hall.
fn unsigned(_: pb::Bulletin) -> BoxFuture<'static, Result<pb::Checkpoint, StoreError>> {
    Box::pin(async { Err(StoreError::Busy) })
}
