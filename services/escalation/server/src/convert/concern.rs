//! Which entries of its unit's journal concern a department.

use std::collections::BTreeSet;

use yishi_escalation_domain::{Department, Fact};
use yishi_kernel::MatterId;
use yishi_store::journal::Entry;

use super::event_of;

/// Tells of each entry of a unit, in their order, whether it concerns a department.
pub type Concern = Box<dyn FnMut(&Entry) -> bool + Send + Sync>;

/// What tells of each entry of a unit, in their order, whether it concerns a department of the unit: what is written about
/// a matter from its assignment to the department on, until the matter ends here or is given to others. None for a name
/// that is no department's.
pub fn concern(department: &str) -> Option<Concern> {
    let department: Department = department.parse().ok()?;
    let mut assigned = BTreeSet::new();
    Some(Box::new(move |entry| concerns(&department, &mut assigned, entry)))
}

fn concerns(department: &Department, assigned: &mut BTreeSet<MatterId>, entry: &Entry) -> bool {
    // What cannot be read tells nobody anything, and what the journal writes for itself is about no matter.
    let Some(event) = event_of(entry).ok().filter(|event| event.unit == department.unit()) else {
        return false;
    };
    let was = assigned.contains(&event.matter);
    let is = match &event.fact {
        Fact::Assigned { lead, helpers, .. } => lead == department || helpers.contains(department),
        Fact::Resolved { .. } | Fact::Returned { .. } => false,
        _ => was,
    };
    if is {
        assigned.insert(event.matter);
    } else {
        assigned.remove(&event.matter);
    }
    was || is
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use yishi_escalation_domain::{Event, Reply};
    use yishi_kernel::{Timestamp, UnitCode};

    use super::*;
    use crate::convert;

    const REGION: UnitCode = UnitCode::new(640_000_000_000).unwrap();
    const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();

    fn department(kind: &str) -> Department {
        format!("departments/{REGION}/{kind}").parse().unwrap()
    }

    fn entry(unit: UnitCode, ordinal: u32, fact: Fact) -> Entry {
        let matter = format!("villages/640324100200/matters/2022-{ordinal}").parse().unwrap();
        let at = Timestamp::from_micros(7);
        let event = Event { unit, matter, at, to: None, answers: None, fact };
        let kind = event.fact.kind().to_owned();
        let payload = convert::event(&event).encode_to_vec();
        Entry { unit, epoch: 1, seq: 1, at, actor: "clerk".into(), kind, to: None, payload }
    }

    fn assigned(lead: &str, helpers: &[&str]) -> Fact {
        let (lead, due) = (department(lead), Timestamp::from_micros(9));
        let helpers = helpers.iter().map(|kind| department(kind)).collect();
        Fact::Assigned { lead, helpers, answers_due: due, due }
    }

    #[test]
    fn from_its_assignment_until_it_has_no_more_to_do_with_it() {
        let due = Timestamp::from_micros(9);
        let reason = || String::from("no");
        let accepts = Fact::AssignmentAnswered { department: department("energy"), reply: Reply::Accept };
        let mut water = concern(&department("water").to_string()).unwrap();
        for (nth, (unit, ordinal, fact, expected)) in [
            (REGION, 1, Fact::Offered { reason: reason(), due }, false),
            (REGION, 1, assigned("energy", &[]), false),
            (REGION, 1, assigned("energy", &["water"]), true),
            (REGION, 1, accepts.clone(), true),
            (REGION, 2, accepts, false),
            (CITY, 1, Fact::AskedBack { reason: reason() }, false),
            (REGION, 1, Fact::Resolved { outcome: reason() }, true),
            (REGION, 1, Fact::Returned { reason: reason() }, false),
            (REGION, 2, assigned("water", &[]), true),
            (REGION, 2, assigned("energy", &[]), true),
            (REGION, 2, assigned("energy", &["water"]), true),
            (REGION, 2, Fact::Returned { reason: reason() }, true),
            (REGION, 2, Fact::Confirmed, false),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(water(&entry(unit, ordinal, fact)), expected, "entry {nth}");
        }
        let unreadable = Entry { payload: vec![255], ..entry(REGION, 1, Fact::Confirmed) };
        assert!(!water(&unreadable) && concern("departments/64/water").is_none());
    }
}
