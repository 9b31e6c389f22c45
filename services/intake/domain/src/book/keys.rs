//! Which parts of a [`crate::World`] a command about a book needs and an event changes.

use super::{Act, BookId, Command, Event, Fact, Heard};
use crate::Key;

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    match command {
        Command::Open { book } => standing(*book).to_vec(),
        Command::Change { book, act: Act::Settle { .. }, .. } => {
            standing(*book).into_iter().chain([Key::BooksBelow(book.unit, book.year)]).collect()
        }
        Command::Hear(Heard::MoneyRests { book, .. }) => standing(*book).to_vec(),
        Command::Change { book, .. } => vec![Key::Book(*book)],
        Command::Hear(heard) => vec![Key::Book(heard.book())],
        Command::AnswerEnding { matter, .. } | Command::GiveOpinion { matter, .. } => {
            vec![Key::Matter(*matter)]
        }
    }
}

/// The book, what a snapshot of it is made of, and what settling it changes beside it.
fn standing(book: BookId) -> [Key; 4] {
    let BookId { unit, year } = book;
    [Key::Book(book), Key::Totals(book), Key::Determined(unit, year), Key::VillageYear(unit, year)]
}

/// What an event changes, which is also what it must find where it was not decided.
pub fn touches(event: &Event) -> Vec<Key> {
    let BookId { unit, year } = event.book;
    match &event.fact {
        fact if fact.is_letter() => Vec::new(),
        // No matter of a village changes from then on.
        Fact::Settled { .. } => vec![Key::Book(event.book), Key::VillageYear(unit, year)],
        _ => vec![Key::Book(event.book)],
    }
}
