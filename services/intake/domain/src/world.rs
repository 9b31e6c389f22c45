//! As much of the state as the commands of the moment must see.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Actor, MatterId, UnitCode, Year};

use crate::Matter;

/// What a village has used up of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VillageYear {
    /// Proposals made; the last one's ordinal.
    pub proposals: u32,
    /// Project numbers given; the last one's ordinal. A number is given once, whatever becomes of its matter.
    pub numbers: u16,
    /// Slots taken by matters that count as the village's in the year.
    pub slots: u16,
}

/// Matters, years and supporters by their [`crate::Key`]s. What was not put in is taken not to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    matters: BTreeMap<MatterId, Matter>,
    years: BTreeMap<(UnitCode, Year), VillageYear>,
    supporters: BTreeMap<MatterId, BTreeSet<Actor>>,
}

impl World {
    /// The matter, if there is one.
    pub fn matter(&self, id: MatterId) -> Option<&Matter> {
        self.matters.get(&id)
    }

    /// All matters, in the order of village, year and ordinal.
    pub fn matters(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values()
    }

    /// What a village has used up of a year; nothing, if it is not known to have begun.
    pub fn village_year(&self, village: UnitCode, year: Year) -> VillageYear {
        self.years.get(&(village, year)).copied().unwrap_or_default()
    }

    /// Whether somebody backs a matter.
    pub fn is_supporter(&self, matter: MatterId, supporter: &Actor) -> bool {
        self.supporters.get(&matter).is_some_and(|all| all.contains(supporter))
    }

    /// Those who back a matter.
    pub fn supporters(&self, matter: MatterId) -> impl Iterator<Item = &Actor> {
        self.supporters.get(&matter).into_iter().flatten()
    }

    /// Puts a matter in.
    pub fn put_matter(&mut self, matter: Matter) {
        self.matters.insert(matter.id, matter);
    }

    /// Puts in what a village has used up of a year.
    pub fn put_village_year(&mut self, village: UnitCode, year: Year, used: VillageYear) {
        self.years.insert((village, year), used);
    }

    /// Puts in that somebody backs a matter.
    pub fn put_supporter(&mut self, matter: MatterId, supporter: Actor) {
        self.supporters.entry(matter).or_default().insert(supporter);
    }

    pub(crate) fn matter_mut(&mut self, id: MatterId) -> Option<&mut Matter> {
        self.matters.get_mut(&id)
    }

    pub(crate) fn village_year_mut(&mut self, id: MatterId) -> &mut VillageYear {
        self.years.entry((id.village, id.year)).or_default()
    }
}
