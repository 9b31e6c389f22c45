//! Which parts of a [`crate::World`] a command about a joint matter needs and an event changes.

use super::{Command, Event, Fact, LeadFact};
use crate::Key;

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    let matter = command.matter();
    let one = match command {
        Command::Invite { .. } | Command::Release { .. } | Command::HearPartner { .. } => Key::Matter(matter),
        Command::Change { participation, .. } | Command::HearLead { participation, .. } => {
            Key::Participation(*participation)
        }
    };
    vec![one, Key::VillageYear(command.village(), matter.year)]
}

/// What an event of a participation changes, which is also what it must find where it was not decided.
pub fn touches(event: &Event) -> Vec<Key> {
    let one = Key::Participation(event.participation);
    match event.fact {
        Fact::Deliberated(_) | Fact::LeaveRequested { .. } => vec![one],
        _ => vec![one, Key::VillageYear(event.participation.village, event.participation.matter.year)],
    }
}

impl LeadFact {
    /// Whether it changes how many plans the lead has open in the year.
    pub(crate) const fn touches_year(&self) -> bool {
        matches!(self, LeadFact::Invited { .. } | LeadFact::Dropped { .. })
    }
}
