//! What is written into the journal, and how it is read again.

use prost::Message;
use yishi_escalation_domain::{Answered, Event, Fact, Reply};
use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::escalation::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::fields::{department_from, departments_from};
use super::standing::{standing, standing_from};

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let kind = match event.fact.clone() {
        Fact::Opened => Kind::Opened(pb::Opened {}),
        Fact::Raised { reason } => Kind::Raised(pb::Raised { reason }),
        Fact::Offered { reason, due } => Kind::Offered(pb::Offered { reason, due_time_us: due.as_micros() }),
        Fact::Accepted { due } => Kind::Accepted(pb::Accepted { due_time_us: due.as_micros() }),
        Fact::Returned { reason } => Kind::Returned(pb::Returned { reason }),
        Fact::Regained { reason, due } => {
            Kind::Regained(pb::Regained { reason, due_time_us: due.as_micros() })
        }
        Fact::Refused { why } => Kind::Refused(pb::Refused { why: why.to_string() }),
        Fact::Bounced { why, due } => {
            Kind::Bounced(pb::Bounced { why: why.to_string(), due_time_us: due.as_micros() })
        }
        Fact::Told { standing: who } => Kind::Told(pb::Told { standing: Some(standing(&who)) }),
        Fact::Heard { standing: who } => Kind::Heard(pb::Heard { standing: Some(standing(&who)) }),
        Fact::Confirmed => Kind::Confirmed(pb::Confirmed {}),
        Fact::AskedBack { reason } => Kind::AskedBack(pb::AskedBack { reason }),
        Fact::AskBackNoted { reason, due } => {
            Kind::AskBackNoted(pb::AskBackNoted { reason, due_time_us: due.as_micros() })
        }
        Fact::AskBackDenied { reason } => Kind::AskBackDenied(pb::AskBackDenied { reason }),
        Fact::AskBackEnded { reason } => Kind::AskBackEnded(pb::AskBackEnded { reason }),
        Fact::Assigned { lead, helpers, answers_due, due } => Kind::Assigned(pb::Assigned {
            lead: lead.to_string(),
            helpers: helpers.iter().map(ToString::to_string).collect(),
            answers_due_time_us: answers_due.as_micros(),
            due_time_us: due.as_micros(),
        }),
        Fact::AssignmentAnswered { department, reply } => Kind::AssignmentAnswered(pb::AssignmentAnswered {
            department: department.to_string(),
            declined_reason: match reply {
                Reply::Accept => None,
                Reply::Decline { reason } => Some(reason),
            },
        }),
        Fact::Reported { department, text } => {
            Kind::Reported(pb::Reported { department: department.to_string(), text })
        }
        Fact::Resolved { outcome } => Kind::Resolved(pb::Resolved { outcome }),
        Fact::SetAside { from, kind } => Kind::SetAside(pb::SetAside { from: from.to_string(), kind }),
    };
    let answers =
        event.answers.map(|Answered { from, number }| pb::Answered { from: from.to_string(), number });
    pb::Event { matter: event.matter.to_string(), kind: Some(kind), answers }
}

/// The event of an entry, or what is wrong with it.
pub(crate) fn event_of(entry: &Entry) -> Result<Event, String> {
    let told = pb::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    event_from(entry.unit, entry.to.map(|(unit, _)| unit), entry.at, told)
        .filter(|event| event.fact.kind() == entry.kind)
        .ok_or_else(|| "it holds another event, or what it holds cannot be read".to_owned())
}

/// The event of an entry; none if the payload cannot be one.
pub(crate) fn event_from(
    unit: UnitCode,
    to: Option<UnitCode>,
    at: Timestamp,
    told: pb::Event,
) -> Option<Event> {
    let due = Timestamp::from_micros;
    let fact = match told.kind? {
        Kind::Opened(pb::Opened {}) => Fact::Opened,
        Kind::Raised(raised) => Fact::Raised { reason: raised.reason },
        Kind::Offered(offered) => Fact::Offered { reason: offered.reason, due: due(offered.due_time_us) },
        Kind::Accepted(accepted) => Fact::Accepted { due: due(accepted.due_time_us) },
        Kind::Returned(returned) => Fact::Returned { reason: returned.reason },
        Kind::Regained(regained) => {
            Fact::Regained { reason: regained.reason, due: due(regained.due_time_us) }
        }
        Kind::Refused(refused) => Fact::Refused { why: refused.why.parse().ok()? },
        Kind::Bounced(bounced) => {
            Fact::Bounced { why: bounced.why.parse().ok()?, due: due(bounced.due_time_us) }
        }
        Kind::Told(told) => Fact::Told { standing: standing_from(&told.standing?)? },
        Kind::Heard(heard) => Fact::Heard { standing: standing_from(&heard.standing?)? },
        Kind::Confirmed(pb::Confirmed {}) => Fact::Confirmed,
        Kind::AskedBack(asked) => Fact::AskedBack { reason: asked.reason },
        Kind::AskBackNoted(noted) => Fact::AskBackNoted { reason: noted.reason, due: due(noted.due_time_us) },
        Kind::AskBackDenied(denied) => Fact::AskBackDenied { reason: denied.reason },
        Kind::AskBackEnded(ended) => Fact::AskBackEnded { reason: ended.reason },
        Kind::Assigned(assigned) => Fact::Assigned {
            lead: department_from(&assigned.lead)?,
            helpers: departments_from(&assigned.helpers)?,
            answers_due: due(assigned.answers_due_time_us),
            due: due(assigned.due_time_us),
        },
        Kind::AssignmentAnswered(answered) => Fact::AssignmentAnswered {
            department: department_from(&answered.department)?,
            reply: match answered.declined_reason {
                None => Reply::Accept,
                Some(reason) => Reply::Decline { reason },
            },
        },
        Kind::Reported(reported) => {
            Fact::Reported { department: department_from(&reported.department)?, text: reported.text }
        }
        Kind::Resolved(resolved) => Fact::Resolved { outcome: resolved.outcome },
        Kind::SetAside(aside) => Fact::SetAside { from: aside.from.parse().ok()?, kind: aside.kind },
    };
    let answers = match told.answers {
        None => None,
        Some(pb::Answered { from, number }) => Some(Answered { from: from.parse().ok()?, number }),
    };
    Some(Event { unit, matter: told.matter.parse().ok()?, at, to, answers, fact })
}
