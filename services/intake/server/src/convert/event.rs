//! What is written into the journal.

use yishi_intake_domain::{Content, Event, Fact};
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::codes;
use super::fields::wire;
use super::matter::deliberation;
use super::work::papers;

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let kind = match &event.fact {
        Fact::Proposed { content: said, proposer } => {
            Kind::Proposed(pb::Proposed { content: Some(content(said)), proposer: proposer.to_string() })
        }
        Fact::Updated { content: said } => Kind::Updated(pb::Updated { content: Some(content(said)) }),
        Fact::Supported { supporter } => Kind::Supported(pb::Supported { supporter: supporter.to_string() }),
        Fact::Merged { into, supporters_gained } => {
            Kind::Merged(pb::Merged { into: into.to_string(), supporters_gained: wire(*supporters_gained) })
        }
        Fact::Declined { reason } => Kind::Declined(pb::Declined { reason: reason.clone() }),
        Fact::Withdrawn { reason } => Kind::Withdrawn(pb::Withdrawn { reason: reason.clone() }),
        Fact::Deliberated(held) => {
            Kind::Deliberated(pb::Deliberated { deliberation: Some(deliberation(held)) })
        }
        Fact::Noticed { earliest_end } => {
            Kind::Noticed(pb::Noticed { earliest_end_time_us: earliest_end.as_micros() })
        }
        Fact::Objected { objection, text, objector } => Kind::Objected(pb::Objected {
            objection: wire(*objection),
            text: text.clone(),
            objector: objector.to_string(),
        }),
        Fact::Answered { objection, answer, upheld, reopened } => Kind::Answered(pb::Answered {
            objection: wire(*objection),
            answer: answer.clone(),
            upheld: *upheld,
            reopened: *reopened,
        }),
        Fact::Determined { number, due, category, cost_estimate } => Kind::Determined(pb::Determined {
            project_number: number.to_string(),
            due_day: due.to_string(),
            category: codes::category(*category) as i32,
            cost_estimate_fen: cost_estimate.get(),
        }),
        Fact::Progressed(progress) => Kind::Progressed(pb::Progressed {
            percent: progress.percent.into(),
            spent_fen: progress.spent.get(),
            text: progress.text.clone(),
            papers_sha256: papers(progress),
        }),
        Fact::Completed { text } => Kind::Completed(pb::Completed { text: text.clone() }),
        Fact::Accepted => Kind::Accepted(pb::Accepted {}),
        Fact::ClosingRequested => Kind::ClosingRequested(pb::ClosingRequested {}),
        Fact::Closed { paid } => Kind::Closed(pb::Closed { paid_fen: paid.get() }),
    };
    pb::Event { matter: event.matter.to_string(), kind: Some(kind) }
}

fn content(content: &Content) -> pb::Content {
    pb::Content {
        title: content.title.clone(),
        description: content.description.clone(),
        category: codes::category(content.category) as i32,
        subcategory: content.subcategory.to_string(),
        cost_estimate_fen: content.cost_estimate.get(),
        households: wire(content.households),
        persons: wire(content.persons),
        place: content.place.clone(),
    }
}
