use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::serde_text::serde_as_text;

/// A person of whom something is kept: an opaque id, made of chance, that is another one for each record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(Uuid);

impl PersonId {
    /// The id made of 16 random bytes: a version 4 UUID.
    pub const fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    /// The id as it is stored, if that is one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().filter(|uuid| !uuid.is_nil()).map(Self)
    }

    /// Its 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// A text that is no id of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a person's id: it is a UUID that is not zero, in lower case with hyphens")]
pub struct PersonIdError(String);

impl FromStr for PersonId {
    type Err = PersonIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text)
            .ok()
            .filter(|uuid| !uuid.is_nil())
            .map(Self)
            // The parser also takes braces, URNs, bare hex and capitals.
            .filter(|id| id.to_string() == text)
            .ok_or_else(|| PersonIdError(text.to_owned()))
    }
}

serde_as_text!(PersonId);

/// What is kept of a person, as whoever has no key holds it: it tells nothing, and nothing for good once its key is gone.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Of whom.
    pub person: PersonId,
    /// The person's own key, itself sealed with the key of the unit.
    pub key: [u8; Sealed::KEY_BYTES],
    /// What is kept, sealed with the person's own key.
    pub record: Vec<u8>,
}

impl Sealed {
    /// A nonce, a key and a tag.
    pub const KEY_BYTES: usize = 12 + 32 + 16;
    /// Records of names and numbers are far shorter.
    pub const RECORD_BYTES_MAX: usize = 1_024;
    /// What stands in the place of a key that was destroyed.
    pub const NO_KEY: [u8; Self::KEY_BYTES] = [0; Self::KEY_BYTES];

    /// Whether the person's key was destroyed: nobody can read the record any more.
    pub fn is_erased(&self) -> bool {
        self.key == Self::NO_KEY
    }
}

// Sealed or not, it has no business in a log.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_text_and_one_form_at_rest() {
        let id = PersonId::from_random_bytes([0xAB; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(PersonId::from_bytes(id.as_bytes()), Some(id));
        assert_eq!(PersonId::from_bytes(&[0; 16]), None);
        assert_eq!(PersonId::from_bytes(&[7; 15]), None);
        for text in ["", "nobody", "00000000-0000-0000-0000-000000000000", &id.to_string().to_uppercase()] {
            assert!(text.parse::<PersonId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_sealed_does_not_show_itself() {
        let person = PersonId::from_random_bytes([7; 16]);
        let sealed = Sealed { person, key: [1; Sealed::KEY_BYTES], record: vec![2; 3] };
        assert!(!sealed.is_erased());
        assert_eq!(format!("{sealed:?}"), format!("Sealed({person})"));
        assert!(Sealed { key: Sealed::NO_KEY, ..sealed }.is_erased());
    }
}
