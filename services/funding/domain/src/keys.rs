//! Which parts of a [`crate::World`] a command needs and an event changes.

use yishi_kernel::{MatterId, UnitCode, Year};

use crate::{ChannelId, Command, Delivery, Event, Fact, OrderId, TransferId, World};

/// A part of a [`crate::World`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// One channel.
    Channel(ChannelId),
    /// What a holder has of a channel.
    Account(UnitCode, ChannelId),
    /// What a unit has used up of a year.
    Book(UnitCode, Year),
    /// A transfer as a unit sees it.
    Transfer(UnitCode, TransferId),
    /// The funding of a matter.
    Matter(MatterId),
    /// What an order gives to a village.
    Reward(OrderId, UnitCode),
    /// What a holder has of all channels of a year.
    Accounts(UnitCode, Year),
    /// The funding of all matters of a county and year.
    Matters(UnitCode, Year),
}

/// What a command must see, as far as it says so itself.
pub fn reads(command: &Command) -> Vec<Key> {
    match command {
        Command::Open { owner, year, .. } => vec![Key::Book(*owner, *year)],
        Command::Receive { channel, .. } => kept(channel.owner, *channel).to_vec(),
        Command::Lapse { holder, channel } => kept(*holder, *channel).to_vec(),
        Command::Appropriate { from, channel, .. } | Command::Return { from, channel, .. } => {
            kept(*from, *channel).to_vec()
        }
        Command::Fund { county, matter, act, .. } => {
            let channels = act.amounts().channels().flat_map(|channel| kept(*county, channel));
            [Key::Matter(*matter), Key::Book(*county, matter.year)].into_iter().chain(channels).collect()
        }
        Command::PayReward { payer, order, village, channel } => {
            let reward = Key::Reward(order.clone(), *village);
            std::iter::once(reward).chain(kept(*payer, *channel)).collect()
        }
        Command::Deliver(delivery) => delivered(delivery),
    }
}

fn delivered(delivery: &Delivery) -> Vec<Key> {
    match delivery {
        Delivery::Determined { matter, .. }
        | Delivery::Revised { matter, .. }
        | Delivery::Opinions { matter, .. }
        | Delivery::ClosingRequested { matter } => {
            vec![Key::Matter(*matter)]
        }
        Delivery::SettlingRequested { unit, year, .. } => {
            vec![Key::Book(*unit, *year), Key::Accounts(*unit, *year), Key::Matters(*unit, *year)]
        }
        Delivery::RewardOrdered { order, lines, .. } => {
            lines.iter().map(|(village, _)| Key::Reward(order.clone(), *village)).collect()
        }
        Delivery::Sent { transfer, channel } => {
            let view = Key::Transfer(transfer.to, transfer.id);
            std::iter::once(view).chain(kept(transfer.to, channel.id)).collect()
        }
        Delivery::Received { transfer, .. } | Delivery::Refused { transfer, .. } => {
            vec![Key::Transfer(transfer.from, *transfer)]
        }
    }
}

/// What a holder has of a channel, and whether it has settled the channel's year.
fn kept(holder: UnitCode, channel: ChannelId) -> [Key; 3] {
    [Key::Channel(channel), Key::Account(holder, channel), Key::Book(holder, channel.year)]
}

/// What a command must see beyond that, once the world holds what [`reads`] named: the accounts that a matter or
/// a transfer names.
pub fn reads_then(world: &World, command: &Command) -> Vec<Key> {
    match command {
        Command::Deliver(Delivery::ClosingRequested { matter }) => {
            let matter = world.matter(*matter).into_iter();
            matter
                .flat_map(|matter| matter.unpaid().map(|(channel, _)| Key::Account(matter.county, channel)))
                .collect()
        }
        Command::Deliver(Delivery::Received { transfer, .. } | Delivery::Refused { transfer, .. }) => {
            let view = world.transfer(transfer.from, *transfer);
            view.map(|view| Key::Account(transfer.from, view.transfer.channel)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What an event changes: among what its command reads, but for a new channel, matter, transfer or reward.
pub fn touches(event: &Event) -> Vec<Key> {
    let unit = event.unit;
    let lines = event.fact.posting().map_or(&[][..], |posting| posting.lines());
    let mut keys: Vec<Key> = lines.iter().map(|line| Key::Account(line.holder, line.channel)).collect();
    keys.extend(event.fact.matter().map(Key::Matter));
    keys.extend(event.fact.transfer().map(|transfer| Key::Transfer(unit, transfer)));
    match &event.fact {
        Fact::ChannelOpened(channel) => {
            keys.extend([Key::Channel(channel.id), Key::Book(unit, channel.id.year)]);
        }
        Fact::Sent { transfer, .. } => keys.push(Key::Book(unit, transfer.id.year)),
        Fact::YearSettled { year, .. } | Fact::YearHeld { year, .. } => keys.push(Key::Book(unit, *year)),
        Fact::Received { channel, .. } => keys.push(Key::Channel(channel.id)),
        Fact::RewardOrderTaken { order, lines } => {
            keys.extend(lines.keys().map(|village| Key::Reward(order.clone(), *village)));
        }
        Fact::RewardPaid { order, village, .. } => keys.push(Key::Reward(order.clone(), *village)),
        _ => {}
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What an event must find to be applied where it was not decided: all that it changes, and whose money it moves.
pub fn needs(event: &Event) -> Vec<Key> {
    let lines = event.fact.posting().map_or(&[][..], |posting| posting.lines());
    let channels = lines.iter().map(|line| Key::Channel(line.channel));
    let mut keys: Vec<Key> = touches(event).into_iter().chain(channels).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
