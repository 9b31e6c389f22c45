//! The figures of the programme that a unit may set otherwise for a year, and what else is handed in.

use std::collections::BTreeSet;

use yishi_kernel::{Calendar, Level, Register, Timestamp, UnitCode};

/// What a unit goes by in a year. The default is the programme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Working days for each step, counted from the day on which it is entered.
    pub step_working_days: u32,
    /// Departments that may help the lead; a bound, not a rule of the programme.
    pub helpers_per_matter: usize,
    /// Changes of one desk after which it raises, asks, denies, assigns and reports no more, though it may always
    /// accept, return and resolve; a bound, not a rule of the programme.
    pub changes_per_desk: u32,
    /// Working days before it is due within which a step is due soon: yellow in lists.
    pub yellow_working_days: u32,
    /// The levels whose units' matters are raised by themselves once they are overdue.
    pub raise_overdue: BTreeSet<Level>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            step_working_days: 10,
            helpers_per_matter: 20,
            changes_per_desk: 500,
            yellow_working_days: 3,
            raise_overdue: BTreeSet::new(),
        }
    }
}

/// All that is decided by, beside the desk and the time.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The figures.
    pub policy: &'a Policy,
    /// The tree of the year.
    pub register: &'a Register,
    /// The working days.
    pub calendar: &'a Calendar,
}

impl Rules<'_> {
    /// When a step is due that is entered now.
    pub fn due(&self, now: Timestamp) -> Timestamp {
        self.calendar.deadline(now, self.policy.step_working_days)
    }

    /// Only the region hands matters to departments.
    pub fn coordinates(&self, unit: UnitCode) -> bool {
        self.register.level(unit) == Some(Level::Region)
    }
}
