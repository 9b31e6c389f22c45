//! What other nodes send is kept once and whole, or not at all.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use yishi_kernel::UnitCode;
use yishi_store::journal::{self, Chain, Foreign, Stored};
use yishi_store::{Badness, Engine, Inflow, Model, Rejection, Tail, Unfit};
use yishi_tests::both_engines;
use yishi_tests::purse::{Command, Office, Purse, Refusal, Verdict, unit};

both_engines!(
    copies_are_kept_once_however_often_and_in_whatever_pieces_they_come,
    letters_are_kept_once_and_in_the_order_of_their_way,
    what_does_not_fit_is_named_and_nothing_of_it_is_kept,
    what_follows_a_refused_copy_waits_for_its_sender,
    a_recovering_database_takes_and_does_not_write,
    letters_that_were_tampered_with_are_found,
    a_sender_finds_where_to_go_on,
);

fn foreign(stored: &Stored) -> Foreign {
    stored.clone().into()
}

fn journal_of(entries: &[Stored]) -> Inflow {
    Inflow::Journal(entries.iter().map(foreign).collect())
}

fn letters_of(entries: &[Stored]) -> Inflow {
    Inflow::Letters(entries.iter().filter(|stored| stored.entry.to.is_some()).map(foreign).collect())
}

/// Whether it was new; panics if it was not taken.
fn new(verdict: Verdict) -> bool {
    !verdict.unwrap().repeated
}

/// A node below: units 1 to 3 in two terms, with letters between them.
async fn below<E: Engine>(office: &Office<E>) -> Vec<Stored> {
    for term in 0..2 {
        let running = office.start().await;
        for n in 0..9 {
            let (from, to) = (unit(1 + n % 3), unit(1 + (n + 1) % 3));
            running.desk.put(term * 100 + 2 * n, Command::Deposit { unit: from, fen: 10 }).await.unwrap();
            let transfer = Command::Transfer { from, to, fen: 1 + i64::try_from(n).unwrap() };
            running.desk.put(term * 100 + 2 * n + 1, transfer).await.unwrap();
        }
        running.stop().await;
    }
    office.books().await.audited().await
}

/// Entries as they were written, whoever holds them.
fn written(entries: &[Stored]) -> Vec<Foreign> {
    entries.iter().map(foreign).collect()
}

/// What a term wrote is in memory as it is in the database, to the last column; what was there before is not.
#[track_caller]
fn remembers(newest: &Tail, held: &[Stored]) {
    let first = (0..held.len()).find(|&after| newest.after(held[after].pos - 1, 1).is_some()).unwrap();
    for after in first..held.len() {
        let page = newest.after(held[after].pos - 1, held.len()).unwrap();
        assert!(page.iter().map(AsRef::as_ref).eq(&held[after..]), "{page:?}");
    }
    assert_eq!(newest.after(held.last().unwrap().pos, 1), None);
}

async fn copies_are_kept_once_however_often_and_in_whatever_pieces_they_come<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let above = office.beside("above");
    let running = above.start().await;
    running.desk.put(1, Command::Deposit { unit: unit(9), fen: 7 }).await.unwrap();
    assert!(new(running.desk.take(journal_of(&entries[..5])).await));
    assert!(!new(running.desk.take(journal_of(&entries[..5])).await));
    assert!(!new(running.desk.take(journal_of(&[])).await));
    // In one batch or in several: the next pieces overlap with each other and with what is there.
    let pieces = [journal_of(&entries[3..20]), journal_of(&entries[10..30]), journal_of(&entries[12..25])];
    let verdicts = running.desk.queue_inflows(pieces).await.verdicts().await;
    assert_eq!(verdicts.into_iter().map(new).collect::<Vec<_>>(), [true, true, false]);
    running.desk.put(2, Command::Deposit { unit: unit(9), fen: 1 }).await.unwrap();
    running.stop().await;

    // Another term, and the rest; a repeat is known without any memory but the heads.
    let running = above.start().await;
    assert!(new(running.desk.take(journal_of(&entries)).await));
    assert!(!new(running.desk.take(journal_of(&entries)).await));
    running.desk.put(3, Command::Deposit { unit: unit(9), fen: 1 }).await.unwrap();
    let newest = running.desk.tail();
    running.stop().await;

    let mut books = above.books().await;
    let held = books.entries().await;
    remembers(&newest, &held);
    assert!((1..).zip(&held).all(|(pos, stored)| stored.pos == pos && !stored.letter));
    let copies: Vec<Stored> = held.iter().filter(|stored| stored.entry.unit != unit(9)).cloned().collect();
    assert_eq!(
        written(&copies),
        written(&entries),
        "in the order and to the byte in which they were written"
    );
    let mut balances = office.books().await.balances().await;
    balances.insert(unit(9), 9);
    assert_eq!(books.balances().await, balances, "copies have the effect of what they are copies of");
    let report = books.verify().await.unwrap();
    assert_eq!((report.first_bad, report.chains), (None, 4));
    assert_eq!(usize::try_from(report.entries), Ok(held.len()));
}

async fn letters_are_kept_once_and_in_the_order_of_their_way<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let letters: Vec<Stored> = entries.iter().filter(|stored| stored.entry.to.is_some()).cloned().collect();
    let beside = office.beside("beside");
    let running = beside.start().await;
    running.desk.put(1, Command::Deposit { unit: unit(9), fen: 7 }).await.unwrap();
    assert!(new(running.desk.take(letters_of(&letters[..4])).await));
    let pieces = [letters_of(&letters[2..9]), letters_of(&letters[..7]), letters_of(&letters)];
    let verdicts = running.desk.queue_inflows(pieces).await.verdicts().await;
    assert_eq!(verdicts.into_iter().map(new).collect::<Vec<_>>(), [true, false, true]);
    running.desk.put(2, Command::Deposit { unit: unit(9), fen: 7 }).await.unwrap();
    let newest = running.desk.tail();
    running.stop().await;

    let mut books = beside.books().await;
    let held = books.entries().await;
    remembers(&newest, &held);
    assert!((1..).zip(&held).all(|(pos, stored)| stored.pos == pos));
    let kept: Vec<Stored> = held.iter().filter(|stored| stored.letter).cloned().collect();
    assert_eq!(written(&kept), written(&letters));
    assert_eq!(
        books.balances().await.into_keys().collect::<Vec<_>>(),
        [unit(9)],
        "a letter is read by followers"
    );
    let report = books.verify().await.unwrap();
    assert_eq!((report.first_bad, report.chains), (None, 1));
    assert_eq!(usize::try_from(report.entries), Ok(held.len()));
}

/// The same entry with something else in it, and digests that fit.
fn forged(stored: &Stored, before: Option<&Stored>) -> Stored {
    let mut forged = stored.clone();
    forged.entry.actor = "somebody-else".to_owned();
    forged.entry_hash = forged.entry.hash(Purse::SERVICE);
    let start = Chain::start(Purse::SERVICE, stored.entry.unit);
    let end = before.map_or(start, |before| Chain {
        epoch: before.entry.epoch,
        seq: before.entry.seq,
        hash: before.chain,
    });
    forged.chain = end.follow(&forged.entry, &forged.entry_hash).hash;
    forged
}

async fn what_does_not_fit_is_named_and_nothing_of_it_is_kept<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let of_one: Vec<Stored> = entries.iter().filter(|stored| stored.entry.unit == unit(1)).cloned().collect();
    let letters: Vec<Stored> = entries
        .iter()
        .filter(|stored| stored.entry.unit == unit(1) && stored.entry.to.is_some())
        .cloned()
        .collect();
    let at = |stored: &Stored| (stored.entry.unit, stored.entry.seq);
    let altered = |stored: &Stored| {
        let mut altered = stored.clone();
        altered.entry.payload.push(0);
        altered
    };
    let gap = |stored: &Stored| {
        let (unit, seq) = at(stored);
        Unfit::Gap { unit, seq }
    };
    let alteration = |stored: &Stored| {
        let (unit, seq) = at(stored);
        Unfit::Altered { unit, seq }
    };
    let fork = |stored: &Stored| {
        let (unit, seq) = at(stored);
        Unfit::Forked { unit, seq }
    };
    let copies = [
        (journal_of(&of_one[5..]), gap(&of_one[5])),
        (journal_of(&[&of_one[4..6], &of_one[7..]].concat()), gap(&of_one[7])),
        (journal_of(&[altered(&of_one[4])]), alteration(&of_one[4])),
        // The last one there, and the first one ever.
        (journal_of(&[forged(&of_one[3], Some(&of_one[2]))]), fork(&of_one[3])),
        (journal_of(&[forged(&of_one[0], None)]), fork(&of_one[0])),
        // It would follow another past.
        (journal_of(&[forged(&of_one[4], Some(&forged(&of_one[3], Some(&of_one[2]))))]), fork(&of_one[4])),
    ];
    let letters_there = [
        (letters_of(&letters[3..]), gap(&letters[3])),
        (letters_of(&[altered(&letters[2])]), alteration(&letters[2])),
        (letters_of(&[forged(&letters[0], None)]), fork(&letters[0])),
    ];
    let (some_copies, some_letters) = (journal_of(&of_one[..4]), letters_of(&letters[..2]));
    for (name, some, all, cases) in [
        ("above", some_copies, journal_of(&of_one), &copies[..]),
        ("beside", some_letters, letters_of(&letters), &letters_there[..]),
    ] {
        let node = office.beside(name);
        let running = node.start().await;
        assert!(new(running.desk.take(some).await));
        let before = node.books().await.count().await;
        for (inflow, unfit) in cases {
            assert_eq!(running.desk.take(inflow.clone()).await, Err(Rejection::Unfit(*unfit)));
            assert_eq!(node.books().await.count().await, before, "{unfit:?}");
        }
        assert!(new(running.desk.take(all).await));
        running.stop().await;
        assert_eq!(node.books().await.verify().await.unwrap().first_bad, None);
    }
}

async fn what_follows_a_refused_copy_waits_for_its_sender<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let above = office.beside("above");
    let opening = above.open().await;
    // A chain that fits, of a purse that gives what it never had.
    let spent = entries.iter().position(|stored| stored.entry.kind == "purse.sent").unwrap();
    let mut overdrawn = entries[spent].clone();
    (overdrawn.entry.seq, overdrawn.entry.to) = (1, None);
    let overdrawn = forged(&overdrawn, None);
    let unit_of = overdrawn.entry.unit;
    let others: Vec<Stored> = entries.iter().filter(|stored| stored.entry.unit != unit_of).cloned().collect();
    let inflows = [journal_of(&[overdrawn]), journal_of(&others)];
    let queued = opening.desk.queue_inflows(inflows).await;
    let running = opening.start();
    let verdicts = queued.verdicts().await;
    assert_eq!(verdicts, [Err(Rejection::Refused(Refusal::Overdrawn)), Err(Rejection::Overloaded)]);
    assert!(new(running.desk.take(journal_of(&others)).await));
    running.stop().await;
    assert_eq!(above.books().await.verify().await.unwrap().first_bad, None);
}

async fn a_recovering_database_takes_and_does_not_write<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let mut restored = office.beside("restored");
    let running = restored.start().await;
    assert!(new(running.desk.take(journal_of(&entries[..9])).await));
    running.stop().await;
    // The mark beside the database tells which epoch others know of: the next one is later, even in the same second.
    restored.tuning.epoch_floor = entries.iter().map(|stored| stored.entry.epoch).max().unwrap();
    let running = restored.start().await;
    running.desk.handle().recover();
    let deposit = Command::Deposit { unit: unit(1), fen: 5 };
    assert_eq!(running.desk.put(1, deposit.clone()).await, Err(Rejection::Recovering));
    let position = yishi_store::Position { epoch: 1, pos: 1 };
    assert_eq!(running.desk.deliver("above", position, deposit.clone()).await, Err(Rejection::Recovering));
    assert!(running.desk.handle().is_recovering());
    assert!(new(running.desk.take(journal_of(&entries)).await));
    running.desk.handle().recovered();
    running.desk.put(1, deposit).await.unwrap();
    running.stop().await;
    let mut books = restored.books().await;
    assert_eq!(books.verify().await.unwrap().first_bad, None);
    let held = books.entries().await;
    assert_eq!(written(&held[..entries.len()]), written(&entries));
    assert_eq!(held[entries.len()].entry.kind, journal::OPENED, "it says what it goes on from");
}

async fn letters_that_were_tampered_with_are_found<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let beside = office.beside("beside");
    let running = beside.start().await;
    assert!(new(running.desk.take(letters_of(&entries)).await));
    running.stop().await;
    let mut books = beside.books().await;
    assert_eq!(books.verify().await.unwrap().first_bad, None);
    const OTHER_ACTOR: &str = "UPDATE letter SET actor = 'nobody' WHERE pos = 3";
    const SAME_ACTOR: &str = "UPDATE letter SET actor = 'clerk-1' WHERE pos = 3";
    const CUT: &str = "DELETE FROM letter WHERE pos = (SELECT MAX(pos) FROM letter)";
    let run = async |books: &mut yishi_tests::purse::Books<E>, sql: &'static str| {
        assert_eq!(E::execute(&mut books.conn, sql, E::Arguments::default()).await.unwrap(), 1);
        books.verify().await.unwrap().first_bad.map(|bad| bad.badness)
    };
    assert_eq!(run(&mut books, OTHER_ACTOR).await, Some(Badness::EntryHash));
    assert_eq!(run(&mut books, SAME_ACTOR).await, None);
    assert_eq!(run(&mut books, CUT).await, Some(Badness::Way));
}

async fn a_sender_finds_where_to_go_on<E: Engine>(place: &str) {
    let office = Office::<E>::at(place);
    let entries = below(&office).await;
    let mut books = office.books().await;
    let last = |unit: UnitCode| entries.iter().filter(|stored| stored.entry.unit == unit).count();
    let lacks = |held: usize| (1..=3).map(move |n| (unit(n), i64::try_from(held).unwrap() + 1));
    assert_eq!(journal::first_lacking::<E>(&mut books.conn, lacks(0)).await.unwrap(), Some(1));
    let third = entries.iter().filter(|stored| stored.entry.seq == 4).map(|stored| stored.pos).min();
    assert_eq!(journal::first_lacking::<E>(&mut books.conn, lacks(3)).await.unwrap(), third);
    let nothing = (1..=3).map(|n| (unit(n), i64::try_from(last(unit(n))).unwrap() + 1));
    assert_eq!(journal::first_lacking::<E>(&mut books.conn, nothing).await.unwrap(), None);
    assert_eq!(journal::first_lacking::<E>(&mut books.conn, []).await.unwrap(), None);

    let way = (unit(1), unit(2));
    let second =
        entries.iter().find(|stored| stored.entry.unit == way.0 && stored.entry.to == Some((way.1, 2)));
    let found = journal::first_lacking_letter::<E>(&mut books.conn, [(way, 2)]).await.unwrap();
    assert_eq!(found, second.map(|stored| stored.pos));
    assert_eq!(journal::first_lacking_letter::<E>(&mut books.conn, [(way, 999)]).await.unwrap(), None);
}
