//! The test's own account of each matter's way, kept from what was written and from nothing else.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yishi_escalation_domain::{Event, Fact, Why};
use yishi_kernel::{MatterId, UnitCode};

use crate::tree::Tree;

/// Per matter the units it came through, from its village to who has the ball or gets it.
#[derive(Debug, Default)]
pub(crate) struct Hops(BTreeMap<MatterId, Vec<UnitCode>>);

impl Hops {
    pub(crate) fn path(&self, matter: MatterId) -> &[UnitCode] {
        self.0.get(&matter).map_or(&[], Vec::as_slice)
    }

    /// All that were opened, in order.
    pub(crate) fn matters(&self) -> impl Iterator<Item = &MatterId> {
        self.0.keys()
    }

    pub(crate) fn note(&mut self, event: &Event, tree: &Tree) -> Result<(), TestCaseError> {
        let path = self.0.entry(event.matter).or_default();
        match &event.fact {
            Fact::Opened => {
                prop_assert!(path.is_empty(), "opened twice");
                path.push(event.unit);
            }
            Fact::Raised { .. } => {
                prop_assert_eq!(path.last(), Some(&event.unit), "raised by who does not have it");
                prop_assert_eq!(event.to, tree.above(event.unit), "raised past the unit above");
                path.extend(event.to);
            }
            Fact::Returned { .. } => {
                prop_assert_eq!(path.pop(), Some(event.unit), "returned by who does not have it");
                prop_assert_eq!(event.to.as_ref(), path.last(), "returned to where it did not come from");
            }
            Fact::Refused { why } => {
                prop_assert_eq!(*why, Why::NotBelow, "units that agree who is above whom refuse nothing");
                prop_assert_eq!(path.pop(), Some(event.unit), "refused by who does not have it");
                prop_assert_eq!(event.to.as_ref(), path.last(), "refused to where it did not come from");
            }
            Fact::Offered { .. }
            | Fact::Accepted { .. }
            | Fact::Regained { .. }
            | Fact::Bounced { .. }
            | Fact::Assigned { .. }
            | Fact::AssignmentAnswered { .. }
            | Fact::Reported { .. }
            | Fact::Resolved { .. } => {
                prop_assert_eq!(
                    path.last(),
                    Some(&event.unit),
                    "decided by who does not have it: {:?}",
                    event
                );
            }
            Fact::SetAside { kind, .. } => {
                prop_assert_eq!(kind.as_str(), "escalation.asked_back", "only a wish can come too late");
            }
            _ => {}
        }
        Ok(())
    }
}
