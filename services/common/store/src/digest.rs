//! The keyed digest that tells a repeated request from another one with the same id.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A key that never leaves its database, so that a copied request table does not let anybody guess what was asked.
#[derive(Clone)]
pub struct DigestKey([u8; 32]);

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey(hidden)")
    }
}

impl DigestKey {
    /// The key as stored in the lease row.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The digest of a request: the method it went to, and its content.
    #[must_use]
    pub fn digest(&self, method: &str, content: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(&(method.len() as u64).to_be_bytes());
        mac.update(method.as_bytes());
        mac.update(content);
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn method_content_and_key_all_count() {
        let key = DigestKey::new([1; 32]);
        let digest = key.digest("Propose", b"x");
        assert_eq!(digest, key.digest("Propose", b"x"));
        assert_ne!(digest, key.digest("Propos", b"ex"));
        assert_ne!(digest, key.digest("Propose", b"y"));
        assert_ne!(digest, DigestKey::new([2; 32]).digest("Propose", b"x"));
    }
}
