//! 提事: proposals are taken in the winter before the year.

use yishi_kernel::{MatterId, Timestamp, UnitCode, Year};

use crate::{Content, Policy, Refusal, VillageYear};

/// The id that a new proposal gets.
pub(super) fn propose(
    policy: &Policy,
    village: UnitCode,
    year: Year,
    used: VillageYear,
    now: Timestamp,
) -> Result<MatterId, Refusal> {
    let season = policy.season(year);
    if !season.contains(now) {
        let (opens, closes, today) = (season.first, season.last, now.date());
        return Err(Refusal::OutOfSeason { village, year, opens, closes, today });
    }
    if used.proposals >= policy.proposals_per_village_year {
        return Err(Refusal::TooManyProposals { limit: policy.proposals_per_village_year });
    }
    Ok(MatterId { village, year, ordinal: used.proposals + 1 })
}

/// What is proposed, with the taxonomy under which it is filed.
pub(super) fn filed(policy: &Policy, matter: MatterId, content: &Content) -> Result<Content, Refusal> {
    let under = policy.taxonomies.admit(matter.village, matter.year, content.category, &content.subcategory);
    let mut content = content.clone();
    content.subcategory = content.subcategory.under(under.map_err(Refusal::Unlisted)?);
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::super::village::{Village, day};
    use super::*;
    use crate::State;

    #[test]
    fn the_season_has_a_first_and_a_last_day() {
        for (today, taken) in [
            ("2021-10-31", false),
            ("2021-11-01", true),
            ("2022-02-28", true),
            ("2022-03-01", false),
            ("2022-11-01", false),
        ] {
            let mut village = Village::on(today);
            let refusal = Refusal::OutOfSeason {
                village: village.id(1).village,
                year: village.id(1).year,
                opens: day("2021-11-01"),
                closes: day("2022-02-28"),
                today: day(today),
            };
            assert_eq!(village.try_propose().err(), (!taken).then_some(refusal), "{today}");
        }
    }

    #[test]
    fn proposals_are_numbered_per_village_and_year() {
        let mut village = Village::on("2021-12-01");
        let (first, second) = (village.propose(), village.propose());
        assert_eq!((first, second), (village.id(1), village.id(2)));
        assert_eq!(village.matter(second).state(), State::Proposed);
        assert_eq!(village.matter(second).proposer.as_str(), "officer");
    }

    #[test]
    fn a_village_cannot_propose_without_end() {
        let mut village = Village::on("2021-12-01");
        village.policy.proposals_per_village_year = 1;
        village.propose();
        assert_eq!(village.try_propose(), Err(Refusal::TooManyProposals { limit: 1 }));
    }
}
