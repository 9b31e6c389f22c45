//! Intake and escalation together, real from their listener to their books: escalation follows intake's journal and its
//! own, as in a node.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_escalation::{Escalation, Policy as EscalationPolicy, learn, wants_intake, wants_own};
use yishi_intake::{Intake, Policy as IntakePolicy, SupportKey};
use yishi_kernel::{Clock, Date, ManualClock, Timestamp, UnitCode};
use yishi_link::{Barrier, Feed, Follower};
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::intake::v1::intake_service_client::IntakeServiceClient;
use yishi_runtime::access::{Policy, Role};
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, House};
use yishi_runtime::server::{Health, Server, Services};
use yishi_seal::Keyring;
use yishi_store::journal::{self, Stored};
use yishi_store::{
    ClockKind, Database, Engine, Handle, Location, Model, Options, Tuning, Writer, WriterEnd, verify,
};
use yishi_tests::copies::follow;
use yishi_tests::redelivery::{cursors, forget, known};
use yishi_tests::sandbox::{REGION, Signature, Village, as_caller, as_department, settings};

const PATIENCE: Duration = Duration::from_secs(60);

/// A client of escalation that says who calls.
pub(crate) type Client = EscalationServiceClient<InterceptedService<Channel, Signature>>;

/// Two running services.
pub(crate) struct Hall<E: Engine> {
    pub(crate) house: Arc<House>,
    clock: Arc<ManualClock>,
    place: String,
    address: SocketAddr,
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
        let register = settings(place, REGION).node.register().expect("the repository's own register");
        let house = Arc::new(House::new(register, Policy::embedded(), REGION, Vec::new()));
        let (stop, writers) = (CancellationToken::new(), CancellationToken::new());
        let (mut tasks, mut barrier) = (JoinSet::new(), Barrier::default());
        let model = Intake::new(Arc::clone(&house), IntakePolicy::default());
        let (intake, intakes) = write::<E, _>(place, model, &clock, &writers, &mut tasks).await;
        let model = Escalation::new(Arc::clone(&house), EscalationPolicy::default());
        let (handle, books) = write::<E, _>(place, model, &clock, &writers, &mut tasks).await;
        let followers = [
            Follower::new(Feed::of(&intakes, &intake), handle.clone(), wants_intake(&house), learn),
            Follower::new(Feed::of(&books, &handle), handle.clone(), wants_own(&house), learn),
        ];
        for follower in followers {
            barrier.add(&follower);
            let stop = stop.clone();
            tasks.spawn(async move { follower.run(stop).await.expect("whatever arrives can be learned") });
        }
        let limits = config::Grpc::default();
        let keys = Arc::new(Keyring::passing().expect("the system has random numbers"));
        let intake = Desk::new(Arc::clone(&house), intake, intakes);
        let desk =
            Desk::new(Arc::clone(&house), handle, books.clone()).reading(barrier.read_by("escalation"));
        let server = Server::bind(([127, 0, 0, 1], 0).into(), &limits).await.expect("a free port");
        let address = server.address();
        let services = Services::new(&Health::default())
            .with_identity(config::IdentityKind::Development)
            .with(yishi_intake::server(
                intake,
                IntakePolicy::default(),
                keys,
                Arc::new(SupportKey::new(REGION, [1; 32])),
                &limits,
            ))
            .with(yishi_escalation::server(
                desk,
                Arc::clone(&clock) as Arc<dyn Clock>,
                EscalationPolicy::default(),
                &limits,
            ));
        tasks.spawn(server.serve(services, stop.clone()));
        let place = place.to_owned();
        Self { house, clock, place, address, books, barrier, stop, writers, tasks }
    }

    fn channel(&self) -> Channel {
        let address = Channel::from_shared(format!("http://{}", self.address));
        address.expect("an address makes a URI").connect_lazy()
    }

    pub(crate) fn client(&self, unit: UnitCode, role: Role) -> Client {
        EscalationServiceClient::with_interceptor(self.channel(), Signature::of(&as_caller(unit, role)))
    }

    pub(crate) fn officer(&self, unit: UnitCode) -> Client {
        self.client(unit, Role::Officer)
    }

    /// A department of the region.
    pub(crate) fn bureau(&self, kind: &str) -> Client {
        let signature = Signature::of(&as_department(REGION, kind));
        EscalationServiceClient::with_interceptor(self.channel(), signature)
    }

    /// What the people of a village do at intake.
    pub(crate) fn village(&self, code: UnitCode) -> Village {
        let signed = |role| {
            IntakeServiceClient::with_interceptor(self.channel(), Signature::of(&as_caller(code, role)))
        };
        Village { code, office: signed(Role::Officer), committee: signed(Role::Supervisor), ripe: Vec::new() }
    }

    pub(crate) fn now_us(&self) -> i64 {
        self.clock.now().as_micros()
    }

    pub(crate) fn go_to(&self, day: Date) {
        self.clock.advance_to(Timestamp::start_of(day)).expect("a story goes forward");
    }

    /// Everything that was on its way has arrived.
    pub(crate) async fn settled(&self) {
        let settled = tokio::time::timeout(PATIENCE, self.barrier.wait()).await;
        assert!(settled.expect("followers catch up"), "a follower has ended");
    }

    /// Escalation's journal, after a walk through it.
    pub(crate) async fn entries(&self) -> Vec<Stored> {
        let mut reader = self.books.reader().await.expect("a reader is free");
        let report = verify::<E>(&mut reader, "escalation").await.expect("journals can be walked");
        assert_eq!(report.first_bad, None);
        journal::after::<E>(&mut reader, 0, i64::MAX).await.expect("the journal can be read")
    }

    /// Panics unless another node can tell the same from escalation's entries.
    pub(crate) async fn is_copied(&self) {
        let model = || Escalation::new(Arc::clone(&self.house), EscalationPolicy::default());
        let copied = follow::<E, _>(&location(&self.place, "escalation"), model).await;
        assert_eq!(copied.into_keys().collect::<Vec<_>>(), ["heard", "referral", "tally", "trail"]);
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

    /// Panics unless every letter can be delivered again and leaves no trace.
    pub(crate) async fn told_again(self) -> Self {
        let (place, clock) = (self.place.clone(), Arc::clone(&self.clock));
        let books = location(&place, "escalation");
        self.close().await;
        let before = known::<E>(&books).await;
        assert!(before["heard"].len() > 1, "letters went to and fro");
        forget::<E>(&books).await;
        let again = Self::at(&place, clock).await;
        again.settled().await;
        assert_eq!((cursors::<E>(&books).await, known::<E>(&books).await), (2, before));
        again
    }

    /// Stops listener and followers, then the writers.
    pub(crate) async fn close(mut self) {
        self.stop.cancel();
        let ended = async {
            // Two writers are left when the listener and both followers have ended.
            while self.tasks.len() > 2 {
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
