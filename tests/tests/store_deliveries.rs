//! Entries of other sources are applied once, however often they come, and the cursor tells how far.

use std::collections::BTreeMap;

use sqlx::Postgres as PostgresEngine;
use yishi_store::{Engine, Position, Rejection, Source};
use yishi_tests::both_engines;
use yishi_tests::fault_proxy::{Cut, FaultProxy};
use yishi_tests::postgres::Postgres;
use yishi_tests::purse::{Command, Office, Refusal, Verdict, unit};

const ABOVE: Source = "above";
const BESIDE: Source = "beside";

fn at(epoch: i64, pos: i64) -> Position {
    Position { epoch, pos }
}

fn deposit(fen: i64) -> Command {
    Command::Deposit { unit: unit(1), fen }
}

/// Whether each was applied: `Some(true)` now, `Some(false)` before, `None` not at all.
fn applied(verdicts: &[Verdict]) -> Vec<Option<bool>> {
    verdicts.iter().map(|verdict| verdict.as_ref().ok().map(|answer| !answer.repeated)).collect()
}

async fn applied_once_however_often<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let opening = office.open().await;
    assert_eq!(opening.desk.read_so_far(ABOVE), None);
    // In one batch: again, late, and beside another source that counts for itself.
    let deliveries = [
        (ABOVE, at(1, 5), deposit(1)),
        (ABOVE, at(1, 5), deposit(1)),
        (BESIDE, at(1, 3), deposit(10)),
        (ABOVE, at(1, 7), deposit(100)),
        (ABOVE, at(1, 6), deposit(1_000)),
        (BESIDE, at(1, 3), deposit(10)),
    ];
    let queued = opening.desk.queue_deliveries(deliveries).await;
    let running = opening.start();
    let (now, before) = (Some(true), Some(false));
    assert_eq!(applied(&queued.verdicts().await), [now, before, now, now, before, before]);

    // In later batches.
    for (source, upto, expected) in
        [(ABOVE, at(1, 7), before), (ABOVE, at(1, 8), now), (BESIDE, at(1, 2), before)]
    {
        let verdict = running.desk.deliver(source, upto, deposit(10_000)).await;
        assert_eq!(applied(&[verdict]), [expected], "{source} {upto:?}");
    }
    running.stop().await;

    // In a later term; a new epoch of the source goes on, whatever its positions.
    let running = office.start().await;
    assert_eq!(running.desk.read_so_far(ABOVE), Some(at(1, 8)));
    assert_eq!(running.desk.read_so_far(BESIDE), Some(at(1, 3)));
    for (upto, expected) in [(at(1, 8), before), (at(2, 4), now), (at(1, 9), before), (at(2, 4), before)] {
        let verdict = running.desk.deliver(ABOVE, upto, deposit(100_000)).await;
        assert_eq!(applied(&[verdict]), [expected], "{upto:?}");
    }
    running.stop().await;
    let mut books = office.books().await;
    let entries = books.audited().await;
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 110_111)]));
    assert!(entries.iter().all(|stored| ["writer", "delivery"].contains(&stored.entry.actor.as_str())));
    assert_eq!(books.count().await.requests, 0, "a delivery is no request of anybody's");
}

async fn a_refused_delivery_does_not_move_the_cursor<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let overdrawn = Command::Transfer { from: unit(1), to: unit(2), fen: 1 };
    let bad = [
        (overdrawn.clone(), Rejection::Refused(Refusal::Overdrawn)),
        (Command::Panic { unit: unit(1) }, Rejection::Poisonous("its rule panicked")),
        (Command::Spoil { unit: unit(1) }, Rejection::Poisonous("the database refused it")),
    ];
    for (command, rejection) in bad {
        assert_eq!(running.desk.deliver(ABOVE, at(1, 5), command).await, Err(rejection));
    }
    assert_eq!(applied(&[running.desk.deliver(ABOVE, at(1, 2), deposit(1)).await]), [Some(true)]);
    assert_eq!(applied(&[running.desk.deliver(ABOVE, at(1, 5), overdrawn).await]), [Some(true)]);
    running.stop().await;
    let opening = office.open().await;
    assert_eq!(opening.desk.read_so_far(ABOVE), Some(at(1, 5)));
    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 0), (unit(2), 1)]));
}

/// The cursor moves with its entries, or neither does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_whose_commit_is_unheard_of_counts_once() {
    let database = Postgres::shared().database("deliveries");
    let proxy = FaultProxy::before(database.url()).await;
    let office = Office::<PostgresEngine>::at(proxy.url());
    let running = office.start().await;
    for (cut, pos, now) in [(Cut::Unanswered, 1, false), (Cut::Unsent, 2, true), (Cut::Unanswered, 3, false)]
    {
        proxy.arm(cut);
        let verdict = running.desk.deliver(ABOVE, at(1, pos), deposit(1)).await;
        assert_eq!(applied(&[verdict]), [Some(now)], "{cut:?}");
    }
    assert_eq!(proxy.cuts(), 3);
    running.stop().await;
    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 3)]));
}

both_engines!(applied_once_however_often, a_refused_delivery_does_not_move_the_cursor);
