//! What one transaction writes, in the rows' own shapes.

use serde::{Serialize, Serializer};
use yishi_kernel::{Sealed, Timestamp, UnitCode};

use super::entry::{Entry, Stored};
use super::read::unit_number;
use crate::rows::hex;

/// One transaction's worth.
#[derive(Debug)]
pub struct Batch {
    /// The writer's term; the lease row must still name it.
    pub(crate) epoch: i64,
    /// Business time of the batch, µs.
    pub(crate) at_us: i64,
    pub(crate) heads: Vec<HeadMove>,
    pub(crate) ways: Vec<WayMove>,
    pub(crate) entries: Vec<EntryRow>,
    /// Their positions follow those of the entries.
    pub(crate) letters: Vec<EntryRow>,
    pub(crate) elsewhere: Vec<ElsewhereRow>,
    pub(crate) requests: Vec<RequestRow>,
}

impl Batch {
    /// How many positions it takes.
    #[expect(clippy::cast_possible_wrap, reason = "a batch is bounded by the lanes' shares")]
    pub(crate) fn positions(&self) -> i64 {
        (self.entries.len() + self.letters.len()) as i64
    }

    /// What it wrote after a position, as it is read back.
    pub(crate) fn into_stored(self, base: i64) -> impl Iterator<Item = Stored> {
        let entries = self.entries.into_iter().map(move |row| row.into_stored(base, false));
        entries.chain(self.letters.into_iter().map(move |row| row.into_stored(base, true)))
    }
}

/// A head's way from the entry it stood at to the entry it stands at afterwards.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HeadMove {
    pub(crate) unit: i64,
    pub(crate) epoch: i64,
    pub(crate) seq: i64,
    #[serde(serialize_with = "hex")]
    pub(crate) chain: [u8; 32],
    pub(crate) old_epoch: i64,
    /// 0 when the unit had no entry.
    pub(crate) old_seq: i64,
}

/// The last number used on the way between two units.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WayMove {
    pub(crate) unit: i64,
    pub(crate) to_unit: i64,
    pub(crate) to_seq: i64,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct EntryRow {
    /// 1 for the first entry of the batch; its position is the lease's old position plus this.
    pub(crate) offset: i64,
    #[serde(serialize_with = "number")]
    pub(crate) unit: UnitCode,
    pub(crate) epoch: i64,
    pub(crate) seq: i64,
    pub(crate) at_us: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    #[serde(serialize_with = "number_if_any")]
    pub(crate) to_unit: Option<UnitCode>,
    pub(crate) to_seq: Option<i64>,
    #[serde(serialize_with = "hex")]
    pub(crate) payload: Vec<u8>,
    #[serde(serialize_with = "hex")]
    pub(crate) entry_hash: [u8; 32],
    #[serde(serialize_with = "hex")]
    pub(crate) chain: [u8; 32],
    pub(crate) received_us: i64,
    pub(crate) traceparent: Option<String>,
    /// In a table of its own.
    #[serde(skip)]
    pub(crate) sealed: Option<Box<Sealed>>,
}

impl EntryRow {
    fn into_stored(self, base: i64, letter: bool) -> Stored {
        let entry = Entry {
            unit: self.unit,
            epoch: self.epoch,
            seq: self.seq,
            at: Timestamp::from_micros(self.at_us),
            actor: self.actor,
            kind: self.kind,
            to: self.to_unit.zip(self.to_seq),
            payload: self.payload,
        };
        Stored {
            entry,
            entry_hash: self.entry_hash,
            chain: self.chain,
            pos: base + self.offset,
            received_us: self.received_us,
            traceparent: self.traceparent,
            sealed: self.sealed,
            letter,
        }
    }
}

fn number<S: Serializer>(unit: &UnitCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(unit_number(*unit))
}

fn number_if_any<S: Serializer>(unit: &Option<UnitCode>, serializer: S) -> Result<S::Ok, S::Error> {
    unit.map(unit_number).serialize(serializer)
}

/// An epoch of a unit that another writer wrote.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ElsewhereRow {
    pub(crate) unit: i64,
    pub(crate) epoch: i64,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct RequestRow {
    pub(crate) unit: i64,
    pub(crate) caller: String,
    #[serde(serialize_with = "hex")]
    pub(crate) request_id: [u8; 16],
    #[serde(serialize_with = "hex")]
    pub(crate) digest: [u8; 32],
    #[serde(serialize_with = "hex")]
    pub(crate) response: Vec<u8>,
    pub(crate) entries: i64,
    /// Offset of the request's last entry.
    pub(crate) offset: i64,
}
