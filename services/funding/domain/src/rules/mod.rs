//! One file per rule. A rule looks and answers; it changes nothing.

mod budget;
mod earmark;
mod fund;
mod open;
mod reward;
mod transfer;

#[cfg(test)]
pub(crate) mod region;

use yishi_kernel::{Fen, Level, MatterId, Timestamp, UnitCode};

use crate::{
    Channel, ChannelId, Command, Delivery, Event, Fact, MatterFunding, Refusal, Rules, World, closing,
    settling,
};

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(
    rules: &Rules<'_>,
    world: &World,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let (unit, to, fact) = match command {
        Command::Open { owner, year, terms } => {
            let used = world.book(*owner, *year);
            let opened = open::open(rules, used, *owner, *year, terms, now)?;
            settling::not_settled(world, *owner, *year)?;
            (*owner, None, opened)
        }
        Command::Receive { channel, amount, document_sha256 } => {
            (channel.owner, None, budget::receive(world, *channel, *amount, *document_sha256, now)?)
        }
        Command::Appropriate { from, channel, to, amount } => {
            (*from, Some(*to), transfer::appropriate(rules, world, *from, *channel, *to, *amount, now)?)
        }
        Command::Return { from, channel, amount } => {
            let (above, fact) = transfer::give_back(rules, world, *from, *channel, *amount)?;
            (*from, Some(above), fact)
        }
        Command::Lapse { holder, channel } => match budget::lapse(world, *holder, *channel, now)? {
            Some(fact) => (*holder, None, fact),
            None => return Ok(Vec::new()),
        },
        Command::Fund { county, matter, version, act } => {
            (*county, None, fund::fund(rules, world, *county, *matter, *version, act, now)?)
        }
        Command::PayReward { payer, order, village, channel } => {
            (*payer, None, reward::pay(rules, world, *payer, order, *village, *channel, now)?)
        }
        Command::Deliver(delivery) => match deliver(rules, world, delivery) {
            Some(following) => following,
            None => return Ok(Vec::new()),
        },
    };
    Ok(vec![Event { unit, to, at: now, fact }])
}

/// In whose journal what follows from a delivery stands, and to whom it is addressed; nothing may follow.
fn deliver(
    rules: &Rules<'_>,
    world: &World,
    delivery: &Delivery,
) -> Option<(UnitCode, Option<UnitCode>, Fact)> {
    match delivery {
        Delivery::Determined { matter, category, cost, asked, seq } => {
            let county = rules.register.ancestor_at(matter.village, Level::County)?;
            let outstanding = asked.clone();
            let (matter, category, cost, heard) = (*matter, *category, *cost, *seq);
            let fact = Fact::MatterRegistered { matter, category, cost, outstanding, heard };
            world.matter(matter).is_none().then_some((county, None, fact))
        }
        &Delivery::Revised { matter, cost, ref asked, seq: heard } => {
            let funding = unheard(world, matter, heard)?;
            let outstanding = if asked.is_empty() { &funding.outstanding } else { asked };
            if (cost, outstanding) == (funding.cost, &funding.outstanding) {
                return None;
            }
            let outstanding = outstanding.clone();
            Some((funding.county, None, Fact::MatterRevised { matter, cost, outstanding, heard }))
        }
        &Delivery::Opinions { matter, ref outstanding, seq: heard } => {
            let funding = unheard(world, matter, heard).filter(|known| known.outstanding != *outstanding)?;
            let outstanding = outstanding.clone();
            Some((funding.county, None, Fact::OpinionsNoted { matter, outstanding, heard }))
        }
        Delivery::ClosingRequested { matter } => {
            let funding = world.matter(*matter)?;
            Some((funding.county, Some(matter.village), closing::settle(funding)?))
        }
        Delivery::SettlingRequested { unit, year, asked } => {
            Some((*unit, Some(*unit), settling::answer(world, *unit, *year, *asked)?))
        }
        Delivery::RewardOrdered { payer, order, lines } => {
            Some((*payer, None, reward::take_order(world, order, lines)?))
        }
        Delivery::Sent { transfer, channel } => {
            Some((transfer.to, Some(transfer.id.from), transfer::arrive(rules, world, transfer, channel)?))
        }
        Delivery::Received { by, transfer } => {
            Some((transfer.from, None, transfer::confirm(world, *by, *transfer)?))
        }
        Delivery::Refused { by, transfer, problem } => {
            Some((transfer.from, None, transfer::revert(world, *by, *transfer, *problem)?))
        }
    }
}

/// A matter whose money can still move, if an entry of its village says anything new of it.
fn unheard(world: &World, matter: MatterId, seq: i64) -> Option<&MatterFunding> {
    world.matter(matter).filter(|funding| funding.settled.is_none() && seq > funding.heard)
}

fn known(world: &World, channel: ChannelId) -> Result<&Channel, Refusal> {
    world.channel(channel).ok_or(Refusal::UnknownChannel { channel })
}

/// Money of a year that lapses is planned and committed within that year.
fn not_over(channel: &Channel, now: Timestamp) -> Result<(), Refusal> {
    let today = now.date();
    if channel.is_over(today) { Err(Refusal::YearOver { channel: channel.id, today }) } else { Ok(()) }
}

fn enough(world: &World, holder: UnitCode, channel: ChannelId, wanted: Fen) -> Result<(), Refusal> {
    let free = world.account(holder, channel).free;
    if wanted <= free { Ok(()) } else { Err(Refusal::Insufficient { channel, free, wanted }) }
}

/// Money is held where it can be committed or passed on to who can.
fn can_hold(rules: &Rules<'_>, unit: UnitCode) -> Result<(), Refusal> {
    let level = rules.register.level(unit).ok_or(Refusal::UnknownUnit { unit })?;
    if level >= Level::County { Ok(()) } else { Err(Refusal::HolderLevel { unit, level }) }
}
