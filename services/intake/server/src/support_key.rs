//! The key under which supporters are written down.
//!
//! A token may be made of something that can be guessed, such as an identity number. Whoever reads a journal or a table
//! must not be able to try guesses, so what is written down is a digest under a key that lies beside the databases and is
//! in none of them. Each unit has a key of its own, made from that of the unit above it: who has a unit's key can make
//! those of all units below, and of no other.

use std::fmt;
use std::str::FromStr;

use prost::Message as _;
use yishi_intake_domain::{Act, Command, Supporter};
use yishi_kernel::{Actor, MatterId, Register, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_store::{DigestKey, to_hex};

use crate::task::{Asked, Task};

/// A unit's key.
#[derive(Clone)]
pub struct SupportKey {
    unit: UnitCode,
    key: [u8; 32],
}

impl fmt::Debug for SupportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SupportKey({})", self.unit)
    }
}

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write a key for supporters as the unit's 12-digit code, a space and 64 hexadecimal digits")]
pub struct SupportKeyError;

impl FromStr for SupportKey {
    type Err = SupportKeyError;

    fn from_str(text: &str) -> Result<Self, SupportKeyError> {
        let (unit, digits) = text.trim_end().split_once(' ').ok_or(SupportKeyError)?;
        let mut key = [0; 32];
        if digits.len() != 2 * key.len() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(SupportKeyError);
        }
        for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| SupportKeyError)?;
        }
        Ok(Self { unit: unit.parse().map_err(|_| SupportKeyError)?, key })
    }
}

impl SupportKey {
    /// The key of a unit.
    #[must_use]
    pub fn new(unit: UnitCode, key: [u8; 32]) -> Self {
        Self { unit, key }
    }

    /// Whose it is.
    #[must_use]
    pub fn unit(&self) -> UnitCode {
        self.unit
    }

    /// As it stands in a file.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{} {}\n", self.unit, to_hex(self.key))
    }

    /// The key of a unit below, or its own.
    #[must_use]
    pub fn below(&self, register: &Register, unit: UnitCode) -> Self {
        let mut path: Vec<UnitCode> = std::iter::once(unit)
            .chain(register.ancestors(unit))
            .take_while(|unit| *unit != self.unit)
            .collect();
        path.reverse();
        let key = path
            .iter()
            .fold(self.key, |above, unit| DigestKey::new(above).digest("unit", &unit.as_u64().to_be_bytes()));
        Self { unit, key }
    }

    /// How a villager who backs a matter is written down: alike for all matters of the village and year.
    pub(crate) fn supporter(&self, register: &Register, matter: MatterId, token: &Actor) -> Supporter {
        let of_village = DigestKey::new(self.below(register, matter.village).key);
        let year = matter.year.get().to_be_bytes();
        let digest = of_village.digest("supporter", &[&year, token.as_str().as_bytes()].concat());
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Supporter::Salted(short)
    }

    /// What a repeat of a request is known by: all of it, but by what the token became. A digest of the token itself, under a key
    /// that lies in the same database, could be tried out.
    pub(crate) fn known_by(request: &pb::SupportMatterRequest, task: &Task) -> Vec<u8> {
        let supporter = match task {
            Task::Asked(Asked::Matter(Command::Change { act: Act::Support { supporter, .. }, .. })) => {
                supporter.to_string()
            }
            _ => String::new(),
        };
        pb::SupportMatterRequest { supporter, ..request.clone() }.encode_to_vec()
    }

    /// A request as the writer is handed it: without the token by which a supporter is known to those who ask.
    pub(crate) fn salt(&self, register: &Register, task: Task) -> Task {
        match task {
            Task::Asked(Asked::Matter(Command::Change {
                matter,
                version,
                act: Act::Support { supporter: Supporter::Plain(token), .. },
            })) => {
                let supporter = self.supporter(register, matter, &token);
                let act = Act::Support { supporter, formerly: Some(Supporter::Plain(token)) };
                Task::Asked(Command::Change { matter, version, act }.into())
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Year;

    use super::*;

    const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
";

    fn unit(code: u64) -> UnitCode {
        UnitCode::new(code).unwrap()
    }

    fn matter(village: u64, year: i32, ordinal: u32) -> MatterId {
        MatterId { village: unit(village), year: Year::try_from(year).unwrap(), ordinal }
    }

    #[test]
    fn a_token_is_the_same_villager_in_a_village_and_year_and_nobody_elsewhere() {
        let register = Register::parse(DIVISIONS, "").unwrap();
        let key = SupportKey::new(register.root(), [7; 32]);
        let token = |text: &str| text.parse::<Actor>().unwrap();
        let one = key.supporter(&register, matter(640_324_100_200, 2022, 1), &token("v-1"));
        assert_eq!(one, key.supporter(&register, matter(640_324_100_200, 2022, 2), &token("v-1")));
        for other in [
            key.supporter(&register, matter(640_324_100_200, 2022, 1), &token("v-2")),
            key.supporter(&register, matter(640_324_100_200, 2023, 1), &token("v-1")),
            key.supporter(&register, matter(640_324_100_201, 2022, 1), &token("v-1")),
            SupportKey::new(register.root(), [8; 32]).supporter(
                &register,
                matter(640_324_100_200, 2022, 1),
                &token("v-1"),
            ),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_key_made_for_a_unit_below_writes_down_the_same() {
        let register = Register::parse(DIVISIONS, "").unwrap();
        let region = SupportKey::new(register.root(), [7; 32]);
        let (matter, token) = (matter(640_324_100_200, 2022, 1), "v-1".parse().unwrap());
        for below in [640_300_000_000, 640_324_000_000, 640_324_100_000, 640_324_100_200] {
            let key = region.below(&register, unit(below));
            assert_eq!(key.unit(), unit(below));
            assert_ne!(key.key, region.key);
            assert_eq!(key.supporter(&register, matter, &token), region.supporter(&register, matter, &token));
        }
        assert_eq!(region.below(&register, register.root()).key, region.key);
    }

    #[test]
    fn a_key_is_written_and_read_and_never_shown() {
        let key = SupportKey::new(unit(640_000_000_000), [0xab; 32]);
        let read: SupportKey = key.expose().parse().unwrap();
        assert_eq!((read.unit, read.key), (key.unit, key.key));
        assert_eq!(format!("{key:?}"), "SupportKey(640000000000)");
        let digits = "ab".repeat(32);
        for wrong in [
            String::new(),
            digits.clone(),
            format!("64 {digits}"),
            format!("640000000000 {}", &digits[1..]),
            format!("640000000000 +{}", &digits[1..]),
            format!("640000000000 {digits}0"),
        ] {
            assert!(wrong.parse::<SupportKey>().is_err(), "{wrong}");
        }
    }
}
