//! The key of a node.

use std::path::Path;
use std::str::FromStr;
use std::{fmt, io};

use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::{Signed, Statement, secret_file};

/// The public half, by which others know a node. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// An Ed25519 key as RFC 8032 has it.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| KeyError::NotAKey)?;
        Ok(Self(bytes))
    }
}

/// Both halves. The private one leaves this crate by no way.
pub struct NodeKey(Ed25519KeyPair);

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeKey({})", self.public())
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A text is no public key.
    #[error("write a key as 64 hexadecimal digits")]
    NotAKey,
    /// The file cannot be read or written.
    #[error("{0}")]
    File(String, #[source] io::Error),
    /// Others could sign for the node.
    #[error("{0} can be read by others than its owner: make it readable by the owner alone (chmod 600)")]
    Open(String),
    /// What is in the file is no key.
    #[error(
        "{0} holds no key of a node: put it back from a backup, or remove it for a new one, which others must trust anew"
    )]
    Broken(String),
    /// The system gives no chance.
    #[error("the system has no random numbers")]
    NoChance,
}

impl NodeKey {
    /// The key in a file (PKCS #8, RFC 8410); it is made, for its owner alone, if there is none.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let bytes = secret_file(path, || Ok(new()?.as_ref().to_vec()))?;
        let broken = |_| KeyError::Broken(path.display().to_string());
        Ed25519KeyPair::from_pkcs8(&bytes).map(Self).map_err(broken)
    }

    /// A key that is kept nowhere.
    pub fn passing() -> Result<Self, KeyError> {
        let document = new()?;
        Ed25519KeyPair::from_pkcs8(document.as_ref()).map(Self).map_err(|_| KeyError::NoChance)
    }

    /// The half that others may know.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key().as_ref().try_into().expect("an Ed25519 key has 32 bytes"))
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, statement: &Statement) -> Signed {
        let bytes = statement.to_bytes();
        let signature = self.0.sign(&bytes).as_ref().to_vec();
        Signed { key: self.public(), statement: bytes, signature }
    }
}

fn new() -> Result<impl AsRef<[u8]>, KeyError> {
    Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NoChance)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/node.key");
        let key = NodeKey::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(NodeKey::open(&path).unwrap().public(), key.public());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert_ne!(NodeKey::passing().unwrap().public(), key.public());
    }

    #[test]
    fn whoever_begins_at_the_same_time_has_the_same_key() {
        const NODES: usize = 16;
        let folder = tempfile::tempdir().unwrap();
        let (path, start) = (folder.path().join("node.key"), std::sync::Barrier::new(NODES));
        let begin = || {
            start.wait();
            NodeKey::open(&path).unwrap().public()
        };
        let keys: std::collections::BTreeSet<_> = std::thread::scope(|scope| {
            let nodes: Vec<_> = (0..NODES).map(|_| scope.spawn(begin)).collect();
            nodes.into_iter().map(|node| node.join().unwrap()).collect()
        });
        assert_eq!((keys.len(), fs::read_dir(folder.path()).unwrap().count()), (1, 1));
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        NodeKey::open(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(NodeKey::open(&path), Err(KeyError::Open(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[20] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(matches!(NodeKey::open(&path), Err(KeyError::Broken(_))));
    }

    #[test]
    fn what_is_printed_is_the_public_half() {
        let key = NodeKey::passing().unwrap();
        let text = key.public().to_string();
        assert_eq!(text.parse::<PublicKey>().unwrap(), key.public());
        assert_eq!(format!("{key:?}"), format!("NodeKey({text})"));
        assert!("12".parse::<PublicKey>().is_err() && "x".repeat(64).parse::<PublicKey>().is_err());
    }
}
