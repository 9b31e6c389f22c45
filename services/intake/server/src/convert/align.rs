//! What departments say as it is served, and back: the projection keeps the served form.

use yishi_intake_domain::align::{Alignment, Condition, Department, Met, Opinion, Scope, Stand};
use yishi_kernel::{Fen, Timestamp};
use yishi_proto::intake::v1 as pb;

use super::doing::{papers, papers_from};
use super::fields::{count, wire};

mod concern;
mod event;
mod failure;
mod requests;

pub use concern::concern;
pub(crate) use event::name_departments;
pub(super) use event::{event, fact_from, given, given_from};
pub(super) use failure::failure;
pub(crate) use requests::{department, own};

/// The served form.
pub(super) fn alignment(alignment: &Alignment) -> pb::Alignment {
    let Scope { cost_estimate, households, persons, place } = &alignment.scope;
    let opinions = alignment.opinions.iter();
    pb::Alignment {
        round: wire(alignment.round),
        request_time_us: alignment.asked.as_micros(),
        due_time_us: alignment.due.as_micros(),
        cost_estimate_fen: cost_estimate.get(),
        households: wire(*households),
        persons: wire(*persons),
        place: place.clone(),
        opinions: opinions
            .map(|(department, said)| opinion(department, said.as_ref(), alignment.due))
            .collect(),
    }
}

/// The domain's form of it.
pub(super) fn alignment_from(served: &pb::Alignment) -> Option<Alignment> {
    let scope = Scope {
        cost_estimate: Fen::new(served.cost_estimate_fen),
        households: count(served.households)?,
        persons: count(served.persons)?,
        place: served.place.clone(),
    };
    Some(Alignment {
        round: count(served.round)?,
        asked: Timestamp::from_micros(served.request_time_us),
        due: Timestamp::from_micros(served.due_time_us),
        scope,
        opinions: served.opinions.iter().map(opinion_from).collect::<Option<_>>()?,
    })
}

/// Leaves out what lists do not tell.
pub(super) fn in_short(alignment: &mut pb::Alignment) {
    for opinion in &mut alignment.opinions {
        opinion.text.clear();
        opinion.conditions.clear();
    }
}

/// The contract's word for how a department stands to a matter.
pub(crate) fn stand(stand: Option<&Stand>) -> pb::OpinionStand {
    match stand {
        None => pb::OpinionStand::Waiting,
        Some(Stand::Consent) => pb::OpinionStand::Consent,
        Some(Stand::Conditional(_)) => pb::OpinionStand::Conditional,
        Some(Stand::Objection) => pb::OpinionStand::Objection,
    }
}

#[expect(clippy::option_option, reason = "no stand, and what cannot be read, are different answers")]
fn stand_from(stand: pb::OpinionStand, conditions: Vec<Condition>) -> Option<Option<Stand>> {
    Some(match stand {
        pb::OpinionStand::Waiting => None,
        pb::OpinionStand::Consent => Some(Stand::Consent),
        pb::OpinionStand::Conditional => Some(Stand::Conditional(conditions)),
        pb::OpinionStand::Objection => Some(Stand::Objection),
        pb::OpinionStand::Unspecified => return None,
    })
}

fn asked_for(texts: &[String]) -> Vec<Condition> {
    texts.iter().map(|text| Condition { text: text.clone(), met: None }).collect()
}

/// What is asked for, in words.
fn asks(stand: Option<&Stand>) -> Vec<String> {
    match stand {
        Some(Stand::Conditional(conditions)) => {
            conditions.iter().map(|condition| condition.text.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn opinion(department: &Department, said: Option<&Opinion>, due: Timestamp) -> pb::Opinion {
    let stood = said.and_then(|said| said.stand.as_ref());
    let conditions = match stood {
        Some(Stand::Conditional(conditions)) => conditions.as_slice(),
        _ => &[],
    };
    pb::Opinion {
        department: department.to_string(),
        stand: stand(stood) as i32,
        text: said.map(|said| said.text.clone()).unwrap_or_default(),
        give_time_us: said.map_or(0, |said| said.given.as_micros()),
        late: said.is_some_and(|said| said.given > due),
        conditions: (1..).zip(conditions).map(|(id, asked)| condition(id, asked)).collect(),
    }
}

fn opinion_from(served: &pb::Opinion) -> Option<(Department, Option<Opinion>)> {
    let department = served.department.parse().ok()?;
    if served.give_time_us == 0 {
        return Some((department, None));
    }
    let conditions = served.conditions.iter().map(condition_from).collect::<Option<_>>()?;
    let (text, given) = (served.text.clone(), Timestamp::from_micros(served.give_time_us));
    Some((department, Some(Opinion { stand: stand_from(served.stand(), conditions)?, text, given })))
}

fn condition(id: i32, condition: &Condition) -> pb::OpinionCondition {
    let met = condition.met.as_ref();
    pb::OpinionCondition {
        id,
        text: condition.text.clone(),
        met_text: met.map(|met| met.text.clone()).unwrap_or_default(),
        papers: met.map(|met| papers(&met.papers)).unwrap_or_default(),
        meet_time_us: met.map_or(0, |met| met.at.as_micros()),
    }
}

fn condition_from(served: &pb::OpinionCondition) -> Option<Condition> {
    let met = || {
        Some(Met {
            text: served.met_text.clone(),
            papers: papers_from(&served.papers)?,
            at: Timestamp::from_micros(served.meet_time_us),
        })
    };
    let met = if served.meet_time_us == 0 { None } else { Some(met()?) };
    Some(Condition { text: served.text.clone(), met })
}

#[cfg(test)]
mod tests;
