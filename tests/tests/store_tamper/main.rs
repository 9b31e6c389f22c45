//! Whatever is changed in a journal behind the writer's back, `verify` finds it and names the first bad entry.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod bits;
mod rows;
mod witnessed;

use yishi_store::{Badness, Engine, FirstBad};
use yishi_tests::purse::{Books, Command, Office, unit};

/// Two terms of 16 entries each: three units, two ways.
async fn written<E: Engine>(place: &str) -> Books<E> {
    let office = Office::<E>::at(place);
    let deposit = |ordinal, fen| Command::Deposit { unit: unit(ordinal), fen };
    let transfer = |from, to, fen| Command::Transfer { from: unit(from), to: unit(to), fen };
    for term in 0..2 {
        let running = office.start().await;
        let commands = [
            deposit(1, 900),
            deposit(2, 300),
            transfer(1, 2, 200),
            transfer(1, 2, 100),
            transfer(2, 1, 50),
            deposit(3, 7),
            deposit(3, 8),
            deposit(1, 70),
            transfer(1, 2, 5),
        ];
        for (request, command) in (term * 100..).zip(commands) {
            running.desk.put(request, command).await.unwrap();
        }
        running.stop().await;
    }
    let mut books = office.books().await;
    assert_eq!(books.audited().await.len(), 32);
    // Nobody's power fails here.
    let quick = E::choose("PRAGMA synchronous = OFF", "SET synchronous_commit = off");
    E::control(&mut books.conn, quick).await.unwrap();
    books
}

fn bad(unit_ordinal: u64, seq: i64, badness: Badness) -> Option<FirstBad> {
    Some(FirstBad { unit: Some(unit(unit_ordinal)), seq, badness })
}

fn whole(badness: Badness) -> Option<FirstBad> {
    Some(FirstBad { unit: None, seq: 0, badness })
}

async fn first_bad<E: Engine>(books: &mut Books<E>) -> Option<FirstBad> {
    books.verify().await.unwrap().first_bad
}
