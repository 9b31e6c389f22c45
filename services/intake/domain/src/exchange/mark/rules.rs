use yishi_kernel::{Level, Register, Timestamp, UnitCode};

use super::{Command, Event, Mark, Refusal, Subject, Word, marks_of};
use crate::map::tree_day;
use crate::{State, World};

/// Where a matter can be for others to copy it.
const COPIED: &[State] = &[State::Determined, State::InProgress, State::Completed, State::Closed];

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(
    register: &Register,
    world: &World,
    command: &Command,
    now: Timestamp,
) -> Result<Option<Event>, Refusal> {
    let (by, subject, word, heard) = match command {
        Command::Give { by, subject, word } => (*by, *subject, word, false),
        Command::Hear { by, subject, word } => (*by, *subject, word, true),
    };
    let follows = if heard {
        hears(world, by, subject, word)
    } else {
        give(register, world, by, subject, word)?;
        true
    };
    let event = || Event { subject, by, heard, at: now, word: word.clone() };
    Ok(follows.then(event))
}

fn give(
    register: &Register,
    world: &World,
    by: UnitCode,
    subject: Subject,
    word: &Word,
) -> Result<(), Refusal> {
    let (village, year) = (subject.village(), subject.year());
    if register.level(by).is_none_or(|level| level < Level::County) {
        return Err(Refusal::NotAMarker { unit: by });
    }
    let is_village = register.level(village) == Some(Level::Village);
    if !is_village || !register.is_within(village, by) {
        return Err(Refusal::NotBelow { village });
    }
    if let Subject::Example(id) = subject {
        let matter = world.matter(id).ok_or(Refusal::UnknownMatter { matter: id })?;
        let state = matter.state();
        if !word.lifted && !COPIED.contains(&state) {
            return Err(Refusal::WrongState { state, wanted: COPIED });
        }
    }
    let closed = register.closed(village, tree_day(year)).is_some();
    if closed && !word.lifted && matches!(subject, Subject::Demonstration { .. }) {
        return Err(Refusal::NotBelow { village });
    }
    // A settled year never changes.
    if world.village_year(village, year).settled {
        return Err(Refusal::YearSettled { village, year });
    }
    if word.lifted && known(world, by, subject).is_none() {
        return Err(Refusal::NotMarked { subject });
    }
    Ok(())
}

/// A letter that comes after the village has settled, or that tells what stands already, changes nothing.
fn hears(world: &World, by: UnitCode, subject: Subject, word: &Word) -> bool {
    let there = match subject {
        Subject::Example(matter) => world.matter(matter).is_some(),
        Subject::Demonstration { .. } => true,
    };
    let new = match known(world, by, subject) {
        Some(mark) => word.lifted || mark.why != word.text,
        None => !word.lifted,
    };
    there && new && !world.village_year(subject.village(), subject.year()).settled
}

fn known(world: &World, by: UnitCode, subject: Subject) -> Option<&Mark> {
    marks_of(world, subject).and_then(|marks| marks.get(&by))
}
