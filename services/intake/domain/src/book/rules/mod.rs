//! One file per rule. A rule looks and answers; it changes nothing.

mod announce;
mod audit;
mod ending;
mod open;
mod opinion;
pub mod settling;

#[cfg(test)]
pub(crate) mod township;

use yishi_kernel::{Register, Timestamp, UnitCode};

use super::{Act, Book, BookId, Command, Event, Fact, Heard, Refusal, Snapshot};
use crate::map::tree_day;
use crate::{
    Policy, World,
    book::{Numbered, Tree},
};

/// Policy, and the tree of units in which books are kept.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The figures.
    pub policy: &'a Policy,
    /// The tree.
    pub register: &'a Register,
}

impl Rules<'_> {
    /// The units right below in the tree of the book's year: as the book froze it, or as it will when it is opened.
    fn children(&self, known: Option<&Book>, book: BookId) -> Vec<UnitCode> {
        match known.and_then(|known| known.tree.as_ref()) {
            Some(tree) => tree.children.clone(),
            None => Tree::of(self.register, book, tree_day(book.year)).children,
        }
    }
}

/// To whom, if to anybody, and what.
type Follows = Vec<(Option<UnitCode>, Fact)>;

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(
    rules: &Rules<'_>,
    world: &World,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let (book, follows) = match command {
        Command::Open { book } => (*book, open::open(rules, world, *book, now)?),
        Command::Change { book, version, act } => {
            (*book, change(rules, world, find(world, *book, *version)?, act)?)
        }
        Command::AnswerEnding { by, matter, version, granted, reason } => {
            let answer = ending::answer(world, *matter, *version, *granted, reason)?;
            (BookId { unit: *by, year: matter.year }, vec![(Some(matter.village), answer)])
        }
        Command::GiveOpinion { by, matter, version, department, stand, text } => {
            let letter = opinion::give(world, *matter, *version, department, stand.as_ref(), text)?;
            (BookId { unit: *by, year: matter.year }, vec![(Some(matter.village), letter)])
        }
        Command::Hear(heard) => (heard.book(), hear(rules, world, heard)),
    };
    Ok(follows.into_iter().map(|(to, fact)| Event { book, to, at: now, fact }).collect())
}

fn find(world: &World, id: BookId, version: Option<u32>) -> Result<&Book, Refusal> {
    let book = world.book(id).ok_or(Refusal::UnknownBook { book: id })?;
    match version {
        Some(seen) if seen != book.version => Err(Refusal::Stale { seen, current: book.version }),
        _ => Ok(book),
    }
}

fn change(rules: &Rules<'_>, world: &World, book: &Book, act: &Act) -> Result<Follows, Refusal> {
    if !act.wanted().contains(&book.state()) {
        return Err(Refusal::WrongState { state: book.state(), wanted: act.wanted() });
    }
    Ok(vec![match act {
        Act::Announce => return announce::announce(rules, book),
        Act::RecordFinding { text } => (None, audit::record(rules, book, text)?),
        Act::AnswerFinding { finding, answer } => (None, audit::answer(book, *finding, answer)?),
        Act::Settle { missing } => (None, settling::settle(rules, world, book, missing)?),
        Act::Correct { corrects, text } => (None, audit::correct(rules, book, *corrects, text)?),
    }])
}

fn hear(rules: &Rules<'_>, world: &World, heard: &Heard) -> Follows {
    let known = world.book(heard.book());
    match heard {
        Heard::YearEnd { book, by } => announce::hear(rules, known, *book, *by),
        Heard::MoneyRests { asked, .. } => {
            known.and_then(|book| settling::rests(world, book, *asked)).into_iter().map(own).collect()
        }
        Heard::MoneyMoves { asked, in_transit, matters, unpaid, .. } => {
            let held = Fact::SettlingHeld {
                asked: *asked,
                in_transit: *in_transit,
                matters: *matters,
                unpaid: *unpaid,
            };
            known.filter(|book| settling::waits(book, *asked)).map(|_| own(held)).into_iter().collect()
        }
    }
}

fn own(fact: Fact) -> (Option<UnitCode>, Fact) {
    (None, fact)
}

/// What stands in a book now.
fn snapshot(world: &World, book: BookId) -> Snapshot {
    let numbered = world.determined(book.unit, book.year).filter_map(|matter| {
        let number = matter.stage.determination()?.number;
        Some(Numbered { number, state: matter.state(), cost: matter.content.cost_estimate })
    });
    Snapshot::of(book, world.totals(book).to_vec(), numbered.collect())
}
