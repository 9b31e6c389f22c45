//! Enumerations. Each `match` is exhaustive, so that a new value cannot be forgotten.

use yishi_escalation_domain::{Light, State};
use yishi_kernel::Level;
use yishi_proto::escalation::v1 as pb;

pub(crate) fn state(state: State) -> pb::ReferralState {
    match state {
        State::Offered => pb::ReferralState::Offered,
        State::Handled => pb::ReferralState::Handled,
        State::Raised => pb::ReferralState::Raised,
        State::Passed => pb::ReferralState::Passed,
        State::Returned => pb::ReferralState::Returned,
        State::Coordinating => pb::ReferralState::Coordinating,
        State::Resolved => pb::ReferralState::Resolved,
    }
}

/// The level of a unit; of one that the register does not know, none.
pub(crate) fn level(level: Option<Level>) -> pb::Level {
    match level {
        None => pb::Level::Unspecified,
        Some(Level::Village) => pb::Level::Village,
        Some(Level::Township) => pb::Level::Township,
        Some(Level::County) => pb::Level::County,
        Some(Level::City) => pb::Level::City,
        Some(Level::Region) => pb::Level::Region,
    }
}

pub(crate) fn light(light: Light) -> pb::Light {
    match light {
        Light::Red => pb::Light::Red,
        Light::Yellow => pb::Light::Yellow,
        Light::Green => pb::Light::Green,
    }
}

/// A bit per state's number, as the lists' statements read it.
pub(crate) fn states_mask(states: &[pb::ReferralState]) -> i64 {
    states.iter().fold(0, |mask, state| mask | (1 << *state as i64))
}

/// The same of levels.
pub(crate) fn levels_mask(levels: &[pb::Level]) -> i64 {
    levels.iter().fold(0, |mask, level| mask | (1 << *level as i64))
}
