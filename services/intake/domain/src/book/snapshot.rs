//! What stands in a book at one moment, with a digest: whoever has the same sums can see that they are the same.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use yishi_kernel::{Fen, ProjectNumber};

use super::BookId;
use crate::{Category, State};

/// The matters of a unit and of all units below it that are in one state and category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The state.
    pub state: State,
    /// The category.
    pub category: Category,
    /// How many.
    pub matters: i64,
    /// What they cost by estimate.
    pub cost: Fen,
    /// How many of them were ever determined.
    pub determined: i64,
    /// What those cost by estimate.
    pub determined_cost: Fen,
}

/// A determined matter of a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// Its number.
    pub number: ProjectNumber,
    /// Where it is in its life.
    pub state: State,
    /// What it costs by estimate.
    pub cost: Fen,
}

/// What stands in a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// A row for each state and category that has matters, in their order.
    pub totals: Vec<Total>,
    /// A village's determined matters, in the order of their numbers.
    pub matters: Vec<Numbered>,
    /// SHA-256 of the book's name, of these rows and of these matters.
    pub sha256: [u8; 32],
}

impl Snapshot {
    /// Of these rows, in whatever order they come.
    pub fn of(book: BookId, mut totals: Vec<Total>, mut matters: Vec<Numbered>) -> Self {
        totals.retain(|total| total.matters != 0);
        totals.sort_unstable_by_key(|total| (total.state, total.category));
        matters.sort_unstable_by_key(|matter| matter.number.ordinal);
        let sha256 = digest(book, &totals, &matters);
        Self { totals, matters, sha256 }
    }

    /// Whether the digest is that of what stands here.
    pub fn is_whole(&self, book: BookId) -> bool {
        self.sha256 == digest(book, &self.totals, &self.matters)
    }
}

/// Over one line for the book, for each row and for each matter, as the contract describes it.
fn digest(book: BookId, totals: &[Total], matters: &[Numbered]) -> [u8; 32] {
    let mut lines = format!("{book}\n");
    for Total { state, category, matters, cost, determined, determined_cost } in totals {
        let (cost, determined_cost) = (cost.get(), determined_cost.get());
        let _ = writeln!(lines, "{state} {category} {matters} {cost} {determined} {determined_cost}");
    }
    for Numbered { number, state, cost } in matters {
        let _ = writeln!(lines, "{number} {state} {}", cost.get());
    }
    Sha256::digest(lines.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(state: State, matters: i64) -> Total {
        let (cost, category) = (Fen::new(7 * matters), Category::Industry);
        Total { state, category, matters, cost, determined: 0, determined_cost: Fen::ZERO }
    }

    #[test]
    fn order_and_empty_rows_make_no_difference_and_all_else_does() {
        let book: BookId = "units/640324100200/yearBooks/2022".parse().unwrap();
        let (open, closed) = (total(State::Proposed, 2), total(State::Closed, 1));
        let snapshot = Snapshot::of(book, vec![closed, open], Vec::new());
        assert_eq!(snapshot, Snapshot::of(book, vec![open, total(State::Noticed, 0), closed], Vec::new()));
        assert!(snapshot.is_whole(book));
        assert!(!snapshot.is_whole(BookId { year: 2023.try_into().unwrap(), ..book }));
        let changed = Snapshot { totals: vec![open], ..snapshot };
        assert!(!changed.is_whole(book));
    }
}
