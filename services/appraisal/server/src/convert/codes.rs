//! Enumerations. Each `match` is exhaustive, so that a new value cannot be forgotten.

use yishi_appraisal_domain::{Indicator, ListState};
use yishi_proto::appraisal::v1 as pb;

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
