//! As much of the state as the commands of the moment must see.

use std::collections::BTreeMap;

use yishi_kernel::{MatterId, UnitCode};

use crate::Desk;

/// Desks by unit and matter. What was not put in is taken not to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World(BTreeMap<(UnitCode, MatterId), Desk>);

impl World {
    /// A unit's view of a matter, if it has one.
    pub fn desk(&self, unit: UnitCode, matter: MatterId) -> Option<&Desk> {
        self.0.get(&(unit, matter))
    }

    /// All desks, in the order of unit and matter.
    pub fn desks(&self) -> impl Iterator<Item = &Desk> {
        self.0.values()
    }

    /// Puts a desk in.
    pub fn put(&mut self, desk: Desk) {
        self.0.insert((desk.unit, desk.matter), desk);
    }

    pub(crate) fn desk_mut(&mut self, unit: UnitCode, matter: MatterId) -> Option<&mut Desk> {
        self.0.get_mut(&(unit, matter))
    }
}
