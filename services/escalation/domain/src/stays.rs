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

/// All stays of one matter as far as a unit may know: from what was written by it and by units below, and from what it was
/// told from above, in the order in which it was written.
pub fn stays<'a>(here: UnitCode, known: impl IntoIterator<Item = &'a Event>) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for event in known {
        let Some(unit) = lies_with(here, event) else { continue };
        if stays.last().is_some_and(|stay| stay.unit == unit) {
            continue;
        }
        if let Some(last) = stays.last_mut() {
            last.until = Some(event.at);
        }
        stays.push(Stay { unit, since: event.at, until: None });
    }
    stays
}

/// With whom the matter lies after an event, if that says so. What bounced is again with whom it never left.
fn lies_with(here: UnitCode, event: &Event) -> Option<UnitCode> {
    match event.fact {
        Fact::Opened | Fact::Offered { .. } | Fact::Regained { .. } => Some(event.unit),
        _ if event.to == Some(here) => event.news().map(|standing| standing.lies_with()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Act;
    use crate::rules::branch::Branch;

    /// With whom it lay, as far as a unit of the branch may know.
    fn units(here: UnitCode, branch: &Branch) -> Vec<UnitCode> {
        let below = |unit: UnitCode| branch.rules().register.is_within(unit, here);
        let known = branch.written.iter().filter(|event| below(event.unit) || event.to == Some(here));
        stays(here, known).iter().map(|stay| stay.unit).collect()
    }

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
        let days: Vec<(UnitCode, u32)> = stays(branch.units()[4], &branch.written)
            .iter()
            .map(|stay| (stay.unit, stay.working_days(Calendar::china(), branch.now)))
            .collect();
        assert_eq!(days, [(village, 3), (township, 3), (county, 3), (township, 1)]);
    }

    #[test]
    fn every_unit_of_the_branch_is_told_where_it_lies() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, city, region] = branch.units();
        branch.open();
        for unit in [village, township, county] {
            branch.raise(unit);
        }
        branch.act(city, Act::Raise { reason: "no".into() }).unwrap();
        let way = [village, township, county, city];
        for here in branch.units() {
            assert_eq!(units(here, &branch), way, "{here}: nothing has arrived at the region yet");
        }
        branch.deliver();
        for unit in [region, city] {
            branch.act(unit, Act::Return { reason: "no".into() }).unwrap();
            branch.deliver();
        }
        let there_and_back = [village, township, county, city, region, city, county];
        for here in branch.units() {
            assert_eq!(units(here, &branch), there_and_back, "{here}");
        }
    }

    #[test]
    fn what_bounced_never_left() {
        let mut branch = Branch::on("2022-03-01");
        let [village, ..] = branch.units();
        branch.open();
        branch.act(village, Act::Raise { reason: "no".into() }).unwrap();
        branch.refuse(crate::Why::AlreadyHere);
        branch.deliver();
        assert_eq!(units(village, &branch), [village]);
    }
}
