//! What is raised by itself because its unit let the time for its own step pass.

use yishi_kernel::Timestamp;

use crate::{Desk, Rules, Stance};

/// Why it was raised, in the words of the entry.
pub const OVERDUE: &str = "办理期限已过，自动上报（overdue, raised by itself）";

impl Rules<'_> {
    /// Whether policy raises a matter by itself: from a unit of a level that is named for it, with somebody above, where it
    /// was not decided in time. An answer that is owed to the unit below is no reason: that one wants it back, not further up.
    pub fn raises_by_itself(&self, desk: &Desk, now: Timestamp) -> bool {
        let due = match &desk.stance {
            Stance::Offered { due, .. } => Some(*due),
            Stance::Holding { due } => *due,
            _ => None,
        };
        let level = self.register.level(desk.unit);
        due.is_some_and(|due| now > due)
            && level.is_some_and(|level| self.policy.raise_overdue.contains(&level))
            && self.register.parent(desk.unit).is_some()
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::{Level, UnitCode};

    use crate::rules::branch::Branch;
    use crate::{Act, State};

    fn raises(branch: &Branch) -> Vec<UnitCode> {
        let rules = branch.rules();
        let late = branch.world.desks().filter(|desk| rules.raises_by_itself(desk, branch.now));
        late.map(|desk| desk.unit).collect()
    }

    fn raised() -> Branch {
        let mut branch = Branch::on("2022-03-01");
        branch.policy.raise_overdue = [Level::Village, Level::Township, Level::Region].into();
        branch.open();
        branch.raise(branch.units()[0]);
        branch
    }

    #[test]
    fn from_the_instant_after_it_was_due_whether_or_not_it_was_taken_up() {
        let mut branch = raised();
        let [_, township, ..] = branch.units();
        for accepted in [false, true] {
            let due = branch.desk(township).due().unwrap();
            branch.now = due;
            assert_eq!(raises(&branch), []);
            branch.now = due.checked_add_days(1).unwrap();
            assert_eq!(raises(&branch), [township], "accepted: {accepted}");
            if !accepted {
                branch.act(township, Act::Accept).unwrap();
            }
        }
        branch.raise(township);
        assert_eq!(branch.desk(township).state(), State::Raised);
        assert_eq!(raises(&branch), []);
    }

    #[test]
    fn only_at_the_levels_that_are_named_and_below_somebody() {
        let mut branch = raised();
        let [_, township, county, city, region] = branch.units();
        branch.go_to("2022-06-01");
        branch.policy.raise_overdue.remove(&Level::Township);
        assert_eq!(raises(&branch), []);
        for unit in [township, county, city] {
            branch.raise(unit);
        }
        branch.go_to("2022-09-01");
        assert_eq!(branch.desk(region).state(), State::Offered);
        assert!(branch.desk(region).is_overdue(branch.now));
        assert_eq!(raises(&branch), [], "nobody is above the region");
    }

    #[test]
    fn what_never_left_its_village_and_what_is_wanted_back_stays() {
        let mut branch = raised();
        let [village, township, ..] = branch.units();
        branch.act(township, Act::Accept).unwrap();
        branch.act(township, Act::Resolve { outcome: "done".into() }).unwrap();
        branch.act(village, Act::AskBack { reason: "more".into() }).unwrap();
        branch.deliver();
        branch.go_to("2022-06-01");
        assert!(branch.desk(township).is_overdue(branch.now));
        assert_eq!(raises(&branch), []);
        let mut quiet = Branch::on("2022-03-01");
        quiet.policy.raise_overdue = [Level::Village].into();
        quiet.open();
        quiet.go_to("2022-12-01");
        assert_eq!(raises(&quiet), []);
    }
}
