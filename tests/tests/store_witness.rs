//! What is kept of nodes below stands beside the journal: the last of it, written by the writer, and no entry of anybody's.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeMap;

use yishi_store::witness::{Testimony, Trusted, Witness, testimonies, testimony, trusted};
use yishi_store::{Engine, Model, Tuning, journal};
use yishi_tests::both_engines;
use yishi_tests::purse::{Books, Command, Office, Purse, unit};

both_engines!(the_last_that_was_said_stays, in_the_shared_text_too, heads_stand_where_they_stood);

fn said(by: u8, nth: u8) -> Testimony {
    Testimony {
        unit: unit(u64::from(by)),
        key: [by; 32],
        statement: vec![nth; 100],
        signature: vec![nth; 64],
    }
}

async fn kept<E: Engine>(books: &mut Books<E>) -> (Vec<Testimony>, Vec<Trusted>) {
    let all = testimonies::<E>(&mut books.conn).await.unwrap();
    (all.into_iter().map(|(one, _)| one).collect(), trusted::<E>(&mut books.conn).await.unwrap())
}

async fn told<E: Engine>(office: &Office<E>) {
    let running = office.start().await;
    running.desk.put(1, Command::Deposit { unit: unit(1), fen: 5 }).await.unwrap();
    let before = running.desk.position();
    let handle = running.desk.handle();
    for witness in [
        Witness::Trust { unit: unit(2), key: [2; 32] },
        Witness::Keep(said(2, 1)),
        Witness::Keep(said(3, 1)),
        Witness::Trust { unit: unit(2), key: [9; 32] },
        Witness::Keep(said(2, 7)),
    ] {
        handle.witness(witness).await.unwrap();
    }
    // What was said about journals lies in none of them, and a database that recovers may keep it.
    handle.recover();
    handle.witness(Witness::Keep(said(3, 8))).await.unwrap();
    handle.recovered();
    assert_eq!(running.desk.position(), before);
    running.stop().await;

    // In a later term it is still there.
    office.start().await.stop().await;
    let mut books = office.books().await;
    let (said_last, known) = kept(&mut books).await;
    assert_eq!(said_last, [said(2, 7), said(3, 8)]);
    let known: Vec<_> = known.iter().map(|one| (one.unit, one.key, one.testified_us.is_some())).collect();
    assert_eq!(known, [(unit(2), [9; 32], true)]);
    assert_eq!(testimony::<E>(&mut books.conn, unit(3)).await.unwrap(), Some(said(3, 8)));
    assert_eq!(testimony::<E>(&mut books.conn, unit(1)).await.unwrap(), None);
    assert_eq!(books.audited().await.len(), 2);
}

async fn the_last_that_was_said_stays<E: Engine>(place: &str) {
    told(&Office::<E>::at(place)).await;
}

async fn in_the_shared_text_too<E: Engine>(place: &str) {
    told(&Office::<E>::tuned(place, Tuning { shared_text: true, ..Tuning::default() })).await;
}

/// At every position there ever was.
async fn heads_stand_where_they_stood<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    for term in 0..2 {
        let running = office.start().await;
        for nth in 0..6 {
            let of = unit(1 + nth % 3);
            running.desk.put(term * 10 + nth, Command::Deposit { unit: of, fen: 5 }).await.unwrap();
        }
        running.stop().await;
    }
    let mut books = office.books().await;
    let entries = books.entries().await;
    for pos in 0..=i64::try_from(entries.len()).unwrap() {
        let mut heads = BTreeMap::new();
        for stored in entries.iter().filter(|stored| stored.pos <= pos) {
            heads.insert(stored.entry.unit, (stored.entry.epoch, stored.entry.seq, stored.chain));
        }
        let found = journal::heads_at::<E>(&mut books.conn, pos).await.unwrap();
        let found: Vec<_> =
            found.into_iter().map(|(unit, head)| (unit, (head.epoch, head.seq, head.hash))).collect();
        assert_eq!(found, heads.into_iter().collect::<Vec<_>>(), "{} at {pos}", Purse::SERVICE);
    }
}
