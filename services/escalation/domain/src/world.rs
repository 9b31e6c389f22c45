//! As much of the state as the commands of the moment must see.

use std::collections::BTreeMap;

use yishi_kernel::{MatterId, UnitCode};

use crate::Desk;

/// Desks by unit and matter, and how far each unit has dealt with what another sent. What was not put in is taken not to
/// be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    desks: BTreeMap<(UnitCode, MatterId), Desk>,
    /// By receiver and sender.
    heard: BTreeMap<(UnitCode, UnitCode), i64>,
}

impl World {
    /// A unit's view of a matter, if it has one.
    pub fn desk(&self, unit: UnitCode, matter: MatterId) -> Option<&Desk> {
        self.desks.get(&(unit, matter))
    }

    /// All desks, in the order of unit and matter.
    pub fn desks(&self) -> impl Iterator<Item = &Desk> {
        self.desks.values()
    }

    /// Puts a desk in.
    pub fn put(&mut self, desk: Desk) {
        self.desks.insert((desk.unit, desk.matter), desk);
    }

    pub(crate) fn desk_mut(&mut self, unit: UnitCode, matter: MatterId) -> Option<&mut Desk> {
        self.desks.get_mut(&(unit, matter))
    }

    /// The number of the last letter from a unit that another has dealt with; 0 if of none.
    pub fn heard(&self, unit: UnitCode, from: UnitCode) -> i64 {
        self.heard.get(&(unit, from)).copied().unwrap_or(0)
    }

    /// Notes how far a unit has dealt with what another sent.
    pub fn hear(&mut self, unit: UnitCode, from: UnitCode, number: i64) {
        self.heard.insert((unit, from), number);
    }
}
