//! What a channel's money may go to.

use yishi_kernel::{Date, Fen, UnitCode};

use crate::{Channel, EarmarkProblem, MatterFunding, Refusal, Rules};

/// Whether so large a share of a matter may come from a channel.
pub(super) fn serves(
    rules: &Rules<'_>,
    channel: &Channel,
    matter: &MatterFunding,
    share: Fen,
) -> Result<(), Refusal> {
    let earmark = &channel.terms.earmark;
    let problem = if !channel.terms.kind.is_investment() {
        Some(EarmarkProblem::RewardMoney)
    } else if !earmark.categories.is_empty() && !earmark.categories.contains(&matter.category) {
        Some(EarmarkProblem::Category(matter.category))
    } else if !rules.register.is_within(matter.matter.village, earmark.area) {
        Some(EarmarkProblem::Area(matter.matter.village))
    } else if !channel.serves_year(matter.matter.year) {
        Some(EarmarkProblem::Year(matter.matter.year))
    } else {
        over_ceiling(channel, matter.cost, share)
    };
    problem.map_or(Ok(()), |problem| Err(Refusal::Earmark { channel: channel.id, problem }))
}

fn over_ceiling(channel: &Channel, cost: Fen, share: Fen) -> Option<EarmarkProblem> {
    let earmark = &channel.terms.earmark;
    let per_matter = earmark.ceiling_per_matter.filter(|ceiling| share > *ceiling);
    let of_cost = earmark.ceiling_share.map(|part| part.of(cost)).filter(|ceiling| share > *ceiling);
    per_matter
        .map(|ceiling| EarmarkProblem::CeilingPerMatter { ceiling, share })
        .or(of_cost.map(|ceiling| EarmarkProblem::CeilingShare { ceiling, share }))
}

/// Whether a channel may reward a village today.
pub(super) fn rewards(
    rules: &Rules<'_>,
    channel: &Channel,
    village: UnitCode,
    today: Date,
) -> Result<(), Refusal> {
    let problem = if channel.terms.kind.is_investment() {
        Some(EarmarkProblem::NotRewardMoney)
    } else if !rules.register.is_within(village, channel.terms.earmark.area) {
        Some(EarmarkProblem::Area(village))
    } else if i32::from(channel.id.year.get()) != today.year() {
        Some(EarmarkProblem::NotOfToday(today))
    } else {
        None
    };
    problem.map_or(Ok(()), |problem| Err(Refusal::Earmark { channel: channel.id, problem }))
}

#[cfg(test)]
mod tests {
    use yishi_kernel::BasisPoints;

    use super::super::region::{CITY, COUNTY, OTHER_VILLAGE, Region, TOWNSHIP, VILLAGE, code, terms};
    use super::*;
    use crate::{Act, Category, ChannelKind, Earmark, Remainder, Terms};

    /// What comes of committing 500 of 500 to a matter of the village, infrastructure of 2022.
    fn commit(terms: Terms, year: i32, village: u64) -> Result<(), Refusal> {
        let mut region = Region::on("2022-03-01");
        let channel = region.open_for(COUNTY, year, terms).unwrap();
        region.receive(channel, 10_000).unwrap();
        let matter = region.determined(village, 500);
        region.fund(matter, Act::Commit(region.amounts([(channel, 500)])))
    }

    fn problem(result: Result<(), Refusal>) -> Option<EarmarkProblem> {
        match result {
            Ok(()) => None,
            Err(Refusal::Earmark { problem, .. }) => Some(problem),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn with(change: impl Fn(&mut Earmark)) -> Terms {
        let mut terms = terms(COUNTY);
        change(&mut terms.earmark);
        terms
    }

    #[test]
    fn categories() {
        let infrastructure = with(|earmark| earmark.categories = [Category::Infrastructure].into());
        assert_eq!(problem(commit(infrastructure, 2022, VILLAGE)), None);
        let others = with(|earmark| earmark.categories = [Category::Industry, Category::Governance].into());
        let wrong = EarmarkProblem::Category(Category::Infrastructure);
        assert_eq!(problem(commit(others, 2022, VILLAGE)), Some(wrong));
    }

    #[test]
    fn areas() {
        let township = with(|earmark| earmark.area = code(TOWNSHIP));
        assert_eq!(problem(commit(township.clone(), 2022, VILLAGE)), None);
        let wrong = EarmarkProblem::Area(code(OTHER_VILLAGE));
        assert_eq!(problem(commit(township, 2022, OTHER_VILLAGE)), Some(wrong));
    }

    #[test]
    fn years() {
        let lasting = Terms { remainder: Remainder::CarryOver, ..terms(COUNTY) };
        assert_eq!(problem(commit(lasting.clone(), 2021, VILLAGE)), None);
        let year = yishi_kernel::Year::try_from(2022).unwrap();
        for (terms, of) in [(lasting, 2023), (terms(COUNTY), 2023)] {
            assert_eq!(problem(commit(terms, of, VILLAGE)), Some(EarmarkProblem::Year(year)));
        }
    }

    #[test]
    fn ceilings() {
        let (share, ceiling) = (Fen::new(500), Fen::new(499));
        let per_matter = |fen| with(|earmark| earmark.ceiling_per_matter = Some(Fen::new(fen)));
        assert_eq!(problem(commit(per_matter(500), 2022, VILLAGE)), None);
        let over = EarmarkProblem::CeilingPerMatter { ceiling, share };
        assert_eq!(problem(commit(per_matter(499), 2022, VILLAGE)), Some(over));
        let of_cost = |points| with(|earmark| earmark.ceiling_share = BasisPoints::new(points));
        assert_eq!(problem(commit(of_cost(10_000), 2022, VILLAGE)), None);
        let over = EarmarkProblem::CeilingShare { ceiling, share };
        assert_eq!(problem(commit(of_cost(9_999), 2022, VILLAGE)), Some(over));
    }

    #[test]
    fn reward_money_is_not_investment() {
        let rewards = Terms { kind: ChannelKind::Reward, ..terms(COUNTY) };
        assert_eq!(problem(commit(rewards, 2022, VILLAGE)), Some(EarmarkProblem::RewardMoney));
    }

    #[test]
    fn money_from_above_keeps_its_earmark() {
        let mut region = Region::on("2022-03-01");
        let channel = region.open(CITY, with(|earmark| earmark.area = code(TOWNSHIP))).unwrap();
        region.receive(channel, 1_000).unwrap();
        region.appropriate(CITY, channel, COUNTY, 1_000).unwrap();
        region.deliver_all();
        let matter = region.determined(OTHER_VILLAGE, 500);
        let refused = region.fund(matter, Act::Commit(region.amounts([(channel, 500)])));
        assert_eq!(problem(refused), Some(EarmarkProblem::Area(code(OTHER_VILLAGE))));
    }
}
