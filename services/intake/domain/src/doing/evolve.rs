//! What a fact changes.

use yishi_kernel::Timestamp;

use super::{
    Doing, Fact, Finding, Inspection, Inspector, Milestone, Officer, Outcome, Rework, Verdict, index,
};
use crate::{Matter, Stage};

/// Applies it; `None` if it cannot have happened, and then nothing has changed.
pub(crate) fn apply(matter: &mut Matter, fact: &Fact, at: Timestamp) -> Option<()> {
    // Nobody answers for what is not determined.
    matter.stage.determination().filter(|_| !matter.stage.is_over())?;
    let doing = &mut matter.doing;
    match fact {
        Fact::OfficerNamed { unit, officer } => {
            doing.officer = Some(Officer { unit: *unit, officer: officer.clone(), named: at });
        }
        Fact::MilestonePlanned { milestone, title, due } => {
            next(*milestone, doing.milestones.len())?;
            doing.milestones.push(Milestone { title: title.clone(), due: *due, outcome: None });
        }
        Fact::MilestoneReached { milestone, text, papers } => {
            let (text, papers) = (text.clone(), papers.clone());
            end(doing, *milestone, Outcome::Reached { text, papers, at })?;
        }
        Fact::MilestoneDropped { milestone, reason } => {
            end(doing, *milestone, Outcome::Dropped { reason: reason.clone(), at })?;
        }
        Fact::Inspected { inspection, inspector, text, findings, papers } => {
            next(*inspection, doing.inspections.len())?;
            let (text, papers) = (text.clone(), papers.clone());
            doing.inspections.push(Inspection { inspector: *inspector, text, papers, refused: false, at });
            for text in findings {
                doing.findings.push(Finding { inspection: *inspection, text: text.clone(), rework: None });
            }
        }
        Fact::Reworked { finding, text, papers } => {
            let found = doing.findings.get_mut(index(*finding)?).filter(|found| !found.is_closed())?;
            let (text, papers) = (text.clone(), papers.clone());
            found.rework = Some(Rework { text, papers, at, verdict: None });
        }
        Fact::Judged { finding, satisfied, text } => {
            let rework = doing.findings.get_mut(index(*finding)?)?.rework.as_mut();
            let rework = rework.filter(|rework| rework.verdict.is_none())?;
            rework.verdict = Some(Verdict { satisfied: *satisfied, text: text.clone(), at });
        }
        Fact::AcceptanceRefused { inspection, text, was_on_time } => {
            next(*inspection, doing.inspections.len())?;
            let Stage::Completed(completion, _) = &matter.stage else { return None };
            if completion.on_time() != *was_on_time {
                return None;
            }
            matter.stage = Stage::InProgress(completion.work.clone());
            let (inspector, papers) = (Inspector::SupervisionCommittee, Vec::new());
            doing.inspections.push(Inspection { inspector, text: text.clone(), papers, refused: true, at });
            doing.findings.push(Finding { inspection: *inspection, text: text.clone(), rework: None });
        }
    }
    Some(())
}

fn end(doing: &mut Doing, number: u32, outcome: Outcome) -> Option<()> {
    let milestone = doing.milestones.get_mut(index(number)?)?;
    milestone.outcome.is_none().then(|| milestone.outcome = Some(outcome))
}

fn next(number: u32, so_many: usize) -> Option<()> {
    (index(number)? == so_many).then_some(())
}
