//! The way to the writer: bounded, fair, and emptied before it ends.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use yishi_store::journal::{OPENED, Stored};
use yishi_store::{Engine, Lane, Rejection, Tuning};
use yishi_tests::both_engines;
use yishi_tests::purse::{Books, Command, Desk, Office, Queued, request_id, unit};

const LANES: [Lane; 4] = [Lane::Officers, Lane::Deliveries, Lane::Imports, Lane::Timers];

fn deposit(ordinal: u64) -> Command {
    Command::Deposit { unit: unit(ordinal), fen: 1 }
}

/// Requests numbered from `first`, each a fen into the lane's own purse.
async fn queue(desk: &Desk, lane: Lane, first: u64, count: u64) -> Queued {
    let asks = (first..first + count).map(|request| desk.ask(request, deposit(lane as u64)));
    desk.queue(lane, asks).await
}

/// The requests of each batch, in order: the tests' clock gives each batch a time of its own.
fn batches(entries: &[Stored]) -> Vec<Vec<u64>> {
    let numbers: BTreeMap<String, u64> = (0..10_000).map(|n| (request_id(n).to_string(), n)).collect();
    let mut batches: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
    for stored in entries.iter().filter(|stored| stored.entry.kind != OPENED) {
        let request = numbers[stored.traceparent.as_deref().unwrap()];
        batches.entry(stored.entry.at.as_micros()).or_default().push(request);
    }
    batches.into_values().collect()
}

async fn batches_of<E: Engine>(mut books: Books<E>) -> Vec<Vec<u64>> {
    batches(&books.audited().await)
}

async fn a_full_lane_says_so_at_once<E: Engine>(place: &str) {
    let tuning = Tuning { queue: [3, 5, 2, 1], ..Tuning::default() };
    let office = Office::<E>::tuned(place, tuning);
    let opening = office.open().await;
    let mut queued = Vec::new();
    for (lane, room) in LANES.into_iter().zip(tuning.queue) {
        let room = u64::try_from(room).unwrap();
        queued.push(queue(&opening.desk, lane, 100 * lane as u64, room).await);
        // Nobody takes anything yet, so this would hang if it waited; and the other lanes still have room.
        let turned_away =
            opening.desk.submit(lane, opening.desk.ask(100 * lane as u64 + 50, deposit(9))).await;
        assert_eq!(turned_away, Err(Rejection::Overloaded), "{lane:?}");
    }
    let running = opening.start();
    for queued in queued {
        assert!(queued.verdicts().await.iter().all(Result::is_ok), "what was taken is done");
    }
    for lane in LANES {
        let ask = running.desk.ask(100 * lane as u64 + 50, deposit(9));
        assert!(!running.desk.submit(lane, ask).await.unwrap().repeated, "{lane:?}: turned away is not done");
    }
    running.stop().await;
    let mut books = office.books().await;
    books.audited().await;
    let expected = [(0, 3), (1, 5), (2, 2), (3, 1), (9, 4)].map(|(ordinal, fen)| (unit(ordinal), fen));
    assert_eq!(books.balances().await, BTreeMap::from(expected));
}

async fn every_lane_has_its_share_of_a_batch<E: Engine>(place: &str) {
    let tuning = Tuning { queue: [100; 4], share: [8, 4, 2, 2], ..Tuning::default() };
    let office = Office::<E>::tuned(place, tuning);
    let opening = office.open().await;
    // The flood comes first.
    let imports = queue(&opening.desk, Lane::Imports, 2_000, 100).await;
    let timers = queue(&opening.desk, Lane::Timers, 3_000, 3).await;
    let deliveries = queue(&opening.desk, Lane::Deliveries, 1_000, 5).await;
    let officers = queue(&opening.desk, Lane::Officers, 0, 5).await;
    let running = opening.start();
    for queued in [imports, timers, deliveries, officers] {
        assert!(queued.verdicts().await.iter().all(Result::is_ok));
    }
    running.stop().await;

    let batches = batches_of(office.books().await).await;
    assert_eq!(batches[0], [0, 1, 2, 3, 4, 1_000, 1_001, 1_002, 1_003, 2_000, 2_001, 3_000, 3_001]);
    assert_eq!(batches[1], [1_004, 2_002, 2_003, 3_002]);
    // Alone, a lane has what a batch begins with and its share.
    assert!(batches[2..].iter().all(|batch| batch.len() <= 3), "{batches:?}");
    assert_eq!(batches.concat().len(), 113);
}

/// While imports wait without end, an officer waits for the batch that is being written, and for no other.
async fn a_flood_of_imports_does_not_keep_an_officer<E: Engine>(place: &str) {
    const OFFICERS: u64 = 10;
    let tuning = Tuning { queue: [64, 64, 512, 64], share: [64, 64, 16, 64], ..Tuning::default() };
    let mut office = Office::<E>::tuned(place, tuning);
    let steps = Arc::new(Semaphore::new(0));
    office.purse.steps = Some(Arc::clone(&steps));
    let opening = office.open().await;
    let flood = queue(&opening.desk, Lane::Imports, 1_000, 512).await;
    let running = opening.start();
    for officer in 0..OFFICERS {
        let waiting = queue(&running.desk, Lane::Officers, officer, 1).await;
        // The batch that may be under way already, and the next one. If those do not do, the verdict never comes.
        steps.add_permits(2);
        assert!(waiting.verdicts().await.remove(0).is_ok(), "officer {officer}");
    }
    steps.add_permits(1_000);
    assert!(flood.verdicts().await.iter().all(Result::is_ok));
    running.stop().await;
    let last = batches_of(office.books().await).await.pop().unwrap();
    assert!(last.iter().all(|request| *request >= 1_000), "the flood outlasted the officers: {last:?}");
}

async fn a_batch_is_bounded_in_bytes<E: Engine>(place: &str) {
    let tuning = Tuning { batch_bytes: 100, ..Tuning::default() };
    let office = Office::<E>::tuned(place, tuning);
    let opening = office.open().await;
    let heavy = [30, 30, 40, 30, 500, 1, 99, 1].iter().zip(1..).map(|(weight, request)| {
        let mut ask = opening.desk.ask(request, deposit(0));
        ask.weight = *weight;
        ask
    });
    let queued = opening.desk.queue(Lane::Officers, heavy.collect::<Vec<_>>()).await;
    let running = opening.start();
    assert!(queued.verdicts().await.iter().all(Result::is_ok), "even the one that is heavier than a batch");
    running.stop().await;
    // A batch is full when it has reached the limit, so the last one in may go over it.
    assert_eq!(batches_of(office.books().await).await, [vec![1, 2, 3], vec![4, 5], vec![6, 7], vec![8]]);
}

async fn stop_serves_what_was_handed_over<E: Engine>(place: &str) {
    let tuning = Tuning { share: [7; 4], ..Tuning::default() };
    let office = Office::<E>::tuned(place, tuning);
    let opening = office.open().await;
    let mut queued = Vec::new();
    for lane in LANES {
        queued.push(queue(&opening.desk, lane, 100 * lane as u64, 60).await);
    }
    opening.stop.cancel();
    let running = opening.start();
    for queued in queued {
        assert!(queued.verdicts().await.iter().all(Result::is_ok));
    }
    let desk = running.desk.clone();
    running.stop().await;
    assert_eq!(desk.put(999, deposit(0)).await, Err(Rejection::Stopping));
    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await, (0..4).map(|ordinal| (unit(ordinal), 60)).collect());
}

/// Stopped while callers press on: each is either served or told, and what he is told is true.
async fn stop_in_the_midst_tells_everybody<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let callers: Vec<_> = (0..300)
        .map(|request| {
            let desk = running.desk.clone();
            tokio::spawn(async move { desk.put(request, deposit(0)).await })
        })
        .collect();
    running.desk.reached(20).await;
    running.stop().await;
    let mut served = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Ok(answer) => served += i64::from(!answer.repeated),
            Err(refused) => assert_eq!(refused, Rejection::Stopping),
        }
    }
    assert!(served > 0);
    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await[&unit(0)], served);
}

both_engines!(
    a_full_lane_says_so_at_once,
    every_lane_has_its_share_of_a_batch,
    a_flood_of_imports_does_not_keep_an_officer,
    a_batch_is_bounded_in_bytes,
    stop_serves_what_was_handed_over,
    stop_in_the_midst_tells_everybody,
);
