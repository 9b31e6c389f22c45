//! Connections that break and servers that go away under the writer: what was acknowledged is there, once.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Postgres as PostgresEngine;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yishi_kernel::Clock;
use yishi_store::journal::OPENED;
use yishi_store::{Engine, Rejection, StoreError, Tuning, WriterEnd};
use yishi_tests::both_engines;
use yishi_tests::fault_proxy::{Cut, FaultProxy};
use yishi_tests::postgres::{Database, Postgres};
use yishi_tests::purse::{Command, Desk, Office, PATIENCE, request_id, unit};

const CLIENTS: u64 = 8;

fn deposit(request: u64) -> Command {
    Command::Deposit { unit: unit(request % 4), fen: 1 }
}

/// Clients who put in one fen after the other until the trouble is over, and do not let go before they are answered.
struct Clients {
    over: CancellationToken,
    tasks: Vec<JoinHandle<Vec<u64>>>,
}

impl Clients {
    fn of(desk: &Desk) -> Self {
        let over = CancellationToken::new();
        let client = |client: u64| {
            let (desk, over) = (desk.clone(), over.clone());
            tokio::spawn(async move {
                let mut done = Vec::new();
                while !over.is_cancelled() {
                    let request = client + CLIENTS * done.len() as u64;
                    desk.insist(request, &deposit(request)).await.unwrap();
                    done.push(request);
                }
                done
            })
        };
        Self { tasks: (0..CLIENTS).map(client).collect(), over }
    }

    /// The trouble is over: which requests were acknowledged.
    async fn done(self) -> Vec<u64> {
        self.over.cancel();
        let mut done = Vec::new();
        for task in self.tasks {
            done.extend(task.await.unwrap());
        }
        done
    }
}

/// These requests were done, each once, and nothing else was.
async fn done_once<E: Engine>(office: &Office<E>, requests: impl IntoIterator<Item = u64>) {
    let mut books = office.books().await;
    let entries = books.audited().await;
    let mut done: Vec<&str> = entries
        .iter()
        .filter(|stored| stored.entry.kind != OPENED)
        .map(|stored| stored.traceparent.as_deref().unwrap())
        .collect();
    done.sort_unstable();
    let mut asked: Vec<String> =
        requests.into_iter().map(|request| request_id(request).to_string()).collect();
    asked.sort_unstable();
    assert_eq!(done, asked);
    let count = i64::try_from(asked.len()).unwrap();
    assert_eq!(books.count().await.requests, count);
    assert_eq!(books.balances().await.values().sum::<i64>(), count);
}

/// The fixture's calls wait for the server; the writer goes on meanwhile.
async fn aside<T: Send + 'static>(wait: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(wait).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_sessions_lose_and_double_nothing() {
    const ROUNDS: usize = 6;
    let database: Arc<Database> = Arc::new(Postgres::shared().database("killed"));
    let office = Office::<PostgresEngine>::at(database.url());
    let running = office.start().await;
    let clients = Clients::of(&running.desk);
    let mut killed = 0;
    for _ in 0..ROUNDS {
        running.desk.reached(running.desk.position().pos + 40).await;
        let database = Arc::clone(&database);
        killed += aside(move || database.kill_backends()).await;
    }
    running.desk.reached(running.desk.position().pos + 40).await;
    let done = clients.done().await;
    assert!(killed >= ROUNDS, "{killed} sessions were killed");
    running.stop().await;
    done_once(&office, done).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_counts_once() {
    const ROUNDS: u64 = 5;
    const EACH: u64 = 8;
    let database = Postgres::shared().database("lost");
    let proxy = FaultProxy::before(database.url()).await;
    let office = Office::<PostgresEngine>::at(proxy.url());
    let running = office.start().await;
    let cuts = [Cut::Unsent, Cut::Unheard, Cut::Unanswered];
    let rounds = (0..ROUNDS).flat_map(|_| cuts).zip(1..);
    let mut first = 0;
    for (cut, round) in rounds {
        proxy.arm(cut);
        let queued = running.desk.queue_from(first, (first..first + EACH).map(deposit)).await;
        let verdicts = queued.verdicts().await;
        assert_eq!(proxy.cuts(), round, "{cut:?}");
        // Those of the batch that was cut; what came too late for it went by the new connection.
        let repeated = verdicts.iter().filter(|verdict| verdict.as_ref().unwrap().repeated).count();
        match cut {
            Cut::Unsent => assert_eq!(repeated, 0),
            Cut::Unanswered => assert!(repeated > 0, "the commit landed, and was recognised"),
            Cut::Unheard | Cut::HalfOpen | Cut::Silent => {}
        }
        first += EACH;
    }
    running.stop().await;
    done_once(&office, 0..first).await;
}

/// The way breaks while a writer begins: nothing is half done, and the next one begins where it should.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_cut_off_at_its_start_is_followed_by_another() {
    let database = Arc::new(Postgres::shared().database("start"));
    let proxy = FaultProxy::before(database.url()).await;
    let office = Office::<PostgresEngine>::at(proxy.url());
    let mut failed = 0;
    for (round, cut) in [Cut::Unsent, Cut::Unanswered].into_iter().cycle().take(18).enumerate() {
        proxy.arm(cut);
        failed += usize::from(office.try_open().await.is_err());
        assert_eq!(proxy.cuts(), round + 1);
        let database = Arc::clone(&database);
        aside(move || database.kill_backends()).await;
    }
    assert_eq!(failed, 18, "while the tables are made, and while the term begins");
    let running = office.start().await;
    running.desk.put(0, deposit(0)).await.unwrap();
    running.stop().await;
    done_once(&office, 0..1).await;
    assert!(office.books().await.terms().await.len() > 1, "terms that were begun and not heard of");
}

/// The server still believes in the old session, which holds the lock: nothing is written past it, and when it is gone
/// the writer goes on with what really was committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_open_session_is_waited_for() {
    let database = Postgres::shared().database("half_open");
    let proxy = FaultProxy::before(database.url()).await;
    let tuning = Tuning { patience: Duration::from_millis(100), ..Tuning::default() };
    let office = Office::<PostgresEngine>::tuned(proxy.url(), tuning);
    let running = office.start().await;
    running.desk.put(0, deposit(0)).await.unwrap();
    proxy.arm(Cut::HalfOpen);
    for request in [4, 8, 4] {
        assert_eq!(running.desk.put(request, deposit(request)).await, Err(Rejection::Unreachable));
    }
    assert_eq!(proxy.cuts(), 1);
    proxy.mend();
    assert!(running.desk.insist(4, &deposit(4)).await.unwrap().repeated, "it had landed");
    assert!(!running.desk.insist(8, &deposit(8)).await.unwrap().repeated);
    running.stop().await;
    let entries = office.books().await.audited().await;
    assert_eq!(entries.len(), 4);
}

/// The network swallows the answer without a word: the writer does not wait for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_network_is_given_up() {
    let database = Postgres::shared().database("silent");
    let proxy = FaultProxy::before(database.url()).await;
    let short = Duration::from_millis(300);
    let tuning = Tuning { patience: short, stall: short, ..Tuning::default() };
    let office = Office::<PostgresEngine>::tuned(proxy.url(), tuning);
    let running = office.start().await;
    proxy.arm(Cut::Silent);
    assert_eq!(running.desk.put(0, deposit(0)).await, Err(Rejection::Unreachable));
    assert_eq!(proxy.cuts(), 1);
    proxy.mend();
    assert!(running.desk.insist(0, &deposit(0)).await.unwrap().repeated, "it had landed");
    running.stop().await;
    done_once(&office, 0..1).await;
}

/// The writer did not hear that its batch was committed, and the clock went back: the journal's time does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn business_time_of_an_unheard_commit_counts() {
    let database = Postgres::shared().database("time");
    let proxy = FaultProxy::before(database.url()).await;
    let office = Office::<PostgresEngine>::at(proxy.url());
    let running = office.start().await;
    let now = office.clock.now().as_micros();
    office.clock.set(now + 1_000_000);
    proxy.arm(Cut::Unanswered);
    assert!(running.desk.put(0, deposit(0)).await.unwrap().repeated);
    office.clock.set(now);
    running.desk.put(1, deposit(1)).await.unwrap();
    running.stop().await;
    done_once(&office, 0..2).await;
}

/// Somebody else began a term while the connection was down: the old writer does not come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_begun_while_the_connection_is_down_ends_the_writer() {
    let database = Arc::new(Postgres::shared().database("taken"));
    let office = Office::<PostgresEngine>::at(database.url());
    let running = office.start().await;
    running.desk.put(0, deposit(0)).await.unwrap();
    let killed = aside({
        let database = Arc::clone(&database);
        move || database.kill_backends()
    });
    assert_eq!(killed.await, 1);
    // The old writer notices nothing until it has something to write.
    let successor = office.start().await;
    successor.desk.put(1, deposit(1)).await.unwrap();
    let desk = running.desk.clone();
    let left = desk.queue_from(2, [deposit(2)]).await;
    successor.stop().await;
    assert_eq!(left.verdicts().await, [Err(Rejection::Stopping)]);
    let end = running.end().await;
    assert!(matches!(end, WriterEnd::Failed(StoreError::Usurped(_))), "{end:?}");
    done_once(&office, 0..2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crashed_server_loses_and_doubles_nothing() {
    let postgres = Arc::new(Postgres::private(&[]));
    let database = postgres.database("crashed");
    let office = Office::<PostgresEngine>::at(database.url());
    let running = office.start().await;
    let clients = Clients::of(&running.desk);
    for _ in 0..3 {
        running.desk.reached(running.desk.position().pos + 100).await;
        let postgres = Arc::clone(&postgres);
        aside(move || {
            postgres.crash();
            postgres.start();
        })
        .await;
    }
    running.desk.reached(running.desk.position().pos + 100).await;
    let done = clients.done().await;
    running.stop().await;
    done_once(&office, done).await;
}

/// A database that answers and yet loses each batch (a full disk) is tried again, slowly, and not for ever.
async fn a_database_that_keeps_failing_is_given_up<E: Engine>(place: &str) {
    let tuning = Tuning { patience: Duration::from_millis(200), ..Tuning::default() };
    let mut office = Office::<E>::tuned(place, tuning);
    let losses = Arc::clone(&office.purse.losses);
    let running = office.start().await;
    running.desk.put(0, deposit(0)).await.unwrap();
    let before = office.books().await.count().await;
    losses.store(1_000_000, Ordering::SeqCst);
    for request in 1..=2 {
        let verdicts = running.desk.queue_from(request, [deposit(request)]).await.verdicts().await;
        assert_eq!(verdicts, [Err(Rejection::Unreachable)]);
    }
    let tries = 1_000_000 - losses.swap(0, Ordering::SeqCst);
    assert!((2..=60).contains(&tries), "{tries} tries in 2 × 200 ms");
    assert_eq!(office.books().await.count().await, before);

    running.stop().await;

    // It is back, and fails for a moment only: nobody notices.
    office.tuning.patience = PATIENCE;
    let running = office.start().await;
    losses.store(2, Ordering::SeqCst);
    for request in 1..=2 {
        assert!(!running.desk.put(request, deposit(request)).await.unwrap().repeated);
    }
    assert_eq!(losses.load(Ordering::SeqCst), 0);
    running.stop().await;
    done_once(&office, 0..3).await;
}

/// A writer that waits for its database can be stopped, and tells who waits with it.
async fn a_writer_in_trouble_can_be_stopped<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let losses = Arc::clone(&office.purse.losses);
    let opening = office.open().await;
    losses.store(1_000_000, Ordering::SeqCst);
    let queued = opening.desk.queue_from(0, (0..10).map(deposit)).await;
    let running = opening.start();
    while losses.load(Ordering::SeqCst) == 1_000_000 {
        tokio::task::yield_now().await;
    }
    let started = std::time::Instant::now();
    running.stop().await;
    assert!(started.elapsed() < office.tuning.patience / 3, "{:?}", started.elapsed());
    assert_eq!(queued.verdicts().await, vec![Err(Rejection::Unreachable); 10]);
    losses.store(0, Ordering::SeqCst);
    let running = office.start().await;
    for request in 0..10 {
        running.desk.put(request, deposit(request)).await.unwrap();
    }
    running.stop().await;
    done_once(&office, 0..10).await;
}

both_engines!(a_database_that_keeps_failing_is_given_up, a_writer_in_trouble_can_be_stopped);
