//! A channel is opened by a unit for an area within it.

use yishi_kernel::{Timestamp, UnitCode, Year};

use super::can_hold;
use crate::{Book, Channel, ChannelId, Fact, Refusal, Rules, Terms};

pub(super) fn open(
    rules: &Rules<'_>,
    used: Book,
    owner: UnitCode,
    year: Year,
    terms: &Terms,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    can_hold(rules, owner)?;
    let earmark = &terms.earmark;
    if !rules.register.is_within(earmark.area, owner) {
        return Err(Refusal::AreaOutside { area: earmark.area, owner });
    }
    let earmarked = !earmark.categories.is_empty()
        || earmark.ceiling_per_matter.is_some()
        || earmark.ceiling_share.is_some();
    if earmarked && !terms.kind.is_investment() {
        return Err(Refusal::RewardEarmarked);
    }
    let limit = rules.policy.channels_per_owner_year;
    let ordinal = used.channels.checked_add(1).filter(|ordinal| *ordinal <= limit);
    let ordinal = ordinal.ok_or(Refusal::TooManyChannels { limit })?;
    Ok(Fact::ChannelOpened(Channel {
        id: ChannelId { owner, year, ordinal },
        terms: terms.clone(),
        opened: now,
    }))
}

#[cfg(test)]
mod tests {
    use yishi_kernel::{Fen, Level};

    use super::super::region::{CITY, COUNTY, OTHER_COUNTY, Region, TOWNSHIP, code, terms};
    use super::*;
    use crate::{ChannelKind, Earmark};

    #[test]
    fn channels_of_an_owner_and_year_are_numbered() {
        let mut region = Region::on("2022-03-01");
        let first = region.open(COUNTY, terms(COUNTY)).unwrap();
        let second = region.open(COUNTY, terms(COUNTY)).unwrap();
        assert_eq!((first.ordinal, second.ordinal), (1, 2));
        assert_eq!(region.world.channel(second).unwrap().terms, terms(COUNTY));
    }

    #[test]
    fn below_a_county_nobody_holds_money() {
        let mut region = Region::on("2022-03-01");
        let level = Refusal::HolderLevel { unit: code(TOWNSHIP), level: Level::Township };
        assert_eq!(region.open(TOWNSHIP, terms(TOWNSHIP)), Err(level));
        let nowhere = 999_999_999_999;
        assert_eq!(region.open(nowhere, terms(nowhere)), Err(Refusal::UnknownUnit { unit: code(nowhere) }));
    }

    #[test]
    fn the_area_lies_within_the_owner() {
        let mut region = Region::on("2022-03-01");
        assert!(region.open(CITY, terms(COUNTY)).is_ok());
        let outside = Refusal::AreaOutside { area: code(OTHER_COUNTY), owner: code(COUNTY) };
        assert_eq!(region.open(COUNTY, terms(OTHER_COUNTY)), Err(outside));
    }

    #[test]
    fn reward_money_has_no_earmark_but_an_area() {
        let mut region = Region::on("2022-03-01");
        let plain = Terms { kind: ChannelKind::Reward, ..terms(COUNTY) };
        assert!(region.open(COUNTY, plain.clone()).is_ok());
        let earmark = Earmark { ceiling_per_matter: Some(Fen::new(1)), ..plain.earmark.clone() };
        assert_eq!(region.open(COUNTY, Terms { earmark, ..plain }), Err(Refusal::RewardEarmarked));
    }

    #[test]
    fn channels_have_a_bound() {
        let mut region = Region::on("2022-03-01");
        region.policy.channels_per_owner_year = 1;
        region.open(COUNTY, terms(COUNTY)).unwrap();
        assert_eq!(region.open(COUNTY, terms(COUNTY)), Err(Refusal::TooManyChannels { limit: 1 }));
    }
}
