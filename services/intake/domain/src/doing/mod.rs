//! Doing what was determined: who answers for a matter, what is to be done by when, and what inspections found.
//!
//! It goes on beside the stages of a matter's life ([`crate::Stage`]) and holds them up in one point: while a finding is not
//! put right, nobody completes the matter, accepts it or has it struck off.

mod act;
mod evolve;
mod fact;
mod paper;
mod refusal;
mod rules;

use yishi_kernel::{Actor, Date, Timestamp, UnitCode};

pub use act::Act;
pub use fact::Fact;
pub use paper::{MediaType, MediaTypeError, Paper, PaperKind};
pub use refusal::Refusal;

pub(crate) use evolve::apply;
pub(crate) use fact::photographs;
pub(crate) use rules::{decide, none_open};

use crate::codes::codes;

codes! {
    /// Who looks at the work.
    pub enum Inspector {
        /// 村级监督委员会
        SupervisionCommittee = "SUPERVISION_COMMITTEE",
        /// 工作组
        WorkGroup = "WORK_GROUP",
    }
}

/// Who answers for the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Of which unit.
    pub unit: UnitCode,
    /// Who, by an opaque id.
    pub officer: Actor,
    /// Since when.
    pub named: Timestamp,
}

/// A step of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// What is to be done.
    pub title: String,
    /// The day by which.
    pub due: Date,
    /// What came of it, once something did.
    pub outcome: Option<Outcome>,
}

/// What came of a milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was reached.
    Reached {
        /// What was done.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
        /// When.
        at: Timestamp,
    },
    /// It was dropped.
    Dropped {
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

impl Milestone {
    /// Whether it was reached on the day it was due or before.
    pub fn on_time(&self) -> bool {
        matches!(&self.outcome, Some(Outcome::Reached { at, .. }) if at.date() <= self.due)
    }
}

/// A look at the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Who looked.
    pub inspector: Inspector,
    /// What was seen.
    pub text: String,
    /// What shows it.
    pub papers: Vec<Paper>,
    /// Whether it was the refusal of what was declared done.
    pub refused: bool,
    /// When.
    pub at: Timestamp,
}

/// What an inspection found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The number of the inspection, from 1.
    pub inspection: u32,
    /// What is wrong.
    pub text: String,
    /// What was last done about it.
    pub rework: Option<Rework>,
}

/// What was done about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rework {
    /// What.
    pub text: String,
    /// What shows it.
    pub papers: Vec<Paper>,
    /// When that was told.
    pub at: Timestamp,
    /// What the inspector said, once there was a look.
    pub verdict: Option<Verdict>,
}

/// What an inspector said about a rework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is put right.
    pub satisfied: bool,
    /// The words.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Finding {
    /// Whether it is put right, and the inspector says so.
    pub fn is_closed(&self) -> bool {
        let verdict = self.rework.as_ref().and_then(|rework| rework.verdict.as_ref());
        verdict.is_some_and(|verdict| verdict.satisfied)
    }

    /// Whether there is something that the inspector has not looked at.
    pub fn waits_for_a_look(&self) -> bool {
        self.rework.as_ref().is_some_and(|rework| rework.verdict.is_none())
    }
}

/// All that goes on beside the stages of a matter's life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doing {
    /// Who answers for it.
    pub officer: Option<Officer>,
    /// All milestones ever planned; the first has the number 1.
    pub milestones: Vec<Milestone>,
    /// All inspections; the first has the number 1.
    pub inspections: Vec<Inspection>,
    /// What they found; the first has the number 1.
    pub findings: Vec<Finding>,
}

impl Doing {
    /// The milestone of that number, from 1.
    pub fn milestone(&self, number: u32) -> Option<&Milestone> {
        self.milestones.get(index(number)?)
    }

    /// The finding of that number, from 1.
    pub fn finding(&self, number: u32) -> Option<&Finding> {
        self.findings.get(index(number)?)
    }

    /// The numbers of findings that are not put right.
    pub fn open_findings(&self) -> impl Iterator<Item = u32> {
        let numbered = (1..).zip(&self.findings);
        numbered.filter(|(_, finding)| !finding.is_closed()).map(|(number, _)| number)
    }

    /// Who may close a finding: the kind of inspector that found it.
    pub fn inspector_of(&self, finding: &Finding) -> Option<Inspector> {
        self.inspections.get(index(finding.inspection)?).map(|inspection| inspection.inspector)
    }
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}
