//! A partner's side: its own meeting, its own slot, and its own word. What it has agreed to it keeps until the lead lets
//! it go, however long that takes.

use yishi_kernel::Timestamp;

use super::{Fact, Refusal, Rules, State, may_join, slot_left};
use crate::joint::{Act, FromLead, Participation};
use crate::rules::deliberate::held;
use crate::{Outcome, VillageYear};

pub(super) fn change(
    rules: &Rules<'_>,
    part: &Participation,
    used: VillageYear,
    act: &Act,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    if !act.wanted().contains(&part.state) {
        return Err(Refusal::WrongState { state: part.state, wanted: act.wanted() });
    }
    let terms = part.terms.number;
    match act {
        Act::Deliberate(meeting) => {
            // It met about these terms, and in the order in which it met.
            let before = part.deliberation.map(|before| before.meeting.held_on);
            let earliest = before.unwrap_or_else(|| part.offered.date());
            Ok(Fact::Deliberated(held(rules.policy, meeting, earliest, now)?))
        }
        Act::Accept => accept(rules, part, used),
        Act::Decline { reason } => Ok(Fact::Declined { terms, reason: reason.clone() }),
        Act::Leave { reason } => Ok(Fact::LeaveRequested { terms, reason: reason.clone() }),
    }
}

fn accept(rules: &Rules<'_>, part: &Participation, used: VillageYear) -> Result<Fact, Refusal> {
    // The lead has looked, by its register; who keeps a slot for it looks too.
    may_join(rules.register, part.id.matter.village, part.id.village, part.content.category)?;
    if part.deliberation.is_none_or(|held| held.outcome != Outcome::Carried) {
        return Err(Refusal::NotDeliberated);
    }
    if !part.slot {
        slot_left(rules.policy, used, part.content.category)?;
    }
    Ok(Fact::Accepted { terms: part.terms.number })
}

/// What follows from a letter of the lead; nothing from one that comes twice or late.
pub(super) fn hear(known: Option<&Participation>, says: &FromLead) -> Option<Fact> {
    let open = |terms: u32| {
        known.is_some_and(|known| known.state.is_open() && known.terms.number <= terms).then_some(())
    };
    match says {
        FromLead::Offered { content, terms } => {
            let late =
                known.is_some_and(|known| known.terms.number >= terms.number || known.state.takes_part());
            (!late).then(|| Fact::Invited { content: content.clone(), terms: terms.clone() })
        }
        FromLead::Released { terms, cause, reason } => {
            open(*terms).map(|()| Fact::Released { cause: *cause, reason: reason.clone() })
        }
        // A village that was restored may have lost its own word, and with it the slot that it kept: the lead's holds.
        FromLead::Determined { terms, number, due } => {
            open(*terms).map(|()| Fact::Determined { number: *number, due: *due })
        }
        FromLead::Ended { state } => known
            .is_some_and(|known| known.state == State::Determined)
            .then_some(Fact::Ended { state: *state }),
    }
}

#[cfg(test)]
mod tests;
