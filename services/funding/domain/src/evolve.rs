//! What an event changes.

use yishi_kernel::{Timestamp, UnitCode, Year};

use crate::{
    Balance, Book, ChannelId, Event, Fact, MatterFunding, Posting, Reward, Transfer, TransferId,
    TransferProblem, TransferState, TransferView, World,
};

/// An event that cannot have happened to the books as they are: something is missing, or was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} does not fit the books of {unit}")]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// In whose books.
    pub unit: UnitCode,
}

/// Applies an event. What [`decide`](crate::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    apply(world, event).ok_or_else(|| Misfit { kind: event.fact.kind(), unit: event.unit })
}

fn apply(world: &mut World, event: &Event) -> Option<()> {
    // Whatever can fail comes first.
    let balances =
        event.fact.posting().map_or(Some(Vec::new()), |posting| after(world, event.unit, posting))?;
    let matter = matter_after(world, event)?;
    note(world, event)?;
    for (channel, balance) in balances {
        world.put_account(event.unit, channel, balance);
    }
    if let Some(matter) = matter {
        world.put_matter(matter);
    }
    Some(())
}

/// The balances that a posting leaves behind. Nobody posts to another unit's books.
fn after(world: &World, unit: UnitCode, posting: &Posting) -> Option<Vec<(ChannelId, Balance)>> {
    let mut balances: Vec<(ChannelId, Balance)> = Vec::new();
    for line in posting.lines() {
        if line.holder != unit {
            return None;
        }
        if !balances.iter().any(|(channel, _)| *channel == line.channel) {
            balances.push((line.channel, world.account(unit, line.channel)));
        }
        let (_, balance) = balances.iter_mut().find(|(channel, _)| *channel == line.channel)?;
        *balance = balance.with(line).ok()?;
    }
    balances.iter().all(|(_, balance)| balance.check().is_ok()).then_some(balances)
}

/// The matter that the event leaves behind, if it is about one; `None` if it cannot be.
fn matter_after(world: &World, event: &Event) -> Option<Option<MatterFunding>> {
    let Some(id) = event.fact.matter() else { return Some(None) };
    let known = world.matter(id);
    if let Fact::MatterRegistered { matter, category, cost, ref outstanding, heard } = event.fact {
        return known.is_none().then(|| {
            Some(MatterFunding {
                matter,
                county: event.unit,
                category,
                cost,
                outstanding: outstanding.clone(),
                heard,
                shares: [].into(),
                settled: None,
                version: 1,
            })
        });
    }
    let mut matter = known.filter(|matter| matter.settled.is_none() && matter.county == event.unit)?.clone();
    match &event.fact {
        Fact::MatterRevised { cost, outstanding, heard, .. } => {
            (matter.cost, matter.heard) = (*cost, *heard);
            matter.outstanding.clone_from(outstanding);
        }
        Fact::OpinionsNoted { outstanding, heard, .. } => {
            matter.heard = *heard;
            matter.outstanding.clone_from(outstanding);
        }
        fact => matter.shares = matter.shares_after(fact.posting()?)?,
    }
    if let Fact::Settled { paid, .. } = &event.fact {
        let unpaid = matter.unpaid().next().is_some();
        if unpaid || !matter.paid().eq(paid.iter().map(|(channel, fen)| (*channel, *fen))) {
            return None;
        }
        matter.settled = Some(event.at);
    }
    matter.total()?;
    // An etag has only to differ from the one before, so coming round after four thousand million changes is no harm.
    matter.version = matter.version.wrapping_add(1);
    Some(Some(matter))
}

/// Notes what the event says beside accounts and matters.
fn note(world: &mut World, event: &Event) -> Option<()> {
    let unit = event.unit;
    match &event.fact {
        Fact::ChannelOpened(channel) => {
            if channel.id.owner != unit || world.channel(channel.id).is_some() {
                return None;
            }
            let mut book = world.book(unit, channel.id.year);
            book.channels = book.channels.max(channel.id.ordinal);
            world.put_book(unit, channel.id.year, book);
            world.put_channel(channel.clone());
        }
        Fact::Sent { transfer, .. } => {
            begin(world, event, transfer, TransferState::Sent, None)?;
            let mut book = world.book(unit, transfer.id.year);
            book.transfers = book.transfers.max(transfer.id.ordinal);
            world.put_book(unit, transfer.id.year, book);
        }
        Fact::Received { transfer, channel, .. } => {
            // What a channel is never changes.
            if world.channel(channel.id).is_some_and(|known| known != channel) {
                return None;
            }
            begin(world, event, transfer, TransferState::Received, None)?;
            world.put_channel(channel.clone());
        }
        Fact::Refused { transfer, problem } => {
            begin(world, event, transfer, TransferState::Refused, Some(*problem))?;
        }
        Fact::Confirmed { transfer, .. } => end(world, event, *transfer, TransferState::Confirmed, None)?,
        Fact::Reverted { transfer, problem, .. } => {
            end(world, event, *transfer, TransferState::Reverted, Some(*problem))?;
        }
        Fact::RewardOrderTaken { order, lines } => {
            if lines.keys().any(|village| world.reward(order, *village).is_some()) {
                return None;
            }
            for (&village, &amount) in lines {
                world.put_reward(Reward { order: order.clone(), village, payer: unit, amount, paid: None });
            }
        }
        Fact::RewardPaid { order, village, channel, amount, .. } => {
            let due = world.reward(order, *village).filter(|due| (due.payer, due.amount) == (unit, *amount));
            let due = due.filter(|due| due.paid.is_none())?.clone();
            world.put_reward(Reward { paid: Some((*channel, event.at)), ..due });
        }
        Fact::YearSettled { year, asked } => answer_year(world, unit, *year, *asked, true)?,
        Fact::YearHeld { year, asked, .. } => answer_year(world, unit, *year, *asked, false)?,
        Fact::BudgetReceived { .. }
        | Fact::Lapsed { .. }
        | Fact::MatterRegistered { .. }
        | Fact::MatterRevised { .. }
        | Fact::OpinionsNoted { .. }
        | Fact::Committed { .. }
        | Fact::Released { .. }
        | Fact::Paid { .. }
        | Fact::Settled { .. } => {}
    }
    Some(())
}

/// Each question is answered once, and a settled year is never held.
fn answer_year(world: &mut World, unit: UnitCode, year: Year, asked: u32, settled: bool) -> Option<()> {
    let book = world.book(unit, year);
    if asked <= book.answered || (book.settled && !settled) {
        return None;
    }
    world.put_book(unit, year, Book { answered: asked, settled, ..book });
    Some(())
}

fn begin(
    world: &mut World,
    event: &Event,
    transfer: &Transfer,
    state: TransferState,
    problem: Option<TransferProblem>,
) -> Option<()> {
    if world.transfer(event.unit, transfer.id).is_some() {
        return None;
    }
    let at: Timestamp = event.at;
    world.put_transfer(
        event.unit,
        TransferView { transfer: *transfer, state, problem, created: at, updated: at },
    );
    Some(())
}

fn end(
    world: &mut World,
    event: &Event,
    transfer: TransferId,
    state: TransferState,
    problem: Option<TransferProblem>,
) -> Option<()> {
    let sent = *world.transfer(event.unit, transfer).filter(|view| view.state == TransferState::Sent)?;
    world.put_transfer(event.unit, TransferView { state, problem, updated: event.at, ..sent });
    Some(())
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::*;
    use crate::rules::region::{COUNTY, REGION, Region, VILLAGE, amount, code};
    use crate::{Account, Act, Command, Delivery, Direction, Line, MatterShare, OrderId};

    #[test]
    fn what_cannot_have_happened_changes_nothing() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(1_000);
        let matter = region.determined(VILLAGE, 600);
        region.fund(matter, Act::Commit(region.amounts([(channel, 600)]))).unwrap();
        let moves =
            |unit: u64, from, to, fen| Posting::moves(code(unit), from, to, [(channel, Fen::new(fen))]);
        let before = region.world.clone();
        for (unit, fact) in [
            // More than is there; somebody else's books; paid what was not committed; settled with unpaid money.
            (COUNTY, Fact::Lapsed { posting: moves(COUNTY, Account::Free, Account::Lapsed, 401) }),
            (REGION, Fact::Lapsed { posting: moves(COUNTY, Account::Free, Account::Lapsed, 1) }),
            (COUNTY, Fact::Paid { matter, posting: moves(COUNTY, Account::Committed, Account::Paid, 601) }),
            (COUNTY, Fact::Settled { matter, paid: [].into(), posting: Posting::default() }),
        ] {
            let event = Event { unit: code(unit), to: None, at: region.now, fact };
            let misfit = evolve(&mut region.world, &event).unwrap_err();
            assert_eq!(misfit, Misfit { kind: event.fact.kind(), unit: event.unit });
            assert_eq!(region.world, before);
        }
    }

    #[test]
    fn a_channel_twice_in_one_posting_is_counted_twice() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(10);
        let matter = region.determined(VILLAGE, 7);
        let line = |account, fen| Line { account, holder: code(COUNTY), channel, amount: Fen::new(fen) };
        let lines =
            [(Account::Free, -3), (Account::Free, -4), (Account::Committed, 3), (Account::Committed, 4)];
        let posting = Posting::new(lines.map(|(account, fen)| line(account, fen)).to_vec()).unwrap();
        let fact = Fact::Committed { matter, posting };
        evolve(&mut region.world, &Event { unit: code(COUNTY), to: None, at: region.now, fact }).unwrap();
        let share = region.world.matter(matter).unwrap().share(channel);
        assert_eq!(share, MatterShare { unpaid: Fen::new(7), paid: Fen::ZERO });
        assert_eq!(region.world.account(code(COUNTY), channel).free, Fen::new(3));
    }

    #[test]
    fn what_contradicts_what_is_known_does_not_fit() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(100);
        let (order, village): (OrderId, _) = ("list".parse().unwrap(), code(VILLAGE));
        let lines = vec![(village, amount(5))];
        let ordered = Delivery::RewardOrdered { payer: code(COUNTY), order: order.clone(), lines };
        region.run(&Command::Deliver(ordered)).unwrap();
        let mut changed = region.world.channel(channel).unwrap().clone();
        changed.terms.title.push('x');
        let (from, to) = (code(REGION), code(COUNTY));
        let id = TransferId { from, year: channel.year, ordinal: 1 };
        let transfer = Transfer { id, to, direction: Direction::Down, channel, amount: amount(1) };
        let before = region.world.clone();
        for fact in [
            Fact::Received { transfer, channel: changed, posting: Posting::default() },
            Fact::RewardPaid { order, village, channel, amount: amount(6), posting: Posting::default() },
        ] {
            let event = Event { unit: code(COUNTY), to: None, at: region.now, fact };
            evolve(&mut region.world, &event).unwrap_err();
            assert_eq!(region.world, before);
        }
    }
}
