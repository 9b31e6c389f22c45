//! Who may write, one after the other: the lock, the lease, the stamp, the clock, and what a restored backup looks like.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use prost::Message;
use tokio_util::sync::CancellationToken;
use yishi_kernel::{Clock, SystemClock};
use yishi_proto::journal::v1::EpochOpened;
use yishi_store::journal::{Entry, OPENED, Stored};
use yishi_store::{
    ClockKind, Engine, Location, Model, Moment, Outcome, Position, Rejection, StoreError, Tuning, Writer,
    WriterEnd,
};
use yishi_tests::both_engines;
use yishi_tests::purse::{Books, Command, Office, location, unit};

fn deposit(ordinal: u64, fen: i64) -> Command {
    Command::Deposit { unit: unit(ordinal), fen }
}

async fn one_writer_at_a_time<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let first = office.open().await;
    assert!(matches!(office.try_open().await, Err(StoreError::Held(_))), "before the first one writes");
    let first = first.start();
    first.desk.put(1, deposit(1, 5)).await.unwrap();
    let before = office.books().await.count().await;
    let Err(StoreError::Held(whose)) = office.try_open().await else { panic!("two writers") };
    assert!(!whose.contains("yishi@"), "the address may hold a password: {whose}");
    assert_eq!(office.books().await.count().await, before, "who is refused leaves no trace, no term either");
    first.desk.put(2, deposit(1, 5)).await.unwrap();
    first.stop().await;

    let second = office.start().await;
    second.desk.put(3, deposit(1, 5)).await.unwrap();
    second.stop().await;
    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 15)]));
}

/// Databases side by side do not hold each other up, whatever their names begin with.
async fn each_database_has_its_own_lock<E: Engine>(place: &str) {
    let one = Office::<E>::at(place).start().await;
    let copy = match location(place) {
        Location::File(file) => format!("sqlite://{}", file.with_extension("other").display()),
        Location::Server { .. } => fresh_database::<E>(place, "").await,
    };
    let other = Office::<E>::at(&copy).start().await;
    other.desk.put(1, deposit(1, 5)).await.unwrap();
    one.desk.put(1, deposit(1, 6)).await.unwrap();
    other.stop().await;
    one.stop().await;
}

/// Somebody takes the lease past the lock, and may even have written; whoever was the writer notices at his next word.
async fn usurped<E: Engine>(place: &str, tamper: &[&'static str], command: Command) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    running.desk.put(1, deposit(1, 5)).await.unwrap();
    let mut books = office.books().await;
    for statement in tamper {
        E::control(&mut books.conn, statement).await.unwrap();
    }
    let (before, balances) = (books.count().await, books.balances().await);

    let desk = running.desk.clone();
    let asks = (10..40).map(|request| desk.ask(request, command.clone()));
    let queued = desk.queue(yishi_store::Lane::Officers, asks).await;
    for verdict in queued.verdicts().await {
        assert_eq!(verdict, Err(Rejection::Stopping));
    }
    let end = running.end().await;
    assert!(matches!(end, WriterEnd::Failed(StoreError::Usurped(_))), "{end:?}");
    assert_eq!(desk.put(99, deposit(1, 1)).await, Err(Rejection::Stopping), "it takes nothing any more");
    assert_eq!((books.count().await, books.balances().await), (before, balances), "and wrote nothing");
}

const BUMP: &str = "UPDATE lease SET epoch = epoch + 1";

async fn a_usurped_lease_ends_the_writer<E: Engine>(place: &str) {
    usurped::<E>(place, &[BUMP], deposit(1, 1)).await;
}

/// The unit is new to the old writer and not to the usurper.
async fn a_usurper_who_wrote_first_ends_the_writer<E: Engine>(place: &str) {
    const HEAD: &str =
        "INSERT INTO head (unit, epoch, seq, chain) SELECT unit + 1, epoch + 1, 1, chain FROM head";
    usurped::<E>(place, &[BUMP, HEAD], deposit(2, 1)).await;
}

/// A head that moved under an unchanged lease is no less a reason.
async fn a_moved_head_ends_the_writer<E: Engine>(place: &str) {
    usurped::<E>(place, &["UPDATE head SET seq = seq + 1"], deposit(1, 1)).await;
}

async fn a_head_of_another_term_ends_the_writer<E: Engine>(place: &str) {
    usurped::<E>(place, &["UPDATE head SET epoch = epoch - 1"], deposit(1, 1)).await;
}

/// The same rules under another service's name.
struct Other;

impl Model for Other {
    const SERVICE: &'static str = "other";
    type Command = ();
    type Refusal = ();
    type Working = ();

    fn migrations<E: Engine>() -> Vec<sqlx::migrate::Migration> {
        yishi_tests::purse::Purse::migrations::<E>()
    }

    fn copied(_: &[Entry]) {}

    async fn load<E: Engine>(&self, _: &mut E::Connection, _: &[&()]) -> Result<(), StoreError> {
        Ok(())
    }

    fn act(&self, (): &mut (), (): &(), _: &Moment) -> Result<Outcome, ()> {
        Ok(Outcome { entries: Vec::new(), response: Vec::new() })
    }

    async fn save<E: Engine>(&self, _: &mut E::Connection, (): ()) -> Result<(), StoreError> {
        Ok(())
    }
}

async fn opened_as<E: Engine, M: Model>(
    location: &Location,
    model: M,
    kind: ClockKind,
) -> Result<(), StoreError> {
    let clock = (kind, Arc::new(SystemClock) as Arc<dyn Clock>);
    let opened = Writer::<E, M>::open(location, model, clock, Tuning::default(), CancellationToken::new());
    Box::pin(opened).await.map(drop)
}

async fn a_stamped_database_is_no_others<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    running.desk.put(1, deposit(1, 5)).await.unwrap();
    running.stop().await;
    let before = office.books().await.count().await;

    let stamped = |result: Result<(), StoreError>| match result {
        Err(StoreError::Stamped { made_for, wanted }) => (made_for, wanted),
        other => panic!("it should have been refused: {other:?}"),
    };
    let made_for = "purse on the manual clock".to_owned();
    let location = location(place);
    let system = opened_as::<E, _>(&location, office.purse.clone(), ClockKind::System).await;
    assert_eq!(stamped(system), (made_for.clone(), "purse on the system clock".to_owned()));
    let other = opened_as::<E, _>(&location, Other, ClockKind::Manual).await;
    assert_eq!(stamped(other), (made_for, "other on the manual clock".to_owned()));
    assert_eq!(office.books().await.count().await, before, "no term for whom it was refused");

    let running = office.start().await;
    assert!(running.desk.put(1, deposit(1, 5)).await.unwrap().repeated);
    running.stop().await;
}

async fn business_time_never_goes_back<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let noon = office.clock.now().as_micros() + 1_000_000;
    let mut expected = Vec::new();
    for (term, readings) in
        [[0, 50, -40, 60], [-1_000, 20, 59, 61], [i64::MIN / 2, 0, 1_000, -1]].iter().enumerate()
    {
        let opening = office.open().await;
        let running = opening.start();
        for (step, reading) in readings.iter().enumerate() {
            office.clock.set(noon + reading);
            let request = u64::try_from(term * 10 + step).unwrap();
            running.desk.put(request, deposit(1, 1)).await.unwrap();
            expected.push(expected.last().copied().unwrap_or(i64::MIN).max(noon + reading));
        }
        running.stop().await;
    }
    let entries = office.books().await.audited().await;
    let told: Vec<i64> = entries
        .iter()
        .filter(|stored| stored.entry.kind != OPENED)
        .map(|stored| stored.entry.at.as_micros())
        .collect();
    assert_eq!(told, expected);
}

/// A copy of the whole database, made while nobody writes.
async fn copied<E: Engine>(place: &str) -> String {
    if let Location::File(file) = location(place) {
        let target = file.with_extension("restored");
        let wal = file.with_extension("sqlite-wal");
        assert!(std::fs::metadata(&wal).map_or(0, |wal| wal.len()) == 0, "a clean stop folds the log back");
        std::fs::copy(file, &target).unwrap();
        return format!("sqlite://{}", target.display());
    }
    fresh_database::<E>(place, &format!("TEMPLATE {}", place.rsplit('/').next().unwrap())).await
}

/// Beside the test's own, in the same PostgreSQL cluster.
async fn fresh_database<E: Engine>(place: &str, of: &str) -> String {
    let (server, name) = place.rsplit_once('/').unwrap();
    let mut books = Books::<E>::open(&location(&format!("{server}/postgres"))).await;
    let statement = format!("CREATE DATABASE {name}_other {of}");
    E::control(&mut books.conn, statement.leak()).await.unwrap();
    format!("{place}_other")
}

/// Whether a database can answer for a position: its term is known, and did not end before it.
fn knows(terms: &[(i64, i64)], position: Position) -> bool {
    let Some(index) = terms.iter().position(|(epoch, _)| *epoch == position.epoch) else { return false };
    terms.get(index + 1).is_none_or(|(_, from_pos)| position.pos <= *from_pos)
}

fn of_unit(entries: &[Stored], ordinal: u64) -> Vec<&Stored> {
    entries.iter().filter(|stored| stored.entry.unit == unit(ordinal)).collect()
}

async fn a_restored_backup_is_a_visible_fork<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let common = running.desk.put(1, deposit(1, 5)).await.unwrap().position;
    running.stop().await;
    let backup = copied::<E>(place).await;

    let running = office.start().await;
    let lost = running.desk.put(2, deposit(1, 6)).await.unwrap().position;
    running.stop().await;

    // The very same command at the very same instant on the restored copy.
    let mut restored = Office::<E>::at(&backup);
    restored.clock = Arc::clone(&office.clock);
    let running = restored.start().await;
    let found = running.desk.put(2, deposit(1, 6)).await.unwrap();
    assert!(!found.repeated, "the copy never heard of it");
    running.stop().await;

    let (mut original, mut copy) = (office.books().await, restored.books().await);
    let (one, other) = (original.audited().await, copy.audited().await);
    let (one, other) = (of_unit(&one, 1), of_unit(&other, 1));
    assert_eq!((one.len(), other.len()), (4, 4));
    assert_eq!(one[..2], other[..2], "a common past");
    for (mine, theirs) in one[2..].iter().zip(&other[2..]) {
        assert_eq!(mine.entry.seq, theirs.entry.seq);
        assert_ne!(mine.entry.epoch, theirs.entry.epoch, "never the same key twice");
        assert!(mine.entry_hash != theirs.entry_hash && mine.chain != theirs.chain, "and it shows for ever");
    }
    let follows = |stored: &Stored| EpochOpened::decode(stored.entry.payload.as_slice()).unwrap().follows;
    assert_eq!(follows(one[2]), follows(other[2]), "both say which entry they follow");
    assert_eq!(follows(one[2]).unwrap().seq, 2);

    let (here, there) = (original.terms().await, copy.terms().await);
    assert!(knows(&here, common) && knows(&there, common));
    assert!(knows(&here, lost) && !knows(&there, lost), "a cursor from the lost future is recognised");
    assert!(!knows(&here, found.position) && knows(&there, found.position));
}

/// The backup was made in the midst of a term: the lost future bears an epoch that the copy knows.
async fn a_backup_from_within_a_term_is_recognised_too<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let common = running.desk.put(1, deposit(1, 5)).await.unwrap().position;
    running.stop().await;
    let backup = copied::<E>(place).await;
    // As if the first term had gone on: its next entry would have had this position.
    let lost = Position { pos: common.pos + 1, ..common };

    let restored = Office::<E>::at(&backup);
    let running = restored.start().await;
    running.desk.put(2, deposit(1, 6)).await.unwrap();
    running.stop().await;
    let terms = restored.books().await.terms().await;
    assert!(knows(&terms, common) && !knows(&terms, lost));
}

/// Even when the system's clock went back by decades.
async fn epochs_always_grow<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    for _ in 0..4 {
        office.start().await.stop().await;
    }
    // A clock that was years ahead when the last term began.
    let mut books = office.books().await;
    let ahead = 1_i64 << 52;
    E::control(&mut books.conn, "UPDATE lease SET epoch = 4503599627370496").await.unwrap();
    office.start().await.stop().await;
    let epochs: Vec<i64> = books.terms().await.into_iter().map(|(epoch, _)| epoch).collect();
    assert!(epochs.is_sorted_by(|a, b| a < b) && epochs.len() == 5, "{epochs:?}");
    assert!(epochs[4] > ahead);
}

both_engines!(
    one_writer_at_a_time,
    each_database_has_its_own_lock,
    a_usurped_lease_ends_the_writer,
    a_usurper_who_wrote_first_ends_the_writer,
    a_moved_head_ends_the_writer,
    a_head_of_another_term_ends_the_writer,
    a_stamped_database_is_no_others,
    business_time_never_goes_back,
    a_restored_backup_is_a_visible_fork,
    a_backup_from_within_a_term_is_recognised_too,
    epochs_always_grow,
);
