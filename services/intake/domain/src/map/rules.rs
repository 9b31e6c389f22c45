//! A closed village writes once, and is heard of once. A rule looks and answers; it changes nothing.

use yishi_kernel::{Change, Date, Register, Season, Timestamp, UnitCode, Year};

use super::{Command, Event, Fact, Succession};
use crate::World;

/// The day whose map is the tree of a year: the first after the programme's own season. It is the same for all units, whatever
/// season policy sets for some: otherwise a village that is closed in between would count twice, or not at all.
pub fn tree_day(year: Year) -> Date {
    Season::of(year).tree_day()
}

/// The closed villages of which a year's tree has a village in their place, and the tree of the year before had not: what they had
/// of the year is settled below it.
pub fn taken_in(register: &Register, village: UnitCode, year: Year) -> Vec<UnitCode> {
    let before = Year::try_from(i32::from(year.get()) - 1).ok().map(tree_day);
    let since = |change: &&Change| before.is_some_and(|before| before < change.day);
    register.answers_for(village, tree_day(year)).filter(since).map(|change| change.old).collect()
}

/// What there is to go by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The map.
    pub register: &'a Register,
}

impl Rules<'_> {
    /// The first year whose tree is made without a village that is no more from a day on. Where the year's season had begun, the
    /// village may have used slots of it.
    pub fn year_of(&self, day: Date) -> Option<Year> {
        let near = [day.year(), day.year() + 1].into_iter().filter_map(|year| Year::try_from(year).ok());
        near.into_iter().find(|year| day <= tree_day(*year))
    }

    /// Who has a closed village's place in the tree of a year, as far as is known today.
    pub fn in_place_of(&self, village: UnitCode, year: Year, today: Date) -> UnitCode {
        self.register.answering(village, today.min(tree_day(year)))
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
