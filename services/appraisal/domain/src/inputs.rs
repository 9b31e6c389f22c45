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
