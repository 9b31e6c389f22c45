//! What the two sides say to each other. How it looks on the wire is in [`super::wire`].

use std::collections::BTreeMap;

use yishi_kernel::UnitCode;
use yishi_store::ClockKind;
use yishi_store::journal::{Chain, Hash};
use yishi_witness::Signed;

/// An entry on its way: what its writer wrote, and of what its holders keep beside it the trace and what is sealed.
pub use yishi_store::journal::Foreign as Carried;

use super::farewell::Farewell;
use super::lane::{Lane, Standing};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// One thing that one side tells the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Who speaks.
    Hello(Hello),
    /// What the speaker holds, in parts.
    Held {
        /// A part of it.
        part: Holdings,
        /// Whether it is the last one.
        last: bool,
    },
    /// Entries, in order.
    Entries(Batch),
    /// Everything up to this number on the lane is applied.
    Ack {
        /// The lane.
        lane: Lane,
        /// The number.
        upto: u64,
    },
    /// What the lower node signs: once, when the upper one has applied all that there was when the session began.
    Testimony(Signed),
    /// A sign of life.
    Ping,
    /// The last frame.
    Bye(Farewell),
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The protocol it speaks.
    pub version: u32,
    /// Whose journals.
    pub service: String,
    /// By which clock its business runs.
    pub clock: ClockKind,
    /// The topmost unit it hosts.
    pub unit: UnitCode,
    /// How far it is after a restore.
    pub standing: Standing,
}

/// What a database holds of the subtree of a link's lower node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The last entry of each journal that is kept whole.
    pub heads: BTreeMap<UnitCode, Chain>,
    /// The last letter on each way from a unit outside to one inside.
    pub ways: BTreeMap<(UnitCode, UnitCode), Way>,
}

impl Holdings {
    /// What of it matters on a lane.
    pub(crate) fn on(&self, lane: Lane) -> Self {
        if lane.is_dense() {
            Self { heads: self.heads.clone(), ways: BTreeMap::new() }
        } else {
            Self { heads: BTreeMap::new(), ways: self.ways.clone() }
        }
    }
}

/// The last letter from one unit to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its number on the way.
    pub to_seq: i64,
    /// Its digest: a number alone would not show that two histories used it twice.
    pub hash: Hash,
}

/// Entries of one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The lane.
    pub lane: Lane,
    /// The first one's number on this lane in this session, from 1.
    pub first: u64,
    /// In the order of the sender's commits.
    pub entries: Vec<Carried>,
    /// Committed by the sender while the session was open: their traces go on. The others' are only pointed to.
    pub live: bool,
    /// Whether the lane ends here.
    pub last: bool,
}

/// About how many bytes an entry takes on its way.
pub(crate) fn weight(carried: &Carried) -> usize {
    /// Numbers, hashes, codes and a traceparent.
    const REST: usize = 256;
    let sealed = carried.sealed.as_ref().map_or(0, |sealed| sealed.key.len() + sealed.record.len());
    carried.entry.payload.len() + carried.entry.actor.len() + carried.entry.kind.len() + sealed + REST
}
