//! The work on a matter: what the journal says happened, and as the contract shows it.

use yishi_intake_domain::doing::{Doing, Fact, Inspector, Outcome, Paper, PaperKind};
use yishi_intake_domain::{Fact as All, Matter};
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::facts::{actor, count, day, digest, unit};
use super::served::{code, wire};

pub(super) fn fact(kind: Kind) -> All {
    All::Doing(match kind {
        Kind::OfficerNamed(told) => {
            Fact::OfficerNamed { unit: unit(&told.unit), officer: actor(&told.officer) }
        }
        Kind::MilestonePlanned(told) => Fact::MilestonePlanned {
            milestone: count(told.milestone),
            title: told.title,
            due: day(&told.due_day),
        },
        Kind::MilestoneReached(told) => Fact::MilestoneReached {
            milestone: count(told.milestone),
            text: told.text,
            papers: papers(&told.papers),
        },
        Kind::MilestoneDropped(told) => {
            Fact::MilestoneDropped { milestone: count(told.milestone), reason: told.reason }
        }
        Kind::Inspected(told) => Fact::Inspected {
            inspection: count(told.inspection),
            inspector: match told.inspector() {
                pb::Inspector::SupervisionCommittee => Inspector::SupervisionCommittee,
                pb::Inspector::WorkGroup => Inspector::WorkGroup,
                pb::Inspector::Unspecified => panic!("{told:?} says not who looked"),
            },
            papers: papers(&told.papers),
            text: told.text,
            findings: told.findings,
        },
        Kind::Reworked(told) => {
            Fact::Reworked { finding: count(told.finding), text: told.text, papers: papers(&told.papers) }
        }
        Kind::ReworkJudged(told) => {
            Fact::Judged { finding: count(told.finding), satisfied: told.satisfied, text: told.text }
        }
        Kind::AcceptanceRefused(told) => {
            let (inspection, was_on_time) = (count(told.inspection), told.was_on_time);
            Fact::AcceptanceRefused { inspection, text: told.text, was_on_time }
        }
        other => panic!("{other:?} happens to no matter"),
    })
}

pub(super) fn papers(told: &[pb::Paper]) -> Vec<Paper> {
    let paper = |paper: &pb::Paper| Paper {
        sha256: digest(&paper.sha256),
        size: paper.size_bytes.try_into().expect("a file is not endless"),
        media: paper.media_type.parse().expect("a media type"),
        kind: match paper.kind() {
            pb::PaperKind::Photograph => PaperKind::Photograph,
            pb::PaperKind::Contract => PaperKind::Contract,
            pb::PaperKind::Invoice => PaperKind::Invoice,
            pb::PaperKind::Report => PaperKind::Report,
            pb::PaperKind::Other => PaperKind::Other,
            pb::PaperKind::Unspecified => panic!("{paper:?} is of no kind"),
        },
    };
    told.iter().map(paper).collect()
}

/// The contract's form of papers.
pub(super) fn shown(papers: &[Paper]) -> Vec<pb::Paper> {
    let paper = |paper: &Paper| pb::Paper {
        sha256: paper.sha256.to_vec(),
        size_bytes: paper.size.into(),
        media_type: paper.media.to_string(),
        kind: code(&format!("PAPER_KIND_{}", paper.kind), pb::PaperKind::from_str_name),
    };
    papers.iter().map(paper).collect()
}

/// Adds the work to a matter as the contract shows it.
pub(super) fn serve(matter: &Matter, served: &mut pb::Matter) {
    let doing = &matter.doing;
    served.officer = doing.officer.as_ref().map(|named| pb::Officer {
        unit: format!("units/{}", named.unit),
        officer: named.officer.to_string(),
        name_time_us: named.named.as_micros(),
    });
    served.milestones = milestones(doing);
    served.inspections = (1..)
        .zip(&doing.inspections)
        .map(|(id, done)| pb::Inspection {
            id,
            inspector: code(&format!("INSPECTOR_{}", done.inspector), pb::Inspector::from_str_name),
            text: done.text.clone(),
            papers: shown(&done.papers),
            acceptance_refused: done.refused,
            record_time_us: done.at.as_micros(),
        })
        .collect();
    served.findings = findings(doing);
    let closed = pb::InspectionFindingState::Closed;
    let open = served.findings.iter().filter(|finding| finding.state() != closed).count();
    served.open_findings = i32::try_from(open).expect("findings are few");
}

fn milestones(doing: &Doing) -> Vec<pb::Milestone> {
    let milestone = |(id, planned): (i32, &yishi_intake_domain::doing::Milestone)| {
        let (state, text, papers, at) = match &planned.outcome {
            None => (pb::MilestoneState::Planned, "", &[][..], 0),
            Some(Outcome::Reached { text, papers, at }) => {
                (pb::MilestoneState::Reached, text.as_str(), papers.as_slice(), at.as_micros())
            }
            Some(Outcome::Dropped { reason, at }) => {
                (pb::MilestoneState::Dropped, reason.as_str(), &[][..], at.as_micros())
            }
        };
        let reached =
            matches!(&planned.outcome, Some(Outcome::Reached { at, .. }) if at.date() <= planned.due);
        pb::Milestone {
            id,
            title: planned.title.clone(),
            due_day: planned.due.to_string(),
            state: state as i32,
            end_time_us: at,
            on_time: reached,
            text: text.to_owned(),
            papers: shown(papers),
        }
    };
    (1..).zip(&doing.milestones).map(milestone).collect()
}

fn findings(doing: &Doing) -> Vec<pb::InspectionFinding> {
    let finding = |(id, found): (i32, &yishi_intake_domain::doing::Finding)| {
        let verdict = found.rework.as_ref().and_then(|rework| rework.verdict.as_ref());
        let state = match (&found.rework, verdict) {
            (Some(_), None) => pb::InspectionFindingState::Reworked,
            (Some(_), Some(verdict)) if verdict.satisfied => pb::InspectionFindingState::Closed,
            _ => pb::InspectionFindingState::Open,
        };
        pb::InspectionFinding {
            id,
            inspection: wire(found.inspection),
            text: found.text.clone(),
            state: state as i32,
            rework: found.rework.as_ref().map(|rework| pb::Rework {
                text: rework.text.clone(),
                papers: shown(&rework.papers),
                report_time_us: rework.at.as_micros(),
                satisfied: verdict.is_some_and(|verdict| verdict.satisfied),
                verdict: verdict.map(|verdict| verdict.text.clone()).unwrap_or_default(),
                verdict_time_us: verdict.map_or(0, |verdict| verdict.at.as_micros()),
            }),
        }
    };
    (1..).zip(&doing.findings).map(finding).collect()
}
