//! The reward list: issued, hung out, confirmed, ordered, paid.

use yishi_kernel::{Fen, Timestamp, UnitCode};

use crate::reward::digest;
use crate::{Fact, ListStage, Policy, Ranked, Refusal, Reward, RewardTerms, UnitYear, World, rewards};

pub(super) fn issue(
    policy: &Policy,
    world: &World,
    about: UnitYear,
    terms: &RewardTerms,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    if world.ranking(about).is_none() {
        return Err(Refusal::RankingMissing);
    }
    if world.list(about).is_some() {
        return Err(Refusal::ListIssued);
    }
    let best: Vec<Ranked> =
        (1..=terms.winners).map_while(|position| world.standing(about, position).copied()).collect();
    let lines = rewards(&best, terms).map_err(Refusal::PoolExceeded)?;
    // The day of issue is no full day, hence one more.
    let earliest_confirm = Timestamp::start_of(now.date())
        .checked_add_days(i64::from(policy.notice_days) + 1)
        .expect("the calendar ends long before the timestamps do");
    let list_sha256 = digest(about.unit, about.year, terms.each, &lines);
    Ok(Fact::RewardListed { terms: *terms, lines, list_sha256, earliest_confirm })
}

pub(super) fn confirm(
    world: &World,
    about: UnitYear,
    version: Option<u32>,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    let list = world.list(about).ok_or(Refusal::UnknownList)?;
    if let Some(seen) = version.filter(|&seen| seen != list.version) {
        return Err(Refusal::Stale { seen, current: list.version });
    }
    if list.stage != ListStage::Issued {
        return Err(Refusal::AlreadyOrdered { state: list.stage.state() });
    }
    if now < list.earliest_confirm {
        return Err(Refusal::NoticeRunning { earliest_confirm: list.earliest_confirm });
    }
    let mut lines: Vec<&Reward> = world.rewards(about).collect();
    lines.sort_unstable_by_key(|line| line.position);
    let villages = lines.into_iter().map(|line| line.village).collect();
    Ok(Fact::RewardOrdered { each: list.terms.each, villages, list_sha256: list.list_sha256 })
}

/// A payment counts once per village of a list that was ordered; what nobody ordered is funding's to explain.
pub(super) fn paid(world: &World, list: UnitYear, village: UnitCode, amount: Fen) -> Option<Fact> {
    let ordered = matches!(world.list(list)?.stage, ListStage::Ordered { .. });
    let open = world.reward(list, village)?.paid.is_none();
    let countable = amount > Fen::ZERO && world.list(list)?.paid.checked_add(amount).is_some();
    (ordered && open && countable).then_some(Fact::RewardPaid { village, amount })
}

#[cfg(test)]
mod tests {
    use super::super::region::{Region, day, village};
    use super::*;
    use crate::{Act, ListState, PoolExceeded};

    const CONFIRM: Act = Act::ConfirmRewards { version: None };

    fn terms() -> RewardTerms {
        RewardTerms { winners: 2, each: Fen::new(50), pool: Fen::new(100) }
    }

    #[test]
    fn a_list_needs_a_ranking_and_a_pool_and_is_issued_once() {
        let mut region = Region::on("2023-01-05");
        assert_eq!(region.ask(Act::IssueRewards(terms())), Err(Refusal::RankingMissing));
        region.rank(3);
        let short = RewardTerms { pool: Fen::new(99), ..terms() };
        let exceeded = PoolExceeded { promised: Some(Fen::new(100)), pool: Fen::new(99) };
        assert_eq!(region.ask(Act::IssueRewards(short)), Err(Refusal::PoolExceeded(exceeded)));
        region.ask(Act::IssueRewards(terms())).unwrap();
        assert_eq!(region.ask(Act::IssueRewards(terms())), Err(Refusal::ListIssued));
        let list = region.list();
        assert_eq!((list.villages, list.total(), list.stage), (2, Fen::new(100), ListStage::Issued));
    }

    #[test]
    fn a_list_hangs_out_for_seven_full_days() {
        let mut region = Region::with_a_list();
        let earliest_confirm = Timestamp::start_of(day("2023-01-13"));
        region.now = Timestamp::from_micros(earliest_confirm.as_micros() - 1);
        assert_eq!(region.ask(CONFIRM), Err(Refusal::NoticeRunning { earliest_confirm }));
        region.now = earliest_confirm;
        assert_eq!(region.ask(CONFIRM), Ok(()));
        assert_eq!(region.ask(CONFIRM), Err(Refusal::AlreadyOrdered { state: ListState::Ordered }));
    }

    #[test]
    fn a_list_that_is_not_there_or_was_seen_otherwise_is_refused() {
        let mut region = Region::on("2023-01-05");
        assert_eq!(region.ask(CONFIRM), Err(Refusal::UnknownList));
        let mut region = Region::with_a_list();
        let stale = Act::ConfirmRewards { version: Some(9) };
        assert_eq!(region.ask(stale), Err(Refusal::Stale { seen: 9, current: 1 }));
    }

    #[test]
    fn an_order_goes_to_the_units_funding_with_its_villages_the_best_first() {
        let region = Region::with_an_order();
        let order = region.events.last().unwrap();
        let (villages, list_sha256) = (vec![village(2), village(0)], region.list().list_sha256);
        assert_eq!(order.fact, Fact::RewardOrdered { each: Fen::new(50), villages, list_sha256 });
        assert_eq!(order.to(), Some(region.about.unit));
    }

    #[test]
    fn a_list_is_paid_when_all_its_villages_are() {
        let mut region = Region::with_an_order();
        region.pay(2, 50);
        assert_eq!((region.list().stage.state(), region.list().paid), (ListState::Ordered, Fen::new(50)));
        region.pay(0, 50);
        let list = region.list();
        assert_eq!((list.stage.state(), list.paid, list.paid_villages), (ListState::Paid, list.total(), 2));
    }

    #[test]
    fn a_payment_that_was_not_ordered_or_came_before_changes_nothing() {
        let mut region = Region::with_a_list();
        region.pay(2, 50);
        assert_eq!(region.list().paid_villages, 0);
        let mut region = Region::with_an_order();
        for (nth, amount) in [(2, 50), (2, 50), (1, 50), (0, 0)] {
            region.pay(nth, amount);
        }
        assert_eq!((region.list().paid, region.list().paid_villages), (Fen::new(50), 1));
    }
}
