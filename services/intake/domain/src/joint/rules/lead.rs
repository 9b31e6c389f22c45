//! The lead's side: it offers terms, hears what is said to them, and is the one place where it is decided whether a
//! partner goes before the matter is fixed.

use yishi_kernel::{BasisPoints, Fen, UnitCode};

use super::{Refusal, Rules, State, may_join};
use crate::joint::{Cause, FromPartner, LeadFact, Party, Plan, Shares, Standing, Terms};
use crate::{Ending, Fact, Matter, Outcome};

use crate::rules::all_answered;

const WANTED: &[crate::State] = &[crate::State::Proposed, crate::State::Deliberated, crate::State::Noticed];

pub(super) fn invite(
    rules: &Rules<'_>,
    matter: &Matter,
    lead: Shares,
    parties: &[Party],
) -> Result<Vec<LeadFact>, Refusal> {
    let reopened = reopens(matter)?;
    for (nth, Party { village, .. }) in parties.iter().enumerate() {
        let before = parties[..nth].iter().map(|party| party.village).chain([matter.id.village]);
        if before.into_iter().any(|named| named == *village) {
            return Err(Refusal::NamedTwice { village: *village });
        }
        may_join(rules.register, matter.id.village, *village, matter.content.category)?;
    }
    all_of_it(matter, lead, parties)?;
    let before = matter.joint.as_ref();
    let number = before.map_or(0, |plan| plan.number).saturating_add(1);
    let terms = Terms { number, lead, parties: parties.to_vec() };
    let named = |village| parties.iter().any(|party| party.village == village);
    let gone = matter.plan().into_iter().flat_map(|plan| {
        let gone = plan.members().filter(|village| !named(*village));
        gone.map(|village| released(plan, village, Cause::NotInvitedAgain, ""))
    });
    let mut facts: Vec<_> = gone.collect();
    facts.push(LeadFact::Invited { terms: terms.clone(), reopened });
    facts.extend(parties.iter().map(|party| LeadFact::Offered {
        village: party.village,
        content: matter.content.clone(),
        terms: terms.clone(),
    }));
    Ok(facts)
}

pub(super) fn release(matter: &Matter, reason: &str) -> Result<Vec<LeadFact>, Refusal> {
    let reopened = reopens(matter)?;
    let plan = matter.plan().ok_or(Refusal::NotPlanned)?;
    Ok(dropped(plan, Cause::Dropped, reason, reopened))
}

/// Whether other terms send the matter back to the lead's own village. Nothing ends a notice while an objection is open.
fn reopens(matter: &Matter) -> Result<bool, Refusal> {
    let state = matter.state();
    if !WANTED.contains(&state) {
        return Err(crate::Refusal::WrongState { state, wanted: WANTED }.into());
    }
    all_answered(matter)?;
    Ok(state != crate::State::Proposed)
}

/// Whether the shares are all of the cost and all of the credit.
fn all_of_it(matter: &Matter, lead: Shares, parties: &[Party]) -> Result<(), Refusal> {
    let all = || parties.iter().map(|party| party.shares).chain([lead]);
    let cost = Fen::checked_sum(all().map(|shares| shares.cost));
    let credit: u32 = all().map(|shares| u32::from(shares.credit.get())).sum();
    let estimate = matter.content.cost_estimate;
    if cost == Some(estimate) && credit == u32::from(BasisPoints::WHOLE.get()) {
        return Ok(());
    }
    Err(Refusal::SharesDoNotSum { cost: cost.map_or(i64::MAX, Fen::get), estimate: estimate.get(), credit })
}

fn released(plan: &Plan, village: UnitCode, cause: Cause, reason: &str) -> LeadFact {
    LeadFact::Released { village, terms: plan.number, cause, reason: reason.to_owned() }
}

/// The plan is given up, and everybody is let go.
fn dropped(plan: &Plan, cause: Cause, reason: &str, reopened: bool) -> Vec<LeadFact> {
    let drop = LeadFact::Dropped { cause, reason: reason.to_owned(), reopened };
    let all = plan.members().map(|village| released(plan, village, cause, reason));
    [drop].into_iter().chain(all).collect()
}

/// What follows from a partner's letter; nothing from one that comes twice, late, or speaks of other terms.
pub(super) fn hear(matter: &Matter, village: UnitCode, terms: u32, says: &FromPartner) -> Option<LeadFact> {
    let asked = matter.plan().filter(|plan| plan.number == terms && matter.stage.is_undecided());
    let asked = asked.and_then(|plan| plan.partner(village));
    let asked = asked.is_some_and(|partner| partner.standing == Standing::Invited);
    let answered = |declined| asked.then_some(LeadFact::Answered { partner: village, declined });
    match says {
        FromPartner::Accepted => answered(None),
        FromPartner::Declined { reason } => answered(Some(reason.clone())),
        FromPartner::LeaveRequested { reason } => leave(matter, village, terms, reason),
    }
}

/// A partner may leave until the matter is fixed. Here, and nowhere else, it is seen which of the two was first: who is
/// still here when the matter is fixed has been told so, which answers its wish.
fn leave(matter: &Matter, village: UnitCode, terms: u32, reason: &str) -> Option<LeadFact> {
    let known = matter.joint.as_ref().and_then(|plan| plan.partner(village));
    // It was let go, and told so.
    if known.is_some_and(|partner| matches!(partner.standing, Standing::Left { .. } | Standing::Released)) {
        return None;
    }
    let member = matter.plan().and_then(|plan| plan.partner(village)).filter(|partner| partner.is_in());
    let last = match member {
        Some(_) if matter.stage.determination().is_some() => return None,
        // It was let go, and has come back since.
        Some(partner) if partner.since > terms => return None,
        Some(_) => matter.joint.as_ref()?.number,
        // It is told that it may go: this node may have lost that it ever was here.
        None => terms,
    };
    Some(LeadFact::Released { village, terms: last, cause: Cause::Left, reason: reason.to_owned() })
}

/// What the partners are told of what happened to the matter itself.
pub(crate) fn letters(matter: &Matter, fact: &Fact) -> Vec<LeadFact> {
    let Some(plan) = matter.plan() else { return Vec::new() };
    let ended = |state| plan.members().map(|village| LeadFact::Ended { village, state }).collect();
    match fact {
        Fact::Deliberated(held) if held.outcome != Outcome::Carried => {
            dropped(plan, Cause::NotCarried, "", false)
        }
        Fact::Declined { reason } => dropped(plan, Cause::Declined, reason, false),
        Fact::Withdrawn { reason } => dropped(plan, Cause::Withdrawn, reason, false),
        Fact::Merged { .. } => dropped(plan, Cause::Merged, "", false),
        Fact::Determined { number, due, .. } => {
            let (terms, number, due) = (plan.number, *number, *due);
            let told = plan.members().map(|village| LeadFact::Determined { village, terms, number, due });
            told.collect()
        }
        Fact::Closed { .. } => ended(State::Closed),
        Fact::Cancelled { .. } => ended(end(Ending::Cancelled)),
        Fact::CarriedOver { .. } => ended(end(Ending::CarriedOver)),
        _ => Vec::new(),
    }
}

const fn end(ending: Ending) -> State {
    match ending {
        Ending::CarriedOver => State::CarriedOver,
        Ending::Cancelled => State::Cancelled,
    }
}

#[cfg(test)]
mod tests;
