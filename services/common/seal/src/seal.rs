//! Sealing and opening. ChaCha20-Poly1305 (RFC 8439) with nonces of chance: a person's key seals one record, and a unit's key
//! as many keys as the unit has persons, far fewer than would let two nonces meet.

use std::fmt;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use yishi_kernel::{PersonId, Sealed, UnitCode};

use crate::contact::Contact;

pub(crate) const KEY_BYTES: usize = 32;

/// What sealing one record takes of chance.
pub struct Chance {
    person: [u8; 16],
    key: [u8; KEY_BYTES],
    key_nonce: [u8; NONCE_LEN],
    record_nonce: [u8; NONCE_LEN],
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance(hidden)")
    }
}

/// The system gives no chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system has no random numbers")]
pub struct NoChance;

impl Chance {
    /// From the system: the one place where chance comes from.
    pub fn draw() -> Result<Self, NoChance> {
        Ok(Self { person: random()?, key: random()?, key_nonce: random()?, record_nonce: random()? })
    }
}

/// So many bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

/// Why what is sealed was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// The person's key was destroyed.
    #[error("the person's key was destroyed")]
    Erased,
    /// No key that is here opens it: another node sealed it, its secret is not here, or it was changed.
    #[error("no key that is here opens it")]
    NoKey,
}

/// Seals what is kept of a person of a unit.
#[expect(clippy::needless_pass_by_value, reason = "chance is used up: it is good for one record")]
pub(crate) fn seal(unit_key: &[u8; KEY_BYTES], unit: UnitCode, contact: &Contact, chance: Chance) -> Sealed {
    let person = PersonId::from_random_bytes(chance.person);
    let wrapped = sealed(unit_key, chance.key_nonce, &bound("key", unit, person), &chance.key);
    let record =
        sealed(&chance.key, chance.record_nonce, &bound("record", unit, person), &contact.to_record());
    let key = wrapped.try_into().expect("a nonce, a key and a tag have one length");
    Sealed { person, key, record }
}

/// Opens it.
pub(crate) fn open(unit_key: &[u8; KEY_BYTES], unit: UnitCode, sealed: &Sealed) -> Option<Contact> {
    let key = opened(unit_key, &bound("key", unit, sealed.person), &sealed.key)?;
    let key: [u8; KEY_BYTES] = key.try_into().ok()?;
    Contact::from_record(&opened(&key, &bound("record", unit, sealed.person), &sealed.record)?)
}

/// What is sealed for one person of one unit opens for no other, and a key not in a record's place.
fn bound(what: &str, unit: UnitCode, person: PersonId) -> Vec<u8> {
    format!("yishi.person.{what}.v1 {unit} {person}").into_bytes()
}

fn aead(key: &[u8; KEY_BYTES]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("a key has 32 bytes"))
}

fn sealed(key: &[u8; KEY_BYTES], nonce: [u8; NONCE_LEN], bound: &[u8], open: &[u8]) -> Vec<u8> {
    let mut text = open.to_vec();
    let done =
        aead(key).seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut text);
    done.expect("a record is far shorter than the cipher allows");
    [nonce.as_slice(), &text].concat()
}

fn opened(key: &[u8; KEY_BYTES], bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = text.to_vec();
    aead(key).open_in_place(nonce, Aad::from(bound), &mut text).ok().map(|open| open.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; KEY_BYTES] = [9; KEY_BYTES];

    fn village() -> UnitCode {
        "640324100200".parse().unwrap()
    }

    fn contact() -> Contact {
        Contact::new("张三丰", "13812345678").unwrap()
    }

    #[test]
    fn who_has_the_key_opens_it() {
        let sealed = seal(&KEY, village(), &contact(), Chance::draw().unwrap());
        assert_eq!(open(&KEY, village(), &sealed), Some(contact()));
    }

    #[test]
    fn another_key_unit_or_person_does_not() {
        let sealed = seal(&KEY, village(), &contact(), Chance::draw().unwrap());
        let other = seal(&KEY, village(), &contact(), Chance::draw().unwrap());
        assert_ne!(sealed.person, other.person);
        assert_eq!(open(&[8; KEY_BYTES], village(), &sealed), None);
        assert_eq!(open(&KEY, "640324100201".parse().unwrap(), &sealed), None);
        assert_eq!(open(&KEY, village(), &Sealed { person: other.person, ..sealed.clone() }), None);
        // A record under another person's key, and a key beside another person's record.
        assert_eq!(open(&KEY, village(), &Sealed { record: other.record.clone(), ..sealed }), None);
        assert_eq!(open(&KEY, village(), &Sealed { key: other.key, ..sealed.clone() }), None);
        assert_eq!(open(&KEY, village(), &Sealed { key: Sealed::NO_KEY, ..sealed }), None);
    }

    #[test]
    fn no_bit_of_it_can_be_changed() {
        let sealed = seal(&KEY, village(), &contact(), Chance::draw().unwrap());
        for bit in 0..Sealed::KEY_BYTES * 8 {
            let mut spoilt = sealed.clone();
            spoilt.key[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&KEY, village(), &spoilt), None, "bit {bit} of the key");
        }
        for bit in 0..sealed.record.len() * 8 {
            let mut spoilt = sealed.clone();
            spoilt.record[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&KEY, village(), &spoilt), None, "bit {bit} of the record");
        }
        let short = Sealed { record: sealed.record[..5].to_vec(), ..sealed };
        assert_eq!(open(&KEY, village(), &short), None);
    }

    #[test]
    fn all_records_are_as_long_and_none_shows_what_is_in_it() {
        let short = seal(&KEY, village(), &Contact::new("李", "5012345").unwrap(), Chance::draw().unwrap());
        let long = seal(&KEY, village(), &contact(), Chance::draw().unwrap());
        assert_eq!(short.record.len(), long.record.len());
        assert!(long.record.len() <= Sealed::RECORD_BYTES_MAX);
        let digits = "13812345678".as_bytes();
        assert!(!long.record.windows(digits.len()).any(|window| window == digits));
    }

    #[test]
    fn the_form_is_frozen() {
        // A change here makes every sealed record unreadable: it needs new words in `bound` and a way to open the old ones.
        let chance = Chance {
            person: [1; 16],
            key: [2; KEY_BYTES],
            key_nonce: [3; NONCE_LEN],
            record_nonce: [4; NONCE_LEN],
        };
        let sealed = seal(&KEY, village(), &contact(), chance);
        assert_eq!(hex::encode(&sealed.key[NONCE_LEN..NONCE_LEN + 16]), "4cd928aff430afdc667a3078f49eaceb");
        assert_eq!(
            hex::encode(&sealed.record[NONCE_LEN..NONCE_LEN + 16]),
            "15b7686c385fb95df9e2dde2c624be97"
        );
    }
}
