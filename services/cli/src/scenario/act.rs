use yishi_kernel::{Date, Fen, RequestId, UnitCode};
use yishi_proto::intake::v1::{Category, MeetingKind};

use super::{Phase, money::Line, survey::Survey};

/// What happens in and around a village for one year, in order.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) village: UnitCode,
    /// Which of its proposals becomes its matter, if one does.
    pub(crate) matter: Option<usize>,
    pub(crate) steps: Vec<Step>,
}

impl Story {
    /// What happens in a phase.
    pub(crate) fn steps_in(&self, phase: Phase) -> &[Step] {
        let first = self.steps.partition_point(|step| step.phase < phase);
        let end = self.steps.partition_point(|step| step.phase <= phase);
        &self.steps[first..end]
    }
}

/// One request.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) phase: Phase,
    pub(crate) request: RequestId,
    pub(crate) act: Act,
}

/// Something that is done, told apart by the service that is asked for it.
#[derive(Debug)]
pub(crate) enum Act {
    /// The village acts: intake.
    Village(Deed),
    /// A unit acts on the village's matter: escalation.
    Refer { unit: UnitCode, decision: Decision },
    /// The county commits money to the village's matter: funding.
    Commit { county: UnitCode, lines: Vec<Line> },
    /// The county pays for it: funding.
    Pay { county: UnitCode, lines: Vec<Line> },
    /// Villagers fill in forms: appraisal.
    Survey(Survey),
}

impl From<Deed> for Act {
    fn from(deed: Deed) -> Self {
        Act::Village(deed)
    }
}

/// Something a village does. Its proposals of the year are counted from 0 in the order they are put forward.
#[derive(Debug)]
pub(crate) enum Deed {
    Propose(Content),
    Support {
        proposal: usize,
        supporter: String,
    },
    Merge {
        proposal: usize,
        into: usize,
    },
    Withdraw {
        proposal: usize,
        reason: &'static str,
    },
    Decline {
        proposal: usize,
        reason: &'static str,
    },
    Deliberate {
        proposal: usize,
        meeting: Meeting,
    },
    Publish {
        proposal: usize,
    },
    Object {
        proposal: usize,
        text: &'static str,
        objector: String,
    },
    Answer {
        proposal: usize,
        objection: i32,
        answer: &'static str,
        upheld: bool,
    },
    Determine {
        proposal: usize,
        due_day: Date,
    },
    Report {
        proposal: usize,
        progress: Progress,
    },
    Complete {
        proposal: usize,
        text: &'static str,
    },
    /// By the supervision committee.
    Accept {
        proposal: usize,
    },
    RequestClosing {
        proposal: usize,
    },
}

/// What a unit does with a matter that came to it.
#[derive(Debug)]
pub(crate) enum Decision {
    Raise {
        reason: &'static str,
    },
    Accept,
    Return {
        reason: &'static str,
    },
    Assign {
        lead: &'static str,
        helpers: Vec<&'static str>,
    },
    /// A department takes part, or says why not.
    Answer {
        department: &'static str,
        declined: Option<&'static str>,
    },
    Report {
        department: &'static str,
        text: &'static str,
    },
    Resolve {
        outcome: &'static str,
    },
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

/// How far the work is.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) percent: i32,
    pub(crate) spent: Fen,
    pub(crate) text: &'static str,
    pub(crate) paper_sha256: [u8; 32],
}
