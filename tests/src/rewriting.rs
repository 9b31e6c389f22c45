//! History rewritten as somebody would who has the database and knows how entries are hashed.

use sqlx::ConnectOptions;
use yishi_kernel::UnitCode;
use yishi_store::journal::{self, Chain, Stored};
use yishi_store::{Engine, Location, args};

const ENTRY: &str = "UPDATE journal SET actor = $1, entry_hash = $2, chain = $3 WHERE unit = $4 AND seq = $5";
const HEAD: &str = "UPDATE head SET chain = $1 WHERE unit = $2";

/// Says of one entry of a unit's journal that somebody else did it, and makes all hashes from there on anew, so that the
/// journal holds in itself. Nobody else may write meanwhile.
pub async fn rewrite<E: Engine>(at: &Location, service: &str, unit: UnitCode, seq: i64) {
    let options = E::writing(at).expect("the test's own database");
    let mut conn = options.connect().await.expect("the node has left it");
    let entries = journal::of_unit::<E>(&mut conn, unit, 0, i64::MAX).await.expect("it can be read");
    assert!(entries.iter().any(|stored| stored.entry.seq == seq), "{unit} has an entry {seq}");
    let mut chain = Chain::start(service, unit);
    for Stored { mut entry, .. } in entries {
        if entry.seq == seq {
            entry.actor = "somebody-else".to_owned();
        }
        let hash = entry.hash(service);
        chain = chain.follow(&entry, &hash);
        let row = |actor| -> sqlx::Result<E::Arguments> {
            Ok(args![E; actor, hash.to_vec(), chain.hash.to_vec(), code(unit), entry.seq])
        };
        let row = row(entry.actor.clone()).expect("they can be bound");
        assert_eq!(E::execute(&mut conn, ENTRY, row).await.expect("it is written"), 1);
    }
    let head = || -> sqlx::Result<E::Arguments> { Ok(args![E; chain.hash.to_vec(), code(unit)]) };
    let head = head().expect("they can be bound");
    assert_eq!(E::execute(&mut conn, HEAD, head).await.expect("it is written"), 1);
}

fn code(unit: UnitCode) -> i64 {
    i64::try_from(unit.as_u64()).expect("a code has 12 digits")
}
