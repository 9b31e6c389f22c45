//! What is written into the journal about the doing of a matter, and how it is read again.

use yishi_intake_domain::doing::Fact;
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::super::fields::{count, date_from, unit_of, wire};
use super::{inspector, inspector_from, papers, papers_from};

/// What the event's payload says happened.
pub(in crate::convert) fn event(fact: &Fact) -> Kind {
    match fact {
        Fact::OfficerNamed { unit, officer } => Kind::OfficerNamed(pb::OfficerNamed {
            unit: format!("units/{unit}"),
            officer: officer.to_string(),
        }),
        Fact::MilestonePlanned { milestone, title, due } => Kind::MilestonePlanned(pb::MilestonePlanned {
            milestone: wire(*milestone),
            title: title.clone(),
            due_day: due.to_string(),
        }),
        Fact::MilestoneReached { milestone, text, papers: shown } => {
            Kind::MilestoneReached(pb::MilestoneReached {
                milestone: wire(*milestone),
                text: text.clone(),
                papers: papers(shown),
            })
        }
        Fact::MilestoneDropped { milestone, reason } => Kind::MilestoneDropped(pb::MilestoneDropped {
            milestone: wire(*milestone),
            reason: reason.clone(),
        }),
        Fact::Inspected { inspection, inspector: by, text, findings, papers: shown } => {
            Kind::Inspected(pb::Inspected {
                inspection: wire(*inspection),
                inspector: inspector(*by) as i32,
                text: text.clone(),
                findings: findings.clone(),
                papers: papers(shown),
            })
        }
        Fact::Reworked { finding, text, papers: shown } => Kind::Reworked(pb::Reworked {
            finding: wire(*finding),
            text: text.clone(),
            papers: papers(shown),
        }),
        Fact::Judged { finding, satisfied, text } => Kind::ReworkJudged(pb::ReworkJudged {
            finding: wire(*finding),
            satisfied: *satisfied,
            text: text.clone(),
        }),
        Fact::AcceptanceRefused { inspection, text, was_on_time } => {
            Kind::AcceptanceRefused(pb::AcceptanceRefused {
                inspection: wire(*inspection),
                text: text.clone(),
                was_on_time: *was_on_time,
            })
        }
    }
}

/// The fact that [`event`] wrote.
pub(in crate::convert) fn fact_from(kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::OfficerNamed(told) => {
            Fact::OfficerNamed { unit: unit_of("units", &told.unit)?, officer: told.officer.parse().ok()? }
        }
        Kind::MilestonePlanned(told) => Fact::MilestonePlanned {
            milestone: count(told.milestone)?,
            title: told.title,
            due: date_from(&told.due_day)?,
        },
        Kind::MilestoneReached(told) => Fact::MilestoneReached {
            milestone: count(told.milestone)?,
            text: told.text,
            papers: papers_from(&told.papers)?,
        },
        Kind::MilestoneDropped(told) => {
            Fact::MilestoneDropped { milestone: count(told.milestone)?, reason: told.reason }
        }
        Kind::Inspected(told) => Fact::Inspected {
            inspection: count(told.inspection)?,
            inspector: inspector_from(told.inspector())?,
            text: told.text,
            findings: told.findings,
            papers: papers_from(&told.papers)?,
        },
        Kind::Reworked(told) => Fact::Reworked {
            finding: count(told.finding)?,
            text: told.text,
            papers: papers_from(&told.papers)?,
        },
        Kind::ReworkJudged(told) => {
            Fact::Judged { finding: count(told.finding)?, satisfied: told.satisfied, text: told.text }
        }
        Kind::AcceptanceRefused(told) => {
            let (inspection, was_on_time) = (count(told.inspection)?, told.was_on_time);
            Fact::AcceptanceRefused { inspection, text: told.text, was_on_time }
        }
        _ => return None,
    })
}
