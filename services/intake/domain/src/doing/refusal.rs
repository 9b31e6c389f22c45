use yishi_kernel::Date;

use super::Inspector;

/// Why nothing follows from something about the work. Facts only, as in [`crate::Refusal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A milestone cannot be due on that day.
    MilestoneDay {
        /// The day.
        due: Date,
        /// The first day it can be: today.
        earliest: Date,
        /// The last: that of the year after the matter's.
        latest: Date,
    },
    /// The matter has as many milestones as it may.
    TooManyMilestones {
        /// How many that is.
        limit: u32,
    },
    /// The matter has no such milestone.
    UnknownMilestone {
        /// Which.
        milestone: u32,
    },
    /// The milestone was reached or dropped.
    MilestoneOver {
        /// Which.
        milestone: u32,
    },
    /// The matter has as many inspections, or would have more findings, than it may.
    TooManyInspections {
        /// How many inspections it may have.
        limit: u32,
        /// How many findings it may have.
        findings: u32,
    },
    /// The matter's acceptance was refused as often as it may be.
    TooManyRefusals {
        /// How often that is.
        limit: u32,
    },
    /// The matter has no such finding.
    UnknownFinding {
        /// Which.
        finding: u32,
    },
    /// The finding is put right, and the inspector says so.
    FindingClosed {
        /// Which.
        finding: u32,
    },
    /// There is nothing new about the finding that the inspector could look at.
    ReworkMissing {
        /// Which.
        finding: u32,
    },
    /// Another kind of inspector found it.
    NotTheInspector {
        /// Which finding.
        finding: u32,
        /// Who found it.
        inspector: Inspector,
    },
    /// What inspections found is not put right.
    FindingsOpen {
        /// Which findings.
        open: Vec<u32>,
    },
}
