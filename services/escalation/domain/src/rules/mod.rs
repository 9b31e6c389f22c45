//! One file per rule. A rule looks and answers; it changes nothing.

mod arrive;
mod ask_back;
mod coordinate;
mod pass;

#[cfg(test)]
pub(crate) mod branch;

use yishi_kernel::{Timestamp, UnitCode};

use crate::{Act, Answered, Command, Desk, Event, Fact, Refusal, Rules, World};

/// What follows, and to whom it is addressed if to anybody.
type Consequence = (Option<UnitCode>, Fact);

/// What follows from a command, or why nothing does. Only an officer's command is ever refused, and something follows from
/// every letter that is new.
pub fn decide(
    rules: &Rules<'_>,
    world: &World,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let mut answers = None;
    let (unit, matter, consequences) = match command {
        Command::Open { matter } => {
            let known = world.desk(matter.village, *matter).is_some();
            (matter.village, *matter, if known { Vec::new() } else { vec![(None, Fact::Opened)] })
        }
        Command::Change { unit, matter, version, act } => {
            let desk = world.desk(*unit, *matter);
            let desk = desk.ok_or(Refusal::UnknownReferral { unit: *unit, matter: *matter })?;
            (*unit, *matter, change(rules, desk, *version, act, now)?)
        }
        Command::Arrive { unit, number, letter } if *number <= world.heard(*unit, letter.unit) => {
            (*unit, letter.matter, Vec::new())
        }
        Command::Arrive { unit, number, letter } => {
            answers = Some(Answered { from: letter.unit, number: *number });
            let desk = world.desk(*unit, letter.matter);
            (*unit, letter.matter, arrive::arrive(rules, *unit, desk, letter, now))
        }
    };
    let event = |(to, fact)| Event { unit, matter, at: now, to, answers: answers.take(), fact };
    Ok(consequences.into_iter().map(event).collect())
}

fn change(
    rules: &Rules<'_>,
    desk: &Desk,
    version: Option<u32>,
    act: &Act,
    now: Timestamp,
) -> Result<Vec<Consequence>, Refusal> {
    if let Some(seen) = version.filter(|seen| *seen != desk.version) {
        return Err(Refusal::Stale { seen, current: desk.version });
    }
    if !act.wanted().contains(&desk.state()) {
        return Err(Refusal::WrongState { state: desk.state(), wanted: act.wanted() });
    }
    match act {
        Act::Raise { reason } => pass::raise(rules, desk, reason),
        Act::Accept => Ok(vec![(desk.below, Fact::Accepted { due: rules.due(now) })]),
        Act::Return { reason } => pass::give_back(desk, reason),
        Act::AskBack { reason } => ask_back::ask(rules, desk, reason),
        Act::AnswerAskBack { grant, reason } => ask_back::answer(rules, desk, *grant, reason),
        Act::Assign { lead, helpers } => coordinate::assign(rules, desk, lead, helpers, now),
        Act::AnswerAssignment { department, reply } => coordinate::answer(desk, department, reply),
        Act::Report { department, text } => coordinate::report(rules, desk, department, text),
        Act::Resolve { outcome } => coordinate::resolve(desk, outcome),
    }
}

/// Keeps histories finite: whatever can be done over and over stops here. What ends something never does.
fn bounded(rules: &Rules<'_>, desk: &Desk) -> Result<(), Refusal> {
    let limit = rules.policy.changes_per_desk;
    if desk.version < limit { Ok(()) } else { Err(Refusal::TooManyChanges { limit }) }
}

#[cfg(test)]
mod tests {
    use super::branch::Branch;
    use super::*;
    use crate::State;

    #[test]
    fn a_matter_that_never_came_to_the_unit_is_refused() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, ..]) = (branch.matter(), branch.units());
        for unit in [village, township] {
            let refusal = Refusal::UnknownReferral { unit, matter };
            assert_eq!(branch.act(unit, Act::Accept), Err(refusal));
        }
    }

    #[test]
    fn a_matter_is_opened_once() {
        let mut branch = Branch::on("2022-03-01");
        branch.open();
        let before = branch.world.clone();
        branch.open();
        assert_eq!((branch.world, branch.written.len()), (before, 1));
    }

    #[test]
    fn a_stale_version_is_refused_and_the_current_one_is_not() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [unit, ..]) = (branch.matter(), branch.units());
        branch.open();
        branch.raise(unit);
        let current = branch.desk(unit).version;
        let act = Act::AskBack { reason: "no".into() };
        let stale = Command::Change { unit, matter, version: Some(current - 1), act: act.clone() };
        assert_eq!(branch.run(&stale), Err(Refusal::Stale { seen: current - 1, current }));
        let fresh = Command::Change { unit, matter, version: Some(current), act };
        assert_eq!(branch.run(&fresh), Ok(()));
    }

    #[test]
    fn every_act_is_refused_in_every_state_it_is_not_meant_for() {
        let mut seen = std::collections::BTreeSet::new();
        for branch in Branch::in_every_state() {
            let rules = branch.rules();
            for desk in branch.world.desks() {
                seen.insert(desk.state());
                for act in Branch::every_act() {
                    let (unit, matter) = (desk.unit, desk.matter);
                    let command = Command::Change { unit, matter, version: None, act: act.clone() };
                    let refusal = decide(&rules, &branch.world, &command, branch.now).err();
                    let wrong = Refusal::WrongState { state: desk.state(), wanted: act.wanted() };
                    let meant = act.wanted().contains(&desk.state());
                    assert_eq!(refusal == Some(wrong), !meant, "{act:?} in {}", desk.state());
                }
            }
        }
        assert!(seen.iter().eq(State::ALL), "{seen:?}");
    }

    #[test]
    fn what_can_be_repeated_is_bounded_and_what_ends_something_is_not() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.policy.changes_per_desk = 1;
        let full = Err(Refusal::TooManyChanges { limit: 1 });
        assert_eq!(branch.act(village, Act::AskBack { reason: "no".into() }), full);
        assert_eq!(branch.act(township, Act::Raise { reason: "no".into() }), full);
        branch.act(township, Act::Accept).unwrap();
        branch.act(township, Act::Return { reason: "no".into() }).unwrap();
        branch.deliver();
        assert_eq!(branch.act(village, Act::Raise { reason: "no".into() }), full);
        branch.act(village, Act::Resolve { outcome: "yes".into() }).unwrap();
    }
}
