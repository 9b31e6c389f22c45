//! What happened to a matter, as far as a unit may know.

use yishi_escalation_domain::{Event, Fact, Reply, Stay, stays};
use yishi_kernel::{Calendar, Register, Timestamp, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_proto::escalation::v1::StepKind;

use super::codes;
use super::fields::{micros, unit, unit_or_none};

/// Steps, and stays, that are told at most, so that any history can be sent.
const TOLD_MAX: usize = 500;

/// An event and who brought it about.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) event: Event,
    pub(crate) actor: String,
}

/// Tells a unit what was written about a matter: by itself, by units below it, and to it from above.
pub(crate) fn history(
    referral: &mut pb::Referral,
    here: UnitCode,
    written: &[Known],
    register: &Register,
    now: Timestamp,
) {
    let may_know = |event: &Event| register.is_within(event.unit, here) || event.to == Some(here);
    let known = || written.iter().filter(|known| may_know(&known.event));
    referral.steps = last(known().filter_map(step).collect());
    let stays = stays(here, known().map(|known| &known.event));
    referral.stays = last(stays.iter().map(|told| stay(told, register, now)).collect());
}

fn last<T>(mut told: Vec<T>) -> Vec<T> {
    told.split_off(told.len().saturating_sub(TOLD_MAX))
}

fn stay(told: &Stay, register: &Register, now: Timestamp) -> pb::Stay {
    pb::Stay {
        unit: unit(told.unit),
        level: codes::level(register.level(told.unit)) as i32,
        arrive_time_us: told.since.as_micros(),
        leave_time_us: micros(told.until),
        working_days: i32::try_from(told.working_days(Calendar::china(), now)).unwrap_or(i32::MAX),
    }
}

/// None for what only passes news on.
fn step(Known { event, actor }: &Known) -> Option<pb::Step> {
    let (kind, text, department) = match &event.fact {
        Fact::Opened => (StepKind::Opened, "", None),
        Fact::Raised { reason } => (StepKind::Raised, reason.as_str(), None),
        Fact::Offered { reason, .. } => (StepKind::Offered, reason.as_str(), None),
        Fact::Accepted { .. } => (StepKind::Accepted, "", None),
        Fact::Returned { reason } => (StepKind::Returned, reason.as_str(), None),
        Fact::Regained { reason, .. } => (StepKind::Regained, reason.as_str(), None),
        Fact::Bounced { why, .. } => (StepKind::Bounced, why.as_str(), None),
        Fact::AskedBack { reason } => (StepKind::TakeBackRequested, reason.as_str(), None),
        Fact::AskBackDenied { reason } => (StepKind::TakeBackDenied, reason.as_str(), None),
        Fact::Assigned { lead, .. } => (StepKind::Assigned, "", Some(lead)),
        Fact::AssignmentAnswered { department, reply } => match reply {
            Reply::Accept => (StepKind::AssignmentAccepted, "", Some(department)),
            Reply::Decline { reason } => (StepKind::AssignmentDeclined, reason.as_str(), Some(department)),
        },
        Fact::Reported { department, text } => (StepKind::Reported, text.as_str(), Some(department)),
        Fact::Resolved { outcome } => (StepKind::Resolved, outcome.as_str(), None),
        Fact::Refused { .. }
        | Fact::Told { .. }
        | Fact::Heard { .. }
        | Fact::Confirmed
        | Fact::AskBackNoted { .. }
        | Fact::AskBackEnded { .. }
        | Fact::SetAside { .. } => return None,
    };
    Some(pb::Step {
        kind: kind as i32,
        unit: unit(event.unit),
        to: unit_or_none(event.to),
        actor: actor.clone(),
        at_us: event.at.as_micros(),
        text: text.to_owned(),
        department: department.map(ToString::to_string).unwrap_or_default(),
    })
}
