//! As much of the state as the commands of the moment must see.

use std::collections::BTreeMap;

use yishi_kernel::{MatterId, UnitCode, Year};

use crate::{Balance, Book, Channel, ChannelId, MatterFunding, OrderId, Reward, TransferId, TransferView};

/// Everything by its [`crate::Key`]. What was not put in is taken not to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    channels: BTreeMap<ChannelId, Channel>,
    accounts: BTreeMap<(UnitCode, ChannelId), Balance>,
    books: BTreeMap<(UnitCode, Year), Book>,
    transfers: BTreeMap<(UnitCode, TransferId), TransferView>,
    matters: BTreeMap<MatterId, MatterFunding>,
    rewards: BTreeMap<(OrderId, UnitCode), Reward>,
}

impl World {
    /// The channel, if it is known.
    pub fn channel(&self, id: ChannelId) -> Option<&Channel> {
        self.channels.get(&id)
    }

    /// What a holder has of a channel; nothing, if it never had any.
    pub fn account(&self, holder: UnitCode, channel: ChannelId) -> Balance {
        self.accounts.get(&(holder, channel)).copied().unwrap_or_default()
    }

    /// All that holders have or had of channels.
    pub fn accounts(&self) -> impl Iterator<Item = (UnitCode, ChannelId, Balance)> {
        self.accounts.iter().map(|((holder, channel), balance)| (*holder, *channel, *balance))
    }

    /// What a unit has used up of a year; nothing, if it is not known to have begun.
    pub fn book(&self, unit: UnitCode, year: Year) -> Book {
        self.books.get(&(unit, year)).copied().unwrap_or_default()
    }

    /// A transfer as a unit sees it, if it does.
    pub fn transfer(&self, seen_by: UnitCode, id: TransferId) -> Option<&TransferView> {
        self.transfers.get(&(seen_by, id))
    }

    /// All transfers, by who sees them.
    pub fn transfers(&self) -> impl Iterator<Item = (UnitCode, &TransferView)> {
        self.transfers.iter().map(|((seen_by, _), view)| (*seen_by, view))
    }

    /// The funding of a matter, if it is known.
    pub fn matter(&self, id: MatterId) -> Option<&MatterFunding> {
        self.matters.get(&id)
    }

    /// The funding of all matters.
    pub fn matters(&self) -> impl Iterator<Item = &MatterFunding> {
        self.matters.values()
    }

    /// What an order gives to a village, if it does.
    pub fn reward(&self, order: &OrderId, village: UnitCode) -> Option<&Reward> {
        self.rewards.get(&(order.clone(), village))
    }

    /// All rewards.
    pub fn rewards(&self) -> impl Iterator<Item = &Reward> {
        self.rewards.values()
    }

    /// Puts a channel in.
    pub fn put_channel(&mut self, channel: Channel) {
        self.channels.insert(channel.id, channel);
    }

    /// Puts in what a holder has of a channel.
    pub fn put_account(&mut self, holder: UnitCode, channel: ChannelId, balance: Balance) {
        self.accounts.insert((holder, channel), balance);
    }

    /// Puts in what a unit has used up of a year.
    pub fn put_book(&mut self, unit: UnitCode, year: Year, book: Book) {
        self.books.insert((unit, year), book);
    }

    /// Puts in a transfer as a unit sees it.
    pub fn put_transfer(&mut self, seen_by: UnitCode, view: TransferView) {
        self.transfers.insert((seen_by, view.transfer.id), view);
    }

    /// Puts in the funding of a matter.
    pub fn put_matter(&mut self, matter: MatterFunding) {
        self.matters.insert(matter.matter, matter);
    }

    /// Puts a reward in.
    pub fn put_reward(&mut self, reward: Reward) {
        self.rewards.insert((reward.order.clone(), reward.village), reward);
    }
}
