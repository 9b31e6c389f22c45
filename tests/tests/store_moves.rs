//! A subtree goes to another writer and comes back: one writes at a time, after all that was written before.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::Postgres as PostgresEngine;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use yishi_kernel::{Register, UnitCode};
use yishi_link::{Feed, Follower};
use yishi_store::journal::{self, Stored};
use yishi_store::{
    Database, Delivery, Elsewhere, Engine, Inflow, Lane, Options, Order, Position, Reading, Rejection, Unfit,
};
use yishi_tests::both_engines;
use yishi_tests::fault_proxy::{Cut, FaultProxy};
use yishi_tests::postgres::Postgres;
use yishi_tests::purse::{Books, Command, Office, Opening, PATIENCE, Running};

both_engines!(
    one_writer_writes_for_a_subtree_at_a_time,
    what_was_picked_before_a_move_is_picked_again,
    what_is_looked_at_again_is_not_passed,
    a_letter_that_overtakes_a_move_is_not_forgotten,
    nothing_is_written_for_what_comes_back_while_the_database_recovers,
    the_next_term_is_later_than_what_came_in_the_same_batch,
    a_refused_command_leaves_the_rest_of_its_batch_alone,
);

const DIVISIONS: &str = include_str!("../../deploy/divisions/ningxia.csv");
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const OTHER: UnitCode = UnitCode::new(640_324_101_000).unwrap();

/// The offices of the county's node and of the township's.
fn offices<E: Engine>(place: &str) -> [Office<E>; 2] {
    let register = Arc::new(Register::parse(DIVISIONS, "").unwrap());
    let mut county = Office::<E>::at(place);
    let mut township = county.beside("township");
    (county.home, township.home) = (Some((Arc::clone(&register), COUNTY)), Some((register, TOWNSHIP)));
    [county, township]
}

fn deposit(unit: UnitCode) -> Command {
    Command::Deposit { unit, fen: 5 }
}

fn delegate() -> Order {
    Order::Delegate { top: TOWNSHIP, address: "there:1".to_owned() }
}

async fn order(running: &Running, order: Order) {
    running.desk.handle().order(order).await.unwrap();
}

/// The journals of the township and its villages, as one book holds them; what another holds of it is dropped there.
async fn subtree<E: Engine>(books: &mut Books<E>) -> Inflow {
    let of_others = [COUNTY, OTHER];
    let below = |stored: &Stored| !stored.letter && !of_others.contains(&stored.entry.unit);
    let entries = books.entries().await.into_iter().filter(below);
    Inflow::Journal(entries.map(Into::into).collect())
}

async fn one_writer_writes_for_a_subtree_at_a_time<E: Engine>(place: &str) {
    let [county, township] = offices::<E>(place);
    // The township's writer has the earlier term.
    let there = township.start().await;
    let here = county.start().await;
    let (mut county_books, mut township_books) = (county.books().await, township.books().await);
    let first = here.desk.put(1, deposit(VILLAGE)).await.unwrap();
    order(&here, delegate()).await;
    let moved = Elsewhere { unit: VILLAGE, holder: TOWNSHIP, address: "there:1".to_owned() };
    assert_eq!(here.desk.put(2, deposit(VILLAGE)).await, Err(Rejection::Elsewhere(moved)));
    here.desk.put(3, deposit(OTHER)).await.unwrap();
    let repeat = here.desk.put(1, deposit(VILLAGE)).await.unwrap();
    assert_eq!((repeat.repeated, repeat.position.pos), (true, first.position.pos));
    here.stop().await;

    // Who it goes to has everything, and goes on in a later term than the county's.
    there.desk.handle().recover();
    there.desk.take(subtree(&mut county_books).await).await.unwrap();
    assert_eq!(there.desk.put(1, deposit(VILLAGE)).await, Err(Rejection::Recovering));
    there.desk.handle().recovered();
    order(&there, Order::TakeOver { top: TOWNSHIP }).await;
    there.desk.put(1, deposit(VILLAGE)).await.unwrap();
    let tenure = there.desk.handle().hosting().now().tenure(TOWNSHIP).cloned().unwrap();
    assert_eq!((tenure.holder, tenure.turn), (TOWNSHIP, 1));
    assert!(tenure.since > tenure.ended && tenure.ended > 0);

    // The county has not forgotten, and asks for it. Who is asked ends, and answers what was done.
    let here = county.start().await;
    let refused = here.desk.put(4, deposit(VILLAGE)).await;
    assert!(matches!(refused, Err(Rejection::Elsewhere(_))), "{refused:?}");
    order(&here, Order::Recall { top: TOWNSHIP, address: "here:1".to_owned() }).await;
    let letter =
        county_books.entries().await.into_iter().find(|stored| stored.entry.kind == journal::RECALLED);
    there.desk.take(Inflow::Letters(vec![letter.unwrap().into()])).await.unwrap();
    order(&there, Order::GiveBack).await;
    let moved = Elsewhere { unit: VILLAGE, holder: COUNTY, address: "here:1".to_owned() };
    assert_eq!(there.desk.put(2, deposit(VILLAGE)).await, Err(Rejection::Elsewhere(moved)));
    assert!(there.desk.put(1, deposit(VILLAGE)).await.unwrap().repeated);

    // The county decides with the entry that gives it back, and nobody else writes any more.
    let given = subtree(&mut township_books).await;
    here.desk.take(given.clone()).await.unwrap();
    order(&here, Order::TakeOver { top: TOWNSHIP }).await;
    here.desk.put(5, deposit(VILLAGE)).await.unwrap();
    let rogue = county.beside("rogue").start().await;
    rogue.desk.take(given).await.unwrap();
    rogue.desk.put(1, deposit(TOWNSHIP)).await.unwrap();
    let late = subtree(&mut county.beside("rogue").books().await).await;
    let late = here.desk.take(late).await;
    assert!(matches!(late, Err(Rejection::Unfit(Unfit::Ended { .. } | Unfit::Forked { .. }))), "{late:?}");
    for running in [here, there, rogue] {
        running.stop().await;
    }
    for books in [&mut county_books, &mut township_books] {
        assert_eq!(books.verify().await.unwrap().first_bad, None);
        let entries = books.entries().await;
        let epochs = entries.iter().map(|stored| &stored.entry).filter(|entry| entry.unit == VILLAGE);
        assert!(epochs.map(|entry| (entry.epoch, entry.seq)).is_sorted(), "no epoch goes back");
    }
}

async fn what_was_picked_before_a_move_is_picked_again<E: Engine>(place: &str) {
    let [county, _] = offices::<E>(place);
    let here = county.start().await;
    let (source, upto) = ("above", Position { epoch: 1, pos: 7 });
    let delivery = |upto| Delivery { source, upto, command: deposit(OTHER), traceparent: None, weight: 1 };
    let handle = here.desk.handle();
    let before = Reading { version: handle.hosting().now().version(), missed: None };
    handle.deliver_as(before, delivery(upto)).await.unwrap();
    order(&here, delegate()).await;
    let upto = Position { pos: 8, ..upto };
    assert_eq!(handle.deliver_as(before, delivery(upto)).await, Err(Rejection::Outdated));
    let now = Reading { version: handle.hosting().now().version(), missed: None };
    assert!(!handle.deliver_as(now, delivery(upto)).await.unwrap().repeated, "it had not been taken");
    let missed: Vec<_> = handle.hosting().now().missed().map(|(_, _, missed)| missed.heard).collect();
    assert_eq!(missed, [7], "how far it was heard when the township went");
    here.stop().await;
    let here = county.start().await;
    assert_eq!(here.desk.handle().hosting().now().missed().count(), 1, "it is kept");
    here.stop().await;
}

async fn what_is_looked_at_again_is_not_passed<E: Engine>(place: &str) {
    let [county, _] = offices::<E>(place);
    let here = county.start().await;
    here.desk.put(1, deposit(OTHER)).await.unwrap();
    let database = Database::<E>::new(&county.location, Options::default()).unwrap();
    // Whoever looks at the first entry is told how far the follower says it is.
    let (told, mut looks) = mpsc::unbounded_channel();
    let passed = Arc::new(OnceLock::<watch::Receiver<Position>>::new());
    let says = Arc::clone(&passed);
    let wants = move |stored: &Stored| {
        if stored.pos == 1 {
            told.send(says.get().unwrap().borrow().pos).unwrap();
        }
        false
    };
    let handle = here.desk.handle();
    let follower =
        Follower::new(Feed::of(&database, handle), handle.clone(), wants, |_: &[Stored]| deposit(OTHER));
    let mut reading = follower.passed();
    passed.set(follower.passed()).unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(follower.run(stop.clone()));
    let come = here.desk.position().pos;
    timeout(PATIENCE, reading.wait_for(|passed| passed.pos >= come)).await.unwrap().unwrap();
    order(&here, delegate()).await;
    for look in ["first", "second"] {
        let passed = timeout(PATIENCE, looks.recv()).await.unwrap();
        assert_eq!(passed, Some(0), "at the {look} look");
    }
    stop.cancel();
    task.await.unwrap().unwrap();
    here.stop().await;
}

async fn a_letter_that_overtakes_a_move_is_not_forgotten<E: Engine>(place: &str) {
    let [county, township] = offices::<E>(place);
    let here = county.start().await;
    order(&here, delegate()).await;
    order(&here, Order::Recall { top: TOWNSHIP, address: "here:1".to_owned() }).await;
    here.stop().await;
    let mut books = county.books().await;
    let letter = books.entries().await.into_iter().find(|stored| stored.entry.kind == journal::RECALLED);
    let there = township.start().await;
    there.desk.take(Inflow::Letters(vec![letter.unwrap().into()])).await.unwrap();
    there.stop().await;
    let there = township.start().await;
    there.desk.handle().recover();
    there.desk.take(subtree(&mut books).await).await.unwrap();
    there.desk.handle().recovered();
    order(&there, Order::GiveBack).await;
    assert!(!there.desk.handle().hosting().decides(VILLAGE), "it is given back");
    there.stop().await;
    let there = township.start().await;
    assert!(!there.desk.handle().hosting().decides(VILLAGE));
    there.stop().await;
}

/// The township goes, writes, and gives itself back: the county's writer before it has taken that in, and what it is to take.
async fn on_the_way_back<E: Engine>([county, township]: &[Office<E>; 2]) -> (Opening<E>, Inflow) {
    let (here, there) = (county.start().await, township.start().await);
    if county.delegates.is_empty() {
        order(&here, delegate()).await;
        there.desk.handle().recover();
        there.desk.take(subtree(&mut county.books().await).await).await.unwrap();
        there.desk.handle().recovered();
    }
    there.desk.put(1, deposit(VILLAGE)).await.unwrap();
    order(&here, Order::Recall { top: TOWNSHIP, address: "here:1".to_owned() }).await;
    let mut entries = county.books().await.entries().await.into_iter();
    let letter = entries.find(|stored| stored.entry.kind == journal::RECALLED).unwrap();
    there.desk.take(Inflow::Letters(vec![letter.into()])).await.unwrap();
    order(&there, Order::GiveBack).await;
    here.stop().await;
    there.stop().await;
    let given = subtree(&mut township.books().await).await;
    (county.open().await, given)
}

async fn nothing_is_written_for_what_comes_back_while_the_database_recovers<E: Engine>(place: &str) {
    let (opening, given) = on_the_way_back(&offices::<E>(place)).await;
    opening.desk.handle().recover();
    // Both are in the writer's first batch, the request behind what brings its unit back.
    let taken = opening.desk.queue_inflows([given]).await;
    let asked = opening.desk.queue(Lane::Imports, [opening.desk.ask(2, deposit(VILLAGE))]).await;
    let here = opening.start();
    assert!(taken.verdicts().await[0].is_ok());
    assert_eq!(asked.verdicts().await, [Err(Rejection::Recovering)]);
    here.desk.handle().recovered();
    here.desk.put(2, deposit(VILLAGE)).await.unwrap();
    here.stop().await;
}

async fn the_next_term_is_later_than_what_came_in_the_same_batch<E: Engine>(place: &str) {
    let mut offices = offices::<E>(place);
    // The township's clock is far ahead.
    offices[1].tuning.epoch_floor = 1 << 60;
    let (opening, given) = on_the_way_back(&offices).await;
    let taken = opening.desk.queue_inflows([given]).await;
    let asked = opening.desk.queue(Lane::Imports, [opening.desk.ask(2, deposit(VILLAGE))]).await;
    let here = opening.start();
    assert!(taken.verdicts().await[0].is_ok());
    assert!(asked.verdicts().await[0].is_ok());
    assert!(here.desk.position().epoch > 1 << 60);
    here.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_does_not_ask_the_configuration_again() {
    let database = Arc::new(Postgres::shared().database("taken_back"));
    let mut offices = offices::<PostgresEngine>(database.url());
    offices[0].delegates = vec![TOWNSHIP];
    let (opening, given) = on_the_way_back(&offices).await;
    let here = opening.start();
    here.desk.take(given).await.unwrap();
    tokio::task::spawn_blocking(move || database.kill_backends()).await.unwrap();
    here.desk.insist(2, &deposit(VILLAGE)).await.unwrap();
    here.stop().await;
}

/// The way breaks while the writer begins a term for what came back: the batch is written in it, or in the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_term_whose_beginning_was_not_heard_of_is_found_again() {
    let cuts =
        [("unsent_term", Cut::Unsent), ("unanswered_term", Cut::Unanswered), ("silent_term", Cut::Silent)];
    for (name, cut) in cuts {
        let database = Postgres::shared().database(name);
        let proxy = FaultProxy::before(database.url()).await;
        let mut offices = offices::<PostgresEngine>(proxy.url());
        let short = Duration::from_millis(500);
        (offices[0].tuning.stall, offices[0].tuning.patience) = (short, short);
        offices[1].tuning.epoch_floor = 1 << 60;
        let (opening, given) = on_the_way_back(&offices).await;
        let taken = opening.desk.queue_inflows([given.clone()]).await;
        let asked = opening.desk.queue(Lane::Imports, [opening.desk.ask(2, deposit(VILLAGE))]).await;
        proxy.arm(cut);
        let here = opening.start();
        // As long as the server believes in the old session they may be turned away.
        for verdict in [taken.verdicts().await, asked.verdicts().await].concat() {
            assert!(matches!(verdict, Ok(_) | Err(Rejection::Unreachable)), "{cut:?}: {verdict:?}");
        }
        assert_eq!(proxy.cuts(), 1);
        proxy.mend();
        while here.desk.take(given.clone()).await == Err(Rejection::Unreachable) {
            tokio::task::yield_now().await;
        }
        here.desk.insist(2, &deposit(VILLAGE)).await.unwrap();
        here.stop().await;
        let mut books = offices[0].books().await;
        assert_eq!(books.verify().await.unwrap().first_bad, None, "{cut:?}");
    }
}

async fn a_refused_command_leaves_the_rest_of_its_batch_alone<E: Engine>(place: &str) {
    let [county, _] = offices::<E>(place);
    let here = county.start().await;
    here.desk.put(1, deposit(OTHER)).await.unwrap();
    order(&here, delegate()).await;
    here.stop().await;
    // What it would write into the journal of a unit that has gone shows only when it was decided in memory.
    let opening = county.open().await;
    let astray = Command::Transfer { from: OTHER, to: VILLAGE, fen: 5 };
    let queued = opening.desk.queue_from(2, [deposit(OTHER), astray, deposit(COUNTY)]).await;
    let here = opening.start();
    let verdicts = queued.verdicts().await;
    assert!(matches!(verdicts[1], Err(Rejection::Elsewhere(_))), "{:?}", verdicts[1]);
    assert!(verdicts[0].is_ok() && verdicts[2].is_ok());
    // The transfer took nothing: all of the ten are still there to be given.
    here.desk.put(5, Command::Transfer { from: OTHER, to: COUNTY, fen: 10 }).await.unwrap();
    here.stop().await;
}
