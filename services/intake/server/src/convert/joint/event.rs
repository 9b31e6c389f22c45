//! What is written into journals about joint matters, and how it is read again.

use yishi_intake_domain::joint::{Event, Fact, LeadFact, ParticipationId};
use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::super::event::{content, content_from};
use super::super::fields::{count, date_from, unit_of, wire};
use super::super::matter::{deliberation, deliberation_from};
use super::{cause, cause_from, name, state, state_from, terms, terms_from};

/// A fact of the lead's journal, about this matter.
pub(crate) fn lead(matter: MatterId, fact: &LeadFact) -> Kind {
    match fact {
        LeadFact::Invited { terms: offered, reopened } => Kind::VillagesInvited(pb::VillagesInvited {
            terms: Some(terms(matter.village, offered)),
            reopened: *reopened,
        }),
        LeadFact::Offered { village, content: said, terms: offered } => {
            Kind::JointOffered(pb::JointOffered {
                village: name(*village),
                content: Some(content(said)),
                terms: Some(terms(matter.village, offered)),
            })
        }
        LeadFact::Answered { partner, declined } => Kind::JointAnswered(pb::JointAnswered {
            village: name(*partner),
            accepted: declined.is_none(),
            reason: declined.clone().unwrap_or_default(),
        }),
        LeadFact::Dropped { cause: why, reason, reopened } => Kind::JointPlanDropped(pb::JointPlanDropped {
            cause: cause(*why) as i32,
            reason: reason.clone(),
            reopened: *reopened,
        }),
        LeadFact::Released { village, terms, cause: why, reason } => Kind::JointReleased(pb::JointReleased {
            village: name(*village),
            terms: wire(*terms),
            cause: cause(*why) as i32,
            reason: reason.clone(),
        }),
        LeadFact::Determined { village, terms, number, due } => Kind::JointDetermined(pb::JointDetermined {
            village: name(*village),
            terms: wire(*terms),
            project_number: number.to_string(),
            due_day: due.to_string(),
        }),
        LeadFact::Ended { village, state: end } => {
            Kind::JointEnded(pb::JointEnded { village: name(*village), state: state(*end) as i32 })
        }
    }
}

/// The fact of the lead's journal, if the kind is one of those.
pub(crate) fn lead_from(matter: MatterId, kind: Kind) -> Option<LeadFact> {
    let village = |name: &str| unit_of("villages", name);
    Some(match kind {
        Kind::VillagesInvited(told) => {
            LeadFact::Invited { terms: terms_from(matter.village, &told.terms?)?, reopened: told.reopened }
        }
        Kind::JointOffered(told) => LeadFact::Offered {
            village: village(&told.village)?,
            content: content_from(told.content?)?,
            terms: terms_from(matter.village, &told.terms?)?,
        },
        Kind::JointAnswered(told) => LeadFact::Answered {
            partner: village(&told.village)?,
            declined: (!told.accepted).then_some(told.reason),
        },
        Kind::JointPlanDropped(told) => LeadFact::Dropped {
            cause: cause_from(told.cause())?,
            reason: told.reason,
            reopened: told.reopened,
        },
        Kind::JointReleased(told) => LeadFact::Released {
            village: village(&told.village)?,
            terms: count(told.terms)?,
            cause: cause_from(told.cause())?,
            reason: told.reason,
        },
        Kind::JointDetermined(told) => LeadFact::Determined {
            village: village(&told.village)?,
            terms: count(told.terms)?,
            number: told.project_number.parse().ok()?,
            due: date_from(&told.due_day)?,
        },
        Kind::JointEnded(told) => {
            LeadFact::Ended { village: village(&told.village)?, state: state_from(told.state())? }
        }
        _ => return None,
    })
}

/// The payload of an entry about a participation.
pub(crate) fn event(event: &Event) -> pb::Event {
    let ParticipationId { village, matter } = event.participation;
    let said = |terms: u32, reason: &str| pb::ParticipationSaid { terms: wire(terms), reason: reason.into() };
    let kind = match &event.fact {
        Fact::Invited { content: said, terms: offered } => Kind::ParticipationInvited(pb::JointOffered {
            village: name(village),
            content: Some(content(said)),
            terms: Some(terms(matter.village, offered)),
        }),
        Fact::Deliberated(held) => {
            Kind::ParticipationDeliberated(pb::Deliberated { deliberation: Some(deliberation(held)) })
        }
        Fact::Accepted { terms } => Kind::ParticipationAccepted(said(*terms, "")),
        Fact::Declined { terms, reason } => Kind::ParticipationDeclined(said(*terms, reason)),
        Fact::LeaveRequested { terms, reason } => Kind::ParticipationLeaveRequested(said(*terms, reason)),
        Fact::Released { cause: why, reason } => Kind::ParticipationReleased(pb::JointReleased {
            village: name(village),
            cause: cause(*why) as i32,
            reason: reason.clone(),
            ..pb::JointReleased::default()
        }),
        Fact::Determined { number, due } => Kind::ParticipationDetermined(pb::JointDetermined {
            village: name(village),
            project_number: number.to_string(),
            due_day: due.to_string(),
            ..pb::JointDetermined::default()
        }),
        Fact::Ended { state: end } => {
            Kind::ParticipationEnded(pb::JointEnded { village: name(village), state: state(*end) as i32 })
        }
    };
    pb::Event { participation: event.participation.to_string(), kind: Some(kind), ..pb::Event::default() }
}

/// The event of an entry about a participation, or what is wrong with it.
pub(crate) fn event_from(entry: &Entry, told: pb::Event) -> Result<Event, String> {
    let participation: ParticipationId = told.participation.parse().map_err(|error| format!("{error}"))?;
    if participation.village != entry.unit {
        return Err(format!("{participation} is not a participation of {}", entry.unit));
    }
    let lead = participation.matter.village;
    let fact = told.kind.and_then(|kind| fact_from(lead, kind)).ok_or("what it holds cannot be read")?;
    if fact.kind() == entry.kind {
        Ok(Event { participation, at: entry.at, fact })
    } else {
        Err(format!("it holds {}", fact.kind()))
    }
}

fn fact_from(lead: UnitCode, kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::ParticipationInvited(told) => {
            Fact::Invited { content: content_from(told.content?)?, terms: terms_from(lead, &told.terms?)? }
        }
        Kind::ParticipationDeliberated(told) => Fact::Deliberated(deliberation_from(&told.deliberation?)?),
        Kind::ParticipationAccepted(told) => Fact::Accepted { terms: count(told.terms)? },
        Kind::ParticipationDeclined(told) => {
            Fact::Declined { terms: count(told.terms)?, reason: told.reason }
        }
        Kind::ParticipationLeaveRequested(told) => {
            Fact::LeaveRequested { terms: count(told.terms)?, reason: told.reason }
        }
        Kind::ParticipationReleased(told) => {
            Fact::Released { cause: cause_from(told.cause())?, reason: told.reason }
        }
        Kind::ParticipationDetermined(told) => {
            Fact::Determined { number: told.project_number.parse().ok()?, due: date_from(&told.due_day)? }
        }
        Kind::ParticipationEnded(told) => Fact::Ended { state: state_from(told.state())? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
