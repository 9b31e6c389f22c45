//! Between the contract's messages and the domain's values. Nothing is decided here.

mod codes;
mod concern;
mod delivery;
mod event;
mod failure;
mod fields;
mod history;
mod name;
mod referral;
mod requests;
mod standing;

pub(crate) use codes::{level, state, states_mask};
pub use concern::{Concern, concern};
pub(crate) use delivery::{DETERMINED, delivery};
pub(crate) use event::{event, event_from, event_of};
pub(crate) use failure::{failure, unknown};
pub(crate) use fields::unit;
pub(crate) use history::{Known, history};
pub(crate) use name::Name;
pub(crate) use referral::{desk_from, referral, tell_overdue};
pub(crate) use requests::department;

#[cfg(test)]
mod tests;
