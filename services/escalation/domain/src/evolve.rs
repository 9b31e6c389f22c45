//! What an event changes.

use yishi_kernel::{MatterId, UnitCode};

use crate::keys::changes_desk;
use crate::{Answer, Answered, Coordination, Desk, Event, Fact, Stance, State, TakeBack, World};

/// An event that cannot have happened to the matter as it is: something is missing, or was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It does not follow from where the matter is.
    #[error("{kind} does not fit {matter} at {unit}, where it is {}", state.map_or("not known", State::as_str))]
    OutOfState {
        /// What is said to have happened.
        kind: &'static str,
        /// At which unit.
        unit: UnitCode,
        /// To which matter.
        matter: MatterId,
        /// What that is to the unit, if it ever came there.
        state: Option<State>,
    },
    /// It answers a letter that was dealt with before.
    #[error(
        "{kind} at {unit} answers letter {number} of {from}, where {heard} was the last that was dealt with"
    )]
    AnsweredBefore {
        /// What is said to have happened.
        kind: &'static str,
        /// At which unit.
        unit: UnitCode,
        /// Who sent the letter.
        from: UnitCode,
        /// The letter's number on its way.
        number: i64,
        /// The last number that was dealt with.
        heard: i64,
    },
}

/// Applies an event. What [`decide`](crate::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    let (kind, unit) = (event.fact.kind(), event.unit);
    if let Some(Answered { from, number }) = event.answers {
        let heard = world.heard(unit, from);
        if number <= heard {
            return Err(Misfit::AnsweredBefore { kind, unit, from, number, heard });
        }
    }
    if changes_desk(event) {
        apply(world, event)?;
    }
    if let Some(Answered { from, number }) = event.answers {
        world.hear(unit, from, number);
    }
    Ok(())
}

fn apply(world: &mut World, event: &Event) -> Result<(), Misfit> {
    let applied = match &event.fact {
        Fact::Opened => open(world, event),
        Fact::Offered { .. } => offer(world, event),
        _ => change(world, event),
    };
    applied.ok_or_else(|| Misfit::OutOfState {
        kind: event.fact.kind(),
        unit: event.unit,
        matter: event.matter,
        state: world.desk(event.unit, event.matter).map(Desk::state),
    })
}

fn open(world: &mut World, event: &Event) -> Option<()> {
    let fits = world.desk(event.unit, event.matter).is_none() && event.unit == event.matter.village;
    fits.then(|| world.put(new_desk(event, Stance::Holding { due: None })))
}

fn offer(world: &mut World, event: &Event) -> Option<()> {
    let Fact::Offered { reason, due } = &event.fact else { return None };
    event.to?;
    let stance = Stance::Offered { due: *due, reason: reason.clone() };
    let mut desk = new_desk(event, stance);
    if let Some(before) = world.desk(event.unit, event.matter) {
        if !matches!(before.stance, Stance::Returned { .. }) {
            return None;
        }
        desk.created = before.created;
        desk.version = before.version.wrapping_add(1);
    }
    world.put(desk);
    Some(())
}

fn new_desk(event: &Event, stance: Stance) -> Desk {
    Desk {
        unit: event.unit,
        matter: event.matter,
        below: event.to,
        stance,
        asked: None,
        version: 1,
        created: event.at,
        updated: event.at,
    }
}

fn change(world: &mut World, event: &Event) -> Option<()> {
    let desk = world.desk_mut(event.unit, event.matter)?;
    match &event.fact {
        Fact::AskBackNoted { reason, due } => {
            let open = desk.asked.is_none() && desk.below.is_some();
            if !open || matches!(desk.stance, Stance::Returned { .. }) {
                return None;
            }
            desk.asked = Some(TakeBack { since: event.at, due: Some(*due), reason: reason.clone() });
        }
        Fact::AskBackDenied { .. } => drop(desk.asked.take()?),
        fact => {
            desk.stance = next(desk, event, fact)?;
            if matches!(desk.stance, Stance::Returned { .. }) {
                desk.asked = None;
            }
        }
    }
    // An etag has only to differ from the one before, so coming round after four thousand million changes is no harm.
    desk.version = desk.version.wrapping_add(1);
    desk.updated = event.at;
    Some(())
}

/// Where the matter is for the unit afterwards; none if that cannot be.
fn next(desk: &Desk, event: &Event, fact: &Fact) -> Option<Stance> {
    let mut stance = desk.stance.clone();
    match (fact, &mut stance) {
        (
            Fact::Raised { reason },
            Stance::Offered { .. } | Stance::Holding { .. } | Stance::Resolved { .. },
        ) => {
            let (to, reason) = (event.to?, reason.clone());
            return Some(Stance::Raised { to, reason, heard: None, take_back: None });
        }
        (Fact::Returned { reason }, stance) if stance.decides() && desk.below.is_some() => {
            return Some(Stance::Returned { reason: reason.clone(), confirmed: false });
        }
        (Fact::Accepted { due }, Stance::Offered { .. })
        | (Fact::Regained { due, .. }, Stance::Raised { .. })
        | (Fact::Bounced { due, .. }, Stance::Raised { .. } | Stance::Returned { confirmed: false, .. }) => {
            return Some(Stance::Holding { due: Some(*due) });
        }
        (Fact::Heard { standing }, Stance::Raised { heard, .. }) => *heard = Some(standing.clone()),
        (Fact::Confirmed, Stance::Returned { confirmed: confirmed @ false, .. }) => *confirmed = true,
        (Fact::AskedBack { reason }, Stance::Raised { take_back: wish @ None, .. }) => {
            *wish = Some(TakeBack { since: event.at, due: None, reason: reason.clone() });
        }
        (Fact::AskBackEnded { .. }, Stance::Raised { take_back: wish @ Some(_), .. }) => *wish = None,
        (Fact::Assigned { .. }, _) => return assign(desk, event),
        (Fact::AssignmentAnswered { department, reply }, Stance::Coordinating { coordination, .. }) => {
            let asked = coordination.find_mut(department).filter(|asked| asked.answer.is_none())?;
            asked.answer = Some(Answer { at: event.at, reply: reply.clone() });
        }
        (Fact::Reported { department, .. }, Stance::Coordinating { coordination, .. }) => {
            coordination.find_mut(department)?.reported = Some(event.at);
        }
        (Fact::Resolved { outcome }, Stance::Holding { .. } | Stance::Coordinating { .. }) => {
            return Some(Stance::Resolved { outcome: outcome.clone() });
        }
        _ => return None,
    }
    Some(stance)
}

fn assign(desk: &Desk, event: &Event) -> Option<Stance> {
    let Fact::Assigned { lead, helpers, answers_due, due } = &event.fact else { return None };
    let before = match &desk.stance {
        Stance::Holding { .. } => None,
        Stance::Coordinating { coordination, .. } => Some(coordination),
        _ => return None,
    };
    let coordination = Coordination::asking(lead, helpers, before, event.at, *answers_due);
    Some(Stance::Coordinating { due: *due, coordination })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::branch::{Branch, department};
    use crate::{Act, Reply, Why};

    #[test]
    fn what_cannot_have_happened_is_named_and_changes_nothing() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, ..]) = (branch.matter(), branch.units());
        branch.open();
        let (before, due) = (branch.world.clone(), branch.now);
        let reason = String::from("no");
        for (fact, to) in [
            (Fact::Opened, None),
            (Fact::Raised { reason: reason.clone() }, None),
            (Fact::Offered { reason: reason.clone(), due }, Some(village)),
            (Fact::Accepted { due }, None),
            (Fact::Returned { reason: reason.clone() }, Some(township)),
            (Fact::Regained { reason: reason.clone(), due }, Some(township)),
            (Fact::Bounced { why: Why::NotBelow, due }, None),
            (Fact::Confirmed, None),
            (Fact::AskedBack { reason: reason.clone() }, Some(township)),
            (Fact::AskBackNoted { reason: reason.clone(), due }, None),
            (Fact::AskBackDenied { reason: reason.clone() }, Some(township)),
            (Fact::AskBackEnded { reason }, None),
        ] {
            let said = format!("{} does not fit {matter} at {village}, where it is HANDLED", fact.kind());
            let event = Event { unit: village, matter, at: branch.now, to, answers: None, fact };
            assert_eq!(evolve(&mut branch.world, &event).unwrap_err().to_string(), said);
            assert_eq!(branch.world, before);
        }
        let (at, fact) = (branch.now, Fact::Opened);
        let elsewhere = Event { unit: township, matter, at, to: None, answers: None, fact };
        let said = format!("escalation.opened does not fit {matter} at {township}, where it is not known");
        assert_eq!(evolve(&mut branch.world, &elsewhere).unwrap_err().to_string(), said);
    }

    #[test]
    fn nothing_is_confirmed_or_answered_twice() {
        let [_, mut returned, mut coordinating, _] = Branch::in_every_state();
        let region = returned.units()[4];
        let reply = Reply::Accept;
        let answered = Fact::AssignmentAnswered { department: department("water"), reply: reply.clone() };
        coordinating.act(region, Act::AnswerAssignment { department: department("water"), reply }).unwrap();
        for (branch, fact) in [(&mut returned, Fact::Confirmed), (&mut coordinating, answered)] {
            let before = branch.world.clone();
            let (matter, at) = (branch.matter(), branch.now);
            let event = Event { unit: region, matter, at, to: None, answers: None, fact };
            evolve(&mut branch.world, &event).unwrap_err();
            assert_eq!(branch.world, before);
        }
    }

    #[test]
    fn a_letter_is_answered_by_one_event_alone() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, ..]) = (branch.matter(), branch.units());
        branch.open();
        branch.raise(village);
        branch.raise(township);
        let before = branch.world.clone();
        let fact = Fact::SetAside { from: village, kind: "escalation.raised".into() };
        let answers = Some(Answered { from: village, number: 1 });
        let mut event = Event { unit: township, matter, at: branch.now, to: None, answers, fact };
        let said = format!(
            "escalation.set_aside at {township} answers letter 1 of {village}, where 1 was the last that was dealt with"
        );
        assert_eq!(evolve(&mut branch.world, &event).unwrap_err().to_string(), said);
        assert_eq!(branch.world, before);
        event.answers = Some(Answered { from: village, number: 2 });
        evolve(&mut branch.world, &event).unwrap();
        assert_eq!(branch.world.heard(township, village), 2);
    }
}
