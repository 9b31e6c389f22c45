//! Between the contract's messages and the domain's values. Nothing is decided here.

mod bulletin;
mod codes;
mod delivery;
mod event;
mod event_from;
mod failure;
mod fields;
mod forms;
mod names;
mod order;
mod requests;
mod result;
mod rewards;
mod scheme;
mod step;

pub(crate) use bulletin::{bulletin, bulletin_from, checkpoint, checkpoint_from};
pub(crate) use delivery::{concerns, concerns_hosted, delivery, report};
pub(crate) use event::event;
pub(crate) use event_from::event_from;
pub(crate) use failure::{failure, unknown_bulletin, unknown_checkpoint, unknown_list};
pub(crate) use fields::{day, day_from};
pub(crate) use forms::{batch, counted};
pub(crate) use names::{RANKING, REWARD_LIST, SCORE, bulletin_of, read_bulletin};
pub(crate) use result::{ranking, ranking_from, score, score_from};
pub(crate) use rewards::reward_list;
pub(crate) use scheme::{scheme, scheme_from};
