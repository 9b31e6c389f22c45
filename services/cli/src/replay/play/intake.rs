use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::Failure,
    remote::{Caller, Intake, Remote},
    scenario::{Content, Deed, Meeting},
};

/// Whose deed it is.
pub(super) struct Place<'a> {
    pub(super) village: UnitCode,
    pub(super) year: Year,
    /// What its proposals of the year were named.
    pub(super) names: &'a [String],
}

pub(super) async fn send(
    node: &Remote,
    place: &Place<'_>,
    deed: &Deed,
    request_id: String,
) -> Result<pb::Matter, Failure> {
    let officer = &Caller::officer(place.village);
    let name = |proposal: usize| place.names[proposal].clone();
    match deed {
        Deed::Propose(content) => {
            let parent = format!("villages/{}", place.village);
            let (year, matter) = (place.year.get().into(), Some(proposed(content)));
            let request = pb::ProposeMatterRequest { parent, year, matter, request_id, contact: None };
            node.ask(officer, request, Intake::propose_matter).await
        }
        Deed::Support { proposal, supporter } => {
            let (name, supporter) = (name(*proposal), supporter.clone());
            let request = pb::SupportMatterRequest { name, supporter, request_id, ..Default::default() };
            node.ask(officer, request, Intake::support_matter).await
        }
        Deed::Merge { proposal, into } => {
            let (name, into) = (name(*proposal), name(*into));
            let request = pb::MergeMatterRequest { name, into, request_id, ..Default::default() };
            node.ask(officer, request, Intake::merge_matter).await
        }
        Deed::Withdraw { proposal, reason } => {
            let (name, reason) = (name(*proposal), (*reason).to_owned());
            let request = pb::WithdrawMatterRequest { name, reason, request_id, ..Default::default() };
            node.ask(officer, request, Intake::withdraw_matter).await
        }
        Deed::Decline { proposal, reason } => {
            let (name, reason) = (name(*proposal), (*reason).to_owned());
            let request = pb::DeclineMatterRequest { name, reason, request_id, ..Default::default() };
            node.ask(officer, request, Intake::decline_matter).await
        }
        Deed::Deliberate { proposal, meeting } => {
            let (name, deliberation) = (name(*proposal), Some(minutes(meeting)));
            let request =
                pb::RecordDeliberationRequest { name, deliberation, request_id, ..Default::default() };
            node.ask(officer, request, Intake::record_deliberation).await
        }
        Deed::Publish { proposal } => {
            let request =
                pb::PublishNoticeRequest { name: name(*proposal), request_id, ..Default::default() };
            node.ask(officer, request, Intake::publish_notice).await
        }
        Deed::Object { proposal, text, objector } => {
            let (name, text, objector) = (name(*proposal), (*text).to_owned(), objector.clone());
            let request = pb::FileObjectionRequest { name, text, objector, request_id, ..Default::default() };
            node.ask(officer, request, Intake::file_objection).await
        }
        Deed::Answer { proposal, objection, answer, upheld } => {
            let (name, answer) = (name(*proposal), (*answer).to_owned());
            let (objection, upheld, etag) = (*objection, *upheld, String::new());
            let request = pb::AnswerObjectionRequest { name, objection, answer, upheld, request_id, etag };
            node.ask(officer, request, Intake::answer_objection).await
        }
        Deed::Determine { proposal, due_day } => {
            let (name, due_day) = (name(*proposal), due_day.to_string());
            let request = pb::DetermineMatterRequest { name, due_day, request_id, ..Default::default() };
            node.ask(officer, request, Intake::determine_matter).await
        }
        Deed::Report { proposal, progress } => {
            let request = pb::RecordProgressRequest {
                name: name(*proposal),
                percent: progress.percent,
                spent_fen: progress.spent.get(),
                text: progress.text.to_owned(),
                papers_sha256: vec![progress.paper_sha256.to_vec()],
                request_id,
                ..Default::default()
            };
            node.ask(officer, request, Intake::record_progress).await
        }
        Deed::Complete { proposal, text } => {
            let (name, text) = (name(*proposal), (*text).to_owned());
            let request = pb::CompleteMatterRequest { name, text, request_id, ..Default::default() };
            node.ask(officer, request, Intake::complete_matter).await
        }
        Deed::Accept { proposal } => {
            let committee = &Caller::supervisor(place.village);
            let request = pb::AcceptMatterRequest { name: name(*proposal), request_id, ..Default::default() };
            node.ask(committee, request, Intake::accept_matter).await
        }
        Deed::RequestClosing { proposal } => {
            let request =
                pb::RequestClosingRequest { name: name(*proposal), request_id, ..Default::default() };
            node.ask(officer, request, Intake::request_closing).await
        }
    }
}

fn proposed(content: &Content) -> pb::Matter {
    pb::Matter {
        title: content.title.clone(),
        description: content.description.clone(),
        category: content.category.into(),
        subcategory: content.subcategory.to_owned(),
        cost_estimate_fen: content.cost_estimate.get(),
        households: content.households,
        persons: content.persons,
        place: content.place.clone(),
        ..pb::Matter::default()
    }
}

fn minutes(meeting: &Meeting) -> pb::Deliberation {
    pb::Deliberation {
        meeting_kind: meeting.kind.into(),
        held_on: meeting.held_on.to_string(),
        entitled: meeting.entitled,
        present: meeting.present,
        in_favour: meeting.in_favour,
        against: meeting.against,
        abstaining: meeting.abstaining,
        minutes_sha256: meeting.minutes_sha256.to_vec(),
        ..pb::Deliberation::default()
    }
}
