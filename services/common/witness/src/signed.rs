//! Statements with the signatures of those who made them.

use ring::signature::{ED25519, UnparsedPublicKey};

use crate::{PublicKey, Statement, Unclear};

/// A statement's bytes, and who signed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose signature it is said to be.
    pub key: PublicKey,
    /// What was signed, byte for byte.
    pub statement: Vec<u8>,
    /// An Ed25519 signature: 64 bytes.
    pub signature: Vec<u8>,
}

/// Why something is not proven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The signature is not that of this key and these bytes.
    #[error("the signature is not that of the key {0}")]
    Signature(PublicKey),
    /// What was signed is no statement.
    #[error("what was signed is no statement: {0}")]
    Statement(#[from] Unclear),
}

impl Signed {
    /// The statement, if it was signed by this key; whether the key is the right one is for the caller to know.
    pub fn open(&self) -> Result<Statement, Unproven> {
        let key = UnparsedPublicKey::new(&ED25519, self.key.as_bytes());
        key.verify(&self.statement, &self.signature).map_err(|_| Unproven::Signature(self.key))?;
        Ok(Statement::from_bytes(&self.statement)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::tests::statement;
    use crate::{About, NodeKey};

    #[test]
    fn what_was_signed_is_proven() {
        let key = NodeKey::passing().unwrap();
        let signed = key.sign(&statement(About::Heads));
        assert_eq!(signed.open(), Ok(statement(About::Heads)));
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let signed = NodeKey::passing().unwrap().sign(&statement(About::Heads));
        let bits = |bytes: &[u8]| 0..bytes.len() * 8;
        for bit in bits(&signed.statement) {
            let mut other = signed.clone();
            other.statement[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(other.open(), Err(Unproven::Signature(signed.key)), "bit {bit} of the statement");
        }
        for bit in bits(&signed.signature) {
            let mut other = signed.clone();
            other.signature[bit / 8] ^= 1 << (bit % 8);
            assert!(other.open().is_err(), "bit {bit} of the signature");
        }
        let other = Signed { key: NodeKey::passing().unwrap().public(), ..signed.clone() };
        assert!(other.open().is_err(), "another key");
        assert!(Signed { signature: Vec::new(), ..signed }.open().is_err());
    }
}
