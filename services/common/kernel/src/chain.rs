//! How digests are made of columns, and how a journal's chain goes on from entry to entry: with the digests alone, whoever
//! may not see an entry can still follow the chain.

use sha2::{Digest, Sha256};

use crate::UnitCode;

/// A digest of columns, each with its length before it; NULL and empty are different.
#[derive(Debug)]
pub struct Columns(Sha256);

impl Columns {
    /// The digest of what belongs to a domain, which is its first column.
    #[must_use]
    pub fn new(domain: &str) -> Self {
        let mut columns = Self(Sha256::new());
        columns.bytes(domain.as_bytes());
        columns
    }

    /// A column of bytes.
    pub fn bytes(&mut self, value: &[u8]) {
        self.0.update([1]);
        self.0.update((value.len() as u64).to_be_bytes());
        self.0.update(value);
    }

    /// A column of a number.
    pub fn number(&mut self, value: i64) {
        self.bytes(&value.to_be_bytes());
    }

    /// A column without a value.
    pub fn null(&mut self) {
        self.0.update([0]);
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// What the first entry of a unit follows; the name of service and unit is in it, so chains cannot be exchanged.
#[must_use]
pub fn genesis(service: &str, unit: UnitCode) -> [u8; 32] {
    let mut columns = Columns::new("yishi.genesis.v1");
    columns.bytes(service.as_bytes());
    columns.bytes(unit.to_string().as_bytes());
    columns.finish()
}

/// The chain after one more entry with this digest.
#[must_use]
pub fn link(chain: &[u8; 32], entry_hash: &[u8; 32]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(chain);
    digest.update(entry_hash);
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_empty_differ() {
        let (mut null, mut empty) = (Columns::new("x"), Columns::new("x"));
        null.null();
        empty.bytes(b"");
        assert_ne!(null.finish(), empty.finish());
    }

    #[test]
    fn chains_of_services_and_units_begin_apart() {
        let (one, other) = ("640324100200".parse().unwrap(), "640324100201".parse().unwrap());
        assert_ne!(genesis("intake", one), genesis("funding", one));
        assert_ne!(genesis("intake", one), genesis("intake", other));
    }
}
