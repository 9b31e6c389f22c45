//! What an event changes.

use yishi_kernel::{Actor, MatterId, Timestamp, UnitCode};

use crate::{
    Answer, Content, Determination, EndingAnswer, EndingRequest, Event, Fact, Matter, Notice, Objection,
    Outcome, Reached, Stage, State, Supporter, World, align, contact,
    doing::{self, Doing},
    exchange::mark::Marks,
    joint,
};

/// An event that cannot have happened to the matter as it is: something is missing, or was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} does not fit {matter}, which is {}", state.map_or("not there", State::as_str))]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// To which matter.
    pub matter: MatterId,
    /// Where that is in its life, if it is there.
    pub state: Option<State>,
}

/// Applies an event. What [`decide`](crate::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    apply(world, event).ok_or_else(|| Misfit {
        kind: event.fact.kind(),
        matter: event.matter,
        state: world.matter(event.matter).map(Matter::state),
    })
}

fn apply(world: &mut World, event: &Event) -> Option<()> {
    match &event.fact {
        Fact::Proposed { content, proposer } => propose(world, event, content, proposer)?,
        Fact::Merged { into, supporters_gained } => merge(world, event, *into, *supporters_gained)?,
        Fact::Supported { supporter } => {
            change(world, event)?;
            world.put_supporter(event.matter, supporter.clone());
        }
        Fact::Determined { number, .. } => {
            // A number is given once.
            let MatterId { village, year, .. } = event.matter;
            let next = number.ordinal > world.village_year(village, year).numbers;
            if (number.village, number.year) != (village, year) || !next {
                return None;
            }
            let planned = is_planned(world, event.matter);
            change(world, event)?;
            let used = world.village_year_mut(event.matter);
            used.numbers = used.numbers.max(number.ordinal);
            used.slots = used.slots.saturating_add(1);
            count_plan(world, event.matter, planned);
        }
        Fact::Joint(_) => {
            let planned = is_planned(world, event.matter);
            change(world, event)?;
            count_plan(world, event.matter, planned);
        }
        _ => change(world, event)?,
    }
    Some(())
}

/// Whether it is planned together with others and not fixed.
fn is_planned(world: &World, id: MatterId) -> bool {
    world.matter(id).is_some_and(|matter| matter.plan().is_some() && matter.stage.determination().is_none())
}

fn count_plan(world: &mut World, id: MatterId, before: bool) {
    let after = is_planned(world, id);
    let plans = &mut world.village_year_mut(id).plans;
    // What is counted now was counted before, so this never goes below nothing.
    *plans = plans.saturating_add(after.into()).saturating_sub(before.into());
}

fn propose(world: &mut World, event: &Event, content: &Content, proposer: &Actor) -> Option<()> {
    if world.matter(event.matter).is_some() {
        return None;
    }
    world.put_matter(Matter {
        id: event.matter,
        content: content.clone(),
        proposer: proposer.clone(),
        supporters: 0,
        deliberation: None,
        objections: Vec::new(),
        stage: Stage::Proposed,
        ending: None,
        joint: None,
        doing: Doing::default(),
        alignment: None,
        contact: None,
        examples: Marks::new(),
        version: 1,
        created: event.at,
        updated: event.at,
    });
    let used = world.village_year_mut(event.matter);
    used.proposals = used.proposals.max(event.matter.ordinal);
    Some(())
}

fn merge(world: &mut World, event: &Event, into: MatterId, supporters_gained: u32) -> Option<()> {
    world.matter(event.matter)?;
    // No village writes about the matters of another.
    if into == event.matter || into.village != event.matter.village {
        return None;
    }
    let target = world.matter_mut(into)?;
    target.supporters = target.supporters.saturating_add(supporters_gained);
    mark(target, event);
    let merged = world.matter_mut(event.matter)?;
    merged.stage = Stage::Merged { into };
    mark(merged, event);
    let moving: Vec<Supporter> = world.supporters(event.matter).cloned().collect();
    for supporter in moving {
        world.put_supporter(into, supporter);
    }
    Some(())
}

fn change(world: &mut World, event: &Event) -> Option<()> {
    let matter = world.matter_mut(event.matter)?;
    match &event.fact {
        Fact::Proposed { .. } | Fact::Merged { .. } => return None,
        Fact::Updated { content } => matter.content = content.clone(),
        Fact::Supported { .. } => matter.supporters = matter.supporters.saturating_add(1),
        Fact::Declined { reason } => matter.stage = Stage::Declined { reason: reason.clone() },
        Fact::Withdrawn { reason } => matter.stage = Stage::Withdrawn { reason: reason.clone() },
        Fact::Deliberated(deliberation) => {
            if deliberation.outcome == Outcome::Carried {
                matter.stage = Stage::Deliberated;
            }
            matter.deliberation = Some(*deliberation);
        }
        Fact::Noticed { earliest_end } => {
            let notice = Notice { published: event.at, earliest_end: *earliest_end, upheld: false };
            matter.stage = Stage::Noticed(notice);
        }
        Fact::Objected { text, objector, .. } => matter.objections.push(Objection {
            text: text.clone(),
            objector: objector.clone(),
            filed: event.at,
            answer: None,
        }),
        Fact::Answered { objection, answer, upheld, reopened } => {
            let asked = matter.objection_mut(*objection)?;
            asked.answer = Some(Answer { text: answer.clone(), upheld: *upheld, at: event.at });
            match &mut matter.stage {
                stage if *reopened => *stage = Stage::Proposed,
                Stage::Noticed(notice) => notice.upheld |= upheld,
                _ => {}
            }
        }
        Fact::Determined { number, due, additional, .. } => {
            let Stage::Noticed(notice) = matter.stage else { return None };
            let (number, due, additional) = (*number, *due, *additional);
            let determination = Determination { number, at: event.at, due, notice, additional };
            matter.stage = Stage::Determined(determination);
        }
        Fact::Progressed(progress) => matter.stage = matter.stage.progressed(progress, event.at)?,
        Fact::Completed { text } => matter.stage = matter.stage.completed(text, event.at)?,
        Fact::Accepted => matter.stage = matter.stage.accepted(event.at)?,
        Fact::ClosingRequested => matter.stage = matter.stage.closing_requested(event.at)?,
        Fact::Closed { paid } => matter.stage = matter.stage.closed(*paid, event.at)?,
        Fact::EndingRequested { number, ending, reason } => {
            let last = matter.ending.as_ref().map_or(0, |last| last.number);
            if matter.ending_waits().is_some() || *number <= last || Reached::of(&matter.stage).is_none() {
                return None;
            }
            let (number, ending, reason) = (*number, *ending, reason.clone());
            matter.ending = Some(EndingRequest { number, ending, reason, at: event.at, answer: None });
        }
        Fact::EndingRefused { by, reason } => answer_ending(matter, (*by, false, reason), event.at)?,
        Fact::CarriedOver { by, reason } => {
            let reached = Reached::of(&matter.stage)?;
            answer_ending(matter, (*by, true, reason), event.at)?;
            matter.stage = Stage::CarriedOver(reached);
        }
        Fact::Cancelled { by, reason, void } => {
            let reached = Reached::of(&matter.stage)?;
            if void.is_some_and(|number| number != reached.determination().number) {
                return None;
            }
            answer_ending(matter, (*by, true, reason), event.at)?;
            matter.stage = Stage::Cancelled(reached);
        }
        Fact::Joint(fact) => joint::lead(matter, fact, event.at)?,
        Fact::Doing(fact) => doing::apply(matter, fact, event.at)?,
        Fact::Align(fact) => align::apply(matter, fact, event.at)?,
        Fact::Contact(fact) => contact::apply(matter, fact)?,
    }
    mark(matter, event);
    Some(())
}

/// The unit above has answered the request that waits.
fn answer_ending(
    matter: &mut Matter,
    (by, granted, reason): (UnitCode, bool, &str),
    at: Timestamp,
) -> Option<()> {
    let waits = matter.ending.as_mut().filter(|asked| asked.answer.is_none())?;
    waits.answer = Some(EndingAnswer { by, granted, reason: reason.to_owned(), at });
    Some(())
}

fn mark(matter: &mut Matter, event: &Event) {
    // An etag has only to differ from the one before, so coming round after four thousand million changes is no harm.
    matter.version = matter.version.wrapping_add(1);
    matter.updated = event.at;
}

#[cfg(test)]
mod tests {
    use yishi_kernel::{Fen, ProjectNumber};

    use super::*;
    use crate::Ending;
    use crate::rules::village::{Village, above, actor, content, day, report};

    #[test]
    fn what_cannot_have_happened_is_named_and_changes_nothing() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let before = village.world.clone();
        let number = ProjectNumber { village: matter.village, year: matter.year, ordinal: 1 };
        for fact in [
            Fact::Proposed { content: content(), proposer: actor("officer") },
            Fact::Merged { into: village.id(9), supporters_gained: 0 },
            Fact::Merged { into: matter, supporters_gained: 0 },
            Fact::Answered { objection: 1, answer: "yes".into(), upheld: true, reopened: true },
            Fact::Determined {
                number,
                due: day("2022-12-31"),
                category: content().category,
                cost_estimate: content().cost_estimate,
                additional: false,
            },
            Fact::Progressed(report(10)),
            Fact::Completed { text: "done".into() },
            Fact::Accepted,
            Fact::ClosingRequested,
            Fact::Closed { paid: Fen::ZERO },
            Fact::EndingRequested { number: 1, ending: Ending::Cancelled, reason: "no".into() },
            Fact::EndingRefused { by: above(), reason: "no".into() },
            Fact::CarriedOver { by: above(), reason: "yes".into() },
            Fact::Cancelled { by: above(), reason: "yes".into(), void: None },
        ] {
            let said = format!("{} does not fit {matter}, which is PROPOSED", fact.kind());
            let misfit = evolve(&mut village.world, &Event { matter, at: village.now, fact }).unwrap_err();
            assert_eq!(misfit.to_string(), said);
            assert_eq!(village.world, before);
        }
    }

    #[test]
    fn a_number_is_given_once_and_by_its_own_village() {
        let mut village = Village::on("2021-12-01");
        let first = village.determine();
        village.go_to("2021-12-01");
        let (matter, before) = (village.notice(), village.world.clone());
        let given = village.matter(first).stage.determination().unwrap().number;
        let elsewhere = ProjectNumber { village: UnitCode::new(640_324_100_201).unwrap(), ..given };
        for number in [given, ProjectNumber { ordinal: 2, ..elsewhere }] {
            let (category, cost_estimate) = (content().category, content().cost_estimate);
            let due = day("2022-12-31");
            let fact = Fact::Determined { number, due, category, cost_estimate, additional: false };
            evolve(&mut village.world, &Event { matter, at: village.now, fact }).unwrap_err();
            assert_eq!(village.world, before);
        }
    }

    #[test]
    fn no_number_is_void_but_that_of_the_matter() {
        let mut village = Village::on("2021-12-01");
        let matter = village.determine();
        let asked = Fact::EndingRequested { number: 1, ending: Ending::Cancelled, reason: "no".into() };
        evolve(&mut village.world, &Event { matter, at: village.now, fact: asked }).unwrap();
        let number = village.matter(matter).stage.determination().unwrap().number;
        let (before, mut of_before) = (village.world.clone(), village.world.clone());
        let cancelled = |void| Fact::Cancelled { by: above(), reason: "yes".into(), void };
        let other = Some(ProjectNumber { ordinal: 9, ..number });
        evolve(&mut village.world, &Event { matter, at: village.now, fact: cancelled(other) }).unwrap_err();
        assert_eq!(village.world, before);
        evolve(&mut village.world, &Event { matter, at: village.now, fact: cancelled(Some(number)) })
            .unwrap();
        evolve(&mut of_before, &Event { matter, at: village.now, fact: cancelled(None) }).unwrap();
        assert_eq!(village.world, of_before, "what was written before comes to the same");
    }

    #[test]
    fn no_village_merges_into_the_matter_of_another() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let into = MatterId { village: UnitCode::new(640_324_100_201).unwrap(), ..matter };
        let there = Matter { id: into, ..village.matter(matter).clone() };
        village.world.put_matter(there);
        let before = village.world.clone();
        let fact = Fact::Merged { into, supporters_gained: 0 };
        evolve(&mut village.world, &Event { matter, at: village.now, fact }).unwrap_err();
        assert_eq!(village.world, before);
    }
}
