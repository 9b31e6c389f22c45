//! Between the contract's messages and the domain's values. Nothing is decided here.

pub(crate) mod align;
pub(crate) mod book;
mod codes;
mod delivery;
mod doing;
pub(crate) mod dossier;
mod ending;
mod event;
mod failure;
mod fields;
pub(crate) mod joint;
pub(crate) mod map;
mod matter;
mod paper;
mod requests;
mod work;

pub(crate) use codes::{category, state, states_mask};
pub(crate) use delivery::{concerns_funding, concerns_own, delivery};
pub(crate) use doing::in_short;
pub(crate) use event::{event, told_from};
pub(crate) use failure::failure;
pub(crate) use matter::{matter, matter_from};
pub(crate) use requests::content;
