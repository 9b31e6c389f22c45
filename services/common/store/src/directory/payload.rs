//! What the entries of a move say: `yishi.journal.v1.UnitMoved` and `yishi.journal.v1.UnitRecalled`. The store knows no
//! contracts; a test compares them.

use prost::Message;
use yishi_kernel::UnitCode;

#[derive(Clone, PartialEq, prost::Message)]
struct UnitMoved {
    #[prost(string, tag = "1")]
    top: String,
    #[prost(string, tag = "2")]
    holder: String,
    #[prost(int64, tag = "3")]
    turn: i64,
    #[prost(string, tag = "4")]
    address: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct UnitRecalled {
    #[prost(string, tag = "1")]
    top: String,
    #[prost(int64, tag = "2")]
    turn: i64,
    #[prost(string, tag = "3")]
    address: String,
}

/// A subtree goes to another node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) top: UnitCode,
    pub(super) holder: UnitCode,
    pub(super) turn: i64,
    pub(super) address: String,
}

/// A subtree is asked back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recalled {
    pub(super) top: UnitCode,
    pub(super) turn: i64,
    pub(super) address: String,
}

impl Moved {
    pub(super) fn write(&self) -> Vec<u8> {
        let Self { top, holder, turn, address } = self;
        let (top, holder, address) = (top.to_string(), holder.to_string(), address.clone());
        UnitMoved { top, holder, turn: *turn, address }.encode_to_vec()
    }

    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let UnitMoved { top, holder, turn, address } = UnitMoved::decode(payload).ok()?;
        Some(Self { top: top.parse().ok()?, holder: holder.parse().ok()?, turn, address })
    }
}

impl Recalled {
    pub(super) fn write(&self) -> Vec<u8> {
        let Self { top, turn, address } = self;
        UnitRecalled { top: top.to_string(), turn: *turn, address: address.clone() }.encode_to_vec()
    }

    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let UnitRecalled { top, turn, address } = UnitRecalled::decode(payload).ok()?;
        Some(Self { top: top.parse().ok()?, turn, address })
    }
}
