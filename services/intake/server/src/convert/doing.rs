//! The doing of a matter as it is served, and back: the projection keeps the served form.

use yishi_intake_domain::doing::{
    Doing, Finding, Inspection, Inspector, Milestone, Officer, Outcome, Rework, Verdict,
};
use yishi_kernel::Timestamp;
use yishi_proto::intake::v1 as pb;

use super::fields::{count, date_from, unit_of, wire};

mod event;
mod failure;
mod papers;
mod requests;

pub(super) use event::{event, fact_from};
pub(super) use failure::failure;
pub(super) use papers::{papers, papers_asked, papers_from, papers_within};

/// Puts it into the served form of a matter.
pub(super) fn serve(doing: &Doing, served: &mut pb::Matter) {
    served.officer = doing.officer.as_ref().map(officer);
    served.milestones = (1..).zip(&doing.milestones).map(|(id, planned)| milestone(id, planned)).collect();
    served.inspections = (1..).zip(&doing.inspections).map(|(id, done)| inspection(id, done)).collect();
    served.findings = (1..).zip(&doing.findings).map(|(id, found)| finding(id, found)).collect();
    served.open_findings = (0..).zip(doing.open_findings()).last().map_or(0, |(before, _)| before + 1);
}

/// The domain's form of it.
pub(super) fn doing_from(served: &pb::Matter) -> Option<Doing> {
    Some(Doing {
        officer: served.officer.as_ref().map_or(Some(None), |named| officer_from(named).map(Some))?,
        milestones: served.milestones.iter().map(milestone_from).collect::<Option<_>>()?,
        inspections: served.inspections.iter().map(inspection_from).collect::<Option<_>>()?,
        findings: served.findings.iter().map(finding_from).collect::<Option<_>>()?,
    })
}

/// Leaves out what lists do not tell.
pub(crate) fn in_short(matter: &mut pb::Matter) {
    matter.milestones.clear();
    matter.inspections.clear();
    matter.findings.clear();
    if let Some(alignment) = &mut matter.alignment {
        super::align::in_short(alignment);
    }
}

fn officer(officer: &Officer) -> pb::Officer {
    pb::Officer {
        unit: format!("units/{}", officer.unit),
        officer: officer.officer.to_string(),
        name_time_us: officer.named.as_micros(),
    }
}

fn officer_from(served: &pb::Officer) -> Option<Officer> {
    Some(Officer {
        unit: unit_of("units", &served.unit)?,
        officer: served.officer.parse().ok()?,
        named: Timestamp::from_micros(served.name_time_us),
    })
}

fn milestone(id: i32, milestone: &Milestone) -> pb::Milestone {
    let mut served = pb::Milestone {
        id,
        title: milestone.title.clone(),
        due_day: milestone.due.to_string(),
        state: pb::MilestoneState::Planned as i32,
        on_time: milestone.on_time(),
        ..pb::Milestone::default()
    };
    match &milestone.outcome {
        None => {}
        Some(Outcome::Reached { text, papers: shown, at }) => {
            served.state = pb::MilestoneState::Reached as i32;
            (served.end_time_us, served.papers) = (at.as_micros(), papers(shown));
            served.text.clone_from(text);
        }
        Some(Outcome::Dropped { reason, at }) => {
            served.state = pb::MilestoneState::Dropped as i32;
            served.end_time_us = at.as_micros();
            served.text.clone_from(reason);
        }
    }
    served
}

fn milestone_from(served: &pb::Milestone) -> Option<Milestone> {
    let (text, at) = (served.text.clone(), Timestamp::from_micros(served.end_time_us));
    let outcome = match served.state() {
        pb::MilestoneState::Planned => None,
        pb::MilestoneState::Reached => {
            Some(Outcome::Reached { text, papers: papers_from(&served.papers)?, at })
        }
        pb::MilestoneState::Dropped => Some(Outcome::Dropped { reason: text, at }),
        pb::MilestoneState::Unspecified => return None,
    };
    Some(Milestone { title: served.title.clone(), due: date_from(&served.due_day)?, outcome })
}

pub(super) fn inspector(inspector: Inspector) -> pb::Inspector {
    match inspector {
        Inspector::SupervisionCommittee => pb::Inspector::SupervisionCommittee,
        Inspector::WorkGroup => pb::Inspector::WorkGroup,
    }
}

pub(super) fn inspector_from(inspector: pb::Inspector) -> Option<Inspector> {
    Some(match inspector {
        pb::Inspector::SupervisionCommittee => Inspector::SupervisionCommittee,
        pb::Inspector::WorkGroup => Inspector::WorkGroup,
        pb::Inspector::Unspecified => return None,
    })
}

fn inspection(id: i32, done: &Inspection) -> pb::Inspection {
    pb::Inspection {
        id,
        inspector: inspector(done.inspector) as i32,
        text: done.text.clone(),
        papers: papers(&done.papers),
        acceptance_refused: done.refused,
        record_time_us: done.at.as_micros(),
    }
}

fn inspection_from(served: &pb::Inspection) -> Option<Inspection> {
    Some(Inspection {
        inspector: inspector_from(served.inspector())?,
        text: served.text.clone(),
        papers: papers_from(&served.papers)?,
        refused: served.acceptance_refused,
        at: Timestamp::from_micros(served.record_time_us),
    })
}

fn finding(id: i32, found: &Finding) -> pb::InspectionFinding {
    let state = match (found.is_closed(), found.waits_for_a_look()) {
        (true, _) => pb::InspectionFindingState::Closed,
        (false, true) => pb::InspectionFindingState::Reworked,
        (false, false) => pb::InspectionFindingState::Open,
    };
    pb::InspectionFinding {
        id,
        inspection: wire(found.inspection),
        text: found.text.clone(),
        state: state as i32,
        rework: found.rework.as_ref().map(rework),
    }
}

fn finding_from(served: &pb::InspectionFinding) -> Option<Finding> {
    Some(Finding {
        inspection: count(served.inspection)?,
        text: served.text.clone(),
        rework: served.rework.as_ref().map_or(Some(None), |told| rework_from(told).map(Some))?,
    })
}

fn rework(rework: &Rework) -> pb::Rework {
    let verdict = rework.verdict.as_ref();
    pb::Rework {
        text: rework.text.clone(),
        papers: papers(&rework.papers),
        report_time_us: rework.at.as_micros(),
        satisfied: verdict.is_some_and(|verdict| verdict.satisfied),
        verdict: verdict.map(|verdict| verdict.text.clone()).unwrap_or_default(),
        verdict_time_us: verdict.map_or(0, |verdict| verdict.at.as_micros()),
    }
}

fn rework_from(served: &pb::Rework) -> Option<Rework> {
    let verdict = (served.verdict_time_us != 0).then(|| Verdict {
        satisfied: served.satisfied,
        text: served.verdict.clone(),
        at: Timestamp::from_micros(served.verdict_time_us),
    });
    Some(Rework {
        text: served.text.clone(),
        papers: papers_from(&served.papers)?,
        at: Timestamp::from_micros(served.report_time_us),
        verdict,
    })
}

#[cfg(test)]
mod tests;
