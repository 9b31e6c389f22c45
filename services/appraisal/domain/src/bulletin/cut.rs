//! Up to where other services were heard.

use yishi_kernel::Timestamp;

use crate::digest::Numbers;

/// A point in the life of one service's database here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The writer's term.
    pub epoch: i64,
    /// Gapless, in commit order.
    pub pos: i64,
}

/// Everything that the services said up to here was heard, and nothing that they said later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// Where intake's journals were.
    pub intake: Position,
    /// Where escalation's were.
    pub escalation: Position,
    /// Where funding's were.
    pub funding: Position,
}

impl Cut {
    pub(super) fn add_to(&self, numbers: &mut Numbers) {
        for position in [self.intake, self.escalation, self.funding] {
            numbers.add_signed(position.epoch);
            numbers.add_signed(position.pos);
        }
    }
}

/// When something is decided, and what was heard by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// Business time.
    pub now: Timestamp,
    /// What was heard.
    pub cut: Cut,
}

impl From<Timestamp> for AsOf {
    /// Before anybody was heard.
    fn from(now: Timestamp) -> Self {
        Self { now, cut: Cut::default() }
    }
}
