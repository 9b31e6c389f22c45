//! How long a matter lay with whom.

use yishi_kernel::{Calendar, Timestamp, UnitCode};

use crate::{Event, Fact};

/// A matter's stay with one unit: from its arrival there until its arrival somewhere else. Days on the way count for the
/// sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// With whom.
    pub unit: UnitCode,
    /// Since when.
    pub since: Timestamp,
    /// Until when; still, if none.
    pub until: Option<Timestamp>,
}

impl Stay {
    /// Working days after the one of arrival.
    pub fn working_days(&self, calendar: &Calendar, now: Timestamp) -> u32 {
        calendar.working_days_between(self.since.date(), self.until.unwrap_or(now).date())
    }
}

/// All stays of one matter, from what happened to it at all units, in the order in which it happened.
pub fn stays<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for event in events {
        // What bounced is again with whom it never left.
        let arrives = matches!(event.fact, Fact::Opened | Fact::Offered { .. } | Fact::Regained { .. });
        if !arrives || stays.last().is_some_and(|stay| stay.unit == event.unit) {
            continue;
        }
        if let Some(last) = stays.last_mut() {
            last.until = Some(event.at);
        }
        stays.push(Stay { unit: event.unit, since: event.at, until: None });
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Act;
    use crate::rules::branch::Branch;

    #[test]
    fn every_day_is_counted_once_and_for_whom_it_lay_with() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, ..] = branch.units();
        branch.open();
        branch.go_to("2022-03-03");
        branch.act(village, Act::Raise { reason: "no".into() }).unwrap();
        branch.go_to("2022-03-04");
        branch.deliver();
        branch.go_to("2022-03-09");
        branch.act(township, Act::Raise { reason: "no".into() }).unwrap();
        branch.deliver();
        branch.go_to("2022-03-14");
        branch.act(county, Act::Return { reason: "yes".into() }).unwrap();
        branch.deliver();
        branch.go_to("2022-03-15");
        let days: Vec<(UnitCode, u32)> = stays(&branch.written)
            .iter()
            .map(|stay| (stay.unit, stay.working_days(Calendar::china(), branch.now)))
            .collect();
        assert_eq!(days, [(village, 3), (township, 3), (county, 3), (township, 1)]);
    }

    #[test]
    fn what_bounced_never_left() {
        let mut branch = Branch::on("2022-03-01");
        let [village, ..] = branch.units();
        branch.open();
        branch.act(village, Act::Raise { reason: "no".into() }).unwrap();
        branch.refuse(crate::Why::AlreadyHere);
        branch.deliver();
        assert_eq!(stays(&branch.written).iter().map(|stay| stay.unit).collect::<Vec<_>>(), [village]);
    }
}
