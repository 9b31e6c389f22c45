//! Enumerations. Each `match` is exhaustive, so that a new value cannot be forgotten.

use yishi_intake_domain::{Category, MeetingKind, Outcome, State};
use yishi_proto::intake::v1 as pb;

pub(crate) fn state(state: State) -> pb::MatterState {
    match state {
        State::Proposed => pb::MatterState::Proposed,
        State::Deliberated => pb::MatterState::Deliberated,
        State::Noticed => pb::MatterState::Noticed,
        State::Determined => pb::MatterState::Determined,
        State::InProgress => pb::MatterState::InProgress,
        State::Completed => pb::MatterState::Completed,
        State::Closed => pb::MatterState::Closed,
        State::Merged => pb::MatterState::Merged,
        State::Declined => pb::MatterState::Declined,
        State::Withdrawn => pb::MatterState::Withdrawn,
        State::Cancelled => pb::MatterState::Cancelled,
        State::CarriedOver => pb::MatterState::CarriedOver,
    }
}

pub(super) fn state_from(state: pb::MatterState) -> Option<State> {
    Some(match state {
        pb::MatterState::Proposed => State::Proposed,
        pb::MatterState::Deliberated => State::Deliberated,
        pb::MatterState::Noticed => State::Noticed,
        pb::MatterState::Determined => State::Determined,
        pb::MatterState::InProgress => State::InProgress,
        pb::MatterState::Completed => State::Completed,
        pb::MatterState::Closed => State::Closed,
        pb::MatterState::Merged => State::Merged,
        pb::MatterState::Declined => State::Declined,
        pb::MatterState::Withdrawn => State::Withdrawn,
        pb::MatterState::Cancelled => State::Cancelled,
        pb::MatterState::CarriedOver => State::CarriedOver,
        pb::MatterState::Unspecified => return None,
    })
}

pub(crate) fn category(category: Category) -> pb::Category {
    match category {
        Category::Infrastructure => pb::Category::Infrastructure,
        Category::Industry => pb::Category::Industry,
        Category::PublicService => pb::Category::PublicService,
        Category::Governance => pb::Category::Governance,
        Category::ReformAndOther => pb::Category::ReformAndOther,
    }
}

pub(super) fn category_from(category: pb::Category) -> Option<Category> {
    Some(match category {
        pb::Category::Infrastructure => Category::Infrastructure,
        pb::Category::Industry => Category::Industry,
        pb::Category::PublicService => Category::PublicService,
        pb::Category::Governance => Category::Governance,
        pb::Category::ReformAndOther => Category::ReformAndOther,
        pb::Category::Unspecified => return None,
    })
}

/// The category with this number in the contracts.
pub(crate) fn category_of(number: i32) -> Option<Category> {
    pb::Category::try_from(number).ok().and_then(category_from)
}

pub(super) fn meeting_kind(kind: MeetingKind) -> pb::MeetingKind {
    match kind {
        MeetingKind::VillagersAssembly => pb::MeetingKind::VillagersAssembly,
        MeetingKind::VillagersRepresentatives => pb::MeetingKind::VillagersRepresentatives,
    }
}

pub(super) fn meeting_kind_from(kind: pb::MeetingKind) -> Option<MeetingKind> {
    Some(match kind {
        pb::MeetingKind::VillagersAssembly => MeetingKind::VillagersAssembly,
        pb::MeetingKind::VillagersRepresentatives => MeetingKind::VillagersRepresentatives,
        pb::MeetingKind::Unspecified => return None,
    })
}

pub(super) fn outcome(outcome: Outcome) -> pb::DeliberationOutcome {
    match outcome {
        Outcome::Carried => pb::DeliberationOutcome::Carried,
        Outcome::NoQuorum => pb::DeliberationOutcome::NoQuorum,
        Outcome::NoMajority => pb::DeliberationOutcome::NoMajority,
    }
}

pub(super) fn outcome_from(outcome: pb::DeliberationOutcome) -> Option<Outcome> {
    Some(match outcome {
        pb::DeliberationOutcome::Carried => Outcome::Carried,
        pb::DeliberationOutcome::NoQuorum => Outcome::NoQuorum,
        pb::DeliberationOutcome::NoMajority => Outcome::NoMajority,
        pb::DeliberationOutcome::Unspecified => return None,
    })
}

/// A bit per state's number, as `matter_list.sql` reads it.
pub(crate) fn states_mask(states: &[pb::MatterState]) -> i64 {
    states.iter().fold(0, |mask, state| mask | (1 << *state as i64))
}
