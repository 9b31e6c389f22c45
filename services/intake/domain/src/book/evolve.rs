//! What an event changes.

use super::{Book, BookId, Correction, Event, Fact, Finding, Held, Settlement, State};
use crate::World;

/// An event that cannot have happened to the book as it is: something is missing, or was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} does not fit {book}, which is {}", state.map_or("not there", State::as_str))]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// To which book.
    pub book: BookId,
    /// How far that is, if it is there.
    pub state: Option<State>,
}

/// Applies an event. What [`decide`](super::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    if event.fact.is_letter() {
        return Ok(());
    }
    let known = world.book(event.book);
    let after = change(known.cloned(), event).ok_or_else(|| Misfit {
        kind: event.fact.kind(),
        book: event.book,
        state: known.map(Book::state),
    })?;
    if after.state() == State::Settled {
        world.settle_village_year(event.book.unit, event.book.year);
    }
    world.put_book(after);
    Ok(())
}

fn change(known: Option<Book>, event: &Event) -> Option<Book> {
    let at = event.at;
    let begins = matches!(event.fact, Fact::Opened { .. } | Fact::Announced { .. });
    let mut book = known.or_else(|| begins.then(|| Book::new(event.book, at)))?;
    let state = book.state();
    match &event.fact {
        Fact::Opened { snapshot, tree } => {
            if state != State::Unopened || !snapshot.is_whole(event.book) {
                return None;
            }
            book.opening = Some((at, snapshot.clone()));
            book.tree.clone_from(tree);
        }
        Fact::Announced { .. } => {
            if book.announced.is_some() {
                return None;
            }
            book.announced = Some(at);
        }
        Fact::FindingRecorded { finding, text } => {
            if state != State::Open || !is_next(*finding, book.findings.len()) {
                return None;
            }
            book.findings.push(Finding { text: text.clone(), at, answer: None });
        }
        Fact::FindingAnswered { finding, answer } => {
            let asked = usize::try_from(*finding).ok()?.checked_sub(1)?;
            let asked = book.findings.get_mut(asked).filter(|asked| asked.answer.is_none());
            let asked = asked.filter(|_| state == State::Open)?;
            asked.answer = Some((answer.clone(), at));
        }
        Fact::SettlingRequested { asked, missing } => {
            if state != State::Open || *asked <= book.asked {
                return None;
            }
            (book.asked, book.held) = (*asked, None);
            book.settlement = Settlement::Asked { missing: missing.clone(), at };
        }
        Fact::SettlingHeld { asked, in_transit, matters, unpaid } => {
            if state != State::Settling || *asked != book.asked {
                return None;
            }
            book.held = Some(Held { in_transit: *in_transit, matters: *matters, unpaid: *unpaid, at });
            book.settlement = Settlement::Outstanding;
        }
        Fact::Settled { missing, snapshot } => {
            let ready = matches!(state, State::Open | State::Settling) && book.announced.is_some();
            if !ready || !snapshot.is_whole(event.book) {
                return None;
            }
            let (missing, snapshot) = (missing.clone(), snapshot.clone());
            book.settlement = Settlement::Settled { missing, snapshot, at };
        }
        Fact::Corrected { correction, corrects, text } => {
            if state != State::Settled || !is_next(*correction, book.corrections.len()) {
                return None;
            }
            book.corrections.push(Correction { corrects: *corrects, text: text.clone(), at });
        }
        Fact::Told | Fact::EndingAnswered { .. } | Fact::OpinionGiven { .. } => return None,
    }
    book.version = book.version.wrapping_add(1);
    book.updated = at;
    Some(book)
}

fn is_next(number: u32, so_many: usize) -> bool {
    usize::try_from(number).is_ok_and(|number| number == so_many + 1)
}
