//! Whole entries taken out, put in, exchanged and rewritten, and the tables beside the journal.

use yishi_store::journal::{Chain, Stored};
use yishi_store::{Badness, Engine, FirstBad, Model, StoreError, args};
use yishi_tests::both_engines;
use yishi_tests::purse::{Books, Purse, unit};

use crate::{bad, first_bad, whole, written};

both_engines!(
    entries_taken_out_are_missed,
    entries_exchanged_are_found,
    entries_put_in_are_found,
    a_journal_cut_short_is_found,
    a_rewritten_chain_does_not_fit_its_head,
    forgeries_that_fit_their_hashes_are_found,
    the_tables_beside_the_journal_are_compared,
);

macro_rules! table {
    ($name:literal) => {
        (
            concat!("CREATE TABLE kept_", $name, " AS SELECT * FROM ", $name),
            concat!("DELETE FROM ", $name),
            concat!("INSERT INTO ", $name, " SELECT * FROM kept_", $name),
        )
    };
}
/// What [`restore`] puts back.
const TABLES: [(&str, &str, &str); 6] = [
    table!("journal"),
    table!("head"),
    table!("lease"),
    table!("term"),
    table!("request"),
    table!("address"),
];

/// A written journal of which a copy is kept.
pub(crate) async fn kept<E: Engine>(place: &str) -> (Books<E>, Vec<Stored>) {
    let mut books = written::<E>(place).await;
    for (keep, _, _) in TABLES {
        E::control(&mut books.conn, keep).await.unwrap();
    }
    let entries = books.entries().await;
    (books, entries)
}

pub(crate) async fn restore<E: Engine>(books: &mut Books<E>) {
    for (_, empty, refill) in TABLES {
        E::control(&mut books.conn, empty).await.unwrap();
        E::control(&mut books.conn, refill).await.unwrap();
    }
    books.audited().await;
}

async fn run<E: Engine>(books: &mut Books<E>, statements: &[&'static str]) {
    for sql in statements {
        let changed = E::execute(&mut books.conn, sql, E::Arguments::default()).await.unwrap();
        assert!(changed > 0, "{sql}: it changed nothing");
    }
}

fn code(stored: &Stored) -> i64 {
    i64::try_from(stored.entry.unit.as_u64()).unwrap()
}

async fn delete<E: Engine>(books: &mut Books<E>, pos: i64) {
    let args = || -> sqlx::Result<E::Arguments> { Ok(args![E; pos]) };
    let deleted = E::execute(&mut books.conn, "DELETE FROM journal WHERE pos = $1", args().unwrap()).await;
    assert_eq!(deleted.unwrap(), 1);
}

async fn insert<E: Engine>(books: &mut Books<E>, stored: &Stored) {
    const INSERT: &str =
        "INSERT INTO journal VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let entry = stored.entry.clone();
    let to = entry.to.map(|(to, number)| (i64::try_from(to.as_u64()).unwrap(), number));
    let args = || -> sqlx::Result<E::Arguments> {
        Ok(
            args![E; stored.pos, code(stored), entry.epoch, entry.seq, entry.at.as_micros(), entry.actor, entry.kind,
            to.map(|(to, _)| to), to.map(|(_, number)| number), entry.payload, stored.entry_hash.to_vec(),
            stored.chain.to_vec(), stored.received_us, stored.traceparent.clone()],
        )
    };
    assert_eq!(E::execute(&mut books.conn, INSERT, args().unwrap()).await.unwrap(), 1);
}

/// Hashes entries of one unit anew, each on top of the one before.
pub(crate) fn rehash(chain: &mut [Stored], mut before: Chain) {
    for stored in chain {
        stored.entry_hash = stored.entry.hash(Purse::SERVICE);
        before = before.follow(&stored.entry, &stored.entry_hash);
        stored.chain = before.hash;
    }
}

pub(crate) fn of_unit(entries: &[Stored], ordinal: u64) -> Vec<Stored> {
    entries.iter().filter(|stored| stored.entry.unit == unit(ordinal)).cloned().collect()
}

/// Puts a unit's entries in place of those it has, and its head where they end if `head` says so.
pub(crate) async fn replace<E: Engine>(books: &mut Books<E>, old: &[Stored], new: &[Stored], head: bool) {
    for stored in old {
        delete(books, stored.pos).await;
    }
    for stored in new {
        insert(books, stored).await;
    }
    if let (Some(last), true) = (new.last(), head) {
        const MOVE: &str = "UPDATE head SET epoch = $1, seq = $2, chain = $3 WHERE unit = $4";
        let args = || -> sqlx::Result<E::Arguments> {
            Ok(args![E; last.entry.epoch, last.entry.seq, last.chain.to_vec(), code(last)])
        };
        assert_eq!(E::execute(&mut books.conn, MOVE, args().unwrap()).await.unwrap(), 1);
    }
}

async fn entries_taken_out_are_missed<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    for stored in &entries {
        let (of, seq) = (stored.entry.unit, stored.entry.seq);
        let is_last = !entries.iter().any(|other| other.entry.unit == of && other.entry.seq > seq);
        let (seq, badness) = if is_last { (seq - 1, Badness::Head) } else { (seq + 1, Badness::Gap) };
        delete(&mut books, stored.pos).await;
        assert_eq!(
            first_bad(&mut books).await,
            Some(FirstBad { unit: Some(of), seq, badness }),
            "{stored:?}"
        );
        insert(&mut books, stored).await;
    }
    books.audited().await;

    // A whole chain, with its head standing and without.
    for stored in of_unit(&entries, 3) {
        delete(&mut books, stored.pos).await;
    }
    assert_eq!(first_bad(&mut books).await, bad(3, 0, Badness::Head));
    run(&mut books, &["DELETE FROM head WHERE unit = 640324100203"]).await;
    assert_eq!(first_bad(&mut books).await, whole(Badness::Positions));
    restore(&mut books).await;
}

async fn entries_exchanged_are_found<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let chain = of_unit(&entries, 1);
    for (one, other) in [(0, 1), (2, 3), (3, 9), (12, 13)] {
        let seq = chain[one].entry.seq;
        // Their numbers: each is now where the other was.
        let mut numbers = chain.clone();
        (numbers[one].entry.seq, numbers[other].entry.seq) = (chain[other].entry.seq, seq);
        replace(&mut books, &chain, &numbers, false).await;
        assert_eq!(
            first_bad(&mut books).await,
            bad(1, seq, Badness::EntryHash),
            "numbers of {one} and {other}"
        );
        // All but their numbers and positions.
        let mut contents = chain.clone();
        contents.swap(one, other);
        for (place, stored) in contents.iter_mut().enumerate() {
            (stored.pos, stored.entry.seq) = (chain[place].pos, chain[place].entry.seq);
        }
        replace(&mut books, &numbers, &contents, false).await;
        assert_eq!(
            first_bad(&mut books).await,
            bad(1, seq, Badness::EntryHash),
            "contents of {one} and {other}"
        );
        // Their positions, which no hash covers: a chain's entries have them in order.
        let mut positions = chain.clone();
        (positions[one].pos, positions[other].pos) = (chain[other].pos, chain[one].pos);
        replace(&mut books, &contents, &positions, false).await;
        assert_eq!(
            first_bad(&mut books).await,
            bad(1, seq + 1, Badness::Positions),
            "positions of {one} and {other}"
        );
        replace(&mut books, &positions, &chain, false).await;
    }
    books.audited().await;
}

async fn entries_put_in_are_found<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let chain = of_unit(&entries, 2);
    let last = chain.last().unwrap();
    let (epoch, seq, hash) = (last.entry.epoch, last.entry.seq, last.chain);

    // At the end, with hashes that fit, but the head does not know of it.
    let mut more = last.clone();
    (more.entry.seq, more.pos) = (seq + 1, 33);
    rehash(std::slice::from_mut(&mut more), Chain { epoch, seq, hash });
    insert(&mut books, &more).await;
    assert_eq!(first_bad(&mut books).await, bad(2, seq + 1, Badness::Head));
    // The head does, the lease does not.
    replace(&mut books, &[more.clone()], &[more.clone()], true).await;
    assert_eq!(first_bad(&mut books).await, whole(Badness::Positions));
    restore(&mut books).await;

    // In between: it fits what is before it, but what follows does not fit it.
    let mut longer = chain.clone();
    let mut between = chain[3].clone();
    between.entry.actor = "somebody".to_owned();
    between.pos = 33;
    let before = Chain { epoch: chain[2].entry.epoch, seq: chain[2].entry.seq, hash: chain[2].chain };
    rehash(std::slice::from_mut(&mut between), before);
    for later in &mut longer[3..] {
        later.entry.seq += 1;
    }
    longer.insert(3, between);
    replace(&mut books, &chain, &longer, false).await;
    assert_eq!(first_bad(&mut books).await, bad(2, 5, Badness::EntryHash));
    restore(&mut books).await;
}

async fn a_journal_cut_short_is_found<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let last = entries.last().unwrap();
    let chain = of_unit(&entries, 2);
    let (seq, shorter) = (last.entry.seq, &chain[..chain.len() - 1]);
    assert_eq!(last.entry.unit, unit(2));

    replace(&mut books, &chain, shorter, false).await;
    assert_eq!(first_bad(&mut books).await, bad(2, seq - 1, Badness::Head));
    // Who cuts off more has more to hide: the head, the lease, the request.
    replace(&mut books, shorter, shorter, true).await;
    assert_eq!(first_bad(&mut books).await, whole(Badness::Positions));
    run(&mut books, &["UPDATE lease SET pos = 31"]).await;
    assert_eq!(first_bad(&mut books).await, whole(Badness::Requests));
    restore(&mut books).await;
}

async fn a_rewritten_chain_does_not_fit_its_head<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let chain = of_unit(&entries, 1);
    let end = chain.last().unwrap().entry.seq;
    for changed in [1, 5, chain.len() - 1] {
        let mut forged = chain.clone();
        let seq = forged[changed].entry.seq;
        forged[changed].entry.payload.push(0);
        // The entry's own hash mended, then its chain, then everything after it.
        forged[changed].entry_hash = forged[changed].entry.hash(Purse::SERVICE);
        replace(&mut books, &chain, &forged, false).await;
        assert_eq!(first_bad(&mut books).await, bad(1, seq, Badness::Chain));

        let previous = &chain[changed - 1];
        let before = Chain { epoch: previous.entry.epoch, seq: previous.entry.seq, hash: previous.chain };
        rehash(&mut forged[changed..=changed], before);
        replace(&mut books, &chain, &forged, false).await;
        let expected = if seq == end { bad(1, end, Badness::Head) } else { bad(1, seq + 1, Badness::Chain) };
        assert_eq!(first_bad(&mut books).await, expected);

        rehash(&mut forged[changed..], before);
        replace(&mut books, &chain, &forged, false).await;
        assert_eq!(first_bad(&mut books).await, bad(1, end, Badness::Head));
        replace(&mut books, &forged, &chain, false).await;
    }
    books.audited().await;
}

/// Rewritten with their head, entries must still tell a possible story.
async fn forgeries_that_fit_their_hashes_are_found<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let chain = of_unit(&entries, 1);
    let sent = chain.iter().rposition(|stored| stored.entry.to.is_some()).unwrap();
    let forge = |change: fn(&mut Stored), at: usize| {
        let mut forged = chain.clone();
        change(&mut forged[at]);
        rehash(&mut forged, Chain::start(Purse::SERVICE, unit(1)));
        forged
    };
    let forgeries = [
        (forge(|stored| stored.entry.epoch += 1, 4), 5, Badness::Epoch, "a term that never was"),
        (
            forge(|stored| stored.entry.to = stored.entry.to.map(|(to, n)| (to, n + 1)), sent),
            sent + 1,
            Badness::Way,
            "a leap",
        ),
        (
            forge(|stored| stored.entry.to = stored.entry.to.map(|(to, n)| (to, n - 9)), sent),
            sent + 1,
            Badness::Way,
            "a step back",
        ),
        (forge(|stored| stored.entry.to = None, sent), 0, Badness::Way, "one fewer than the way has seen"),
        (forge(|stored| stored.entry.to = Some((unit(2), 7)), sent - 1), sent, Badness::Way, "one too early"),
    ];
    for (forged, seq, badness, what) in forgeries {
        replace(&mut books, &chain, &forged, true).await;
        assert_eq!(first_bad(&mut books).await, bad(1, i64::try_from(seq).unwrap(), badness), "{what}");
        restore(&mut books).await;
    }
    // A known term, but an older one than the entry before has.
    let older = chain[0].entry.epoch;
    let mut forged = chain.clone();
    forged[9].entry.epoch = older;
    rehash(&mut forged, Chain::start(Purse::SERVICE, unit(1)));
    replace(&mut books, &chain, &forged, true).await;
    assert_eq!(first_bad(&mut books).await, bad(1, 10, Badness::Epoch));
    restore(&mut books).await;
}

async fn the_tables_beside_the_journal_are_compared<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let ends: Vec<i64> = (1..=3).map(|n| of_unit(&entries, n).last().unwrap().entry.seq).collect();
    let chain = of_unit(&entries, 1);
    let second_term =
        chain.iter().find(|stored| stored.entry.epoch != chain[0].entry.epoch).unwrap().entry.seq;
    const NOWHERE: &str =
        "INSERT INTO head SELECT 640324100209, epoch, 1, chain FROM head WHERE unit = 640324100201";
    const EARLIER: &str =
        "INSERT INTO head SELECT 640324100200, epoch, 1, chain FROM head WHERE unit = 640324100201";
    let tampered = [
        ("UPDATE head SET epoch = epoch - 1 WHERE unit = 640324100202", bad(2, ends[1], Badness::Head)),
        ("UPDATE head SET seq = seq + 1 WHERE unit = 640324100203", bad(3, ends[2], Badness::Head)),
        ("UPDATE head SET seq = seq - 1 WHERE unit = 640324100201", bad(1, ends[0], Badness::Head)),
        (
            "UPDATE head SET chain = (SELECT entry_hash FROM journal WHERE pos = 1)",
            bad(1, ends[0], Badness::Head),
        ),
        ("DELETE FROM head WHERE unit = 640324100203", bad(3, ends[2], Badness::Head)),
        (NOWHERE, bad(9, 0, Badness::Head)),
        (EARLIER, bad(0, 0, Badness::Head)),
        ("DELETE FROM term WHERE from_pos = 0", bad(1, 1, Badness::Epoch)),
        ("UPDATE term SET epoch = epoch + 1 WHERE from_pos > 0", bad(1, second_term, Badness::Epoch)),
        ("UPDATE lease SET pos = pos + 1", whole(Badness::Positions)),
        ("UPDATE lease SET pos = pos - 1", whole(Badness::Positions)),
        ("UPDATE request SET pos = 33 WHERE pos = 32", whole(Badness::Requests)),
        ("UPDATE address SET to_seq = to_seq + 1 WHERE to_unit = 640324100202", bad(1, 0, Badness::Way)),
        ("UPDATE address SET to_seq = to_seq - 1 WHERE to_unit = 640324100201", bad(2, 0, Badness::Way)),
        ("DELETE FROM address WHERE unit = 640324100201", bad(1, 0, Badness::Way)),
        ("INSERT INTO address VALUES (640324100203, 640324100201, 1)", bad(3, 0, Badness::Way)),
        ("INSERT INTO address VALUES (640324100209, 640324100201, 1)", bad(9, 0, Badness::Way)),
    ];
    for (sql, expected) in tampered {
        run(&mut books, &[sql]).await;
        assert_eq!(first_bad(&mut books).await, expected, "{sql}");
        restore(&mut books).await;
    }
    run(&mut books, &["DELETE FROM lease"]).await;
    assert!(matches!(books.verify().await, Err(StoreError::Corrupt { table: "lease", .. })));
    restore(&mut books).await;
}
