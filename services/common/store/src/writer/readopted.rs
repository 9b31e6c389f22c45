//! A letter that its own unit lost and its addressee still had, written into the unit's journal again.
//!
//! The entries around it are gone for good, so it cannot go back to its place: it is quoted, word for word, by an entry of
//! the epoch in which it was taken back.

use prost::Message;
use yishi_kernel::Timestamp;

use crate::journal::{Entry, Foreign, READOPTED};

/// `yishi.journal.v1.Entry`. The store knows no contracts; a test compares the two.
#[derive(Clone, PartialEq, prost::Message)]
struct Quoted {
    #[prost(string, tag = "1")]
    unit: String,
    #[prost(int64, tag = "2")]
    epoch: i64,
    #[prost(int64, tag = "3")]
    seq: i64,
    #[prost(int64, tag = "4")]
    at_us: i64,
    #[prost(string, tag = "5")]
    actor: String,
    #[prost(string, tag = "6")]
    kind: String,
    #[prost(string, optional, tag = "7")]
    to: Option<String>,
    #[prost(int64, optional, tag = "8")]
    to_seq: Option<i64>,
    #[prost(bytes = "vec", tag = "9")]
    payload: Vec<u8>,
    #[prost(bytes = "vec", tag = "10")]
    entry_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "11")]
    chain: Vec<u8>,
}

/// The payload of the entry that takes a letter back.
pub(super) fn quote(letter: &Foreign) -> Vec<u8> {
    let entry = &letter.entry;
    let quoted = Quoted {
        unit: entry.unit.to_string(),
        epoch: entry.epoch,
        seq: entry.seq,
        at_us: entry.at.as_micros(),
        actor: entry.actor.clone(),
        kind: entry.kind.clone(),
        to: entry.to.map(|(to, _)| to.to_string()),
        to_seq: entry.to.map(|(_, number)| number),
        payload: entry.payload.clone(),
        entry_hash: letter.entry_hash.to_vec(),
        chain: letter.chain.to_vec(),
    };
    quoted.encode_to_vec()
}

/// What an entry is to the projections: itself, or the letter that it takes back. One that cannot be read is left as it
/// is; services pass over what the journal writes for itself.
pub(super) fn told(entry: &Entry) -> Entry {
    let quoted = (entry.kind == READOPTED).then(|| unquote(&entry.payload)).flatten();
    quoted.unwrap_or_else(|| entry.clone())
}

fn unquote(payload: &[u8]) -> Option<Entry> {
    let quoted = Quoted::decode(payload).ok()?;
    let to = match (quoted.to, quoted.to_seq) {
        (Some(to), Some(number)) => Some((to.parse().ok()?, number)),
        _ => None,
    };
    Some(Entry {
        unit: quoted.unit.parse().ok()?,
        epoch: quoted.epoch,
        seq: quoted.seq,
        at: Timestamp::from_micros(quoted.at_us),
        actor: quoted.actor,
        kind: quoted.kind,
        to,
        payload: quoted.payload,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_told_word_for_word() {
        let entry = Entry {
            unit: "640324100200".parse().unwrap(),
            epoch: 7,
            seq: 3,
            at: Timestamp::from_micros(1_600_000_000_000_000),
            actor: "officer-1".into(),
            kind: "test.sent".into(),
            to: Some(("640324100000".parse().unwrap(), 4)),
            payload: vec![1, 2, 3],
        };
        let letter = Foreign {
            entry_hash: entry.hash("test"),
            chain: [5; 32],
            traceparent: None,
            sealed: None,
            entry: entry.clone(),
        };
        let quoting =
            Entry { seq: 9, kind: READOPTED.into(), to: None, payload: quote(&letter), ..entry.clone() };
        assert_eq!(told(&quoting), entry);
        assert_eq!(told(&entry), entry);
    }
}
