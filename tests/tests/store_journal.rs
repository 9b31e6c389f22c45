//! The journal as it is written: nothing missing, nothing twice, and every hash as the description says.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::{BTreeMap, HashSet};
use std::task::Poll;

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::journal::v1::EpochOpened;
use yishi_store::journal::{self, OPENED, Stored};
use yishi_store::{Answer, Database, Engine, Options, Position, StoreError, Tuning, statements};
use yishi_tests::both_engines;
use yishi_tests::purse::{Command, Moved, Office, PATIENCE, STATEMENTS, request_id, unit};

async fn every_statement_is_prepared<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    office.start().await.stop().await;
    let mut books = office.books().await;
    assert!(statements::ALL.len() > 15 && STATEMENTS.len() > 3);
    for (name, sql) in statements::ALL.iter().chain(STATEMENTS) {
        E::prepare(&mut books.conn, sql).await.unwrap_or_else(|error| panic!("{name}.sql: {error}"));
    }
    let error = E::prepare(&mut books.conn, "SELECT no_such_column FROM journal").await.unwrap_err();
    assert!(error.to_string().contains("no_such_column"), "prepare does look: {error}");
}

fn deposit(ordinal: u64, fen: i64) -> Command {
    Command::Deposit { unit: unit(ordinal), fen }
}

fn transfer(from: u64, to: u64, fen: i64) -> Command {
    Command::Transfer { from: unit(from), to: unit(to), fen }
}

/// Whose entry, of what kind, to whom as the how-manyth, and how much.
type Told<'e> = (u64, &'e str, Option<(u64, i64)>, i64);

fn told(stored: &Stored) -> Told<'_> {
    let ordinal = |code: UnitCode| code.as_u64() - unit(0).as_u64();
    let entry = &stored.entry;
    let to = entry.to.map(|(to, number)| (ordinal(to), number));
    let fen = if entry.kind == OPENED { 0 } else { Moved::decode(entry.payload.as_slice()).unwrap().fen };
    (ordinal(entry.unit), &entry.kind, to, fen)
}

/// Three terms, in the engine's own text or in the shared one; what is in the journal must be the same.
async fn three_terms<E: Engine>(place: &str, shared_text: bool) {
    let tuning = Tuning { shared_text, patience: PATIENCE, ..Tuning::default() };
    let office = Office::<E>::tuned(place, tuning);

    // The first term: one batch that touches three units, with an entry without payload and a command without entry.
    let opening = office.open().await;
    let commands = [
        deposit(1, 500),
        transfer(1, 2, 200),
        deposit(3, 0),
        Command::Look { unit: unit(9) },
        transfer(1, 2, 100),
        transfer(2, 1, 50),
        transfer(3, 3, 0),
    ];
    let queued = opening.desk.queue_from(1, commands).await;
    let running = opening.start();
    let first: Vec<Answer> = queued.verdicts().await.into_iter().map(|verdict| verdict.unwrap()).collect();
    assert_eq!(running.desk.position().pos, 13);
    running.stop().await;

    // The second writes nothing: it is a term all the same. The third goes on where the first ended.
    office.start().await.stop().await;
    let running = office.start().await;
    let later = running.desk.put(8, transfer(1, 2, 150)).await.unwrap();
    running.stop().await;

    let mut books = office.books().await;
    let entries = books.audited().await;
    assert_eq!(
        entries.iter().map(told).collect::<Vec<_>>(),
        [
            (1, OPENED, None, 0),
            (1, "purse.deposited", None, 500),
            (1, "purse.sent", Some((2, 1)), 200),
            (2, OPENED, None, 0),
            (2, "purse.received", None, 200),
            (3, OPENED, None, 0),
            (3, "purse.deposited", None, 0),
            (1, "purse.sent", Some((2, 2)), 100),
            (2, "purse.received", None, 100),
            (2, "purse.sent", Some((1, 1)), 50),
            (1, "purse.received", None, 50),
            (3, "purse.sent", Some((3, 1)), 0),
            (3, "purse.received", None, 0),
            (1, OPENED, None, 0),
            (1, "purse.sent", Some((2, 3)), 150),
            (2, OPENED, None, 0),
            (2, "purse.received", None, 150),
        ]
    );
    assert_eq!(entries[6].entry.payload, [0; 0], "nothing moved is no bytes, and not NULL");

    // The first seven were one batch, and the answers say where each command ended.
    let times: HashSet<i64> = entries[..13].iter().map(|stored| stored.entry.at.as_micros()).collect();
    assert_eq!(times.len(), 1);
    let terms = books.terms().await;
    assert_eq!(terms.iter().map(|(_, from_pos)| *from_pos).collect::<Vec<_>>(), [0, 13, 13]);
    let position = |term: usize, pos| Position { epoch: terms[term].0, pos };
    let ends: Vec<Position> = first.iter().map(|answer| answer.position).collect();
    assert_eq!(ends, [2, 5, 7, 7, 9, 11, 13].map(|pos| position(0, pos)));
    assert_eq!(later.position, position(2, 17));
    assert!(first.iter().chain([&later]).all(|answer| !answer.repeated));
    let responses: Vec<i64> = first
        .iter()
        .map(|answer| i64::from_be_bytes(answer.response.as_slice().try_into().unwrap()))
        .collect();
    assert_eq!(responses, [500, 300, 0, 0, 200, 250, 0]);

    // The third term's first entry of unit 1 names the first term's last one.
    let opened = EpochOpened::decode(entries[13].entry.payload.as_slice()).unwrap().follows.unwrap();
    assert_eq!((opened.epoch, opened.seq, opened.chain.as_ref()), (terms[0].0, 5, &entries[10].chain[..]));
    assert_eq!(EpochOpened::decode(entries[0].entry.payload.as_slice()).unwrap().follows, None);

    // What lies beside an entry: whose command it was, and when it was written.
    let owner = request_id(1).to_string();
    assert_eq!(entries[1].traceparent.as_deref(), Some(owner.as_str()));
    assert_eq!((entries[1].entry.actor.as_str(), entries[0].entry.actor.as_str()), ("clerk-1", "writer"));
    assert!(entries.iter().all(|stored| stored.received_us > entries[0].entry.at.as_micros()));
}

async fn in_the_engines_own_text<E: Engine>(place: &str) {
    three_terms::<E>(place, false).await;
}

async fn in_the_shared_text<E: Engine>(place: &str) {
    three_terms::<E>(place, true).await;
}

/// More than two of the walk's pages, read back in pages of any size, by position and by unit.
async fn pages_fit_together<E: Engine>(place: &str) {
    const EACH: u64 = 700;
    let office = Office::<E>::at(place);
    let running = office.start().await;
    for batch in 0..EACH / 100 {
        let commands = (0..100).flat_map(|n| (1..=3).map(move |ordinal| (batch * 100 + n, ordinal)));
        let commands = commands.map(|(n, ordinal)| transfer(ordinal, 4, i64::from(n == u64::MAX)));
        let verdicts = running.desk.queue_from(batch * 300, commands).await.verdicts().await;
        assert!(verdicts.iter().all(Result::is_ok) && verdicts.len() == 300);
    }
    running.stop().await;

    let mut books = office.books().await;
    let all = books.audited().await;
    assert_eq!(all.len(), usize::try_from(EACH * 6 + 4).unwrap());
    for size in [1999, 2000, 2001] {
        let mut paged = Vec::new();
        loop {
            let after = paged.last().map_or(0, |stored: &Stored| stored.pos);
            let page = journal::after::<E>(&mut books.conn, after, size).await.unwrap();
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert!(paged == all, "pages of {size}");
    }
    let of_one = journal::of_unit::<E>(&mut books.conn, unit(2), 1398, 9).await.unwrap();
    let expected = all.iter().filter(|stored| stored.entry.unit == unit(2) && stored.entry.seq > 1398);
    assert!(of_one.iter().eq(expected.take(9)) && of_one.is_empty());
    let of_four = journal::of_unit::<E>(&mut books.conn, unit(4), 2090, 9).await.unwrap();
    let numbers: Vec<i64> = of_four.iter().map(|stored| stored.entry.seq).collect();
    assert_eq!(numbers, (2091..=2099).collect::<Vec<_>>());
}

/// Readers see what was answered, cannot write, and wait in a line that has an end.
async fn readers_read_and_do_not_write<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let answer = running.desk.put(1, deposit(1, 7)).await.unwrap();

    let options = Options { readers: 1, waiting: 1, patience: PATIENCE };
    let database = Database::<E>::new(&office.location, options).unwrap();
    let mut reader = database.reader().await.unwrap();
    let entries = journal::after::<E>(&mut reader, 0, 10).await.unwrap();
    assert_eq!(entries.last().map(|stored| stored.pos), Some(answer.position.pos));
    E::execute(&mut reader, "UPDATE purse SET fen = 8", Default::default()).await.unwrap_err();

    // The line behind the one reader has an end, and who stands in it is served.
    let mut line = Vec::new();
    while line.len() < 10 {
        let mut next = Box::pin(database.reader());
        match std::future::poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx))).await {
            Poll::Pending => line.push(next),
            Poll::Ready(verdict) => {
                assert!(matches!(verdict, Err(StoreError::Busy)));
                break;
            }
        }
    }
    assert!((1..=2).contains(&line.len()), "{} wait", line.len());
    drop(reader);
    for waiting in line {
        drop(tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap());
    }
    database.close().await;
    assert!(database.reader().await.is_err());
    running.stop().await;
    assert_eq!(office.books().await.balances().await, BTreeMap::from([(unit(1), 7)]));
}

both_engines!(
    every_statement_is_prepared,
    in_the_engines_own_text,
    in_the_shared_text,
    pages_fit_together,
    readers_read_and_do_not_write,
);
