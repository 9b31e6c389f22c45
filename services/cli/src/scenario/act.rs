use yishi_kernel::{Date, Fen, RequestId, UnitCode};
use yishi_proto::intake::v1::{Category, MeetingKind};

use super::Phase;

/// What a village does for one year, in order.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) village: UnitCode,
    pub(crate) steps: Vec<Step>,
}

impl Story {
    /// What it does in a phase.
    pub(crate) fn steps_in(&self, phase: Phase) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.phase == phase)
    }
}

/// One request.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) phase: Phase,
    pub(crate) request: RequestId,
    pub(crate) act: Act,
}

/// Something a village does. Its proposals of the year are counted from 0 in the order they are put forward.
#[derive(Debug)]
pub(crate) enum Act {
    Propose(Content),
    Support { proposal: usize, supporter: String },
    Merge { proposal: usize, into: usize },
    Withdraw { proposal: usize, reason: &'static str },
    Decline { proposal: usize, reason: &'static str },
    Deliberate { proposal: usize, meeting: Meeting },
    Publish { proposal: usize },
    Object { proposal: usize, text: &'static str, objector: String },
    Answer { proposal: usize, objection: i32, answer: &'static str, upheld: bool },
    Determine { proposal: usize },
}

/// What a proposal says.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) category: Category,
    pub(crate) subcategory: &'static str,
    pub(crate) cost_estimate: Fen,
    pub(crate) households: i32,
    pub(crate) persons: i32,
    pub(crate) place: String,
}

/// A meeting as its minutes say.
#[derive(Debug)]
pub(crate) struct Meeting {
    pub(crate) kind: MeetingKind,
    pub(crate) held_on: Date,
    pub(crate) entitled: i32,
    pub(crate) present: i32,
    pub(crate) in_favour: i32,
    pub(crate) against: i32,
    pub(crate) abstaining: i32,
    pub(crate) minutes_sha256: [u8; 32],
}
