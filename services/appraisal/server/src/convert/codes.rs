//! Enumerations. Each `match` is exhaustive, so that a new value cannot be forgotten.

use yishi_appraisal_domain::{Category, Indicator, ListState, State};
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::intake::v1 as intake;

pub(super) fn category(category: Category) -> intake::Category {
    match category {
        Category::Infrastructure => intake::Category::Infrastructure,
        Category::Industry => intake::Category::Industry,
        Category::PublicService => intake::Category::PublicService,
        Category::Governance => intake::Category::Governance,
        Category::ReformAndOther => intake::Category::ReformAndOther,
    }
}

pub(super) fn category_from(told: intake::Category) -> Option<Category> {
    Category::ALL.iter().copied().find(|one| category(*one) == told)
}

pub(super) fn state(state: State) -> intake::MatterState {
    match state {
        State::Proposed => intake::MatterState::Proposed,
        State::Deliberated => intake::MatterState::Deliberated,
        State::Noticed => intake::MatterState::Noticed,
        State::Determined => intake::MatterState::Determined,
        State::InProgress => intake::MatterState::InProgress,
        State::Completed => intake::MatterState::Completed,
        State::Closed => intake::MatterState::Closed,
        State::Merged => intake::MatterState::Merged,
        State::Declined => intake::MatterState::Declined,
        State::Withdrawn => intake::MatterState::Withdrawn,
        State::Cancelled => intake::MatterState::Cancelled,
        State::CarriedOver => intake::MatterState::CarriedOver,
    }
}

pub(super) fn state_from(told: intake::MatterState) -> Option<State> {
    State::ALL.iter().copied().find(|one| state(*one) == told)
}

pub(super) fn indicator(indicator: Indicator) -> pb::Indicator {
    match indicator {
        Indicator::Determination => pb::Indicator::Determination,
        Indicator::Closing => pb::Indicator::Closing,
        Indicator::OnTime => pb::Indicator::OnTime,
        Indicator::InvestmentUse => pb::Indicator::InvestmentUse,
        Indicator::Satisfaction => pb::Indicator::Satisfaction,
    }
}

pub(super) fn indicator_from(indicator: pb::Indicator) -> Option<Indicator> {
    Some(match indicator {
        pb::Indicator::Determination => Indicator::Determination,
        pb::Indicator::Closing => Indicator::Closing,
        pb::Indicator::OnTime => Indicator::OnTime,
        pb::Indicator::InvestmentUse => Indicator::InvestmentUse,
        pb::Indicator::Satisfaction => Indicator::Satisfaction,
        pb::Indicator::Unspecified => return None,
    })
}

pub(super) fn list_state(state: ListState) -> pb::RewardListState {
    match state {
        ListState::Issued => pb::RewardListState::Issued,
        ListState::Ordered => pb::RewardListState::Ordered,
        ListState::Paid => pb::RewardListState::Paid,
    }
}
