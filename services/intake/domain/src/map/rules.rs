//! A closed village writes once, and is heard of once. A rule looks and answers; it changes nothing.

use yishi_kernel::{Date, Register, Timestamp, UnitCode, Year};

use super::{Command, Event, Fact, Succession};
use crate::{Policy, World};

/// Policy, and the map.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The figures.
    pub policy: &'a Policy,
    /// The map.
    pub register: &'a Register,
}

impl Rules<'_> {
    /// The year that a village which is no more from a day on could propose for although its tree is made without it: the one
    /// in whose season it is closed.
    pub fn year_of(&self, day: Date) -> Option<Year> {
        let near = [day.year(), day.year() + 1].into_iter().filter_map(|year| Year::try_from(year).ok());
        let within = |year: &Year| {
            let first = self.policy.season(*year).first;
            first < day && day <= self.policy.tree_day(*year)
        };
        near.into_iter().find(within)
    }

    /// Who has a closed village's place in the tree of a year, as far as is known today.
    pub fn in_place_of(&self, village: UnitCode, year: Year, today: Date) -> UnitCode {
        self.register.answering(village, today.min(self.policy.tree_day(year)))
    }

    /// The year of which a closed village's successor must know, if it has the village's place in it.
    pub fn year_told(&self, village: UnitCode, today: Date) -> Option<Year> {
        let closed = self.register.closed(village, today)?;
        let successor = self.register.answering(village, today);
        self.year_of(closed.day).filter(|year| self.in_place_of(village, *year, today) == successor)
    }
}

/// What follows from a command; nothing from one that comes again, or before its day.
pub fn decide(rules: &Rules<'_>, world: &World, command: &Command, now: Timestamp) -> Vec<Event> {
    let today = now.date();
    let unit = command.unit();
    match command {
        Command::Succeed { village, year } => {
            let closed = rules.register.closed(*village, today);
            let closed = closed.filter(|_| world.succession(unit, *village).is_none());
            let told = closed.map(|change| {
                let before = year.map(|year| world.inherited(*village, year)).unwrap_or_default();
                let used = year.map(|year| world.village_year(*village, year)).unwrap_or_default();
                Succession {
                    village: *village,
                    day: change.day,
                    kind: change.kind,
                    successor: rules.register.answering(*village, today),
                    year: *year,
                    slots: used.taken(),
                    villages: before.villages.saturating_add(1),
                }
            });
            let event = |told: Succession| Event {
                unit,
                to: Some(told.successor),
                at: now,
                fact: Fact::Succeeded(told),
            };
            told.map(event).into_iter().collect()
        }
        Command::Hear { told, .. }
            if told.village == unit || world.succession(unit, told.village).is_some() =>
        {
            Vec::new()
        }
        Command::Hear { told, .. } => {
            // Who has told its own successor already passes on what comes late; who has not tells it all at once.
            let own = world.succession(unit, unit);
            let to = own.filter(|own| told.year.is_none() || own.year == told.year).map(|own| own.successor);
            vec![Event { unit, to, at: now, fact: Fact::Heard(*told) }]
        }
    }
}
