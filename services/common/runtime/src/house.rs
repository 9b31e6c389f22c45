//! Which units a node keeps the books of, and what all of its services know alike.

use std::fmt;
use std::sync::Arc;

use yishi_kernel::{Clock, Date, Level, Register, Season, SystemClock, UnitCode, Year};
use yishi_store::{Directory, Elsewhere, Hosting};

use crate::access::{Caller, Policy};
use crate::errors::Failure;

/// What a service of a node knows beside its own rules. Units are moved service by service, so each has a house of its own.
#[derive(Debug)]
pub struct House {
    /// Every unit there is.
    pub register: Arc<Register>,
    /// Who may do what.
    pub policy: Arc<Policy>,
    /// The topmost unit of this node.
    pub root: UnitCode,
    hosting: Arc<Hosting>,
    time: Time,
}

/// Business time: on which day it is asked who may do what.
#[derive(Clone)]
struct Time(Arc<dyn Clock>);

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.now().fmt(f)
    }
}

impl House {
    /// A house for a unit and all below it, but for what these nodes below have hosted from the beginning. (Settings see to
    /// it that they lie below the unit, and not in each other.) It goes by the machine's clock until it is given another.
    #[must_use]
    pub fn new(
        register: impl Into<Arc<Register>>,
        policy: impl Into<Arc<Policy>>,
        root: UnitCode,
        delegates: Vec<UnitCode>,
    ) -> Self {
        let register = register.into();
        let hosting = Hosting::of(Arc::clone(&register), root, delegates);
        Self { register, policy: policy.into(), root, hosting, time: Time(Arc::new(SystemClock)) }
    }

    /// The same by another clock.
    #[must_use]
    pub fn by(self, clock: Arc<dyn Clock>) -> Self {
        Self { time: Time(clock), ..self }
    }

    /// The same with a directory that does not change.
    #[must_use]
    pub fn as_in(&self, directory: Directory) -> Self {
        let (register, policy) = (Arc::clone(&self.register), Arc::clone(&self.policy));
        let (time, hosting) = (self.time.clone(), Hosting::fixed(directory));
        Self { register, policy, root: self.root, hosting, time }
    }

    /// The day it is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.time.0.now().date()
    }

    /// Lets a caller pass to what is about a unit, if the policy does.
    pub fn check(&self, rpc: &str, caller: &Caller, subject: UnitCode) -> Result<(), Failure> {
        self.policy.check(rpc, caller, subject, (&self.register, self.today()))
    }

    /// Refuses whoever acts for a village that is closed: its successor does.
    pub(crate) fn acts(&self, caller: &Caller) -> Result<(), Failure> {
        let today = self.today();
        match self.register.closed(caller.unit, today) {
            None => Ok(()),
            Some(change) => {
                let successor = self.register.answering(caller.unit, today);
                Err(Failure::village_succeeded(caller.unit, change.day, successor))
            }
        }
    }

    /// Who decides for what, as the database of this service knows.
    #[must_use]
    pub fn hosting(&self) -> &Arc<Hosting> {
        &self.hosting
    }

    /// Whether this node keeps the books of a unit: whatever happens to the unit is decided here.
    #[must_use]
    pub fn hosts(&self, unit: UnitCode) -> bool {
        self.holds(unit) && self.hosting.decides(unit)
    }

    /// The villages whose matters of a year count as a unit's, by code: by the year's tree, or by the map of today while that is
    /// not made. A village that has no place in the tree has its own, which are counted where its successor is.
    #[must_use]
    pub fn counted(&self, unit: UnitCode, year: Year) -> Vec<UnitCode> {
        let is_village = |unit: &UnitCode| self.register.level(*unit) == Some(Level::Village);
        let day = self.today().min(Season::of(year).tree_day());
        let units = self.register.counted_on(unit, day);
        let mut villages: Vec<UnitCode> = units.into_iter().filter(is_village).collect();
        if villages.is_empty() && is_village(&unit) {
            villages.push(unit);
        }
        villages.sort_unstable();
        villages
    }

    /// The node that decides for a unit which was moved away from here, or back to the node above.
    #[must_use]
    pub fn moved(&self, unit: UnitCode) -> Option<Elsewhere> {
        self.hosting.now().elsewhere(unit).filter(|elsewhere| !elsewhere.address.is_empty())
    }

    /// Whether a unit's books can be read here: its own, or a copy that a node below sent.
    #[must_use]
    pub fn holds(&self, unit: UnitCode) -> bool {
        self.register.is_within(unit, self.root)
    }

    /// How many units are hosted here.
    #[must_use]
    pub fn size(&self) -> usize {
        self.register.subtree(self.root).into_iter().filter(|unit| self.hosts(*unit)).count()
    }

    /// The topmost units of the nodes below, by code.
    #[must_use]
    pub fn delegates(&self) -> Vec<UnitCode> {
        self.hosting.now().delegates()
    }

    /// The node below that a unit's entries come from, by its topmost unit.
    #[must_use]
    pub fn delegate_of(&self, unit: UnitCode) -> Option<UnitCode> {
        self.delegates().into_iter().find(|top| self.register.is_within(unit, *top))
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
        assert_eq!((house.delegates(), house.delegate_of(other)), (vec![county], None));
    }
}
