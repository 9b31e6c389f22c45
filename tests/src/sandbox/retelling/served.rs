//! A matter of the domain's as the contract shows it.

use yishi_intake_domain::{Handover, Matter, Notice, PaperFormat, Reached, Stage, StrikeOff};
use yishi_kernel::Timestamp;
use yishi_proto::intake::v1 as pb;

use super::{joint, person};

/// The contract's form of a matter of the domain's.
pub(super) fn served(matter: &Matter) -> pb::Matter {
    let (content, micros) = (&matter.content, Timestamp::as_micros);
    let mut served = pb::Matter {
        name: matter.id.to_string(),
        title: content.title.clone(),
        description: content.description.clone(),
        category: code::<pb::Category>(
            &format!("CATEGORY_{}", content.category),
            pb::Category::from_str_name,
        ),
        subcategory: content.subcategory.to_string(),
        examples: matter
            .examples
            .iter()
            .map(|(by, mark)| pb::Mark {
                unit: format!("units/{by}"),
                reason: mark.why.clone(),
                mark_time_us: micros(mark.at),
            })
            .collect(),
        taxonomy: content.subcategory.taxonomy().map(|id| id.to_string()).unwrap_or_default(),
        cost_estimate_fen: content.cost_estimate.get(),
        households: wire(content.households),
        persons: wire(content.persons),
        place: content.place.clone(),
        proposer: matter.proposer.to_string(),
        contact: matter.contact.as_ref().map(person::served),
        supporters: wire(matter.supporters),
        etag: format!("{:08x}", matter.version),
        create_time_us: micros(matter.created),
        update_time_us: micros(matter.updated),
        ..pb::Matter::default()
    };
    let state = format!("MATTER_STATE_{}", matter.state());
    served.state = code::<pb::MatterState>(&state, pb::MatterState::from_str_name);
    served.deliberation = matter.deliberation.as_ref().map(|held| pb::Deliberation {
        meeting_kind: code(&format!("MEETING_KIND_{}", held.meeting.kind), pb::MeetingKind::from_str_name),
        held_on: held.meeting.held_on.to_string(),
        entitled: wire(held.meeting.entitled),
        present: wire(held.meeting.present),
        in_favour: wire(held.meeting.in_favour),
        against: wire(held.meeting.against),
        abstaining: wire(held.meeting.abstaining),
        minutes_sha256: held.meeting.minutes_sha256.to_vec(),
        outcome: code(
            &format!("DELIBERATION_OUTCOME_{}", held.outcome),
            pb::DeliberationOutcome::from_str_name,
        ),
        minutes_size_bytes: held.meeting.papers.minutes_size_bytes.into(),
        minutes_format: held.meeting.papers.minutes_format.map_or(0, paper_format),
        sign_in_sheet: held.meeting.papers.sign_in_sheet.map(|sheet| pb::MeetingPaper {
            sha256: sheet.sha256.to_vec(),
            size_bytes: sheet.size_bytes.into(),
            format: paper_format(sheet.format),
        }),
    });
    served.objections = (1..)
        .zip(&matter.objections)
        .map(|(id, asked)| pb::Objection {
            id,
            text: asked.text.clone(),
            objector: asked.objector.to_string(),
            file_time_us: micros(asked.filed),
            answer: asked.answer.as_ref().map(|given| given.text.clone()).unwrap_or_default(),
            upheld: asked.answer.as_ref().is_some_and(|given| given.upheld),
            answer_time_us: asked.answer.as_ref().map_or(0, |given| micros(given.at)),
        })
        .collect();
    match &matter.stage {
        Stage::Noticed(hung) => served.notice = Some(notice(hung, 0)),
        Stage::Merged { into } => served.merged_into = into.to_string(),
        Stage::Declined { reason } | Stage::Withdrawn { reason } => served.reason.clone_from(reason),
        _ => {}
    }
    if let Some(fixed) = matter.stage.determination() {
        served.notice = Some(notice(&fixed.notice, micros(fixed.at)));
        served.project_number = fixed.number.to_string();
        served.determine_time_us = micros(fixed.at);
        served.due_day = fixed.due.to_string();
        served.additional = fixed.additional;
    }
    served.progress = matter.stage.work().map(|work| pb::Progress {
        percent: work.progress.percent.into(),
        spent_fen: work.progress.spent.get(),
        text: work.progress.text.clone(),
        papers_sha256: work.progress.papers_sha256.iter().map(|paper| paper.to_vec()).collect(),
        record_time_us: micros(work.reported),
        papers: super::work::shown(&work.progress.papers),
    });
    served.joint = matter.joint.as_ref().map(joint::served);
    served.ending = matter.ending.as_ref().map(|asked| pb::EndingRequest {
        id: wire(asked.number),
        state: code(&format!("MATTER_STATE_{}", asked.ending), pb::MatterState::from_str_name),
        reason: asked.reason.clone(),
        request_time_us: micros(asked.at),
        answered_by: asked.answer.as_ref().map(|given| format!("units/{}", given.by)).unwrap_or_default(),
        granted: asked.answer.as_ref().is_some_and(|given| given.granted),
        answer: asked.answer.as_ref().map(|given| given.reason.clone()).unwrap_or_default(),
        answer_time_us: asked.answer.as_ref().map_or(0, |given| micros(given.at)),
    });
    served.completion = matter.stage.completion().map(|done| pb::Completion {
        text: done.text.clone(),
        complete_time_us: micros(done.at),
        on_time: done.on_time(),
        ..handed_over(&matter.stage)
    });
    super::work::serve(matter, &mut served);
    served.alignment = matter.alignment.as_ref().map(super::align::served);
    served
}

fn notice(hung: &Notice, end_time_us: i64) -> pb::Notice {
    pb::Notice {
        publish_time_us: hung.published.as_micros(),
        earliest_end_time_us: hung.earliest_end.as_micros(),
        end_time_us,
        upheld: hung.upheld,
    }
}

/// The number of an enumeration's value; domain and contract use the same words.
pub(super) fn code<T: Into<i32>>(name: &str, of: fn(&str) -> Option<T>) -> i32 {
    of(name).unwrap_or_else(|| panic!("the contract has no {name}")).into()
}

/// From the declaration that all is done to the strike-off.
fn handed_over(stage: &Stage) -> pb::Completion {
    let (accepted, requested) = match stage {
        Stage::Completed(_, Handover::Accepted { at })
        | Stage::Cancelled(Reached::Completed(_, Handover::Accepted { at }))
        | Stage::CarriedOver(Reached::Completed(_, Handover::Accepted { at })) => (Some(*at), None),
        Stage::Completed(_, Handover::ClosingRequested { accepted, at }) => (Some(*accepted), Some(*at)),
        Stage::Closed(StrikeOff { accepted, requested, .. }) => (Some(*accepted), Some(*requested)),
        _ => (None, None),
    };
    let mut handed = pb::Completion {
        accept_time_us: accepted.map_or(0, Timestamp::as_micros),
        closing_request_time_us: requested.map_or(0, Timestamp::as_micros),
        ..pb::Completion::default()
    };
    if let Stage::Closed(closed) = stage {
        (handed.close_time_us, handed.paid_fen) = (closed.at.as_micros(), closed.paid.get());
    }
    handed
}

pub(super) fn wire(value: u32) -> i32 {
    i32::try_from(value).expect("the contract's limits lie below 2^31")
}

fn paper_format(format: PaperFormat) -> i32 {
    code(&format!("PAPER_FORMAT_{format}"), pb::PaperFormat::from_str_name)
}
