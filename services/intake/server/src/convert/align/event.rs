//! What is written into the journals about what departments say, and how it is read again.

use std::collections::BTreeSet;

use yishi_intake_domain::align::{Department, Fact, Opinion, Revision, Scope, Stand};
use yishi_intake_domain::book;
use yishi_kernel::{Fen, MatterId, Timestamp};
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::super::doing::{papers, papers_from};
use super::super::fields::{count, wire};
use super::{asked_for, asks, stand, stand_from};

/// What the event's payload says happened.
pub(in crate::convert) fn event(fact: &Fact) -> Kind {
    match fact {
        Fact::Revised(Revision { scope, reason }) => Kind::Revised(pb::Revised {
            cost_estimate_fen: scope.cost_estimate.get(),
            households: wire(scope.households),
            persons: wire(scope.persons),
            place: scope.place.clone(),
            reason: reason.clone(),
            departments: Vec::new(),
        }),
        Fact::OpinionsRequested { round, departments, due } => {
            Kind::OpinionsRequested(pb::OpinionsRequested {
                round: wire(*round),
                departments: kinds(departments),
                due_time_us: due.as_micros(),
            })
        }
        Fact::OpinionHeard { department, opinion, still_met, outstanding } => {
            Kind::OpinionHeard(pb::OpinionHeard {
                department: department.to_string(),
                stand: stand(opinion.stand.as_ref()) as i32,
                text: opinion.text.clone(),
                conditions: asks(opinion.stand.as_ref()),
                give_time_us: opinion.given.as_micros(),
                outstanding: kinds(outstanding),
                still_met: still_met.iter().map(|number| wire(*number)).collect(),
            })
        }
        Fact::ConditionMet { department, condition, text, papers: shown } => {
            Kind::ConditionMet(pb::ConditionMet {
                department: department.to_string(),
                condition: wire(*condition),
                text: text.clone(),
                papers: papers(shown),
            })
        }
    }
}

/// Has an entry name the departments that the next one asks: a line may be cut between the two, and whoever has heard of the
/// first must not take it that nobody is asked.
pub(crate) fn name_departments(told: &mut pb::Event, asked: &Fact) {
    let Fact::OpinionsRequested { departments, .. } = asked else { return };
    match &mut told.kind {
        Some(Kind::Determined(told)) => told.departments = kinds(departments),
        Some(Kind::Revised(told)) => told.departments = kinds(departments),
        _ => {}
    }
}

/// The fact that [`event`] wrote.
pub(in crate::convert) fn fact_from(kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::Revised(told) => Fact::Revised(Revision {
            scope: Scope {
                cost_estimate: Some(Fen::new(told.cost_estimate_fen)).filter(|cost| *cost >= Fen::ZERO)?,
                households: count(told.households)?,
                persons: count(told.persons)?,
                place: told.place,
            },
            reason: told.reason,
        }),
        Kind::OpinionsRequested(told) => Fact::OpinionsRequested {
            round: count(told.round)?,
            departments: kinds_from(&told.departments)?,
            due: Timestamp::from_micros(told.due_time_us),
        },
        Kind::OpinionHeard(told) => Fact::OpinionHeard {
            department: told.department.parse().ok()?,
            outstanding: kinds_from(&told.outstanding)?,
            still_met: told.still_met.iter().map(|number| count(*number)).collect::<Option<_>>()?,
            opinion: Opinion {
                stand: stand_from(told.stand(), asked_for(&told.conditions))?,
                text: told.text,
                given: Timestamp::from_micros(told.give_time_us),
            },
        },
        Kind::ConditionMet(told) => Fact::ConditionMet {
            department: told.department.parse().ok()?,
            condition: count(told.condition)?,
            text: told.text,
            papers: papers_from(&told.papers)?,
        },
        _ => return None,
    })
}

/// What the letter of a county says.
pub(in crate::convert) fn given(
    matter: MatterId,
    round: u32,
    department: &Department,
    said: Option<&Stand>,
    text: &str,
) -> Kind {
    Kind::OpinionGiven(pb::OpinionGiven {
        matter: matter.to_string(),
        round: wire(round),
        department: department.to_string(),
        stand: stand(said) as i32,
        text: text.to_owned(),
        conditions: asks(said),
    })
}

/// The fact that [`given`] wrote.
pub(in crate::convert) fn given_from(told: pb::OpinionGiven) -> Option<book::Fact> {
    Some(book::Fact::OpinionGiven {
        matter: told.matter.parse().ok()?,
        round: count(told.round)?,
        department: told.department.parse().ok()?,
        stand: stand_from(told.stand(), asked_for(&told.conditions))?,
        text: told.text,
    })
}

fn kinds(departments: &BTreeSet<Department>) -> Vec<String> {
    departments.iter().map(ToString::to_string).collect()
}

fn kinds_from(kinds: &[String]) -> Option<BTreeSet<Department>> {
    kinds.iter().map(|kind| kind.parse().ok()).collect()
}
