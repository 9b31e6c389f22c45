//! Which units a node keeps the books of, and what all of its services know alike.

use std::collections::HashSet;

use yishi_kernel::{Register, UnitCode};

use crate::access::Policy;

/// What all services of a node know alike.
#[derive(Debug)]
pub struct House {
    /// Every unit there is.
    pub register: Register,
    /// Who may do what.
    pub policy: Policy,
    /// The topmost unit hosted here.
    pub root: UnitCode,
    /// The topmost units of the nodes below, by code: each hosts its unit and what is below it.
    delegates: Vec<UnitCode>,
    hosted: HashSet<UnitCode>,
}

impl House {
    /// A house for a unit and all below it, but for what these nodes below host. (Settings see to it that they lie
    /// below the unit, and not in each other.)
    #[must_use]
    pub fn new(register: Register, policy: Policy, root: UnitCode, mut delegates: Vec<UnitCode>) -> Self {
        delegates.sort_unstable();
        let elsewhere = |unit: &UnitCode| delegates.iter().any(|top| register.is_within(*unit, *top));
        let hosted = register.subtree(root).into_iter().filter(|unit| !elsewhere(unit)).collect();
        Self { register, policy, root, delegates, hosted }
    }

    /// Whether this node keeps the books of a unit: whatever happens to the unit is decided here.
    #[must_use]
    pub fn hosts(&self, unit: UnitCode) -> bool {
        self.hosted.contains(&unit)
    }

    /// Whether a unit's books can be read here: its own, or a copy that a node below sent.
    #[must_use]
    pub fn holds(&self, unit: UnitCode) -> bool {
        self.register.is_within(unit, self.root)
    }

    /// How many units are hosted here.
    #[must_use]
    pub fn size(&self) -> usize {
        self.hosted.len()
    }

    /// The topmost units of the nodes below, by code.
    #[must_use]
    pub fn delegates(&self) -> &[UnitCode] {
        &self.delegates
    }

    /// The node below that a unit's entries come from, by its topmost unit.
    #[must_use]
    pub fn delegate_of(&self, unit: UnitCode) -> Option<UnitCode> {
        self.delegates.iter().copied().find(|top| self.register.is_within(unit, *top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIVISIONS: &str = include_str!("../../../../deploy/divisions/ningxia.csv");

    fn code(number: u64) -> UnitCode {
        UnitCode::new(number).unwrap()
    }

    #[test]
    fn what_a_node_below_hosts_is_held_and_not_hosted() {
        let register = Register::parse(DIVISIONS, "").unwrap();
        let (city, county, other) = (code(640_300_000_000), code(640_323_000_000), code(640_324_000_000));
        let village = code(640_323_100_200);
        let house = House::new(register.clone(), Policy::embedded(), city, vec![county]);
        assert!(house.hosts(city) && house.hosts(other));
        for unit in [county, village] {
            assert!(!house.hosts(unit) && house.holds(unit));
            assert_eq!(house.delegate_of(unit), Some(county));
        }
        let above = register.root();
        assert!(!house.hosts(above) && !house.holds(above));
        assert_eq!(house.size() + register.subtree(county).len(), register.subtree(city).len());
        assert_eq!((house.delegates(), house.delegate_of(other)), (&[county][..], None));
    }
}
