//! Why the rules of doing said no, in the callers' words.

use yishi_intake_domain::doing::Refusal;
use yishi_runtime::errors::{Failure, Reason, reasons};

use super::super::failure::{invalid, precondition};

/// The failure for a refusal; `subject` names the matter that it is about.
pub(in crate::convert) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    let no = |reason: &'static Reason| Failure::new(reason);
    let standing = |failure| precondition(subject, failure);
    match refusal {
        Refusal::MilestoneDay { due, earliest, latest } => invalid(
            "due_day",
            format!("{due} 不在 {earliest} 至 {latest} 之间"),
            format!("{due} is not from {earliest} to {latest}"),
        ),
        Refusal::TooManyMilestones { limit } => {
            standing(no(&reasons::TOO_MANY_MILESTONES).with("limit", limit))
        }
        Refusal::UnknownMilestone { milestone } => {
            no(&reasons::MILESTONE_NOT_FOUND).with("milestone", milestone).with("matter", subject)
        }
        Refusal::MilestoneOver { milestone } => {
            standing(no(&reasons::MILESTONE_OVER).with("milestone", milestone))
        }
        Refusal::TooManyInspections { limit, findings } => {
            standing(no(&reasons::TOO_MANY_INSPECTIONS).with("limit", limit).with("findings", findings))
        }
        Refusal::TooManyRefusals { limit } => standing(no(&reasons::TOO_MANY_REFUSALS).with("limit", limit)),
        Refusal::UnknownFinding { finding } => {
            no(&reasons::INSPECTION_FINDING_NOT_FOUND).with("finding", finding).with("matter", subject)
        }
        Refusal::FindingClosed { finding } => {
            standing(no(&reasons::INSPECTION_FINDING_CLOSED).with("finding", finding))
        }
        Refusal::ReworkMissing { finding } => standing(no(&reasons::REWORK_MISSING).with("finding", finding)),
        Refusal::NotTheInspector { finding, inspector } => {
            standing(no(&reasons::NOT_THE_INSPECTOR).with("finding", finding).with("inspector", inspector))
        }
        Refusal::FindingsOpen { open } => {
            standing(no(&reasons::INSPECTION_FINDINGS_OPEN).with("open", open.len()))
        }
    }
}
