//! Villages act: all of them at once within a phase, each one thing after the other.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use yishi_kernel::Year;
use yishi_proto::intake::v1 as pb;

use super::progress::Progress;
use crate::{
    failure::Failure,
    lang::Lang,
    operator,
    remote::{Intake, Officer, Remote},
    scenario::{Act, Content, Meeting, Phase, Step, Story},
};

/// Villages whose calls are under way at once.
const IN_FLIGHT: usize = 256;

/// A village in one year: what it is to do, and what its proposals were named.
struct Village<'a> {
    story: &'a Story,
    year: Year,
    officer: Officer,
    names: Vec<String>,
}

pub(super) async fn year(
    intake: &Remote,
    admin: &Remote,
    year: Year,
    stories: &[Story],
    progress: Progress,
    lang: Lang,
) -> Result<(), Failure> {
    let village = |story| Village { story, year, officer: Officer::of(story.village), names: Vec::new() };
    let mut villages: Vec<Village<'_>> = stories.iter().map(village).collect();
    for phase in Phase::ALL {
        operator::advance_clock(admin, phase.instant(year)).await?;
        let part = progress.part(format!("{} {}", phase.day(year), phase.name(lang)), villages.len());
        let step = || part.step();
        stream::iter(&mut villages)
            .map(async |village| {
                let done = village.play(intake, phase).await;
                step();
                done.map_err(|failure| failure.about(format_args!("{} {year}", village.story.village)))
            })
            .buffer_unordered(IN_FLIGHT)
            .try_collect::<()>()
            .await?;
        part.done();
    }
    Ok(())
}

impl Village<'_> {
    async fn play(&mut self, intake: &Remote, phase: Phase) -> Result<(), Failure> {
        for step in self.story.steps_in(phase) {
            let matter = self.send(intake, step).await?;
            if matches!(step.act, Act::Propose(_)) {
                self.names.push(matter.name);
            }
        }
        Ok(())
    }

    async fn send(&self, intake: &Remote, step: &Step) -> Result<pb::Matter, Failure> {
        let request_id = step.request.to_string();
        let name = |proposal: usize| self.names[proposal].clone();
        let officer = &self.officer;
        match &step.act {
            Act::Propose(content) => {
                let parent = format!("villages/{}", self.story.village);
                let (year, matter) = (self.year.get().into(), Some(proposed(content)));
                let request = pb::ProposeMatterRequest { parent, year, matter, request_id };
                intake.intake(officer, request, Intake::propose_matter).await
            }
            Act::Support { proposal, supporter } => {
                let (name, supporter) = (name(*proposal), supporter.clone());
                let request = pb::SupportMatterRequest { name, supporter, request_id, ..Default::default() };
                intake.intake(officer, request, Intake::support_matter).await
            }
            Act::Merge { proposal, into } => {
                let (name, into) = (name(*proposal), name(*into));
                let request = pb::MergeMatterRequest { name, into, request_id, ..Default::default() };
                intake.intake(officer, request, Intake::merge_matter).await
            }
            Act::Withdraw { proposal, reason } => {
                let (name, reason) = (name(*proposal), (*reason).to_owned());
                let request = pb::WithdrawMatterRequest { name, reason, request_id, ..Default::default() };
                intake.intake(officer, request, Intake::withdraw_matter).await
            }
            Act::Decline { proposal, reason } => {
                let (name, reason) = (name(*proposal), (*reason).to_owned());
                let request = pb::DeclineMatterRequest { name, reason, request_id, ..Default::default() };
                intake.intake(officer, request, Intake::decline_matter).await
            }
            Act::Deliberate { proposal, meeting } => {
                let (name, deliberation) = (name(*proposal), Some(minutes(meeting)));
                let request =
                    pb::RecordDeliberationRequest { name, deliberation, request_id, ..Default::default() };
                intake.intake(officer, request, Intake::record_deliberation).await
            }
            Act::Publish { proposal } => {
                let request =
                    pb::PublishNoticeRequest { name: name(*proposal), request_id, ..Default::default() };
                intake.intake(officer, request, Intake::publish_notice).await
            }
            Act::Object { proposal, text, objector } => {
                let (name, text, objector) = (name(*proposal), (*text).to_owned(), objector.clone());
                let request =
                    pb::FileObjectionRequest { name, text, objector, request_id, ..Default::default() };
                intake.intake(officer, request, Intake::file_objection).await
            }
            Act::Answer { proposal, objection, answer, upheld } => {
                let (name, answer) = (name(*proposal), (*answer).to_owned());
                let (objection, upheld) = (*objection, *upheld);
                let request = pb::AnswerObjectionRequest {
                    name,
                    objection,
                    answer,
                    upheld,
                    request_id,
                    ..Default::default()
                };
                intake.intake(officer, request, Intake::answer_objection).await
            }
            Act::Determine { proposal } => {
                let request =
                    pb::DetermineMatterRequest { name: name(*proposal), request_id, ..Default::default() };
                intake.intake(officer, request, Intake::determine_matter).await
            }
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
