//! What an entry is, and what its two hashes cover.

use yishi_kernel::chain::{self, Columns};
use yishi_kernel::{Sealed, Timestamp, UnitCode};

pub use yishi_kernel::chain::genesis;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The kind of the entry that opens a writer's epoch in a unit's chain; its payload is `yishi.journal.v1.EpochOpened`.
pub const OPENED: &str = "journal.epoch_opened";

/// The kind of the entry by which a unit that was restored from a backup takes back a letter of its own that only the
/// addressee's side still had; its payload is the `yishi.journal.v1.Entry` that was written then.
pub const READOPTED: &str = "journal.readopted";

/// The kind of the entry by which a unit goes to another node, which its old node writes last; its payload is
/// `yishi.journal.v1.UnitMoved`.
pub const MOVED: &str = "journal.unit_moved";

/// The kind of the letter by which a node asks the node of a unit below for it; its payload is
/// `yishi.journal.v1.UnitRecalled`.
pub const RECALLED: &str = "journal.unit_recalled";

/// Whether an entry is the journal's own, and nothing that a service could know.
#[must_use]
pub fn is_own(kind: &str) -> bool {
    kind.starts_with("journal.")
}

/// What is hashed: the same bytes wherever the entry travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose journal it is in.
    pub unit: UnitCode,
    /// The writer's term; every start of a writer has its own.
    pub epoch: i64,
    /// Gapless per unit and service, from 1.
    pub seq: i64,
    /// Business time.
    pub at: Timestamp,
    /// Who did it, an opaque id.
    pub actor: String,
    /// What kind of event the payload is.
    pub kind: String,
    /// To whom it is addressed, and its gapless number on the way from `unit` to there.
    pub to: Option<(UnitCode, i64)>,
    /// Protobuf bytes, hashed and forwarded as they are, never decoded and encoded again.
    pub payload: Vec<u8>,
}

/// An entry as it lies in a database, with the holder's own columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What is hashed.
    pub entry: Entry,
    /// The digest of the entry alone.
    pub entry_hash: Hash,
    /// The digest of the entry and of everything before it.
    pub chain: Hash,
    /// Where it lies in this database, in commit order.
    pub pos: i64,
    /// System time at which this database wrote it, µs.
    pub received_us: i64,
    /// The trace in which it was made.
    pub traceparent: Option<String>,
    /// What came sealed with it; looked up for whom it is sent to, and nobody else.
    pub sealed: Option<Box<Sealed>>,
    /// Whether it lies here alone, as a letter to a unit of this subtree, and not in its unit's whole journal.
    pub letter: bool,
}

/// An entry that another node sent, as it was written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What is hashed.
    pub entry: Entry,
    /// The digest of the entry alone.
    pub entry_hash: Hash,
    /// The digest of the entry and of everything before it.
    pub chain: Hash,
    /// The trace in which it was made.
    pub traceparent: Option<String>,
    /// What came sealed with it.
    pub sealed: Option<Box<Sealed>>,
}

impl From<Stored> for Foreign {
    fn from(stored: Stored) -> Self {
        let Stored { entry, entry_hash, chain, traceparent, sealed, .. } = stored;
        Self { entry, entry_hash, chain, traceparent, sealed }
    }
}

/// Where a unit's chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The term of the last entry.
    pub epoch: i64,
    /// Its number; 0 before the first.
    pub seq: i64,
    /// Its chain digest.
    pub hash: Hash,
}

impl Entry {
    /// The digest of this entry alone. Whoever may not see the entry gets these 32 bytes and can still check the chain.
    #[must_use]
    pub fn hash(&self, service: &str) -> Hash {
        let mut columns = Columns::new("yishi.entry.v1");
        columns.bytes(service.as_bytes());
        columns.bytes(self.unit.to_string().as_bytes());
        columns.number(self.epoch);
        columns.number(self.seq);
        columns.number(self.at.as_micros());
        columns.bytes(self.actor.as_bytes());
        columns.bytes(self.kind.as_bytes());
        match self.to {
            Some((unit, seq)) => {
                columns.bytes(unit.to_string().as_bytes());
                columns.number(seq);
            }
            None => {
                columns.null();
                columns.null();
            }
        }
        columns.bytes(&self.payload);
        columns.finish()
    }
}

impl Chain {
    /// The chain of a unit that has no entry yet.
    #[must_use]
    pub fn start(service: &str, unit: UnitCode) -> Self {
        Self { epoch: 0, seq: 0, hash: genesis(service, unit) }
    }

    /// The chain after one more entry.
    #[must_use]
    pub fn follow(&self, entry: &Entry, entry_hash: &Hash) -> Self {
        Self { epoch: entry.epoch, seq: entry.seq, hash: chain::link(&self.hash, entry_hash) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            unit: "640324100200".parse().unwrap(),
            epoch: 7,
            seq: 3,
            at: Timestamp::from_micros(1_600_000_000_000_000),
            actor: "officer-1".into(),
            kind: "intake.proposed".into(),
            to: None,
            payload: vec![1, 2, 3],
        }
    }

    #[test]
    fn every_column_is_covered() {
        let base = entry();
        let mut others = vec![entry(); 9];
        others[0].unit = "640324100201".parse().unwrap();
        others[1].epoch = 8;
        others[2].seq = 4;
        others[3].at = Timestamp::from_micros(1);
        others[4].actor = "officer-2".into();
        others[5].kind = "intake.noticed".into();
        others[6].to = Some(("640324100000".parse().unwrap(), 1));
        others[7].payload = vec![1, 2];
        others[8].payload = vec![];
        for other in &others {
            assert_ne!(base.hash("intake"), other.hash("intake"), "{other:?}");
        }
        assert_ne!(base.hash("intake"), base.hash("funding"));
    }

    #[test]
    fn columns_do_not_flow_into_each_other() {
        let (mut left, mut right) = (entry(), entry());
        (left.actor, left.kind) = ("ab".into(), "c".into());
        (right.actor, right.kind) = ("a".into(), "bc".into());
        assert_ne!(left.hash("intake"), right.hash("intake"));
    }

    #[test]
    fn the_form_is_frozen() {
        // A change here makes every stored journal unreadable: it needs a new domain string and a decision record.
        let hash = entry().hash("intake");
        let chain = Chain::start("intake", entry().unit).follow(&entry(), &hash);
        assert_eq!(hex::encode(hash), "5b383e144267548e6aadd46dffc7c6a29c5d892ff0e6377a78f98de5b6d36b6a");
        assert_eq!(
            hex::encode(chain.hash),
            "25504e5b90958a91c45d516f736c1ef2b19afe3092336e85a063bef824cb6f76"
        );
    }
}
