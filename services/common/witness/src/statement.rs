//! What is signed, and its bytes.
//!
//! The bytes, in this order; a number has 8 bytes, the most significant first; a text has its length before it, as a number.
//!
//! * a text: `yishi.heads.v1`, or of a bulletin `yishi.checkpoint.v1`: one is never taken for the other;
//! * of a bulletin only: its name, a text, and its `inputs_sha256`, 32 bytes;
//! * the topmost unit of the node, a number; the machine's time in microseconds since 1970-01-01T00:00:00Z;
//! * how many parts there are, in the order of their services, and of each: the service, a text; the term of its writer and the
//!   position up to which it is told; how many heads there are, and of each, by unit: the unit, the epoch, the number of the
//!   last entry, and its chain, 32 bytes.
//!
//! One statement has one form: whoever reads it and writes it again gets the same bytes.

use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode};

/// Heads in a part: twenty times the units of Ningxia.
pub const MAX_HEADS: usize = 1 << 16;
/// Bytes of a text in it.
const MAX_TEXT: usize = 256;

const HEADS: &str = "yishi.heads.v1";
const CHECKPOINT: &str = "yishi.checkpoint.v1";

/// Where a node says that journals end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is about.
    pub about: About,
    /// Who says so: the topmost unit of the node.
    pub node: UnitCode,
    /// When, by the machine's clock.
    pub at: Timestamp,
    /// Service by service.
    pub parts: Vec<Part>,
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The journals that the node decides itself, for the node above.
    Heads,
    /// The journals that a bulletin was made from, for whoever reads it.
    Bulletin {
        /// The bulletin.
        name: String,
        /// The digest of what it was computed from.
        inputs_sha256: [u8; 32],
    },
}

/// What is said of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub service: String,
    /// The term of its writer.
    pub epoch: i64,
    /// The position in the node's database up to which entries count.
    pub pos: i64,
    /// The last entry of each journal up to there.
    pub heads: BTreeMap<UnitCode, Head>,
}

/// The last entry of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its epoch.
    pub epoch: i64,
    /// Its number.
    pub seq: i64,
    /// Its chain.
    pub chain: [u8; 32],
}

/// Bytes that are no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unclear(&'static str);

impl Statement {
    /// The part of a service.
    #[must_use]
    pub fn part(&self, service: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.service == service)
    }

    /// What is signed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match &self.about {
            About::Heads => text(&mut out, HEADS),
            About::Bulletin { name, inputs_sha256 } => {
                text(&mut out, CHECKPOINT);
                text(&mut out, name);
                out.extend_from_slice(inputs_sha256);
            }
        }
        number(&mut out, self.node.as_u64());
        signed(&mut out, self.at.as_micros());
        number(&mut out, self.parts.len() as u64);
        for part in &self.parts {
            text(&mut out, &part.service);
            signed(&mut out, part.epoch);
            signed(&mut out, part.pos);
            number(&mut out, part.heads.len() as u64);
            for (unit, head) in &part.heads {
                number(&mut out, unit.as_u64());
                signed(&mut out, head.epoch);
                signed(&mut out, head.seq);
                out.extend_from_slice(&head.chain);
            }
        }
        out
    }

    /// What was signed, if it is exactly what would be signed of it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unclear> {
        let mut from = Bytes(bytes);
        let about = match from.text()?.as_str() {
            HEADS => About::Heads,
            CHECKPOINT => About::Bulletin { name: from.text()?, inputs_sha256: from.digest()? },
            _ => return Err(Unclear("it is of no known kind")),
        };
        let node = from.unit()?;
        let at = Timestamp::from_micros(from.signed()?);
        let mut parts = Vec::new();
        for _ in 0..from.count()? {
            let (service, epoch, pos) = (from.text()?, from.signed()?, from.signed()?);
            let mut heads = BTreeMap::new();
            for _ in 0..from.count()? {
                let unit = from.unit()?;
                let head = Head { epoch: from.signed()?, seq: from.signed()?, chain: from.digest()? };
                heads.insert(unit, head);
            }
            parts.push(Part { service, epoch, pos, heads });
        }
        let read = Self { about, node, at, parts };
        let ordered = read.parts.is_sorted_by(|one, next| one.service < next.service);
        if !ordered || read.to_bytes() != bytes {
            return Err(Unclear("it is not in the one form"));
        }
        Ok(read)
    }
}

fn number(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_be_bytes());
}

fn signed(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(&value.to_be_bytes());
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// What is left to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Unclear> {
        let (first, rest) = self.0.split_first_chunk().ok_or(Unclear("it ends too early"))?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64, Unclear> {
        self.take().map(u64::from_be_bytes)
    }

    fn signed(&mut self) -> Result<i64, Unclear> {
        self.take().map(i64::from_be_bytes)
    }

    fn digest(&mut self) -> Result<[u8; 32], Unclear> {
        self.take()
    }

    fn unit(&mut self) -> Result<UnitCode, Unclear> {
        UnitCode::new(self.number()?).ok_or(Unclear("a unit's code is not one"))
    }

    fn count(&mut self) -> Result<usize, Unclear> {
        let count = usize::try_from(self.number()?).ok().filter(|count| *count <= MAX_HEADS);
        count.ok_or(Unclear("it says more than there can be"))
    }

    fn text(&mut self) -> Result<String, Unclear> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= MAX_TEXT);
        let cut = length.and_then(|length| self.0.split_at_checked(length));
        let (text, rest) = cut.ok_or(Unclear("a text is too long"))?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| Unclear("a text is none"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unit(number: u64) -> UnitCode {
        UnitCode::new(640_324_100_200 + number).unwrap()
    }

    pub(crate) fn statement(about: About) -> Statement {
        let head = |seq| Head { epoch: 7, seq, chain: [3; 32] };
        let part = |service: &str, heads: &[i64]| Part {
            service: service.to_owned(),
            epoch: 9,
            pos: 40,
            heads: (0..).map(unit).zip(heads.iter().map(|seq| head(*seq))).collect(),
        };
        let parts = vec![part("funding", &[]), part("intake", &[4, 1, 12])];
        Statement { about, node: unit(0), at: Timestamp::from_micros(1_640_000_000_000_000), parts }
    }

    fn bulletin() -> About {
        let name = "units/640323000000/years/2022/bulletins/2022-06-A".to_owned();
        About::Bulletin { name, inputs_sha256: [8; 32] }
    }

    #[test]
    fn what_is_written_is_read() {
        for about in [About::Heads, bulletin()] {
            let bytes = statement(about.clone()).to_bytes();
            assert_eq!(Statement::from_bytes(&bytes), Ok(statement(about)));
        }
    }

    #[test]
    fn the_form_is_frozen() {
        // A change here makes every signature worthless: it needs a new domain and a decision record.
        let mut one = statement(About::Heads);
        one.parts.remove(0);
        one.parts[0].heads.retain(|at, _| *at == unit(1));
        let hex = "000000000000000e79697368692e68656164732e763100000095164a60680005d392416e80000000000000000001\
                   0000000000000006696e74616b6500000000000000090000000000000028000000000000000100000095164a6069\
                   000000000000000700000000000000010303030303030303030303030303030303030303030303030303030303030303";
        assert_eq!(hex::encode(one.to_bytes()), hex);
    }

    #[test]
    fn there_is_one_form_only() {
        let bytes = statement(bulletin()).to_bytes();
        for end in 0..bytes.len() {
            assert!(Statement::from_bytes(&bytes[..end]).is_err(), "cut at {end}");
        }
        assert!(Statement::from_bytes(&[&bytes[..], &[0]].concat()).is_err(), "something behind it");
        let mut parts = statement(About::Heads);
        parts.parts.reverse();
        assert!(Statement::from_bytes(&parts.to_bytes()).is_err(), "parts in another order");
        let mut twice = statement(About::Heads);
        twice.parts[0] = twice.parts[1].clone();
        assert!(Statement::from_bytes(&twice.to_bytes()).is_err(), "a part twice");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_exactly_or_not_at_all(at in 0_usize..300, byte: u8) {
            let mut bytes = statement(bulletin()).to_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(read) = Statement::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes);
            }
        }
    }
}
