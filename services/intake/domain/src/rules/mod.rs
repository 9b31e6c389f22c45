//! One file per rule. A rule looks and answers; it changes nothing.

mod answer;
mod close;
pub(crate) mod deliberate;
mod determine;
mod ending;
mod merge;
mod notice;
mod propose;
mod simple;
mod work;

#[cfg(test)]
pub(crate) mod village;

use yishi_kernel::{MatterId, Timestamp, UnitCode, Year};

use crate::{
    Act, Command, Delivery, Event, Fact, Matter, Policy, Refusal, VillageYear, World, align, contact, doing,
    joint,
};

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(
    policy: &Policy,
    world: &World,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let (matter, fact) = match command {
        Command::Propose { village, year, content, proposer, .. } => {
            let used = world.village_year(*village, *year);
            not_settled(used, *village, *year)?;
            let matter = propose::propose(policy, *village, *year, used, now)?;
            let content = propose::filed(policy, matter, content)?;
            (matter, Some(Fact::Proposed { content, proposer: proposer.clone() }))
        }
        Command::Change { matter, version, act } => {
            (*matter, change(policy, world, find(world, *matter, *version)?, act, now)?)
        }
        Command::Delivery(delivery) => {
            let id = delivery.matter();
            (id, world.matter(id).and_then(|matter| heard(matter, delivery)))
        }
    };
    let known = world.matter(matter);
    let told = fact.as_ref().zip(known);
    // The villages that plan it together are told in the same breath.
    let letters =
        told.map(|(fact, known)| joint::letters(known, fact)).into_iter().flatten().map(Fact::Joint);
    let letters: Vec<Fact> = letters.collect();
    // A matter that is fixed, or is another than it was, is one that departments are asked about.
    let asks = told.and_then(|(fact, known)| align::follows(policy, known, fact, now)).map(Fact::Align);
    let kept = match command {
        Command::Propose { contact: Some(sealed), .. } => Some(Fact::Contact(contact::first(sealed))),
        _ => None,
    };
    let facts = fact.into_iter().chain(letters).chain(asks).chain(kept);
    Ok(facts.map(|fact| Event { matter, at: now, fact }).collect())
}

/// What has happened elsewhere, to a matter here.
fn heard(matter: &Matter, delivery: &Delivery) -> Option<Fact> {
    match delivery {
        Delivery::Settled { paid, .. } => close::settled(matter, *paid),
        Delivery::EndingAnswered { by, number, granted, reason, .. } => {
            ending::answered(matter, *by, *number, *granted, reason)
        }
        Delivery::OpinionGiven { department, round, opinion, .. } => {
            align::heard(matter, department, *round, opinion).map(Fact::Align)
        }
    }
}

/// A settled year never changes.
pub(crate) fn not_settled(used: VillageYear, village: UnitCode, year: Year) -> Result<(), Refusal> {
    if used.settled { Err(Refusal::YearSettled { village, year }) } else { Ok(()) }
}

pub(crate) fn find(world: &World, id: MatterId, version: Option<u32>) -> Result<&Matter, Refusal> {
    let matter = world.matter(id).ok_or(Refusal::UnknownMatter { matter: id })?;
    match version {
        Some(seen) if seen != matter.version => Err(Refusal::Stale { seen, current: matter.version }),
        _ => Ok(matter),
    }
}

fn change(
    policy: &Policy,
    world: &World,
    matter: &Matter,
    act: &Act,
    now: Timestamp,
) -> Result<Option<Fact>, Refusal> {
    let (village, year) = (matter.id.village, matter.id.year);
    if !matches!(act, Act::Contact(act) if act.is_beside_the_year()) {
        not_settled(world.village_year(village, year), village, year)?;
    }
    if !act.wanted().contains(&matter.state()) {
        return Err(Refusal::WrongState { state: matter.state(), wanted: act.wanted() });
    }
    match act {
        Act::Update(amendment) => simple::update(policy, matter, amendment),
        Act::Support { supporter, formerly } => {
            simple::support(policy, world, matter, supporter, formerly.as_ref()).map(Some)
        }
        Act::Merge { into } => merge::merge(policy, world, matter, *into).map(Some),
        Act::Decline { reason } => simple::decline(matter, reason).map(Some),
        Act::Withdraw { reason } => Ok(Some(Fact::Withdrawn { reason: reason.clone() })),
        Act::Deliberate(meeting) => deliberate::deliberate(policy, matter, meeting, now).map(Some),
        Act::Publish => Ok(Some(notice::publish(policy, now))),
        Act::Object { text, objector } => notice::object(policy, matter, text, objector).map(Some),
        Act::Answer { objection, answer, upheld } => {
            answer::answer(matter, *objection, answer, *upheld).map(Some)
        }
        Act::Determine { due } => {
            let used = world.village_year(matter.id.village, matter.id.year);
            determine::determine(policy, matter, used, *due, now).map(Some)
        }
        Act::Progress(report) => work::progress(matter, report).map(Some),
        Act::Complete { text } => work::complete(matter, text).map(Some),
        Act::Accept => close::accept(matter).map(Some),
        Act::RequestClosing => close::request(matter).map(Some),
        Act::RequestEnding { ending, reason } => ending::request(matter, *ending, reason).map(Some),
        Act::Doing(act) => Ok(doing::decide(policy, matter, act, now)?.map(Fact::Doing)),
        Act::Align(act) => Ok(align::decide(matter, act)?.map(Fact::Align)),
        Act::Contact(act) => {
            contact::decide(matter, act).map(|fact| Some(Fact::Contact(fact))).map_err(Refusal::Contact)
        }
    }
}

/// Nothing ends a notice while an objection to it has no answer.
pub(crate) fn all_answered(matter: &Matter) -> Result<(), Refusal> {
    let open: Vec<u32> = matter.open_objections().collect();
    if open.is_empty() { Ok(()) } else { Err(Refusal::ObjectionsOpen { open }) }
}

#[cfg(test)]
mod tests {
    use super::village::Village;
    use super::*;
    use crate::State;

    #[test]
    fn a_matter_that_is_not_there_is_refused() {
        let mut village = Village::on("2021-12-01");
        let nobody = village.id(1);
        assert_eq!(village.act(nobody, Act::Publish), Err(Refusal::UnknownMatter { matter: nobody }));
    }

    #[test]
    fn a_stale_version_is_refused_and_the_current_one_is_not() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let current = village.matter(matter).version;
        village.support(matter, "a").unwrap();
        let act = Act::Withdraw { reason: "no".into() };
        let stale = Command::Change { matter, version: Some(current), act: act.clone() };
        assert_eq!(village.run(&stale), Err(Refusal::Stale { seen: current, current: current + 1 }));
        let fresh = Command::Change { matter, version: Some(current + 1), act };
        assert_eq!(village.run(&fresh), Ok(()));
    }

    #[test]
    fn every_act_is_refused_in_every_state_it_is_not_meant_for() {
        let village = Village::with_a_matter_in_every_state();
        let found: Vec<State> = village.world.matters().map(Matter::state).collect();
        for (matter, state) in village.world.matters().zip(&found) {
            for act in village.every_act() {
                let command = Command::Change { matter: matter.id, version: None, act: act.clone() };
                let refusal = decide(&village.policy, &village.world, &command, village.now).err();
                let wrong = Some(Refusal::WrongState { state: *state, wanted: act.wanted() });
                assert_eq!(refusal == wrong, !act.wanted().contains(state), "{act:?} in {state}");
            }
        }
        use State::*;
        assert_eq!(
            found,
            [
                Proposed,
                Deliberated,
                Noticed,
                Determined,
                InProgress,
                Completed,
                Closed,
                Merged,
                Declined,
                Withdrawn,
                Cancelled,
                CarriedOver
            ]
        );
    }
}
