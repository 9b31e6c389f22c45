//! Each request acts once or not at all: repeated, refused, broken, or asked by somebody who left.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use yishi_kernel::Seeded;
use yishi_store::journal::{OPENED, Stored};
use yishi_store::{Answer, Engine, Lane, Rejection};
use yishi_tests::both_engines;
use yishi_tests::purse::{CAPACITY_FEN, Command, Office, PATIENCE, Refusal, request_id, unit};

fn deposit(ordinal: u64, fen: i64) -> Command {
    Command::Deposit { unit: unit(ordinal), fen }
}

fn transfer(from: u64, to: u64, fen: i64) -> Command {
    Command::Transfer { from: unit(from), to: unit(to), fen }
}

/// How many entries each request wrote; the entries that open terms belong to the first who wrote in them.
fn written(entries: &[Stored]) -> HashMap<&str, usize> {
    let mut written = HashMap::new();
    for stored in entries.iter().filter(|stored| stored.entry.kind != OPENED) {
        *written.entry(stored.traceparent.as_deref().unwrap()).or_insert(0) += 1;
    }
    written
}

async fn a_repeat_gets_the_recorded_answer<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let opening = office.open().await;
    let desk = opening.desk.clone();
    let asks = [
        desk.ask(1, deposit(1, 10)),
        desk.ask(1, deposit(1, 10)),
        desk.ask(2, transfer(1, 2, 4)),
        desk.ask(1, deposit(1, 10)),
        desk.ask(1, deposit(1, 11)),
        desk.ask(3, deposit(1, 1)),
    ];
    let queued = desk.queue(Lane::Officers, asks).await;
    let running = opening.start();
    let verdicts = queued.verdicts().await;
    let first = verdicts[0].clone().unwrap();
    assert_eq!((first.response.as_slice(), first.repeated), (10_i64.to_be_bytes().as_slice(), false));
    // In the batch that did it.
    let recorded = |position| Ok(Answer { repeated: true, position, ..first.clone() });
    assert_eq!([&verdicts[1], &verdicts[3]], [&recorded(first.position); 2]);
    assert_eq!(verdicts[4], Err(Rejection::RequestIdReused));
    assert!(verdicts[2].is_ok() && verdicts[5].is_ok());

    // In a later batch, in later terms, and not only for the last one.
    let before = office.books().await.count().await;
    assert_eq!(desk.put(1, deposit(1, 10)).await, recorded(first.position));
    assert!(!desk.put(1, deposit(2, 10)).await.unwrap().repeated, "another unit, another request");
    assert_eq!(desk.put(1, deposit(1, 99)).await, Err(Rejection::RequestIdReused));
    running.stop().await;
    let mut running = office.start().await;
    for _ in 0..2 {
        let again = running.desk.put(1, deposit(1, 10)).await.unwrap();
        assert_eq!(
            (&again.response, again.repeated, again.position.pos),
            (&first.response, true, first.position.pos)
        );
        assert!(again.position.epoch > first.position.epoch, "a position of the term that answers");
        assert!(running.desk.put(2, transfer(1, 2, 4)).await.unwrap().repeated);
        assert_eq!(running.desk.put(1, transfer(1, 2, 4)).await, Err(Rejection::RequestIdReused));
        running.stop().await;
        running = office.start().await;
    }
    running.stop().await;

    let mut books = office.books().await;
    let after = books.count().await;
    assert_eq!(
        (after.entries, after.requests),
        (before.entries + 1, before.requests + 1),
        "one deposit of 2"
    );
    let entries = books.audited().await;
    let counts = written(&entries);
    let id = |request| counts[request_id(request).to_string().as_str()];
    assert_eq!([id(1), id(2), id(3)], [2, 2, 1]);
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 7), (unit(2), 14)]));
}

/// Somebody uses the id of a request that was done: that does not spoil the recorded answer for its owner.
async fn a_misused_id_does_not_hide_the_recorded_answer<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    running.desk.put(1, deposit(1, 10)).await.unwrap();
    running.stop().await;

    let opening = office.open().await;
    let desk = &opening.desk;
    let asks = [
        desk.ask(1, deposit(1, 11)),
        desk.ask(1, deposit(1, 10)),
        desk.ask(1, deposit(1, 11)),
        // An id that is new: the first one has it, even if it is refused.
        desk.ask(2, transfer(1, 2, 11)),
        desk.ask(2, deposit(1, 1)),
        desk.ask(2, transfer(1, 2, 11)),
        desk.ask(2, deposit(1, 1)),
    ];
    let queued = desk.queue(Lane::Officers, asks).await;
    let running = opening.start();
    let verdicts = queued.verdicts().await;
    assert!(verdicts[1].as_ref().unwrap().repeated);
    for (place, expected) in [
        (0, Rejection::RequestIdReused),
        (2, Rejection::RequestIdReused),
        (3, Rejection::Refused(Refusal::Overdrawn)),
        (4, Rejection::RequestIdReused),
        (5, Rejection::Refused(Refusal::Overdrawn)),
        (6, Rejection::RequestIdReused),
    ] {
        assert_eq!(verdicts[place], Err(expected), "{place}");
    }
    running.stop().await;
    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 10)]));
}

/// The same id of another person is another request.
async fn ids_belong_to_their_callers<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    for (clerk, done) in [("clerk-1", false), ("clerk-2", false), ("clerk-2", true)] {
        let mut ask = running.desk.ask(1, deposit(1, 10));
        ask.actor = clerk.parse().unwrap();
        assert_eq!(running.desk.submit(Lane::Officers, ask).await.unwrap().repeated, done, "{clerk}");
    }
    running.stop().await;
    let entries = office.books().await.audited().await;
    let actors: Vec<&str> = entries.iter().map(|stored| stored.entry.actor.as_str()).collect();
    assert_eq!(actors, ["writer", "clerk-1", "clerk-2"]);
}

async fn a_refused_request_leaves_no_trace<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let desk = &running.desk;
    desk.put(1, deposit(1, 10)).await.unwrap();

    let before = office.books().await.count().await;
    let overdrawn = Err(Rejection::Refused(Refusal::Overdrawn));
    for _ in 0..2 {
        assert_eq!(desk.put(2, transfer(1, 2, 11)).await, overdrawn);
        assert_eq!(desk.put(3, deposit(1, CAPACITY_FEN)).await, Err(Rejection::Refused(Refusal::Overfull)));
        assert_eq!(desk.put(4, Command::Panic { unit: unit(3) }).await, Err(poison("its rule panicked")));
        assert_eq!(
            desk.put(5, Command::Spoil { unit: unit(3) }).await,
            Err(poison("the database refused it"))
        );
        assert_eq!(desk.put(1, deposit(1, 11)).await, Err(Rejection::RequestIdReused));
    }
    assert_eq!(office.books().await.count().await, before);
    assert_eq!(desk.position().pos, before.pos);

    // Tried again when it can pass, the refused request passes; even with another content, for it left no trace.
    desk.put(6, deposit(1, 1)).await.unwrap();
    assert!(!desk.put(2, transfer(1, 2, 11)).await.unwrap().repeated);
    assert!(!desk.put(3, deposit(2, 5)).await.unwrap().repeated);
    running.stop().await;

    // Refused between others of one batch, it takes no number and no position.
    let opening = office.open().await;
    let commands = [deposit(1, 1), transfer(1, 2, 2), deposit(1, 1), transfer(1, 2, 2), transfer(4, 1, 1)];
    let queued = opening.desk.queue_from(20, commands).await;
    let running = opening.start();
    let verdicts = queued.verdicts().await;
    assert_eq!([&verdicts[1], &verdicts[4]], [&overdrawn; 2]);
    assert!([0, 2, 3].iter().all(|&i| verdicts[i].is_ok()), "each sees what the ones before it did");
    running.stop().await;

    let mut books = office.books().await;
    books.audited().await;
    assert_eq!(books.balances().await, BTreeMap::from([(unit(1), 0), (unit(2), 18)]));
}

fn poison(why: &'static str) -> Rejection<Refusal> {
    Rejection::Poisonous(why)
}

/// One batch of 64 with bad ones among them: only those are refused, and the others are done once and in order.
async fn among_good_ones<E: Engine>(place: &str, bad: &[(usize, Command)], why: &'static str) {
    const ALL: usize = 64;
    let office = Office::<E>::at(place);
    let opening = office.open().await;
    let mut commands: Vec<Command> =
        (1..).map(|fen| deposit(u64::try_from(fen).unwrap() % 5, fen)).take(ALL).collect();
    for (place, command) in bad {
        commands[*place] = command.clone();
    }
    let queued = opening.desk.queue_from(1, commands.clone()).await;
    let running = opening.start();
    let verdicts = queued.verdicts().await;
    let places: BTreeSet<usize> = bad.iter().map(|(place, _)| *place).collect();
    for (place, verdict) in verdicts.iter().enumerate() {
        if places.contains(&place) {
            assert_eq!(verdict, &Err(poison(why)), "{place}");
        } else {
            assert!(!verdict.as_ref().unwrap().repeated, "{place}");
        }
    }
    running.stop().await;

    let entries = office.books().await.audited().await;
    let done: Vec<String> = entries
        .iter()
        .filter(|stored| stored.entry.kind != OPENED)
        .map(|stored| stored.traceparent.clone().unwrap())
        .collect();
    let asked = (1..).zip(0..ALL).filter(|(_, place)| !places.contains(place));
    assert_eq!(done, asked.map(|(request, _)| request_id(request).to_string()).collect::<Vec<_>>());
    assert_eq!(office.books().await.count().await.requests, i64::try_from(ALL - bad.len()).unwrap());
}

async fn a_panicking_rule_is_taken_out<E: Engine>(place: &str) {
    // Of a purse that others use too, and of one that nobody else does; the first, the last, and one in between.
    let panic = |ordinal| Command::Panic { unit: unit(ordinal) };
    among_good_ones::<E>(
        place,
        &[(0, panic(1)), (31, panic(3)), (32, panic(7)), (63, panic(2))],
        "its rule panicked",
    )
    .await;
}

async fn a_spoilt_command_is_found_by_halves<E: Engine>(place: &str) {
    let spoil = Command::Spoil { unit: unit(2) };
    among_good_ones::<E>(place, &[(37, spoil)], "the database refused it").await;
}

async fn several_spoilt_commands_are_found<E: Engine>(place: &str) {
    let spoil = |ordinal| Command::Spoil { unit: unit(ordinal) };
    let bad = [(0, spoil(1)), (1, spoil(2)), (40, spoil(3)), (62, spoil(8)), (63, spoil(9))];
    among_good_ones::<E>(place, &bad, "the database refused it").await;
}

/// Whose caller leaves before the writer even looks is served all the same.
async fn a_caller_who_left_is_served<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let opening = office.open().await;
    let mut leaving = Vec::new();
    for request in 1..=20 {
        leaving.push(opening.desk.queue_from(request, [deposit(request % 3, 1)]).await);
    }
    drop(leaving);
    let running = opening.start();
    for request in 1..=20 {
        assert!(running.desk.put(request, deposit(request % 3, 1)).await.unwrap().repeated, "{request}");
    }
    running.stop().await;
    let mut books = office.books().await;
    assert_eq!(books.audited().await.len(), 20 + 3);
}

/// Callers are torn away at any moment, come back with the same ids, and everything is done once.
async fn callers_torn_away_at_random<E: Engine>(place: &str) {
    const CALLERS: u64 = 400;
    let office = Office::<E>::at(place);
    let running = office.start().await;
    let mut chance = Seeded::new(20_220_401, "torn callers");
    let mut torn = 0;
    let mut callers = std::collections::VecDeque::new();
    for request in 0..CALLERS {
        let desk = running.desk.clone();
        callers.push_back(tokio::spawn(async move { desk.put(request, deposit(request % 4, 1)).await }));
        // Somebody among the last few is torn away: before, during or after his turn.
        if chance.below(2) == 0 {
            let index = usize::try_from(chance.below(8)).unwrap();
            if let Some(caller) = callers.iter().rev().nth(index) {
                caller.abort();
            }
        }
        while callers.len() > 8 {
            let caller = tokio::time::timeout(PATIENCE, callers.pop_front().unwrap()).await.unwrap();
            torn += usize::from(caller.is_err_and(|error| error.is_cancelled()));
        }
    }
    drop(callers);
    assert!(torn > 20, "{torn} callers were torn away");

    let mut repeated = 0;
    for request in 0..CALLERS {
        repeated += u64::from(running.desk.put(request, deposit(request % 4, 1)).await.unwrap().repeated);
    }
    assert!(repeated >= CALLERS - 20 - u64::try_from(torn).unwrap());
    running.stop().await;

    let mut books = office.books().await;
    let entries = books.audited().await;
    let written = written(&entries);
    assert_eq!(written.len(), usize::try_from(CALLERS).unwrap());
    assert!(written.values().all(|entries| *entries == 1));
    assert_eq!(books.balances().await, (0..4).map(|n| (unit(n), 100)).collect());
}

both_engines!(
    a_repeat_gets_the_recorded_answer,
    a_misused_id_does_not_hide_the_recorded_answer,
    ids_belong_to_their_callers,
    a_refused_request_leaves_no_trace,
    a_panicking_rule_is_taken_out,
    a_spoilt_command_is_found_by_halves,
    several_spoilt_commands_are_found,
    a_caller_who_left_is_served,
    callers_torn_away_at_random,
);
