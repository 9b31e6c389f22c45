//! A journal checked against the written description, without a line of the writer's code.

use std::collections::HashMap;

use prost::Message;
use sha2::{Digest, Sha256};
use yishi_kernel::UnitCode;
use yishi_proto::journal::v1::{EpochOpened, Head};
use yishi_store::journal::{Entry, Hash, OPENED, Stored};

/// Where a chain stands.
struct End {
    epoch: i64,
    seq: i64,
    chain: Hash,
}

/// Panics unless these are all entries of a database, in commit order, and nothing is wrong with any of them.
#[track_caller]
pub fn sound(service: &str, entries: &[Stored]) {
    let mut ends: HashMap<UnitCode, End> = HashMap::new();
    let mut ways: HashMap<(UnitCode, UnitCode), i64> = HashMap::new();
    let (mut epoch, mut at) = (0, i64::MIN);
    for (pos, stored) in (1..).zip(entries) {
        let entry = &stored.entry;
        assert_eq!(stored.pos, pos, "positions have no gap: {stored:?}");
        assert!(entry.epoch >= epoch, "terms follow each other: {stored:?}");
        assert!(entry.at.as_micros() >= at, "business time never goes back: {stored:?}");
        (epoch, at) = (entry.epoch, entry.at.as_micros());

        let before = ends.remove(&entry.unit);
        assert_eq!(
            entry.seq,
            before.as_ref().map_or(1, |end| end.seq + 1),
            "numbers have no gap: {stored:?}"
        );
        let opens = before.as_ref().is_none_or(|end| end.epoch != entry.epoch);
        assert_eq!(entry.kind == OPENED, opens, "a term opens once, and says so: {stored:?}");
        if opens {
            assert_eq!(follows(entry), before.as_ref().map(named), "it names what it follows: {stored:?}");
            assert_eq!((entry.actor.as_str(), entry.to), ("writer", None), "{stored:?}");
        }
        if let Some((to, number)) = entry.to {
            let last = ways.entry((entry.unit, to)).or_insert(0);
            *last += 1;
            assert_eq!(number, *last, "numbers on a way have no gap: {stored:?}");
        }

        assert_eq!(stored.entry_hash, hash(service, entry), "{stored:?}");
        let previous = before.map_or_else(|| genesis(service, entry.unit), |end| end.chain);
        let chain: Hash = Sha256::digest([previous, stored.entry_hash].concat()).into();
        assert_eq!(stored.chain, chain, "{stored:?}");
        ends.insert(entry.unit, End { epoch: entry.epoch, seq: entry.seq, chain });
    }
}

fn follows(entry: &Entry) -> Option<Head> {
    EpochOpened::decode(entry.payload.as_slice()).expect("the contract's message").follows
}

fn named(end: &End) -> Head {
    Head { epoch: end.epoch, seq: end.seq, chain: end.chain.to_vec().into() }
}

/// Each column after its length; one that is NULL is a single zero byte instead.
fn columns(columns: &[Option<&[u8]>]) -> Hash {
    let mut bytes = Vec::new();
    for column in columns {
        match column {
            Some(value) => {
                bytes.push(1);
                bytes.extend((value.len() as u64).to_be_bytes());
                bytes.extend_from_slice(value);
            }
            None => bytes.push(0),
        }
    }
    Sha256::digest(bytes).into()
}

fn hash(service: &str, entry: &Entry) -> Hash {
    let to = entry.to.map(|(unit, number)| (unit.to_string(), number.to_be_bytes()));
    columns(&[
        Some(b"yishi.entry.v1"),
        Some(service.as_bytes()),
        Some(entry.unit.to_string().as_bytes()),
        Some(&entry.epoch.to_be_bytes()),
        Some(&entry.seq.to_be_bytes()),
        Some(&entry.at.as_micros().to_be_bytes()),
        Some(entry.actor.as_bytes()),
        Some(entry.kind.as_bytes()),
        to.as_ref().map(|(unit, _)| unit.as_bytes()),
        to.as_ref().map(|(_, number)| number.as_slice()),
        Some(&entry.payload),
    ])
}

fn genesis(service: &str, unit: UnitCode) -> Hash {
    columns(&[Some(b"yishi.genesis.v1"), Some(service.as_bytes()), Some(unit.to_string().as_bytes())])
}
