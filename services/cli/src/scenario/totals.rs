use yishi_kernel::Fen;
use yishi_proto::intake::v1::Category;

/// How many matters of which kind there are in three years, and what they cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) categories: [CategoryTotal; 5],
    /// Handled by the region, by the cities, and below.
    pub(crate) handling: [u64; 3],
    /// Satisfaction forms.
    pub(crate) survey_forms: u64,
    /// The best-ranked villages that are rewarded each year.
    pub(crate) winners_a_year: u64,
}

/// The matters of one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CategoryTotal {
    pub(crate) category: Category,
    pub(crate) matters: u64,
    pub(crate) investment: Fen,
}

/// A hundred million yuan, the unit of the published investments, tenths of which were given.
const TENTH_OF_A_HUNDRED_MILLION: i64 = 1_000_000_000;

const fn published(category: Category, matters: u64, tenths: i64) -> CategoryTotal {
    CategoryTotal { category, matters, investment: Fen::new(tenths * TENTH_OF_A_HUNDRED_MILLION) }
}

impl Totals {
    /// What was published for 2020 to 2022.
    pub(crate) const PUBLISHED: Totals = Totals {
        categories: [
            published(Category::Infrastructure, 3_066, 361),
            published(Category::Industry, 1_391, 273),
            published(Category::PublicService, 692, 40),
            published(Category::Governance, 838, 55),
            published(Category::ReformAndOther, 223, 21),
        ],
        handling: [99, 106, 6_005],
        survey_forms: 500_000,
        winners_a_year: 400,
    };

    /// What a village is rewarded with: 50,000 yuan.
    pub(crate) const REWARD: Fen = Fen::new(5_000_000);

    /// The villages that the published totals are spread over: those of the built-in register.
    const VILLAGES: u64 = 2_214;

    /// As many in proportion for another number of villages, by largest remainder; what a matter of a
    /// category costs on average stays the same.
    pub(crate) fn for_villages(villages: usize) -> Totals {
        let all = Self::PUBLISHED;
        let villages = u64::try_from(villages).expect("a register's length fits 64 bits");
        let scaled = |figure: u64| figure * villages / Self::VILLAGES;
        let matters = scaled(all.matters());
        let mut shares = apportion(matters, &all.categories.map(|total| total.matters)).into_iter();
        let categories = all.categories.map(|total| {
            let matters = shares.next().expect("a share for each category");
            let fen = i128::from(total.investment.get()) * i128::from(matters) / i128::from(total.matters);
            let investment = Fen::new(i64::try_from(fen).expect("no register is a million times as large"));
            CategoryTotal { matters, investment, ..total }
        });
        let handling = apportion(matters, &all.handling).try_into().expect("three shares of three");
        let (survey_forms, winners_a_year) = (scaled(all.survey_forms), scaled(all.winners_a_year));
        Totals { categories, handling, survey_forms, winners_a_year }
    }

    /// All matters.
    pub(crate) fn matters(&self) -> u64 {
        self.categories.iter().map(|total| total.matters).sum()
    }

    /// What the rewarded villages of a year get together.
    pub(crate) fn rewards_a_year(&self) -> Fen {
        let winners = i64::try_from(self.winners_a_year).expect("fewer than there are villages");
        Fen::new(winners.checked_mul(Self::REWARD.get()).expect("a village's reward is small"))
    }

    /// All investment.
    pub(crate) fn investment(&self) -> Fen {
        Fen::checked_sum(self.categories.map(|total| total.investment))
            .expect("the whole was scaled within i64")
    }
}

/// So many things in proportion to the shares, by largest remainder.
pub(super) fn apportion(things: u64, shares: &[u64]) -> Vec<u64> {
    // The kernel's split is exact for whole units of anything.
    let parts = Fen::new(i64::try_from(things).expect("counts are far below 2^63")).split(shares);
    parts.into_iter().map(|part| part.get().unsigned_abs()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_parts_add_up_to_the_published_whole() {
        let all = Totals::PUBLISHED;
        assert_eq!(all.matters(), 6_210);
        assert_eq!(all.handling.iter().sum::<u64>(), 6_210);
        assert_eq!(all.investment().get(), 7_500_000_000 * 100);
        assert_eq!(all.rewards_a_year().get(), 20_000_000 * 100);
    }

    #[test]
    fn the_register_the_figures_are_spread_over_gets_the_figures() {
        assert_eq!(Totals::for_villages(2_214), Totals::PUBLISHED);
    }

    #[test]
    fn other_registers_get_their_proportion() {
        let tenfold = Totals::for_villages(22_140);
        assert_eq!(tenfold.handling, [990, 1_060, 60_050]);
        assert_eq!(tenfold.investment().get(), 7_500_000_000 * 100 * 10);
        for villages in [0, 1, 2, 3, 17, 100, 1_000] {
            let totals = Totals::for_villages(villages);
            assert_eq!(totals.handling.iter().sum::<u64>(), totals.matters());
            assert!(totals.matters() <= 3 * u64::try_from(villages).unwrap(), "{villages}");
            for total in totals.categories {
                assert_eq!(total.matters == 0, total.investment == Fen::ZERO, "{villages} {total:?}");
            }
        }
    }
}
