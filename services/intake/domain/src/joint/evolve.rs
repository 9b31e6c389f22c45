//! What an event changes.

use yishi_kernel::Timestamp;

use super::{
    Event, Fact, LeadFact, Participation, ParticipationId, Partner, Party, Plan, Standing, State, Terms,
};
use crate::{Content, Matter, Stage, World};

/// An event that cannot have happened to the participation as it is: something is missing, or was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} does not fit {participation}, which is {}", state.map_or("not there", State::as_str))]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// To which participation.
    pub participation: ParticipationId,
    /// How far that is, if it is there.
    pub state: Option<State>,
}

/// Applies an event. What [`decide`](super::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    let id = event.participation;
    let known = world.participation(id);
    let before = known.map_or((0, 0), Participation::slots);
    let after = change(known.cloned(), event).ok_or_else(|| Misfit {
        kind: event.fact.kind(),
        participation: id,
        state: known.map(|known| known.state),
    })?;
    let (taken, open) = after.slots();
    let used = world.year_mut(id.village, id.matter.year);
    // What is counted now was counted before, so this never goes below nothing.
    used.joint = (used.joint + taken).saturating_sub(before.0);
    used.joint_open = (used.joint_open + open).saturating_sub(before.1);
    world.put_participation(after);
    Ok(())
}

fn change(known: Option<Participation>, event: &Event) -> Option<Participation> {
    if let Fact::Invited { content, terms } = &event.fact {
        return invite(known.as_ref(), event, content, terms);
    }
    let mut part = known?;
    let state = part.state;
    let expected = match &event.fact {
        Fact::Deliberated(_) | Fact::Accepted { .. } | Fact::Declined { .. } => state == State::Invited,
        Fact::LeaveRequested { .. } => state == State::Accepted,
        Fact::Invited { .. } | Fact::Released { .. } | Fact::Determined { .. } => state.is_open(),
        Fact::Ended { state: end } => {
            state == State::Determined && end.takes_part() && *end != State::Determined
        }
    };
    if !expected {
        return None;
    }
    match &event.fact {
        Fact::Invited { .. } => {}
        Fact::Deliberated(held) => part.deliberation = Some(*held),
        Fact::Accepted { .. } => (part.state, part.slot) = (State::Accepted, true),
        Fact::Declined { reason, .. } => {
            (part.state, part.slot) = (State::Declined, false);
            part.reason.clone_from(reason);
        }
        Fact::LeaveRequested { reason, .. } => {
            part.state = State::Leaving;
            part.reason.clone_from(reason);
        }
        Fact::Released { cause, reason } => {
            (part.state, part.slot) = (State::Released, false);
            part.released = Some((*cause, reason.clone()));
        }
        Fact::Determined { number, due } => {
            (part.state, part.slot) = (State::Determined, true);
            part.determination = Some((*number, *due));
        }
        Fact::Ended { state } => part.state = *state,
    }
    part.version = part.version.wrapping_add(1);
    part.updated = event.at;
    Some(part)
}

/// A slot that is kept under earlier terms stays kept: only the village's own word frees it.
fn invite(
    known: Option<&Participation>,
    event: &Event,
    content: &Content,
    terms: &Terms,
) -> Option<Participation> {
    let at = event.at;
    if known.is_some_and(|known| known.terms.number >= terms.number || known.state.takes_part()) {
        return None;
    }
    let leaving = known.filter(|known| known.state == State::Leaving);
    Some(Participation {
        id: event.participation,
        state: if leaving.is_some() { State::Leaving } else { State::Invited },
        content: content.clone(),
        terms: terms.clone(),
        offered: at,
        deliberation: None,
        slot: known.is_some_and(|known| known.slot),
        reason: leaving.map(|known| known.reason.clone()).unwrap_or_default(),
        released: None,
        determination: None,
        version: known.map_or(1, |known| known.version.wrapping_add(1)),
        created: known.map_or(at, |known| known.created),
        updated: at,
    })
}

/// What a fact of the lead's journal changes of its matter, but for its version.
pub(crate) fn lead(matter: &mut Matter, fact: &LeadFact, at: Timestamp) -> Option<()> {
    match fact {
        LeadFact::Invited { terms, reopened } => {
            let plan = offer(matter, terms, at)?;
            reopen(matter, *reopened)?;
            matter.joint = Some(plan);
        }
        LeadFact::Dropped { reopened, .. } => {
            matter.joint.as_ref().filter(|plan| !plan.dropped)?;
            reopen(matter, *reopened)?;
            matter.joint.as_mut()?.dropped = true;
        }
        LeadFact::Answered { partner, declined } => {
            let plan = matter.joint.as_mut().filter(|plan| !plan.dropped && matter.stage.is_undecided())?;
            let partner =
                plan.partner_mut(*partner).filter(|partner| partner.standing == Standing::Invited)?;
            partner.standing = match declined {
                None => Standing::Accepted,
                Some(reason) => Standing::Declined { reason: reason.clone() },
            };
        }
        LeadFact::Released { village, cause, reason, .. } => {
            // Who asks to leave is answered even if nothing is known of it.
            let known = matter.joint.as_mut().and_then(|plan| plan.partner_mut(*village));
            if let Some(partner) = known.filter(|partner| partner.is_in()) {
                partner.standing = match cause {
                    super::Cause::Left => Standing::Left { reason: reason.clone() },
                    _ => Standing::Released,
                };
            }
        }
        LeadFact::Offered { .. } | LeadFact::Determined { .. } | LeadFact::Ended { .. } => {
            matter.joint.as_ref()?;
        }
    }
    Some(())
}

fn offer(matter: &Matter, terms: &Terms, at: Timestamp) -> Option<Plan> {
    let before = matter.joint.as_ref();
    if before.is_some_and(|before| before.number >= terms.number) || !matter.stage.is_undecided() {
        return None;
    }
    let since = |party: &Party| {
        let known = before.filter(|plan| !plan.dropped).and_then(|plan| plan.partner(party.village));
        known.filter(|partner| partner.is_in()).map_or(terms.number, |partner| partner.since)
    };
    let partner = |party: &Party| Partner { party: *party, since: since(party), standing: Standing::Invited };
    Some(Plan {
        number: terms.number,
        lead: terms.lead,
        partners: terms.parties.iter().map(partner).collect(),
        offered: at,
        dropped: false,
    })
}

/// The lead's own village decided on other terms.
fn reopen(matter: &mut Matter, reopened: bool) -> Option<()> {
    if reopened {
        matches!(matter.stage, Stage::Deliberated | Stage::Noticed(_)).then_some(())?;
        matter.stage = Stage::Proposed;
    }
    Some(())
}
