//! Between the contract's messages and the domain's values. Nothing is decided here.

mod channel;
mod codes;
mod delivery;
mod event;
mod event_from;
mod failure;
mod fields;
mod ledger;
mod matter;
mod names;
mod record;
mod requests;
mod reward;
mod transfer;

pub(crate) use channel::{channel, channel_from};
pub(crate) use codes::{category, kind, kind_from};
pub(crate) use delivery::{concerns_appraisal, concerns_intake, concerns_own, delivery};
pub(crate) use event::event;
pub(crate) use event_from::event_from;
pub(crate) use failure::{About, failure, unknown_channel, unknown_matter, unknown_transfer};
pub(crate) use ledger::holding;
pub(crate) use matter::{matter, matter_from};
pub(crate) use names::{channel_name, transfer_name};
pub(crate) use record::record;
pub(crate) use requests::CHANNEL_KINDS;
pub(crate) use reward::reward;
pub(crate) use transfer::{transfer, transfer_from};
