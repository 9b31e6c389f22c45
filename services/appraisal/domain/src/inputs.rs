//! What a village is scored by, as counted from the ledgers and the forms.

use yishi_kernel::{Date, Fen};

use crate::{Category, State, Survey, digest::Numbers};

/// The figures of one village for one year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Matters determined.
    pub determined: u32,
    /// Matters completed by their due day.
    pub on_time: u32,
    /// Matters completed later.
    pub late: u32,
    /// Matters struck off.
    pub closed: u32,
    /// Matters of which funding has settled the money.
    pub settled: u32,
    /// What was paid for those.
    pub paid: Fen,
    /// What was committed to those.
    pub committed: Fen,
    /// How the forms were answered.
    pub survey: Survey,
}

impl Inputs {
    /// These and those of a village that counts with this one.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self {
            determined: self.determined.saturating_add(other.determined),
            on_time: self.on_time.saturating_add(other.on_time),
            late: self.late.saturating_add(other.late),
            closed: self.closed.saturating_add(other.closed),
            settled: self.settled.saturating_add(other.settled),
            paid: sum(self.paid, other.paid),
            committed: sum(self.committed, other.committed),
            // More forms than can be counted are the fuller survey's own.
            survey: self.survey.checked_add(&other.survey).unwrap_or(self.survey),
        }
    }

    pub(crate) fn add_to(&self, numbers: &mut Numbers) {
        for count in [self.determined, self.on_time, self.late, self.closed, self.settled] {
            numbers.add(count);
        }
        numbers.add_fen(self.paid);
        numbers.add_fen(self.committed);
        for count in self.survey.counts().iter().flatten() {
            numbers.add(*count);
        }
    }
}

/// A matter costs 10^12 fen at the most and a village has few, so this never ends at the limit.
fn sum(one: Fen, other: Fen) -> Fen {
    one.checked_add(other).unwrap_or(Fen::new(i64::MAX))
}

/// What is remembered of a matter: for its village's figures, and for bulletins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Where it is in its life, as far as intake was heard.
    pub state: Option<State>,
    /// What it is about.
    pub category: Option<Category>,
    /// The day by which it is to be completed, once it is determined.
    pub due: Option<Date>,
    /// What is committed to it, paid or not; once it is settled, what was paid.
    pub committed: Fen,
    /// What was paid for it.
    pub paid: Fen,
}
