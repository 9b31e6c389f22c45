//! What one transaction writes, in the rows' own shapes.

use serde::Serialize;

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
    pub(crate) unit: i64,
    pub(crate) epoch: i64,
    pub(crate) seq: i64,
    pub(crate) at_us: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) to_unit: Option<i64>,
    pub(crate) to_seq: Option<i64>,
    #[serde(serialize_with = "hex")]
    pub(crate) payload: Vec<u8>,
    #[serde(serialize_with = "hex")]
    pub(crate) entry_hash: [u8; 32],
    #[serde(serialize_with = "hex")]
    pub(crate) chain: [u8; 32],
    pub(crate) received_us: i64,
    pub(crate) traceparent: Option<String>,
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
