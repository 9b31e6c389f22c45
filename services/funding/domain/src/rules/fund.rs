//! The county of a matter's village commits money to it, releases it and pays it.

use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode};

use super::{earmark, enough, known, not_over};
use crate::settling::{not_closed, not_settled};
use crate::{Account, Act, Amounts, Fact, MatterFunding, Posting, Refusal, Rules, World};

pub(super) fn fund(
    rules: &Rules<'_>,
    world: &World,
    county: UnitCode,
    matter: MatterId,
    version: Option<u32>,
    act: &Act,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    let funding = world.matter(matter).ok_or(Refusal::UnknownMatter { matter })?;
    if let Some(seen) = version.filter(|seen| *seen != funding.version) {
        return Err(Refusal::Stale { seen, current: funding.version });
    }
    if funding.county != county {
        return Err(Refusal::WrongCounty { county: funding.county });
    }
    if funding.settled.is_some() {
        return Err(Refusal::Settled { matter });
    }
    not_settled(world, county, matter.year)?;
    // A channel that is not known is refused, or has no share, below.
    act.amounts()
        .channels()
        .filter_map(|id| world.channel(id))
        .try_for_each(|channel| not_closed(world, county, channel))?;
    let moves = |from, to| Posting::moves(county, from, to, act.amounts().iter());
    match act {
        Act::Commit(amounts) => {
            commit(rules, world, funding, amounts, now)?;
            Ok(Fact::Committed { matter, posting: moves(Account::Free, Account::Committed) })
        }
        Act::Release { amounts, reason } => {
            within_commitment(funding, amounts)?;
            let posting = moves(Account::Committed, Account::Free);
            Ok(Fact::Released { matter, reason: reason.clone(), posting })
        }
        Act::Pay(amounts) => {
            within_commitment(funding, amounts)?;
            Ok(Fact::Paid { matter, posting: moves(Account::Committed, Account::Paid) })
        }
    }
}

/// All of it or nothing.
fn commit(
    rules: &Rules<'_>,
    world: &World,
    funding: &MatterFunding,
    amounts: &Amounts,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !funding.outstanding.is_empty() {
        return Err(Refusal::OpinionsMissing { outstanding: funding.outstanding.clone() });
    }
    let mut funded = funding.total();
    for (id, wanted) in amounts.iter() {
        let channel = known(world, id)?;
        not_over(channel, now)?;
        let share = funding.share(id).total().and_then(|share| share.checked_add(wanted));
        earmark::serves(rules, channel, funding, share.ok_or(Refusal::TooMuch { channel: id })?)?;
        enough(world, funding.county, id, wanted)?;
        funded = funded.and_then(|funded| funded.checked_add(wanted));
        funded.ok_or(Refusal::TooMuch { channel: id })?;
    }
    let (cost, funded) = (funding.cost, funded.unwrap_or(Fen::ZERO));
    if rules.policy.funded_whole && funded != cost {
        return Err(Refusal::NotWhole { cost, funded });
    }
    if funded > cost { Err(Refusal::BeyondCost { cost, funded }) } else { Ok(()) }
}

fn within_commitment(funding: &MatterFunding, amounts: &Amounts) -> Result<(), Refusal> {
    let beyond = amounts.iter().find_map(|(channel, wanted)| {
        let unpaid = funding.share(channel).unpaid;
        (wanted > unpaid).then_some(Refusal::BeyondCommitment { channel, unpaid, wanted })
    });
    beyond.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::region::{COUNTY, OTHER_COUNTY, Region, VILLAGE, channel_id, code, day, terms};
    use super::*;
    use crate::{Command, Delivery, MatterShare};

    fn release(amounts: Amounts) -> Act {
        Act::Release { amounts, reason: "节余".into() }
    }

    #[test]
    fn a_matter_is_funded_from_many_channels_at_once() {
        let mut region = Region::on("2022-03-01");
        let (one, other) = (region.funded_county(600), region.funded_county(600));
        let matter = region.determined(VILLAGE, 1_000);
        region.fund(matter, Act::Commit(region.amounts([(one, 600), (other, 400)]))).unwrap();
        let funding = region.world.matter(matter).unwrap();
        assert_eq!(funding.total(), Some(Fen::new(1_000)));
        assert_eq!(funding.share(other), MatterShare { unpaid: Fen::new(400), paid: Fen::ZERO });
        let left = region.world.account(code(COUNTY), other);
        assert_eq!((left.free, left.committed), (Fen::new(200), Fen::new(400)));
    }

    #[test]
    fn whole_or_not_at_all() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(5_000);
        let matter = region.determined(VILLAGE, 1_000);
        for fen in [999, 1_001] {
            let refusal = Refusal::NotWhole { cost: Fen::new(1_000), funded: Fen::new(fen) };
            let act = Act::Commit(region.amounts([(channel, fen)]));
            assert_eq!(region.fund(matter, act), Err(refusal));
        }
    }

    #[test]
    fn in_parts_where_policy_allows_and_never_beyond_the_cost() {
        let mut region = Region::on("2022-03-01");
        region.policy.funded_whole = false;
        let channel = region.funded_county(5_000);
        let matter = region.determined(VILLAGE, 1_000);
        region.fund(matter, Act::Commit(region.amounts([(channel, 999)]))).unwrap();
        let refusal = Refusal::BeyondCost { cost: Fen::new(1_000), funded: Fen::new(1_001) };
        assert_eq!(region.fund(matter, Act::Commit(region.amounts([(channel, 2)]))), Err(refusal));
        region.fund(matter, Act::Commit(region.amounts([(channel, 1)]))).unwrap();
    }

    #[test]
    fn no_money_before_departments_agree_and_then_what_it_costs_by_now() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(5_000);
        let matter = region.determined(VILLAGE, 1_000);
        let hear = |region: &mut Region, delivery| region.run(&Command::Deliver(delivery)).unwrap();
        let outstanding: BTreeSet<String> = ["water".to_owned()].into();
        let asked = |seq| Delivery::Opinions { matter, outstanding: outstanding.clone(), seq };
        for _ in 0..2 {
            hear(&mut region, asked(2));
        }
        let commit = |region: &Region, fen| Act::Commit(region.amounts([(channel, fen)]));
        let missing = Err(Refusal::OpinionsMissing { outstanding: outstanding.clone() });
        let act = commit(&region, 1_000);
        assert_eq!(region.fund(matter, act.clone()), missing);
        hear(&mut region, Delivery::Opinions { matter, outstanding: [].into(), seq: 3 });
        let revised = |cost, asked, seq| Delivery::Revised { matter, cost: Fen::new(cost), asked, seq };
        hear(&mut region, revised(1_100, [].into(), 4));
        hear(&mut region, revised(1_200, [].into(), 5));
        // A county that is read to once more is as it was at every moment in between.
        let before = region.world.clone();
        for told in [asked(2), revised(1_100, [].into(), 4), revised(1_200, outstanding.clone(), 5)] {
            hear(&mut region, told);
            assert_eq!(region.world, before);
        }
        let short = Refusal::NotWhole { cost: Fen::new(1_200), funded: Fen::new(1_000) };
        assert_eq!(region.fund(matter, act), Err(short));
        let act = commit(&region, 1_200);
        region.fund(matter, act).unwrap();
        // Asked anew, nothing more is committed; what is committed is paid.
        hear(&mut region, revised(1_300, outstanding.clone(), 6));
        assert_eq!(region.world.matter(matter).unwrap().outstanding, outstanding, "from that one entry");
        hear(&mut region, asked(7));
        region.fund(matter, Act::Pay(region.amounts([(channel, 1_200)]))).unwrap();
    }

    #[test]
    fn a_channel_is_not_overspent() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(999);
        let matter = region.determined(VILLAGE, 1_000);
        let refusal = Refusal::Insufficient { channel, free: Fen::new(999), wanted: Fen::new(1_000) };
        assert_eq!(region.fund(matter, Act::Commit(region.amounts([(channel, 1_000)]))), Err(refusal));
    }

    #[test]
    fn what_lapses_is_committed_in_its_year_and_may_be_paid_later() {
        let mut region = Region::on("2022-12-31");
        let channel = region.funded_county(2_000);
        let matter = region.determined(VILLAGE, 1_000);
        region.fund(matter, Act::Commit(region.amounts([(channel, 1_000)]))).unwrap();
        let late = region.determined(VILLAGE, 1_000);
        region.go_to("2023-01-01");
        let over = Refusal::YearOver { channel, today: day("2023-01-01") };
        assert_eq!(region.fund(late, Act::Commit(region.amounts([(channel, 1_000)]))), Err(over));
        assert_eq!(region.fund(matter, Act::Pay(region.amounts([(channel, 1_000)]))), Ok(()));
    }

    #[test]
    fn payments_and_releases_stay_within_the_commitment() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(1_000);
        let matter = region.determined(VILLAGE, 1_000);
        region.fund(matter, Act::Commit(region.amounts([(channel, 1_000)]))).unwrap();
        region.fund(matter, Act::Pay(region.amounts([(channel, 700)]))).unwrap();
        let (unpaid, wanted) = (Fen::new(300), Fen::new(301));
        let beyond = Refusal::BeyondCommitment { channel, unpaid, wanted };
        let amounts = region.amounts([(channel, 301)]);
        assert_eq!(region.fund(matter, Act::Pay(amounts.clone())), Err(beyond.clone()));
        assert_eq!(region.fund(matter, release(amounts)), Err(beyond));
        region.fund(matter, release(region.amounts([(channel, 300)]))).unwrap();
        let left = region.world.account(code(COUNTY), channel);
        assert_eq!((left.free, left.committed, left.paid), (Fen::new(300), Fen::ZERO, Fen::new(700)));
        let unknown = channel_id(9);
        let beyond = Refusal::BeyondCommitment { channel: unknown, unpaid: Fen::ZERO, wanted: Fen::new(1) };
        assert_eq!(region.fund(matter, Act::Pay(region.amounts([(unknown, 1)]))), Err(beyond));
    }

    #[test]
    fn only_the_county_of_the_village_funds_what_was_determined() {
        let mut region = Region::on("2022-03-01");
        let channel = region.open(COUNTY, terms(COUNTY)).unwrap();
        let matter = region.determined(VILLAGE, 1_000);
        let act = Act::Pay(region.amounts([(channel, 1)]));
        let command = Command::Fund { county: code(OTHER_COUNTY), matter, version: None, act: act.clone() };
        assert_eq!(region.run(&command), Err(Refusal::WrongCounty { county: code(COUNTY) }));
        let matter = MatterId { ordinal: 99, ..matter };
        assert_eq!(region.fund(matter, act), Err(Refusal::UnknownMatter { matter }));
    }

    #[test]
    fn a_stale_version_is_refused_and_the_current_one_is_not() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(1_000);
        let matter = region.determined(VILLAGE, 1_000);
        let seen = region.world.matter(matter).unwrap().version;
        let act = Act::Commit(region.amounts([(channel, 1_000)]));
        let fund = |version, act| Command::Fund { county: code(COUNTY), matter, version: Some(version), act };
        region.run(&fund(seen, act)).unwrap();
        let pay = Act::Pay(region.amounts([(channel, 1)]));
        let current = seen + 1;
        assert_eq!(region.run(&fund(seen, pay.clone())), Err(Refusal::Stale { seen, current }));
        assert_eq!(region.run(&fund(current, pay)), Ok(()));
    }
}
