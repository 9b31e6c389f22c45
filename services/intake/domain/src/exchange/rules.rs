use yishi_kernel::{Timestamp, UnitCode, Year};

use super::{Act, Activity, ActivityId, Command, Content, Event, Fact, Refusal};
use crate::World;
use crate::book::{BookId, State};
use crate::limits::ACTIVITIES;

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(world: &World, command: &Command, now: Timestamp) -> Result<Option<Event>, Refusal> {
    let (activity, fact) = match command {
        Command::Record { unit, year, content } => {
            not_settled(world, *unit, *year)?;
            over(content, now)?;
            let last = world.activities_of(*unit, *year);
            if last >= ACTIVITIES {
                return Err(Refusal::TooMany { limit: ACTIVITIES });
            }
            let activity = ActivityId { unit: *unit, year: *year, ordinal: last + 1 };
            (activity, Some(Fact::Recorded(content.clone())))
        }
        Command::Change { activity, version, act } => {
            (*activity, change(find(world, *activity, *version)?, world, act, now)?)
        }
    };
    Ok(fact.map(|fact| Event { activity, at: now, fact }))
}

fn find(world: &World, id: ActivityId, version: Option<u32>) -> Result<&Activity, Refusal> {
    let activity = world.activity(id).ok_or(Refusal::UnknownActivity { activity: id })?;
    match version {
        Some(seen) if seen != activity.version => Err(Refusal::Stale { seen, current: activity.version }),
        _ => Ok(activity),
    }
}

fn change(known: &Activity, world: &World, act: &Act, now: Timestamp) -> Result<Option<Fact>, Refusal> {
    not_settled(world, known.id.unit, known.id.year)?;
    if known.withdrawal.is_some() {
        return Err(Refusal::Withdrawn { activity: known.id });
    }
    match act {
        Act::Correct { content, .. } if *content == known.content => Ok(None),
        Act::Correct { content, reason } => {
            over(content, now)?;
            Ok(Some(Fact::Corrected { content: content.clone(), reason: reason.clone() }))
        }
        Act::Withdraw { reason } => Ok(Some(Fact::Withdrawn { reason: reason.clone() })),
    }
}

/// A settled year never changes, and with it what was counted for it.
fn not_settled(world: &World, unit: UnitCode, year: Year) -> Result<(), Refusal> {
    let book = world.book(BookId { unit, year });
    let settled = book.is_some_and(|book| book.state() == State::Settled);
    if settled { Err(Refusal::YearSettled { unit, year }) } else { Ok(()) }
}

/// What is planned is not recorded.
fn over(content: &Content, now: Timestamp) -> Result<(), Refusal> {
    let (day, latest) = (content.day, now.date());
    if day > latest { Err(Refusal::Day { day, latest }) } else { Ok(()) }
}
