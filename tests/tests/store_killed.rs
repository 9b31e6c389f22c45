//! The whole process is killed: what it had acknowledged is there, once, and another process takes over.
#![expect(clippy::print_stdout, reason = "how the second process tells the first one what it did")]
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command as Process, Stdio};

use yishi_store::Engine;
use yishi_store::journal::OPENED;
use yishi_tests::postgres::Postgres;
use yishi_tests::purse::{Command, Office, request_id, unit};
use yishi_tests::sqlite::Folder;

/// Names the database to the second process.
const PLACE: &str = "YISHI_TEST_PLACE";
const CLIENTS: u64 = 8;
const ACKNOWLEDGED: usize = 150;

fn deposit(request: u64) -> Command {
    Command::Deposit { unit: unit(request % 4), fen: 1 }
}

/// The test runs itself as a second process, which writes, tells what was acknowledged, and is killed in the midst of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_and_doubles_nothing() {
    match std::env::var(PLACE) {
        Ok(place) if place.starts_with("sqlite:") => victim::<sqlx::Sqlite>(&place).await,
        Ok(place) => victim::<sqlx::Postgres>(&place).await,
        Err(_) => {
            let folder = Folder::new();
            killed::<sqlx::Sqlite>(&folder.url(), || ()).await;
            let database = Postgres::shared().database("killed");
            // The server needs a moment to notice that the process is gone; this waits for it.
            killed::<sqlx::Postgres>(database.url(), || {
                database.kill_backends();
            })
            .await;
        }
    }
}

/// Writes until it is killed, or until nobody listens any more.
async fn victim<E: Engine>(place: &str) {
    let running = Office::<E>::at(place).start().await;
    for client in 0..CLIENTS {
        let desk = running.desk.clone();
        tokio::spawn(async move {
            for request in (client..).step_by(usize::try_from(CLIENTS).unwrap()) {
                desk.put(request, deposit(request)).await.unwrap();
                println!("done {request}.");
            }
        });
    }
    tokio::task::spawn_blocking(|| std::io::stdin().lines().for_each(drop)).await.unwrap();
}

async fn killed<E: Engine>(place: &str, gone: impl Fn()) {
    let mut acknowledged = BTreeSet::new();
    for round in 1..=2 {
        let mut process = start(place);
        let said = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        // The last line may be half a number: only what ends with a dot was said.
        let mut done =
            said.filter_map(|line| line.strip_prefix("done ")?.strip_suffix('.')?.parse::<u64>().ok());
        // The second process first repeats what the first one did.
        while acknowledged.len() < round * ACKNOWLEDGED {
            acknowledged.insert(done.next().expect("it goes on until it is killed"));
        }
        process.kill().unwrap();
        acknowledged.extend(done);
        process.wait().unwrap();
        gone();
    }

    let office = Office::<E>::at(place);
    let running = office.start().await;
    for &request in &acknowledged {
        assert!(
            running.desk.put(request, deposit(request)).await.unwrap().repeated,
            "{request} was acknowledged"
        );
    }
    running.stop().await;
    let entries = office.books().await.audited().await;
    let done: Vec<_> = entries
        .iter()
        .filter(|stored| stored.entry.kind != OPENED)
        .map(|stored| &stored.traceparent)
        .collect();
    let unique: BTreeSet<_> = done.iter().collect();
    assert_eq!(done.len(), unique.len(), "nothing was done twice");
    let ids: BTreeSet<_> =
        acknowledged.iter().map(|request| Some(request_id(*request).to_string())).collect();
    assert!(ids.iter().all(|id| unique.contains(&id)), "nothing acknowledged is missing");
    assert_eq!(office.books().await.terms().await.len(), 3);
}

fn start(place: &str) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_process_loses_and_doubles_nothing", "--nocapture"])
        .env(PLACE, place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
