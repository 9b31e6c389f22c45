//! What is told of a run: letters as their addressees read them, and parts of a world.

use yishi_intake_domain::joint::{Command, Fact, Follow, FromLead, FromPartner, LeadFact, ParticipationId};
use yishi_intake_domain::{Event, Fact as MatterFact, Key, World};
use yishi_kernel::UnitCode;

use super::county::Letter;

/// The name of a refusal.
pub(super) fn name(refusal: &impl std::fmt::Debug) -> String {
    format!("{refusal:?}").split([' ', '{']).next().unwrap().to_owned()
}

/// What an addressed entry asks of its addressee; as the server reads it.
pub(super) fn letter(follow: &Follow) -> Option<(UnitCode, Letter)> {
    match follow {
        Follow::Matter(Event { matter, fact: MatterFact::Joint(fact), .. }) => {
            let village = fact.to()?;
            let says = match fact.clone() {
                LeadFact::Offered { content, terms, .. } => FromLead::Offered { content, terms },
                LeadFact::Released { terms, cause, reason, .. } => {
                    FromLead::Released { terms, cause, reason }
                }
                LeadFact::Determined { terms, number, due, .. } => {
                    FromLead::Determined { terms, number, due }
                }
                LeadFact::Ended { state, .. } => FromLead::Ended { state },
                _ => return None,
            };
            let participation = ParticipationId { village, matter: *matter };
            Some((village, Command::HearLead { participation, says }))
        }
        Follow::Matter(_) => None,
        Follow::Participation(event) => {
            let (terms, says) = match event.fact.clone() {
                Fact::Accepted { terms } => (terms, FromPartner::Accepted),
                Fact::Declined { terms, reason } => (terms, FromPartner::Declined { reason }),
                Fact::LeaveRequested { terms, reason } => (terms, FromPartner::LeaveRequested { reason }),
                _ => return None,
            };
            let participation = event.participation;
            Some((event.to()?, Command::HearPartner { participation, terms, says }))
        }
    }
}

/// Only what a command says that it reads.
pub(super) fn restricted(world: &World, keys: &[Key]) -> World {
    let mut seen = World::default();
    for key in keys {
        match key {
            Key::Matter(id) => {
                world.matter(*id).into_iter().for_each(|matter| seen.put_matter(matter.clone()));
            }
            Key::Participation(id) => {
                world.participation(*id).into_iter().for_each(|part| seen.put_participation(part.clone()));
            }
            Key::VillageYear(village, year) => {
                seen.put_village_year(*village, *year, world.village_year(*village, *year));
            }
            _ => {}
        }
    }
    seen
}
