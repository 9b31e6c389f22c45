//! A village decides while it is there, and a successor when it knows what those before it have used.

use yishi_kernel::{Date, Register, Season, Timestamp, UnitCode, Year};

use super::{Rules, tree_day};
use crate::{Act, Command, Key, Refusal, World, joint};

/// Whether the map lets a village do this. A map that never changes lets it do anything, and is not looked at further.
///
/// What a closed village has fixed is carried on in its name. What it has not fixed is answered and turned down: its meetings
/// are held no more.
pub fn may(rules: &Rules<'_>, world: &World, command: &Command, now: Timestamp) -> Result<(), Refusal> {
    if rules.register.changes().is_empty() {
        return Ok(());
    }
    match command {
        Command::Propose { village, year, .. } => {
            there(rules.register, *village, now)?;
            // Whoever is not in the tree of the year has no place in it, however late its season may be.
            let late = first_day(rules.register, *village).filter(|day| *day > tree_day(*year));
            match late.and_then(|day| rules.year_of(day)) {
                Some(first) => {
                    Err(Refusal::VillageNotYet { village: *village, day: Season::of(first).first })
                }
                None => Ok(()),
            }
        }
        Command::Change { matter, act, .. } if decides(act) => {
            there(rules.register, matter.village, now)?;
            match act {
                Act::Determine { .. } => heard(rules, world, matter.village, matter.year, now),
                _ => Ok(()),
            }
        }
        Command::Change { .. } | Command::Delivery(_) => Ok(()),
    }
}

/// The same for what villages plan together.
pub fn may_together(
    rules: &Rules<'_>,
    world: &World,
    command: &joint::Command,
    now: Timestamp,
) -> Result<(), Refusal> {
    if rules.register.changes().is_empty() {
        return Ok(());
    }
    match command {
        joint::Command::Invite { matter, parties, .. } => {
            let all = parties.iter().map(|party| party.village).chain([matter.village]);
            all.into_iter().try_for_each(|village| there(rules.register, village, now))
        }
        joint::Command::Change { participation, act: joint::Act::Deliberate(_), .. } => {
            there(rules.register, participation.village, now)
        }
        joint::Command::Change { participation, act: joint::Act::Accept, .. } => {
            there(rules.register, participation.village, now)?;
            heard(rules, world, participation.village, participation.matter.year, now)
        }
        joint::Command::Change { .. }
        | joint::Command::Release { .. }
        | joint::Command::HearLead { .. }
        | joint::Command::HearPartner { .. } => Ok(()),
    }
}

/// What must be seen beside what commands read themselves: who went into villages whose year they look at.
pub fn looks_at(register: &Register, keys: &[Key]) -> Vec<Key> {
    if register.changes().is_empty() {
        return Vec::new();
    }
    let concerned = |unit: &UnitCode| {
        register.changes().iter().any(|change| change.old == *unit || change.answers == *unit)
    };
    let looked_at = keys.iter().filter_map(|key| match key {
        Key::VillageYear(village, _) => Some(*village).filter(concerned),
        _ => None,
    });
    looked_at.map(Key::Successions).collect()
}

/// What takes a village's own word.
const fn decides(act: &Act) -> bool {
    match act {
        Act::Update(_)
        | Act::Support { .. }
        | Act::Merge { .. }
        | Act::Deliberate(_)
        | Act::Publish
        | Act::Object { .. }
        | Act::Determine { .. } => true,
        Act::Decline { .. }
        | Act::Withdraw { .. }
        | Act::Answer { .. }
        | Act::Progress(_)
        | Act::Complete { .. }
        | Act::Accept
        | Act::RequestClosing
        | Act::RequestEnding { .. }
        | Act::Doing(_)
        | Act::Align(_)
        | Act::Contact(_) => false,
    }
}

fn there(register: &Register, village: UnitCode, now: Timestamp) -> Result<(), Refusal> {
    let today = now.date();
    if let Some(change) = register.closed(village, today) {
        let successor = register.answering(village, today);
        return Err(Refusal::VillageSucceeded { village, day: change.day, successor });
    }
    match first_day(register, village).filter(|day| *day > today) {
        Some(day) => Err(Refusal::VillageNotYet { village, day }),
        None => Ok(()),
    }
}

fn first_day(register: &Register, village: UnitCode) -> Option<Date> {
    register.history(village).first().and_then(|unit| unit.valid_from)
}

/// A slot is given away only when all are known who used one in the same place.
fn heard(
    rules: &Rules<'_>,
    world: &World,
    village: UnitCode,
    year: Year,
    now: Timestamp,
) -> Result<(), Refusal> {
    let today = now.date();
    let in_its_place = |old: &UnitCode| rules.in_place_of(*old, year, today) == village;
    let before: Vec<UnitCode> = rules
        .register
        .changes()
        .iter()
        .filter(|change| change.day <= today && rules.year_of(change.day) == Some(year))
        .map(|change| change.old)
        .filter(in_its_place)
        .collect();
    if usize::from(world.inherited(village, year).villages) >= before.len() {
        return Ok(());
    }
    match before.into_iter().find(|old| world.succession(village, *old).is_none()) {
        Some(unheard) => Err(Refusal::PredecessorUnheard { village: unheard, year }),
        None => Ok(()),
    }
}
