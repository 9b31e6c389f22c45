//! One file per side. A rule looks and answers; it changes nothing.

mod lead;
mod partner;

#[cfg(test)]
mod villages;

use yishi_kernel::{Level, Register, Timestamp, UnitCode};

use super::{CATEGORIES, Command, Event, Fact, Follow, Refusal, State};
use crate::{Category, Policy, World};

pub use crate::book::Rules;
pub(crate) use lead::letters;

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(
    rules: &Rules<'_>,
    world: &World,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Follow>, Refusal> {
    let id = command.matter();
    let (village, year) = (command.village(), id.year);
    let used = world.village_year(village, year);
    let of_matter = |facts: Vec<crate::joint::LeadFact>| {
        let event = |fact| crate::Event { matter: id, at: now, fact: crate::Fact::Joint(fact) };
        facts.into_iter().map(|fact| Follow::Matter(event(fact))).collect()
    };
    match command {
        Command::Invite { version, lead, parties, .. } => {
            crate::rules::not_settled(used, village, year)?;
            let matter = crate::rules::find(world, id, *version)?;
            lead::invite(rules, matter, *lead, parties).map(of_matter)
        }
        Command::Release { version, reason, .. } => {
            crate::rules::not_settled(used, village, year)?;
            lead::release(crate::rules::find(world, id, *version)?, reason).map(of_matter)
        }
        Command::HearPartner { participation, terms, says } => {
            // A settled year never changes; a lead that settles has let everybody go.
            let matter = world.matter(id).filter(|_| !used.settled);
            let fact = matter.and_then(|matter| lead::hear(matter, participation.village, *terms, says));
            Ok(of_matter(fact.into_iter().collect()))
        }
        Command::Change { participation, version, act } => {
            crate::rules::not_settled(used, village, year)?;
            let part = world
                .participation(*participation)
                .ok_or(Refusal::UnknownParticipation { participation: *participation })?;
            if let Some(seen) = version.filter(|seen| *seen != part.version) {
                return Err(crate::Refusal::Stale { seen, current: part.version }.into());
            }
            let fact = partner::change(rules, part, used, act, now)?;
            Ok(vec![Follow::Participation(Event { participation: *participation, at: now, fact })])
        }
        Command::HearLead { participation, says } => {
            let known = world.participation(*participation);
            let fact = partner::hear(known, says).filter(|_| !used.settled);
            let event = |fact| Event { participation: *participation, at: now, fact };
            Ok(fact.map(event).map(Follow::Participation).into_iter().collect())
        }
    }
}

/// Whether a village may take part in what another leads.
fn may_join(
    register: &Register,
    lead: UnitCode,
    village: UnitCode,
    category: Category,
) -> Result<(), Refusal> {
    if !CATEGORIES.contains(&category) {
        return Err(Refusal::CategoryNotAllowed { category });
    }
    let of_one_township = register.parent(lead).is_some_and(|above| register.parent(village) == Some(above));
    let near = of_one_township || register.are_neighbours(lead, village);
    if register.level(village) != Some(Level::Village) || !near {
        return Err(Refusal::NotNeighbours { village });
    }
    Ok(())
}

/// The slot of its year that a village has left for a matter of a category: whether that is an additional one.
pub(crate) fn slot_left(
    policy: &Policy,
    used: crate::VillageYear,
    category: Category,
) -> Result<bool, crate::Refusal> {
    let taken = used.taken();
    let allowed = policy.matters_per_village_year.saturating_add(policy.additional(category));
    if taken >= allowed {
        return Err(crate::Refusal::SlotTaken { taken, allowed });
    }
    Ok(taken >= policy.matters_per_village_year)
}
