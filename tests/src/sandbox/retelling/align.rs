//! What departments say about a matter: what the journal says happened, and as the contract shows it.

use std::collections::BTreeSet;

use yishi_intake_domain::Fact as All;
use yishi_intake_domain::align::{Alignment, Condition, Department, Fact, Opinion, Revision, Scope, Stand};
use yishi_kernel::{Fen, Timestamp};
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::facts::count;
use super::served::wire;
use super::work::{papers, shown};

pub(super) fn fact(kind: Kind) -> All {
    All::Align(match kind {
        Kind::Revised(told) => Fact::Revised(Revision {
            scope: Scope {
                cost_estimate: Fen::new(told.cost_estimate_fen),
                households: count(told.households),
                persons: count(told.persons),
                place: told.place,
            },
            reason: told.reason,
        }),
        Kind::OpinionsRequested(told) => Fact::OpinionsRequested {
            round: count(told.round),
            departments: departments(&told.departments),
            due: Timestamp::from_micros(told.due_time_us),
        },
        Kind::OpinionHeard(told) => Fact::OpinionHeard {
            department: department(&told.department),
            outstanding: departments(&told.outstanding),
            still_met: told.still_met.iter().map(|number| count(*number)).collect(),
            opinion: Opinion {
                stand: stand(told.stand(), &told.conditions),
                text: told.text,
                given: Timestamp::from_micros(told.give_time_us),
            },
        },
        Kind::ConditionMet(told) => Fact::ConditionMet {
            department: department(&told.department),
            condition: count(told.condition),
            text: told.text,
            papers: papers(&told.papers),
        },
        other => panic!("{other:?} is not about what departments say"),
    })
}

fn department(kind: &str) -> Department {
    kind.parse().expect("a kind of department")
}

fn departments(kinds: &[String]) -> BTreeSet<Department> {
    kinds.iter().map(|kind| department(kind)).collect()
}

fn stand(told: pb::OpinionStand, conditions: &[String]) -> Option<Stand> {
    let condition = |text: &String| Condition { text: text.clone(), met: None };
    match told {
        pb::OpinionStand::Waiting => None,
        pb::OpinionStand::Consent => Some(Stand::Consent),
        pb::OpinionStand::Conditional => Some(Stand::Conditional(conditions.iter().map(condition).collect())),
        pb::OpinionStand::Objection => Some(Stand::Objection),
        pb::OpinionStand::Unspecified => panic!("an opinion without a stand"),
    }
}

/// The contract's form of what departments say.
pub(super) fn served(asked: &Alignment) -> pb::Alignment {
    let opinion = |(department, said): (&Department, &Option<Opinion>)| {
        let none = &[][..];
        let (stand, conditions) = match said.as_ref().and_then(|said| said.stand.as_ref()) {
            None => (pb::OpinionStand::Waiting, none),
            Some(Stand::Consent) => (pb::OpinionStand::Consent, none),
            Some(Stand::Conditional(conditions)) => (pb::OpinionStand::Conditional, conditions.as_slice()),
            Some(Stand::Objection) => (pb::OpinionStand::Objection, none),
        };
        let condition = |(id, condition): (i32, &Condition)| pb::OpinionCondition {
            id,
            text: condition.text.clone(),
            met_text: condition.met.as_ref().map(|met| met.text.clone()).unwrap_or_default(),
            papers: condition.met.as_ref().map(|met| shown(&met.papers)).unwrap_or_default(),
            meet_time_us: condition.met.as_ref().map_or(0, |met| met.at.as_micros()),
        };
        pb::Opinion {
            department: department.to_string(),
            stand: stand as i32,
            text: said.as_ref().map(|said| said.text.clone()).unwrap_or_default(),
            give_time_us: said.as_ref().map_or(0, |said| said.given.as_micros()),
            late: said.as_ref().is_some_and(|said| said.given > asked.due),
            conditions: (1..).zip(conditions).map(condition).collect(),
        }
    };
    pb::Alignment {
        round: wire(asked.round),
        request_time_us: asked.asked.as_micros(),
        due_time_us: asked.due.as_micros(),
        cost_estimate_fen: asked.scope.cost_estimate.get(),
        households: wire(asked.scope.households),
        persons: wire(asked.scope.persons),
        place: asked.scope.place.clone(),
        opinions: asked.opinions.iter().map(opinion).collect(),
    }
}
