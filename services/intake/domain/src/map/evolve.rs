//! What an event changes.

use yishi_kernel::UnitCode;

use super::{Event, Fact};
use crate::World;

/// An event that cannot have happened: it was written before, or by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} of {village} does not fit {unit}")]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// To which village.
    pub village: UnitCode,
    /// In whose journal.
    pub unit: UnitCode,
}

/// Applies an event; what was read from a journal may not fit, and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    let told = *event.fact.told();
    let own = matches!(event.fact, Fact::Succeeded(_));
    let known = world.succession(event.unit, told.village).is_some();
    if known || own != (told.village == event.unit) {
        return Err(Misfit { kind: event.fact.kind(), village: told.village, unit: event.unit });
    }
    world.put_succession(event.unit, told);
    Ok(())
}
