//! What the rules go by.

use yishi_kernel::Register;

/// The figures that a unit may set otherwise for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether a matter is funded whole or not at all.
    pub funded_whole: bool,
    /// Channels a unit may open for a year; a bound, not a rule of the programme.
    pub channels_per_owner_year: u32,
    /// Transfers a unit may send of a year's channels; a bound, not a rule of the programme.
    pub transfers_per_sender_year: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { funded_whole: true, channels_per_owner_year: 1_000, transfers_per_sender_year: 1_000_000 }
    }
}

/// Policy, and the tree of units in which money moves.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The figures.
    pub policy: &'a Policy,
    /// The tree.
    pub register: &'a Register,
}
