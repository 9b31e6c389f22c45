//! The fixtures themselves: what the other tests stand on.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use yishi_tests::both_engines;
use yishi_tests::postgres::Postgres;
use yishi_tests::sqlite::Folder;

const PATIENCE: Duration = Duration::from_secs(30);

async fn an_empty_database_answers<DB: sqlx::Database>(place: &str) {
    assert!(DB::URL_SCHEMES.iter().any(|scheme| place.starts_with(&format!("{scheme}://"))), "{place}");
    if let Some(file) = place.strip_prefix("sqlite://") {
        std::fs::File::create_new(file).expect("the file is not there yet");
    }
    let mut connection = DB::Connection::connect(place).await.unwrap();
    connection.ping().await.unwrap();
    connection.close().await.unwrap();
}
both_engines!(an_empty_database_answers);

async fn rows(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM kept").fetch_one(connection).await
}

#[test]
fn a_folder_goes_with_its_files() {
    let folder = Folder::new();
    let file = folder.file("db.sqlite");
    assert_eq!(folder.url(), format!("sqlite://{}", file.display()));
    std::fs::write(&file, "something").unwrap();
    drop(folder);
    assert!(!file.exists());
}

#[test]
fn threads_share_one_cluster_and_get_their_own_databases() {
    let ask = || Postgres::shared().database("Same Hint; DROP").url().to_owned();
    let urls: BTreeSet<String> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(urls.len(), 4);
    let servers: BTreeSet<&str> = urls.iter().map(|url| url.rsplit_once('/').unwrap().0).collect();
    assert_eq!(servers.len(), 1, "{urls:?}");
}

#[tokio::test]
async fn killed_backends_are_those_of_one_database() {
    let (here, there) = (Postgres::shared().database("here"), Postgres::shared().database("there"));
    let mut killed = PgConnection::connect(here.url()).await.unwrap();
    let mut spared = PgConnection::connect(there.url()).await.unwrap();
    assert_eq!(here.kill_backends(), 1);
    killed.ping().await.unwrap_err();
    spared.ping().await.unwrap();
    assert_eq!(here.kill_backends(), 0);
}

#[tokio::test]
async fn a_crash_keeps_what_was_acknowledged_and_the_address() {
    let postgres = Postgres::private(&[("work_mem", "3MB")]);
    let database = postgres.database("crash");
    let mut before = PgConnection::connect(database.url()).await.unwrap();
    let settings: (String, String) =
        sqlx::query_as("SELECT current_setting('fsync'), current_setting('work_mem')")
            .fetch_one(&mut before)
            .await
            .unwrap();
    assert_eq!(settings, ("on".to_owned(), "3MB".to_owned()));
    sqlx::raw_sql("CREATE TABLE kept (n bigint); INSERT INTO kept VALUES (1), (2)")
        .execute(&mut before)
        .await
        .unwrap();

    postgres.crash();
    rows(&mut before).await.unwrap_err();
    PgConnection::connect(database.url()).await.unwrap_err();

    postgres.start();
    let mut after = PgConnection::connect(database.url()).await.unwrap();
    assert_eq!(rows(&mut after).await.unwrap(), 2);

    let folder = postgres.folder().to_owned();
    drop(postgres);
    assert!(!folder.exists(), "{} is left behind", folder.display());
    rows(&mut after).await.unwrap_err();
    PgConnection::connect(database.url()).await.unwrap_err();
}

/// The test runs itself as a second process, which starts a cluster, tells its address and is killed.
#[tokio::test]
async fn a_killed_process_leaves_no_server() {
    const VICTIM: &str = "YISHI_TEST_VICTIM";
    if std::env::var_os(VICTIM).is_some() {
        println!("{}", Postgres::shared().database("victim").url());
        // Ends when the first process does, should that fail to kill us.
        std::io::stdin().lines().for_each(drop);
        return;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_process_leaves_no_server", "--nocapture"])
        .env(VICTIM, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    let url = said
        .find_map(|line| Some(line[line.find("postgres://")?..].to_owned()))
        .expect("the victim told its address");
    let mut session = PgConnection::connect(&url).await.unwrap();
    session.ping().await.unwrap();

    victim.kill().unwrap();
    victim.wait().unwrap();
    let stopped = sqlx::query("SELECT pg_sleep(600)").execute(&mut session);
    tokio::time::timeout(PATIENCE, stopped).await.expect("the server outlived its process").unwrap_err();
}
