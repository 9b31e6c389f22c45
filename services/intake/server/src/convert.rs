//! Between the contract's messages and the domain's values. Nothing is decided here.

pub(crate) mod align;
pub(crate) mod book;
mod bulk;
mod codes;
mod delivery;
mod doing;
pub(crate) mod dossier;
mod ending;
mod event;
pub(crate) mod exchange;
mod failure;
mod fields;
pub(crate) mod filter;
pub(crate) mod joint;
pub(crate) mod map;
pub(crate) mod mark;
mod matter;
mod paper;
pub(crate) mod person;
mod policy;
mod requests;
pub(crate) mod taxonomy;
mod void;
mod work;

pub(crate) use codes::{category, category_of, state, states_mask};
pub(crate) use delivery::{concerns_funding, concerns_own, delivery};
pub(crate) use doing::in_short;
pub(crate) use event::{event, told_from};
pub(crate) use failure::{failure, precondition};
pub(crate) use fields::{subcategory_from, village_in};
pub(crate) use matter::{matter, matter_from};
pub(crate) use policy::policy;
pub(crate) use requests::{code, content};
pub(crate) use void::void_number;
