//! Letters between the villages of a joint matter. Who may write one is who it is about: a letter of the lead stands in the
//! journal of the matter's village, one of a partner in that of the participation's.

use yishi_intake_domain::joint::{Command, Event, Fact, FromLead, FromPartner, LeadFact, ParticipationId};
use yishi_intake_domain::{Event as MatterEvent, Fact as MatterFact};
use yishi_store::journal::Entry;

use super::super::told_from;
use crate::task::{Asked, Told};

const OFFERED: &str = "intake.joint_offered";
const RELEASED: &str = "intake.joint_released";
const DETERMINED: &str = "intake.joint_determined";
const ENDED: &str = "intake.joint_ended";
const ACCEPTED: &str = "intake.participation_accepted";
const DECLINED: &str = "intake.participation_declined";
const LEAVE_REQUESTED: &str = "intake.participation_leave_requested";

/// The kinds of letters.
pub(crate) const KINDS: [&str; 7] =
    [OFFERED, RELEASED, DETERMINED, ENDED, ACCEPTED, DECLINED, LEAVE_REQUESTED];

/// What a letter asks of its addressee, or what is wrong with it.
pub(crate) fn delivery(entry: &Entry) -> Result<Asked, String> {
    let to = entry.to.map(|(unit, _)| unit).ok_or("it is addressed to nobody")?;
    let command = match told_from(entry)? {
        Told::Matter(MatterEvent { matter, fact: MatterFact::Joint(fact), .. }) if fact.to() == Some(to) => {
            let participation = ParticipationId { village: to, matter };
            from_lead(fact).map(|says| Command::HearLead { participation, says })
        }
        Told::Participation(Event { participation, fact, .. }) if participation.matter.village == to => {
            from_partner(fact).map(|(terms, says)| Command::HearPartner { participation, terms, says })
        }
        _ => None,
    };
    command.map(Asked::Joint).ok_or_else(|| "it holds another event, or is not for its addressee".to_owned())
}

fn from_lead(fact: LeadFact) -> Option<FromLead> {
    Some(match fact {
        LeadFact::Offered { content, terms, .. } => FromLead::Offered { content, terms },
        LeadFact::Released { terms, cause, reason, .. } => FromLead::Released { terms, cause, reason },
        LeadFact::Determined { terms, number, due, .. } => FromLead::Determined { terms, number, due },
        LeadFact::Ended { state, .. } => FromLead::Ended { state },
        LeadFact::Invited { .. } | LeadFact::Answered { .. } | LeadFact::Dropped { .. } => return None,
    })
}

fn from_partner(fact: Fact) -> Option<(u32, FromPartner)> {
    Some(match fact {
        Fact::Accepted { terms } => (terms, FromPartner::Accepted),
        Fact::Declined { terms, reason } => (terms, FromPartner::Declined { reason }),
        Fact::LeaveRequested { terms, reason } => (terms, FromPartner::LeaveRequested { reason }),
        Fact::Invited { .. }
        | Fact::Deliberated(_)
        | Fact::Released { .. }
        | Fact::Determined { .. }
        | Fact::Ended { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
