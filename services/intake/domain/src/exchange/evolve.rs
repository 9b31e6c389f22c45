use super::{Activity, ActivityId, Event, Fact};
use crate::World;

/// An event that cannot have happened to the activity as it is: something is missing, or was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} does not fit {activity}, which is {}", if *.known { "there" } else { "not there" })]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// To which activity.
    pub activity: ActivityId,
    /// Whether that is there.
    pub known: bool,
}

/// Applies an event. What [`decide`](super::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    let known = world.activity(event.activity);
    let misfit = Misfit { kind: event.fact.kind(), activity: event.activity, known: known.is_some() };
    let ActivityId { unit, year, ordinal } = event.activity;
    let after = match (&event.fact, known.cloned()) {
        (Fact::Recorded(content), None) if ordinal == world.activities_of(unit, year) + 1 => Activity {
            id: event.activity,
            content: content.clone(),
            correction: None,
            withdrawal: None,
            version: 1,
            created: event.at,
            updated: event.at,
        },
        (Fact::Corrected { content, reason }, Some(known)) if known.withdrawal.is_none() => Activity {
            content: content.clone(),
            correction: Some(reason.clone()),
            version: known.version.wrapping_add(1),
            updated: event.at,
            ..known
        },
        (Fact::Withdrawn { reason }, Some(known)) if known.withdrawal.is_none() => Activity {
            withdrawal: Some(reason.clone()),
            version: known.version.wrapping_add(1),
            updated: event.at,
            ..known
        },
        _ => return Err(misfit),
    };
    world.put_activities_of(unit, year, ordinal.max(world.activities_of(unit, year)));
    world.put_activity(after);
    Ok(())
}
