//! Endings without a strike-off as they are served, and back.

use yishi_intake_domain::{Ending, EndingAnswer, EndingRequest, Reached, Stage};
use yishi_kernel::Timestamp;
use yishi_proto::intake::v1 as pb;

use super::fields::{count, unit_of, wire};

pub(super) fn state(ending: Ending) -> pb::MatterState {
    match ending {
        Ending::CarriedOver => pb::MatterState::CarriedOver,
        Ending::Cancelled => pb::MatterState::Cancelled,
    }
}

pub(super) fn ending_from(state: pb::MatterState) -> Option<Ending> {
    match state {
        pb::MatterState::CarriedOver => Some(Ending::CarriedOver),
        pb::MatterState::Cancelled => Some(Ending::Cancelled),
        _ => None,
    }
}

pub(super) fn request(asked: &EndingRequest) -> pb::EndingRequest {
    let mut served = pb::EndingRequest {
        id: wire(asked.number),
        state: state(asked.ending) as i32,
        reason: asked.reason.clone(),
        request_time_us: asked.at.as_micros(),
        ..pb::EndingRequest::default()
    };
    if let Some(EndingAnswer { by, granted, reason, at }) = &asked.answer {
        served.answered_by = format!("units/{by}");
        served.granted = *granted;
        served.answer.clone_from(reason);
        served.answer_time_us = at.as_micros();
    }
    served
}

pub(super) fn request_from(served: &pb::EndingRequest) -> Option<EndingRequest> {
    let answer = || {
        Some(EndingAnswer {
            by: unit_of("units", &served.answered_by)?,
            granted: served.granted,
            reason: served.answer.clone(),
            at: Timestamp::from_micros(served.answer_time_us),
        })
    };
    Some(EndingRequest {
        number: count(served.id)?,
        ending: ending_from(served.state())?,
        reason: served.reason.clone(),
        at: Timestamp::from_micros(served.request_time_us),
        answer: if served.answer_time_us == 0 { None } else { Some(answer()?) },
    })
}

/// How far a matter had come, told by the stage that it would be in otherwise.
pub(super) fn reached_from(stage: Stage) -> Option<Reached> {
    match stage {
        Stage::Determined(determination) => Some(Reached::Determined(determination)),
        Stage::InProgress(work) => Some(Reached::InProgress(work)),
        Stage::Completed(completion, handover) => Some(Reached::Completed(completion, handover)),
        _ => None,
    }
}
