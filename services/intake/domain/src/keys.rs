//! Which parts of a [`crate::World`] a command needs and an event changes.

use yishi_kernel::{MatterId, UnitCode, Year};

use crate::book::BookId;
use crate::exchange::ActivityId;
use crate::exchange::mark::Subject;
use crate::joint::ParticipationId;
use crate::{Act, Command, Event, Fact, Supporter};

/// A part of a [`crate::World`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// One matter.
    Matter(MatterId),
    /// What a village has used up of a year.
    VillageYear(UnitCode, Year),
    /// Whether somebody backs a matter.
    Supporter(MatterId, Supporter),
    /// All who back a matter.
    Supporters(MatterId),
    /// A village's part in the matter of another.
    Participation(ParticipationId),
    /// A unit's year book.
    Book(BookId),
    /// The year books of the units right below one.
    BooksBelow(UnitCode, Year),
    /// The determined matters of a village and year.
    Determined(UnitCode, Year),
    /// What the matters of a unit and of all units below it come to.
    Totals(BookId),
    /// Something that a unit held for publicity or exchange.
    Activity(ActivityId),
    /// How many of them a unit has recorded for a year.
    Activities(UnitCode, Year),
    /// What a village, or a matter of it, is held up to others for.
    Marks(Subject),
    /// That a matter has a photograph, by its SHA-256. Noted, and never asked for by a rule.
    Photograph(MatterId, [u8; 32]),
    /// What is known of villages that are closed: a village's own end, and who went into it.
    Successions(UnitCode),
    /// What departments say about a matter: noted of the matter as it is, and never asked for by a rule.
    Opinions(MatterId),
}

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    let (matter, act) = match command {
        Command::Propose { village, year, .. } => return vec![Key::VillageYear(*village, *year)],
        Command::Delivery(delivery) => return vec![Key::Matter(delivery.matter())],
        Command::Change { matter, act, .. } => (*matter, act),
    };
    // The year tells whether anything of it may still change.
    let mut keys = vec![Key::Matter(matter), Key::VillageYear(matter.village, matter.year)];
    match act {
        Act::Support { supporter, formerly } => {
            let all = std::iter::once(supporter).chain(formerly);
            keys.extend(all.map(|supporter| Key::Supporter(matter, supporter.clone())));
        }
        Act::Merge { into } => {
            keys.extend([Key::Supporters(matter), Key::Matter(*into), Key::Supporters(*into)]);
        }
        Act::Update(_)
        | Act::Decline { .. }
        | Act::Withdraw { .. }
        | Act::Deliberate(_)
        | Act::Publish
        | Act::Determine { .. }
        | Act::Object { .. }
        | Act::Answer { .. }
        | Act::Progress(_)
        | Act::Complete { .. }
        | Act::Accept
        | Act::RequestClosing
        | Act::RequestEnding { .. }
        | Act::Doing(_)
        | Act::Align(_)
        | Act::Contact(_) => {}
    }
    keys
}

/// What an event changes, all of it among what its command reads but for a new matter.
pub fn touches(event: &Event) -> Vec<Key> {
    let matter = event.matter;
    let mut keys = vec![Key::Matter(matter)];
    match &event.fact {
        Fact::Proposed { .. } | Fact::Determined { .. } => {
            keys.push(Key::VillageYear(matter.village, matter.year));
        }
        Fact::Joint(fact) if fact.touches_year() => {
            keys.push(Key::VillageYear(matter.village, matter.year));
        }
        Fact::Supported { supporter } => keys.push(Key::Supporter(matter, supporter.clone())),
        Fact::Merged { into, .. } => keys.extend([Key::Matter(*into), Key::Supporters(*into)]),
        Fact::Updated { .. }
        | Fact::Declined { .. }
        | Fact::Withdrawn { .. }
        | Fact::Deliberated(_)
        | Fact::Noticed { .. }
        | Fact::Objected { .. }
        | Fact::Answered { .. }
        | Fact::Progressed(_)
        | Fact::Completed { .. }
        | Fact::Accepted
        | Fact::ClosingRequested
        | Fact::Closed { .. }
        | Fact::EndingRequested { .. }
        | Fact::EndingRefused { .. }
        | Fact::CarriedOver { .. }
        | Fact::Cancelled { .. }
        | Fact::Joint(_)
        | Fact::Doing(_)
        | Fact::Contact(_) => {}
        Fact::Align(fact) => keys.extend(fact.is_about_opinions().then_some(Key::Opinions(matter))),
    }
    keys.extend(event.fact.photographs().into_iter().map(|sha256| Key::Photograph(matter, sha256)));
    keys
}

/// What an event must find to be applied where it was not decided: all that it changes, and what moves along.
pub fn needs(event: &Event) -> Vec<Key> {
    let mut keys = touches(event);
    if let Fact::Merged { .. } = &event.fact {
        keys.push(Key::Supporters(event.matter));
    }
    keys
}
