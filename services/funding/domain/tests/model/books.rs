//! What must hold for all books together, counted from the events alone where that is possible.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yishi_funding_domain::{
    Balance, ChannelId, ChannelKind, Fact, Line, MatterFunding, Posting, TransferState, balance,
};
use yishi_kernel::{Fen, UnitCode};

use crate::Run;

type Sums = BTreeMap<ChannelId, i128>;

fn add(sums: &mut Sums, channel: ChannelId, fen: Fen) {
    *sums.entry(channel).or_default() += i128::from(fen.get());
}

pub(crate) fn check(run: &Run) -> Result<(), TestCaseError> {
    let lines: Vec<Line> = run
        .events
        .iter()
        .filter_map(|event| event.fact.posting())
        .flat_map(Posting::lines)
        .copied()
        .collect();
    check_accounts(run, &lines)?;
    check_conservation(run)?;
    for world in run.worlds.values() {
        for funding in world.matters() {
            check_matter(run, funding)?;
        }
    }
    Ok(())
}

/// Invariant 5, and that stored balances are what the lines add up to.
fn check_accounts(run: &Run, lines: &[Line]) -> Result<(), TestCaseError> {
    for (&unit, world) in &run.worlds {
        for (holder, channel, found) in world.accounts() {
            prop_assert_eq!(holder, unit, "books of somebody else");
            prop_assert_eq!(balance(lines, holder, channel), Ok(found));
            let (committed, paid) = matters_of(run, unit, channel);
            prop_assert_eq!(i128::from(found.committed.get()), committed);
            prop_assert_eq!(i128::from(found.paid.get()), paid);
            let sent: i64 = world
                .transfers()
                .filter(|(_, view)| view.state == TransferState::Sent && view.transfer.channel == channel)
                .map(|(_, view)| view.transfer.amount.fen().get())
                .sum();
            prop_assert_eq!(found.in_transit.get(), sent);
        }
    }
    Ok(())
}

/// What matters and rewards say of a channel's money: committed and unpaid, and paid.
fn matters_of(run: &Run, unit: UnitCode, channel: ChannelId) -> (i128, i128) {
    let world = &run.worlds[&unit];
    let share = |funding: &MatterFunding| funding.share(channel);
    let committed = world.matters().map(|funding| i128::from(share(funding).unpaid.get())).sum();
    let paid: i128 = world.matters().map(|funding| i128::from(share(funding).paid.get())).sum();
    let rewarded =
        |reward: &&yishi_funding_domain::Reward| reward.paid.is_some_and(|(from, _)| from == channel);
    let rewards: i128 =
        world.rewards().filter(rewarded).map(|reward| i128::from(reward.amount.fen().get())).sum();
    (committed, paid + rewards)
}

/// What came in from outside is at some holder, or on its way: nothing is lost and nothing made, to the fen.
fn check_conservation(run: &Run) -> Result<(), TestCaseError> {
    let (mut from_outside, mut there) = (Sums::new(), Sums::new());
    for event in &run.events {
        if let Fact::BudgetReceived { posting, .. } = &event.fact {
            let came = posting.lines().iter().filter(|line| line.amount > Fen::ZERO);
            came.for_each(|line| add(&mut from_outside, line.channel, line.amount));
        }
    }
    for (&unit, world) in &run.worlds {
        for (_, channel, held) in world.accounts() {
            for fen in [held.free, held.committed, held.paid, held.lapsed] {
                add(&mut there, channel, fen);
            }
        }
        for (_, view) in world.transfers().filter(|(_, view)| view.state == TransferState::Sent) {
            let other = run.worlds[&view.transfer.to].transfer(view.transfer.to, view.transfer.id);
            if other.is_none_or(|other| other.state != TransferState::Received) {
                prop_assert_eq!(view.transfer.id.from, unit);
                add(&mut there, view.transfer.channel, view.transfer.amount.fen());
            }
        }
    }
    there.retain(|_, sum| *sum != 0);
    prop_assert_eq!(from_outside, there);
    Ok(())
}

/// Invariant 6 for one matter.
fn check_matter(run: &Run, funding: &MatterFunding) -> Result<(), TestCaseError> {
    prop_assert!(funding.total().unwrap() <= funding.cost, "more than it costs: {funding:?}");
    let world = &run.worlds[&funding.county];
    for (id, share) in &funding.shares {
        let channel = world.channel(*id).unwrap();
        let (terms, earmark) = (&channel.terms, &channel.terms.earmark);
        let total = share.total().unwrap();
        prop_assert!(terms.kind != ChannelKind::Reward);
        prop_assert!(earmark.categories.is_empty() || earmark.categories.contains(&funding.category));
        prop_assert!(run.register.is_within(funding.matter.village, earmark.area));
        prop_assert!(channel.serves_year(funding.matter.year));
        prop_assert!(earmark.ceiling_per_matter.is_none_or(|ceiling| total <= ceiling));
        prop_assert!(earmark.ceiling_share.is_none_or(|share| total <= share.of(funding.cost)));
    }
    if funding.settled.is_some() {
        prop_assert!(funding.unpaid().next().is_none(), "settled with unpaid money");
        let said: Vec<_> = run
            .events
            .iter()
            .filter_map(|event| match &event.fact {
                Fact::Settled { matter, paid, .. } if *matter == funding.matter => Some(paid.clone()),
                _ => None,
            })
            .collect();
        prop_assert_eq!(said, [funding.paid().collect()], "paid after it was settled, or settled twice");
    }
    Ok(())
}

/// Once everything has arrived, nothing is in transit, and above and below count the same.
pub(crate) fn check_at_rest(run: &Run) -> Result<(), TestCaseError> {
    let account = |unit: UnitCode, channel| {
        run.worlds.get(&unit).map_or_else(Balance::default, |world| world.account(unit, channel))
    };
    for (&unit, world) in &run.worlds {
        for (_, channel, held) in world.accounts() {
            prop_assert_eq!(held.in_transit, Fen::ZERO);
            let below = run.register.children(unit).iter().filter(|child| **child != channel.owner);
            let below: i64 = below
                .map(|child| account(*child, channel))
                .map(|below| below.received.get() - below.returned_up.get())
                .sum();
            prop_assert_eq!(held.passed_down.get(), below);
        }
    }
    Ok(())
}
