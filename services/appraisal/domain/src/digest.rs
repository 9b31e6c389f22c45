//! Digests over numbers, in the one way that the contracts describe.

use sha2::{Digest, Sha256};
use yishi_kernel::Fen;

/// Numbers of eight bytes each, the most significant first, on their way into SHA-256.
#[derive(Clone, Default)]
pub(crate) struct Numbers(Sha256);

impl Numbers {
    /// Numbers that follow on a digest.
    pub(crate) fn after(digest: &[u8; 32]) -> Self {
        let mut numbers = Self::default();
        numbers.0.update(digest);
        numbers
    }

    pub(crate) fn add(&mut self, number: impl Into<u64>) {
        self.0.update(number.into().to_be_bytes());
    }

    /// A number that may be negative, as two's complement.
    pub(crate) fn add_signed(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    /// How many there are of something.
    pub(crate) fn add_len(&mut self, count: usize) {
        self.add(u64::try_from(count).expect("nothing has more than 2^64 parts"));
    }

    pub(crate) fn add_fen(&mut self, amount: Fen) {
        self.add_signed(amount.get());
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
