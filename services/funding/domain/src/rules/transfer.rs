//! Appropriations go down, what is not needed goes back up. Between two units money is in transit until the
//! sender knows what the other side did: only an entry of the other side ends that, never a clock.

use yishi_kernel::{Timestamp, UnitCode};

use super::{can_hold, enough, known, not_over};
use crate::settling::{is_closed, not_closed};
use crate::{
    Account, Amount, Channel, ChannelId, Direction, EarmarkProblem, Fact, Posting, Refusal, Rules, Transfer,
    TransferId, TransferProblem, TransferState, TransferView, World,
};

pub(super) fn appropriate(
    rules: &Rules<'_>,
    world: &World,
    from: UnitCode,
    channel: ChannelId,
    to: UnitCode,
    amount: Amount,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    rules.register.level(to).ok_or(Refusal::UnknownUnit { unit: to })?;
    // Before its level: the level of a unit that gives to itself would be told of the giver.
    if rules.register.parent(to) != Some(from) {
        return Err(Refusal::NotRightBelow { from, to });
    }
    can_hold(rules, to)?;
    let known = known(world, channel)?;
    not_over(known, now)?;
    let area = known.terms.earmark.area;
    if !rules.register.is_within(area, to) && !rules.register.is_within(to, area) {
        return Err(Refusal::Earmark { channel, problem: EarmarkProblem::Area(to) });
    }
    send(rules, world, from, known, to, Direction::Down, amount)
}

/// To whom the money goes, and what happened.
pub(super) fn give_back(
    rules: &Rules<'_>,
    world: &World,
    from: UnitCode,
    channel: ChannelId,
    amount: Amount,
) -> Result<(UnitCode, Fact), Refusal> {
    let known = known(world, channel)?;
    if channel.owner == from {
        return Err(Refusal::OwnChannel { channel });
    }
    // Before who is above: whoever has nobody there has nothing from there either.
    enough(world, from, channel, amount.fen())?;
    let above = rules.register.parent(from).ok_or(Refusal::UnknownUnit { unit: from })?;
    Ok((above, send(rules, world, from, known, above, Direction::Up, amount)?))
}

fn send(
    rules: &Rules<'_>,
    world: &World,
    from: UnitCode,
    channel: &Channel,
    to: UnitCode,
    direction: Direction,
    amount: Amount,
) -> Result<Fact, Refusal> {
    let id = channel.id;
    not_closed(world, from, channel)?;
    enough(world, from, id, amount.fen())?;
    let limit = rules.policy.transfers_per_sender_year;
    let ordinal = world.book(from, id.year).transfers.checked_add(1).filter(|ordinal| *ordinal <= limit);
    let ordinal = ordinal.ok_or(Refusal::TooManyTransfers { limit })?;
    Ok(Fact::Sent {
        transfer: Transfer {
            id: TransferId { from, year: id.year, ordinal },
            to,
            direction,
            channel: id,
            amount,
        },
        channel: channel.clone(),
        posting: Posting::moves(from, Account::Free, Account::InTransit, [(id, amount.fen())]),
    })
}

/// What the other side makes of a transfer; nothing the second time.
pub(super) fn arrive(
    rules: &Rules<'_>,
    world: &World,
    transfer: &Transfer,
    channel: &Channel,
) -> Option<Fact> {
    if world.transfer(transfer.to, transfer.id).is_some() {
        return None;
    }
    let transfer = *transfer;
    Some(match source(rules, world, &transfer, channel) {
        Ok(source) => Fact::Received {
            transfer,
            channel: channel.clone(),
            posting: Posting::moves(
                transfer.to,
                source,
                Account::Free,
                [(transfer.channel, transfer.amount.fen())],
            ),
        },
        Err(problem) => Fact::Refused { transfer, problem },
    })
}

/// The account out of which money that arrives becomes free.
fn source(
    rules: &Rules<'_>,
    world: &World,
    transfer: &Transfer,
    channel: &Channel,
) -> Result<Account, TransferProblem> {
    let (from, to, amount) = (transfer.id.from, transfer.to, transfer.amount.fen());
    let (above, below) = match transfer.direction {
        Direction::Down => (from, to),
        Direction::Up => (to, from),
    };
    if rules.register.parent(below) != Some(above) || can_hold(rules, below).is_err() {
        return Err(TransferProblem::NotInLine);
    }
    let same = world.channel(channel.id).is_none_or(|known| known == channel);
    if channel.id != transfer.channel || !same {
        return Err(TransferProblem::OtherTerms);
    }
    if is_closed(world, to, channel) {
        return Err(TransferProblem::YearSettled);
    }
    let account = world.account(to, channel.id);
    match transfer.direction {
        Direction::Down if account.received.checked_add(amount).is_none() => Err(TransferProblem::TooMuch),
        Direction::Down => Ok(Account::Received),
        Direction::Up if account.passed_down < amount => Err(TransferProblem::NeverPassedDown),
        Direction::Up => Ok(Account::PassedDown),
    }
}

/// The sender learns that its money arrived.
pub(super) fn confirm(world: &World, by: UnitCode, id: TransferId) -> Option<Fact> {
    let transfer = waiting(world, by, id)?;
    let to = match transfer.direction {
        Direction::Down => Account::PassedDown,
        Direction::Up => Account::ReturnedUp,
    };
    Some(Fact::Confirmed { transfer: id, posting: out_of_transit(&transfer, to) })
}

/// The sender learns that its money was not taken.
pub(super) fn revert(world: &World, by: UnitCode, id: TransferId, problem: TransferProblem) -> Option<Fact> {
    let transfer = waiting(world, by, id)?;
    Some(Fact::Reverted { transfer: id, problem, posting: out_of_transit(&transfer, Account::Free) })
}

fn waiting(world: &World, by: UnitCode, id: TransferId) -> Option<Transfer> {
    let TransferView { transfer, state, .. } = *world.transfer(id.from, id)?;
    (state == TransferState::Sent && transfer.to == by).then_some(transfer)
}

fn out_of_transit(transfer: &Transfer, to: Account) -> Posting {
    let moving = [(transfer.channel, transfer.amount.fen())];
    Posting::moves(transfer.id.from, Account::InTransit, to, moving)
}

#[cfg(test)]
#[path = "transfer_tests.rs"]
mod tests;
