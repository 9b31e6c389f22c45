//! What a bulletin says in numbers about a unit and all below it.

use std::collections::BTreeMap;

use yishi_kernel::{Fen, Timestamp};

use crate::digest::Numbers;
use crate::{Category, State, Step, Work};

/// The counts and sums of a unit and all below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Matters by category and state; no row for none.
    pub counts: BTreeMap<(Category, State), u32>,
    /// What was committed to them, paid or not.
    pub committed: Fen,
    /// What was paid for them.
    pub paid: Fen,
    /// Steps that units had to take and have not.
    pub overdue: u32,
}

impl Figures {
    /// Matters that were determined, struck off or not.
    pub fn determined(&self) -> u32 {
        self.count(State::is_determined)
    }

    /// Matters that were struck off.
    pub fn closed(&self) -> u32 {
        self.count(|state| state == State::Closed)
    }

    fn count(&self, of: impl Fn(State) -> bool) -> u32 {
        self.counts.iter().filter(|((_, state), _)| of(*state)).map(|(_, count)| count).sum()
    }

    /// The completion rate: of 10,000 determined matters so many are struck off, cut off below. None of none.
    pub fn completion_rate(&self) -> Option<u32> {
        share(self.closed().into(), self.determined().into())
    }

    /// Of 10,000 that were committed so much is paid, cut off below. None of nothing.
    pub fn paid_share(&self) -> Option<u32> {
        share(self.paid.get(), self.committed.get())
    }

    /// Whether nothing was to be done: no matter is determined, and no step overdue.
    pub fn is_nothing_due(&self) -> bool {
        self.determined() == 0 && self.overdue == 0
    }

    pub(super) fn add_work(&mut self, work: &Work) {
        if let Some(place) = work.category.zip(work.state) {
            *self.counts.entry(place).or_default() += 1;
        }
        self.committed = sum(self.committed, work.committed);
        self.paid = sum(self.paid, work.paid);
    }

    pub(super) fn add_step(&mut self, step: Step, end: Timestamp) {
        self.overdue += u32::from(step.due().is_some_and(|due| due <= end));
    }

    pub(super) fn add_to(&self, numbers: &mut Numbers) {
        numbers.add_len(self.counts.len());
        for (&(category, state), &count) in &self.counts {
            numbers.add_len(1 + ordinal(Category::ALL, &category));
            numbers.add_len(1 + ordinal(State::ALL, &state));
            numbers.add(count);
        }
        numbers.add_fen(self.committed);
        numbers.add_fen(self.paid);
        numbers.add(self.overdue);
    }
}

/// The place of a value in its set, from 0.
fn ordinal<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().take_while(|other| *other != one).count()
}

fn sum(one: Fen, other: Fen) -> Fen {
    one.checked_add(other).expect("funding keeps the money of all matters far below 2^63 fen")
}

/// Basis points of a whole.
fn share(part: i64, whole: i64) -> Option<u32> {
    let of_whole = i128::from(part.max(0)) * 10_000;
    (whole > 0).then(|| u32::try_from(of_whole / i128::from(whole)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(counts: &[(State, u32)]) -> Figures {
        let counts = counts.iter().map(|&(state, count)| ((Category::Industry, state), count)).collect();
        Figures { counts, ..Figures::default() }
    }

    #[test]
    fn of_what_was_determined_some_is_closed() {
        let some = figures(&[
            (State::Proposed, 5),
            (State::Determined, 1),
            (State::Completed, 1),
            (State::Closed, 1),
            (State::Merged, 4),
        ]);
        assert_eq!((some.determined(), some.closed(), some.completion_rate()), (3, 1, Some(3_333)));
        assert_eq!(figures(&[(State::Declined, 3)]).completion_rate(), None);
    }

    #[test]
    fn shares_do_not_overflow() {
        let rich =
            Figures { committed: Fen::new(i64::MAX), paid: Fen::new(i64::MAX - 1), ..Figures::default() };
        assert_eq!(rich.paid_share(), Some(9_999));
        assert_eq!(Figures::default().paid_share(), None);
    }

    #[test]
    fn what_waits_for_an_answer_is_due_too() {
        let mut figures = Figures::default();
        assert!(figures.is_nothing_due());
        figures
            .add_step(Step { own: None, answer: Some(Timestamp::from_micros(4)) }, Timestamp::from_micros(4));
        figures
            .add_step(Step { own: Some(Timestamp::from_micros(5)), answer: None }, Timestamp::from_micros(4));
        assert_eq!((figures.overdue, figures.is_nothing_due()), (1, false));
    }
}
