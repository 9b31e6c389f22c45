//! The secret of a node, the keys of its units, and those that were handed over with units.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use yishi_kernel::{Sealed, UnitCode};

use crate::contact::Contact;
use crate::file::{self, FileError, open_or_make};
use crate::seal::{self, Chance, KEY_BYTES, NoChance, Unopened, random};

/// The node's own secret: 32 bytes.
const SECRET: &str = "person.key";
/// Keys of units that other nodes handed over: a line each, a unit's code and 64 hexadecimal digits.
const HANDED_OVER: &str = "person.units";

/// The keys that a node has. They leave it by [`Keyring::hand_over`] alone.
pub struct Keyring {
    secret: [u8; KEY_BYTES],
    handed_over: HashMap<UnitCode, Vec<[u8; KEY_BYTES]>>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(hidden)")
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is in the file is no secret.
    #[error(
        "{0} holds no secret of a node: put it back from a backup, or remove it and lose what was sealed with it"
    )]
    Broken(String),
    /// A line is no key.
    #[error("line {line} of {file} is no key of a unit: write its code, a space and 64 hexadecimal digits")]
    Line {
        /// Of which file.
        file: String,
        /// Which, from 1.
        line: usize,
    },
    /// The system gives no chance.
    #[error(transparent)]
    NoChance(#[from] NoChance),
}

/// The length of a key, as the derivation wants to be told it.
struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        KEY_BYTES
    }
}

impl Keyring {
    /// The keys in a node's folder; the node's own secret is made, for its owner alone, if there is none.
    pub fn open_in(folder: &Path) -> Result<Self, KeyringError> {
        let make = || random::<KEY_BYTES>().map(Vec::from).map_err(KeyringError::NoChance);
        Self::with(open_or_make(&folder.join(SECRET), make)?, folder)
    }

    /// The keys in a node's folder, if it has a secret.
    pub fn find_in(folder: &Path) -> Result<Option<Self>, KeyringError> {
        let secret = file::read(&folder.join(SECRET))?;
        secret.map(|secret| Self::with(secret, folder)).transpose()
    }

    fn with(secret: Vec<u8>, folder: &Path) -> Result<Self, KeyringError> {
        let path = folder.join(SECRET);
        let secret = secret.try_into().map_err(|_| KeyringError::Broken(path.display().to_string()))?;
        let path = folder.join(HANDED_OVER);
        let lines = file::read(&path)?.unwrap_or_default();
        let lines = String::from_utf8_lossy(&lines);
        let mut handed_over: HashMap<_, Vec<_>> = HashMap::new();
        for (number, line) in (1..).zip(lines.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let (unit, key) = key_from(line)
                .ok_or_else(|| KeyringError::Line { file: path.display().to_string(), line: number })?;
            handed_over.entry(unit).or_default().push(key);
        }
        Ok(Self { secret, handed_over })
    }

    /// Keys that are kept nowhere.
    pub fn passing() -> Result<Self, NoChance> {
        Ok(Self { secret: random()?, handed_over: HashMap::new() })
    }

    /// Seals what is kept of a person of a unit.
    #[must_use]
    pub fn seal(&self, unit: UnitCode, contact: &Contact, chance: Chance) -> Sealed {
        seal::seal(&self.own(unit), unit, contact, chance)
    }

    /// Opens what was sealed for a unit, here or where the unit was before.
    pub fn open(&self, unit: UnitCode, sealed: &Sealed) -> Result<Contact, Unopened> {
        if sealed.is_erased() {
            return Err(Unopened::Erased);
        }
        let handed_over = self.handed_over.get(&unit).into_iter().flatten().copied();
        let mut keys = std::iter::once(self.own(unit)).chain(handed_over);
        keys.find_map(|key| seal::open(&key, unit, sealed)).ok_or(Unopened::NoKey)
    }

    /// The keys of a unit, as lines for the node that the unit goes to: its own, and those that came with it.
    #[must_use]
    pub fn hand_over(&self, unit: UnitCode) -> String {
        let handed_over = self.handed_over.get(&unit).into_iter().flatten().copied();
        let keys = std::iter::once(self.own(unit)).chain(handed_over);
        keys.map(|key| format!("{unit} {}\n", hex::encode(key))).collect()
    }

    /// The key of a unit. Whoever has it knows nothing of the secret that it follows from, or of the keys of other units.
    fn own(&self, unit: UnitCode) -> [u8; KEY_BYTES] {
        let secret = Salt::new(HKDF_SHA256, b"yishi.person.v1").extract(&self.secret);
        let code = unit.to_string();
        let info = [code.as_bytes()];
        let mut key = [0; KEY_BYTES];
        let filled = secret.expand(&info, Length).and_then(|derived| derived.fill(&mut key));
        filled.expect("32 bytes can be derived");
        key
    }
}

fn key_from(line: &str) -> Option<(UnitCode, [u8; KEY_BYTES])> {
    let (unit, digits) = line.trim().split_once(' ')?;
    let mut key = [0; KEY_BYTES];
    hex::decode_to_slice(digits, &mut key).ok()?;
    Some((unit.parse().ok()?, key))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn village() -> UnitCode {
        "640324100200".parse().unwrap()
    }

    fn contact() -> Contact {
        Contact::new("张三丰", "13812345678").unwrap()
    }

    #[test]
    fn a_node_that_kept_its_secret_opens_what_it_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keyring::open_in(folder.path()).unwrap();
        let sealed = keys.seal(village(), &contact(), Chance::draw().unwrap());
        let mode = fs::metadata(folder.path().join(SECRET)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = Keyring::open_in(folder.path()).unwrap();
        assert_eq!(again.open(village(), &sealed), Ok(contact()));
        let found = Keyring::find_in(folder.path()).unwrap().unwrap();
        assert_eq!(found.open(village(), &sealed), Ok(contact()));
        fs::write(folder.path().join(SECRET), [1; 31]).unwrap();
        assert!(matches!(Keyring::find_in(folder.path()), Err(KeyringError::Broken(_))));
        fs::remove_file(folder.path().join(SECRET)).unwrap();
        assert!(Keyring::find_in(folder.path()).unwrap().is_none(), "nothing is made by looking");
        let without = Keyring::open_in(folder.path()).unwrap();
        assert_eq!(without.open(village(), &sealed), Err(Unopened::NoKey));
        let erased = Sealed { key: Sealed::NO_KEY, ..sealed };
        assert_eq!(without.open(village(), &erased), Err(Unopened::Erased));
    }

    #[test]
    fn a_key_that_was_handed_over_opens_one_unit_and_no_other() {
        let (old, folder) = (Keyring::passing().unwrap(), tempfile::tempdir().unwrap());
        let other: UnitCode = "640324100201".parse().unwrap();
        let sealed = old.seal(village(), &contact(), Chance::draw().unwrap());
        let neighbours = old.seal(other, &contact(), Chance::draw().unwrap());
        let file = folder.path().join(HANDED_OVER);
        fs::write(&file, old.hand_over(village())).unwrap();
        assert!(matches!(Keyring::open_in(folder.path()), Err(KeyringError::File(FileError::Open(_)))));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let new = Keyring::open_in(folder.path()).unwrap();
        assert_eq!(new.open(village(), &sealed), Ok(contact()));
        assert_eq!(new.open(other, &neighbours), Err(Unopened::NoKey));
        // What it seals itself is sealed with its own; and both go on with the unit.
        let own = new.seal(village(), &contact(), Chance::draw().unwrap());
        assert_eq!(
            (old.open(village(), &own), new.open(village(), &own)),
            (Err(Unopened::NoKey), Ok(contact()))
        );
        assert_eq!(new.hand_over(village()).lines().count(), 2);
        fs::write(&file, "640324100200 12\n").unwrap();
        assert!(matches!(Keyring::open_in(folder.path()), Err(KeyringError::Line { line: 1, .. })));
    }

    #[test]
    fn how_a_units_key_is_derived_is_frozen() {
        let keys = Keyring { secret: [5; KEY_BYTES], handed_over: HashMap::new() };
        assert_eq!(
            keys.hand_over(village()),
            "640324100200 4cfd811bbf97cbdbfb1f3732dc105627c76805c3e5d792dc4748dd61f34f522a\n"
        );
    }

    #[test]
    fn keys_do_not_show_themselves() {
        let keys = Keyring::passing().unwrap();
        assert_eq!(format!("{keys:?} {:?}", Chance::draw().unwrap()), "Keyring(hidden) Chance(hidden)");
    }
}
