//! A matter as it is served, and back: the projection keeps the served form.

use yishi_intake_domain::{
    Answer, Content, Deliberation, Determination, Matter, Meeting, Notice, Objection, Stage,
};
use yishi_kernel::{Date, Fen, Timestamp};
use yishi_proto::intake::v1 as pb;

use super::codes::{self, category_from, meeting_kind_from, outcome_from};
use super::fields::{count, date_from, etag, subcategory_from, taxonomy, wire};
use super::{align, doing, ending, joint, mark, paper, person, work};

/// The served form.
pub(crate) fn matter(matter: &Matter) -> pb::Matter {
    let Content { title, description, category, subcategory, cost_estimate, households, persons, place } =
        &matter.content;
    let mut served = pb::Matter {
        name: matter.id.to_string(),
        state: codes::state(matter.state()) as i32,
        title: title.clone(),
        description: description.clone(),
        category: codes::category(*category) as i32,
        subcategory: subcategory.to_string(),
        taxonomy: taxonomy(subcategory),
        cost_estimate_fen: cost_estimate.get(),
        households: wire(*households),
        persons: wire(*persons),
        place: place.clone(),
        proposer: matter.proposer.to_string(),
        supporters: wire(matter.supporters),
        deliberation: matter.deliberation.as_ref().map(deliberation),
        objections: (1..).zip(&matter.objections).map(|(id, asked)| objection(id, asked)).collect(),
        ending: matter.ending.as_ref().map(ending::request),
        joint: matter.joint.as_ref().map(joint::plan),
        contact: matter.contact.as_ref().map(person::note),
        etag: etag(matter.version),
        create_time_us: matter.created.as_micros(),
        update_time_us: matter.updated.as_micros(),
        ..pb::Matter::default()
    };
    match &matter.stage {
        Stage::Noticed(hung) => served.notice = Some(notice(hung, 0)),
        Stage::Proposed
        | Stage::Deliberated
        | Stage::Determined(_)
        | Stage::InProgress(_)
        | Stage::Completed(..)
        | Stage::Closed(_)
        | Stage::Cancelled(_)
        | Stage::CarriedOver(_) => {}
        Stage::Merged { into } => served.merged_into = into.to_string(),
        Stage::Declined { reason } | Stage::Withdrawn { reason } => served.reason.clone_from(reason),
    }
    if let Some(Determination { number, at, due, notice: hung, additional }) = matter.stage.determination() {
        served.notice = Some(notice(hung, at.as_micros()));
        served.project_number = number.to_string();
        served.determine_time_us = at.as_micros();
        served.due_day = due.to_string();
        served.additional = *additional;
    }
    served.progress = matter.stage.work().map(work::progress);
    served.completion = work::completion(&matter.stage);
    doing::serve(&matter.doing, &mut served);
    served.examples = mark::marks(&matter.examples);
    served.alignment = matter.alignment.as_ref().map(align::alignment);
    served
}

pub(super) fn deliberation(deliberation: &Deliberation) -> pb::Deliberation {
    let Meeting { kind, held_on, entitled, present, in_favour, against, abstaining, minutes_sha256, papers } =
        &deliberation.meeting;
    let mut served = pb::Deliberation {
        meeting_kind: codes::meeting_kind(*kind) as i32,
        held_on: held_on.to_string(),
        entitled: wire(*entitled),
        present: wire(*present),
        in_favour: wire(*in_favour),
        against: wire(*against),
        abstaining: wire(*abstaining),
        minutes_sha256: minutes_sha256.to_vec(),
        outcome: codes::outcome(deliberation.outcome) as i32,
        ..pb::Deliberation::default()
    };
    paper::write(papers, &mut served);
    served
}

fn notice(notice: &Notice, end_time_us: i64) -> pb::Notice {
    pb::Notice {
        publish_time_us: notice.published.as_micros(),
        earliest_end_time_us: notice.earliest_end.as_micros(),
        end_time_us,
        upheld: notice.upheld,
    }
}

fn objection(id: i32, objection: &Objection) -> pb::Objection {
    let answer = objection.answer.as_ref();
    pb::Objection {
        id,
        text: objection.text.clone(),
        objector: objection.objector.to_string(),
        file_time_us: objection.filed.as_micros(),
        answer: answer.map(|answer| answer.text.clone()).unwrap_or_default(),
        upheld: answer.is_some_and(|answer| answer.upheld),
        answer_time_us: answer.map_or(0, |answer| answer.at.as_micros()),
    }
}

/// The domain's form of what a projection holds, or what is wrong with it.
pub(crate) fn matter_from(served: &pb::Matter) -> Result<Matter, String> {
    let told = |what: &str| format!("{}: {what} cannot be read", served.name);
    let content = Content {
        title: served.title.clone(),
        description: served.description.clone(),
        category: category_from(served.category()).ok_or_else(|| told("category"))?,
        subcategory: subcategory_from(&served.subcategory, &served.taxonomy)
            .ok_or_else(|| told("subcategory"))?,
        cost_estimate: Fen::new(served.cost_estimate_fen),
        households: count(served.households).ok_or_else(|| told("households"))?,
        persons: count(served.persons).ok_or_else(|| told("persons"))?,
        place: served.place.clone(),
    };
    let held = served.deliberation.as_ref();
    let objections: Option<Vec<Objection>> = served.objections.iter().map(objection_from).collect();
    Ok(Matter {
        id: served.name.parse().map_err(|_| told("name"))?,
        content,
        proposer: served.proposer.parse().map_err(|_| told("proposer"))?,
        supporters: count(served.supporters).ok_or_else(|| told("supporters"))?,
        deliberation: held
            .map(|held| deliberation_from(held).ok_or_else(|| told("deliberation")))
            .transpose()?,
        objections: objections.ok_or_else(|| told("objections"))?,
        stage: stage_from(served).ok_or_else(|| told("state"))?,
        ending: served
            .ending
            .as_ref()
            .map(|asked| ending::request_from(asked).ok_or_else(|| told("ending")))
            .transpose()?,
        joint: served
            .joint
            .as_ref()
            .map(|plan| joint::plan_from(plan).ok_or_else(|| told("joint")))
            .transpose()?,
        doing: doing::doing_from(served).ok_or_else(|| told("the work"))?,
        alignment: served
            .alignment
            .as_ref()
            .map(|asked| align::alignment_from(asked).ok_or_else(|| told("alignment")))
            .transpose()?,
        contact: served
            .contact
            .as_ref()
            .map(|note| person::note_from(note).ok_or_else(|| told("contact")))
            .transpose()?,
        examples: mark::marks_from(&served.examples).ok_or_else(|| told("examples"))?,
        version: super::fields::version(&served.etag).ok_or_else(|| told("etag"))?,
        created: Timestamp::from_micros(served.create_time_us),
        updated: Timestamp::from_micros(served.update_time_us),
    })
}

fn stage_from(served: &pb::Matter) -> Option<Stage> {
    let notice = || {
        served.notice.as_ref().map(|notice| Notice {
            published: Timestamp::from_micros(notice.publish_time_us),
            earliest_end: Timestamp::from_micros(notice.earliest_end_time_us),
            upheld: notice.upheld,
        })
    };
    let determination = || {
        Some(Determination {
            number: served.project_number.parse().ok()?,
            at: Timestamp::from_micros(served.determine_time_us),
            due: date_from(&served.due_day)?,
            notice: notice()?,
            additional: served.additional,
        })
    };
    Some(match served.state() {
        pb::MatterState::Proposed => Stage::Proposed,
        pb::MatterState::Deliberated => Stage::Deliberated,
        pb::MatterState::Noticed => Stage::Noticed(notice()?),
        pb::MatterState::Determined => Stage::Determined(determination()?),
        pb::MatterState::InProgress => Stage::InProgress(work::work_from(served, determination()?)?),
        pb::MatterState::Completed => work::completed_from(served, determination()?)?,
        pb::MatterState::Closed => work::closed_from(served, determination()?)?,
        pb::MatterState::Merged => Stage::Merged { into: served.merged_into.parse().ok()? },
        pb::MatterState::Declined => Stage::Declined { reason: served.reason.clone() },
        pb::MatterState::Withdrawn => Stage::Withdrawn { reason: served.reason.clone() },
        pb::MatterState::Cancelled => Stage::Cancelled(ending::reached_from(before(served)?)?),
        pb::MatterState::CarriedOver => Stage::CarriedOver(ending::reached_from(before(served)?)?),
        pb::MatterState::Unspecified => return None,
    })
}

/// The stage that a matter was in before it ended without a strike-off.
fn before(served: &pb::Matter) -> Option<Stage> {
    let state = match (&served.completion, &served.progress) {
        (Some(_), _) => pb::MatterState::Completed,
        (None, Some(_)) => pb::MatterState::InProgress,
        (None, None) => pb::MatterState::Determined,
    };
    stage_from(&pb::Matter { state: state as i32, ..served.clone() })
}

pub(super) fn deliberation_from(held: &pb::Deliberation) -> Option<Deliberation> {
    let held_on: Date = date_from(&held.held_on)?;
    Some(Deliberation {
        meeting: Meeting {
            kind: meeting_kind_from(held.meeting_kind())?,
            held_on,
            entitled: count(held.entitled)?,
            present: count(held.present)?,
            in_favour: count(held.in_favour)?,
            against: count(held.against)?,
            abstaining: count(held.abstaining)?,
            minutes_sha256: held.minutes_sha256.as_slice().try_into().ok()?,
            papers: paper::papers_from(held)?,
        },
        outcome: outcome_from(held.outcome())?,
    })
}

fn objection_from(objection: &pb::Objection) -> Option<Objection> {
    let answer = (objection.answer_time_us != 0).then(|| Answer {
        text: objection.answer.clone(),
        upheld: objection.upheld,
        at: Timestamp::from_micros(objection.answer_time_us),
    });
    Some(Objection {
        text: objection.text.clone(),
        objector: objection.objector.parse().ok()?,
        filed: Timestamp::from_micros(objection.file_time_us),
        answer,
    })
}
