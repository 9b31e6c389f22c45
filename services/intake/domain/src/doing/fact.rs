use yishi_kernel::{Actor, Date, UnitCode};

use super::{Inspector, Paper, PaperKind};

/// What happened in the doing of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Somebody was named to answer for it.
    OfficerNamed {
        /// Of which unit.
        unit: UnitCode,
        /// Who.
        officer: Actor,
    },
    /// A milestone was planned.
    MilestonePlanned {
        /// Its number, from 1.
        milestone: u32,
        /// What is to be done.
        title: String,
        /// The day by which.
        due: Date,
    },
    /// A milestone was reached.
    MilestoneReached {
        /// Its number.
        milestone: u32,
        /// What was done.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
    },
    /// A milestone was dropped.
    MilestoneDropped {
        /// Its number.
        milestone: u32,
        /// Why.
        reason: String,
    },
    /// The work was inspected.
    Inspected {
        /// The inspection's number, from 1.
        inspection: u32,
        /// Who looked.
        inspector: Inspector,
        /// What was seen.
        text: String,
        /// What is wrong; their numbers follow those there are.
        findings: Vec<String>,
        /// What shows it.
        papers: Vec<Paper>,
    },
    /// Something was done about a finding.
    Reworked {
        /// Its number.
        finding: u32,
        /// What was done.
        text: String,
        /// What shows it.
        papers: Vec<Paper>,
    },
    /// The inspector looked at it.
    Judged {
        /// The finding's number.
        finding: u32,
        /// Whether it is put right.
        satisfied: bool,
        /// The words.
        text: String,
    },
    /// The supervision committee did not accept what was declared done: an inspection with one finding.
    AcceptanceRefused {
        /// The inspection's number, from 1.
        inspection: u32,
        /// What is to be put right.
        text: String,
        /// Whether what is taken back, that it was done, had been said on the day it was due or before.
        was_on_time: bool,
    },
}

impl Fact {
    /// The kind of journal entry it makes; never changes once written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Fact::OfficerNamed { .. } => "intake.officer_named",
            Fact::MilestonePlanned { .. } => "intake.milestone_planned",
            Fact::MilestoneReached { .. } => "intake.milestone_reached",
            Fact::MilestoneDropped { .. } => "intake.milestone_dropped",
            Fact::Inspected { .. } => "intake.inspected",
            Fact::Reworked { .. } => "intake.reworked",
            Fact::Judged { .. } => "intake.rework_judged",
            Fact::AcceptanceRefused { .. } => "intake.acceptance_refused",
        }
    }

    fn papers(&self) -> &[Paper] {
        match self {
            Fact::MilestoneReached { papers, .. }
            | Fact::Inspected { papers, .. }
            | Fact::Reworked { papers, .. } => papers,
            Fact::OfficerNamed { .. }
            | Fact::MilestonePlanned { .. }
            | Fact::MilestoneDropped { .. }
            | Fact::Judged { .. }
            | Fact::AcceptanceRefused { .. } => &[],
        }
    }

    /// The digests of the photographs that came with it.
    pub(crate) fn photographs(&self) -> impl Iterator<Item = [u8; 32]> {
        photographs(self.papers())
    }
}

/// The digests of those papers that are photographs.
pub(crate) fn photographs(papers: &[Paper]) -> impl Iterator<Item = [u8; 32]> {
    papers.iter().filter(|paper| paper.kind == PaperKind::Photograph).map(|paper| paper.sha256)
}
