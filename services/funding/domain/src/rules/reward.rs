//! 以奖代补: what the appraisal orders is paid to each village once, and is not investment.

use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode};

use super::{earmark, enough, known};
use crate::settling::not_closed;
use crate::{Account, Amount, ChannelId, Fact, OrderId, Posting, Refusal, Rules, World};

/// What of an order is new here; a village gets one line of an order, the first.
pub(super) fn take_order(world: &World, order: &OrderId, lines: &[(UnitCode, Amount)]) -> Option<Fact> {
    let mut taken = BTreeMap::new();
    for (village, amount) in lines {
        if world.reward(order, *village).is_none() {
            taken.entry(*village).or_insert(*amount);
        }
    }
    (!taken.is_empty()).then(|| Fact::RewardOrderTaken { order: order.clone(), lines: taken })
}

pub(super) fn pay(
    rules: &Rules<'_>,
    world: &World,
    payer: UnitCode,
    order: &OrderId,
    village: UnitCode,
    channel: ChannelId,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    let due = world.reward(order, village).filter(|reward| reward.payer == payer);
    let due = due.ok_or_else(|| Refusal::NotOrdered { order: order.clone(), village })?;
    if due.paid.is_some() {
        return Err(Refusal::RewardPaid { order: order.clone(), village });
    }
    let known = known(world, channel)?;
    earmark::rewards(rules, known, village, now.date())?;
    not_closed(world, payer, known)?;
    enough(world, payer, channel, due.amount.fen())?;
    let posting = Posting::moves(payer, Account::Free, Account::Paid, [(channel, due.amount.fen())]);
    Ok(Fact::RewardPaid { order: order.clone(), village, channel, amount: due.amount, posting })
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::super::region::{
        CITY, COUNTY, OTHER_VILLAGE, REGION, Region, VILLAGE, amount, code, day, terms,
    };
    use super::*;
    use crate::{ChannelKind, Command, Delivery, EarmarkProblem, Terms};

    const EACH: i64 = 5_000_000;

    fn rewards(area: u64) -> Terms {
        Terms { kind: ChannelKind::Reward, ..terms(area) }
    }

    fn order() -> OrderId {
        "units/640000000000/rewardLists/2022".parse().unwrap()
    }

    fn ordered(villages: &[u64]) -> Command {
        let lines = villages.iter().map(|village| (code(*village), amount(EACH))).collect();
        Command::Deliver(Delivery::RewardOrdered { payer: code(REGION), order: order(), lines })
    }

    fn pay(payer: u64, village: u64, channel: ChannelId) -> Command {
        Command::PayReward { payer: code(payer), order: order(), village: code(village), channel }
    }

    /// The region has an order for one village, and twice the money for it.
    fn region() -> (Region, ChannelId) {
        let mut region = Region::on("2022-12-01");
        let channel = region.open(REGION, rewards(REGION)).unwrap();
        region.receive(channel, 2 * EACH).unwrap();
        region.run(&ordered(&[VILLAGE])).unwrap();
        (region, channel)
    }

    #[test]
    fn a_village_gets_what_was_ordered_once() {
        let (mut region, channel) = region();
        region.run(&pay(REGION, VILLAGE, channel)).unwrap();
        let found = region.world.account(code(REGION), channel);
        assert_eq!((found.paid, found.free), (Fen::new(EACH), Fen::new(EACH)));
        assert_eq!(region.world.reward(&order(), code(VILLAGE)).unwrap().paid, Some((channel, region.now)));
        let again = Refusal::RewardPaid { order: order(), village: code(VILLAGE) };
        assert_eq!(region.run(&pay(REGION, VILLAGE, channel)), Err(again));
    }

    #[test]
    fn nobody_else_gets_or_pays_anything() {
        let (mut region, channel) = region();
        for (payer, village) in [(REGION, OTHER_VILLAGE), (CITY, VILLAGE)] {
            let refusal = Refusal::NotOrdered { order: order(), village: code(village) };
            assert_eq!(region.run(&pay(payer, village, channel)), Err(refusal));
        }
    }

    #[test]
    fn an_order_that_comes_twice_changes_nothing() {
        let (mut region, channel) = region();
        region.run(&pay(REGION, VILLAGE, channel)).unwrap();
        assert_eq!(region.follows(&ordered(&[VILLAGE])), Ok(Vec::new()));
        region.run(&ordered(&[VILLAGE, OTHER_VILLAGE, OTHER_VILLAGE])).unwrap();
        region.run(&pay(REGION, OTHER_VILLAGE, channel)).unwrap();
        assert_eq!(region.world.rewards().count(), 2);
    }

    #[test]
    fn only_from_reward_money_of_this_year_for_that_village() {
        let (mut region, channel) = region();
        let plain = region.open(REGION, terms(REGION)).unwrap();
        let elsewhere = region.open(REGION, rewards(super::super::region::OTHER_COUNTY)).unwrap();
        for (channel, problem) in
            [(plain, EarmarkProblem::NotRewardMoney), (elsewhere, EarmarkProblem::Area(code(VILLAGE)))]
        {
            let refusal = Refusal::Earmark { channel, problem };
            assert_eq!(region.run(&pay(REGION, VILLAGE, channel)), Err(refusal));
        }
        region.go_to("2023-01-01");
        let problem = EarmarkProblem::NotOfToday(day("2023-01-01"));
        assert_eq!(region.run(&pay(REGION, VILLAGE, channel)), Err(Refusal::Earmark { channel, problem }));
    }

    #[test]
    fn the_money_must_be_there() {
        let (mut region, _) = region();
        let channel = region.open(REGION, rewards(COUNTY)).unwrap();
        let refusal = Refusal::Insufficient { channel, free: Fen::ZERO, wanted: Fen::new(EACH) };
        assert_eq!(region.run(&pay(REGION, VILLAGE, channel)), Err(refusal));
    }
}
