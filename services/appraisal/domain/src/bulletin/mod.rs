//! A bulletin: how far the units right below a unit are, as of a cut, frozen when it is issued.

mod compile;
mod cut;
mod figures;
mod period;

use yishi_kernel::{Timestamp, UnitCode};

pub(crate) use compile::compile;
pub use cut::{AsOf, Cut, Position};
pub use figures::Figures;
pub use period::{Period, PeriodError};

/// What is to be put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulletinOrder {
    /// The name of the unit that issues it.
    pub name: String,
    /// For which half-month or month.
    pub period: Period,
    /// Of which units.
    pub children: Vec<Child>,
    /// The nodes that those units' entries come from, where they do not come from this one.
    pub nodes: Vec<NodeBelow>,
}

/// A unit right below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The unit.
    pub unit: UnitCode,
    /// Its name, which may be another one when the bulletin is read again.
    pub name: String,
    /// The unit itself and all below it.
    pub units: Vec<UnitCode>,
}

/// A node below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeBelow {
    /// Its topmost unit.
    pub unit: UnitCode,
    /// Whether the link to it was up when it was asked about.
    pub linked: bool,
}

/// A bulletin that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulletin {
    /// The unit's name then.
    pub name: String,
    /// For which half-month or month.
    pub period: Period,
    /// When it was issued.
    pub at: Timestamp,
    /// What was heard by then.
    pub cut: Cut,
    /// The digest of all that it was computed from.
    pub inputs_sha256: [u8; 32],
    /// Of all units below together.
    pub total: Figures,
    /// Steps of the unit itself that it had to take and has not.
    pub own_overdue: u32,
    /// The units that are ranked, the best first, each with its competition rank from 1.
    pub ranked: Vec<(u32, Row)>,
    /// Those that had nothing to do, by code.
    pub nothing_due: Vec<Row>,
    /// Those whose own node could not be reached, by code.
    pub no_report: Vec<Row>,
}

impl Bulletin {
    /// All rows, in the order in which they are shown.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.ranked.iter().map(|(_, row)| row).chain(&self.nothing_due).chain(&self.no_report)
    }
}

/// What the node that issued a bulletin signed of the journals it was made from. Whether it is right is for those who read it
/// to find out: here it is kept byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Of the bulletin of which period.
    pub period: Period,
    /// The node's public key.
    pub key: [u8; 32],
    /// What it signed.
    pub statement: Vec<u8>,
    /// Its signature.
    pub signature: Vec<u8>,
}

/// A unit in a bulletin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The unit.
    pub unit: UnitCode,
    /// Its name.
    pub name: String,
    /// What was known of it and all below it.
    pub figures: Figures,
    /// The nodes of it and below it that could not be reached, by code: of these the figures may be old.
    pub silences: Vec<Silence>,
}

impl Row {
    /// Whether nothing that happens to the unit itself can be heard of at present.
    pub fn is_silent(&self) -> bool {
        self.silences.iter().any(|silence| silence.node == self.unit)
    }
}

/// A node that could not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Its topmost unit.
    pub node: UnitCode,
    /// When its last entry arrived, by the machine's clock; none if none ever did.
    pub last_report: Option<Timestamp>,
}
