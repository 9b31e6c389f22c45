use yishi_kernel::{Date, Timestamp, Year};

use crate::lang::Lang;

/// A stretch of a matter's year, in the order of its days. The clock stands still in it, and all who act in it act
/// at once; what is done in one is known everywhere in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// The season opens, the first proposals come.
    Proposals,
    /// The region says what villages will be scored by.
    Scheme,
    /// The last proposals come; villagers back them, duplicates are merged.
    Sifting,
    /// Villages meet, decide, and hang the decision out.
    Meetings,
    /// Objections are answered.
    Answers,
    /// Notices are over, matters are fixed.
    Determination,
    /// The region gets the year's money and passes it to the cities.
    Budgets,
    /// The cities pass it to the counties.
    Appropriation,
    /// Villages raise what they cannot do.
    Raising,
    /// Townships take it up, raise it further or return it; so do the units of the next levels after them.
    Townships,
    /// Counties.
    Counties,
    /// Cities.
    Cities,
    /// The region, which hands matters to its departments.
    Coordination,
    /// Counties commit the money.
    Commitment,
    /// The first reports on the work, the first payments.
    Spring,
    /// More of them.
    Summer,
    /// The last ones of most matters.
    Autumn,
    /// Most matters are done, accepted and struck off.
    Completion,
    /// Villagers say how satisfied they are.
    Surveys,
    /// Matters that are late.
    Latecomers,
    /// The year is over; villages are ranked, and the best are listed for a reward.
    Ranking,
    /// Nobody objected; rewards are paid.
    Rewards,
}

const NINE_O_CLOCK_US: i64 = 9 * 3_600 * 1_000_000;

impl Phase {
    pub(crate) const ALL: [Phase; 22] = [
        Phase::Proposals,
        Phase::Scheme,
        Phase::Sifting,
        Phase::Meetings,
        Phase::Answers,
        Phase::Determination,
        Phase::Budgets,
        Phase::Appropriation,
        Phase::Raising,
        Phase::Townships,
        Phase::Counties,
        Phase::Cities,
        Phase::Coordination,
        Phase::Commitment,
        Phase::Spring,
        Phase::Summer,
        Phase::Autumn,
        Phase::Completion,
        Phase::Surveys,
        Phase::Latecomers,
        Phase::Ranking,
        Phase::Rewards,
    ];

    /// The day it stands for. A notice of `Answers` is over by `Determination`, one of `Ranking` by `Rewards`: seven
    /// full days later.
    pub(crate) fn day(self, year: Year) -> Date {
        let year = i32::from(year.get());
        match self {
            Phase::Proposals => day(year - 1, 11, 12),
            Phase::Scheme => day(year, 1, 5),
            Phase::Sifting => day(year, 1, 10),
            Phase::Meetings => day(year, 2, 10),
            Phase::Answers => day(year, 2, 16),
            Phase::Determination => day(year, 3, 1),
            Phase::Budgets => day(year, 3, 4),
            Phase::Appropriation => day(year, 3, 6),
            Phase::Raising => day(year, 3, 8),
            Phase::Townships => day(year, 3, 15),
            Phase::Counties => day(year, 3, 22),
            Phase::Cities => day(year, 3, 29),
            Phase::Coordination => day(year, 4, 6),
            Phase::Commitment => day(year, 4, 15),
            Phase::Spring => day(year, 5, 10),
            Phase::Summer => day(year, 7, 20),
            Phase::Autumn => day(year, 9, 20),
            Phase::Completion => day(year, 10, 20),
            Phase::Surveys => day(year, 11, 20),
            Phase::Latecomers => day(year, 12, 10),
            Phase::Ranking => day(year + 1, 1, 12),
            Phase::Rewards => day(year + 1, 1, 22),
        }
    }

    /// What the clock shows in it.
    pub(crate) fn instant(self, year: Year) -> Timestamp {
        Timestamp::from_micros(Timestamp::start_of(self.day(year)).as_micros() + NINE_O_CLOCK_US)
    }

    pub(crate) fn name(self, lang: Lang) -> &'static str {
        match self {
            Phase::Proposals => lang.pick("提事", "proposals"),
            Phase::Scheme => lang.pick("考评方案", "the scheme"),
            Phase::Sifting => lang.pick("附议与归并", "support and merging"),
            Phase::Meetings => lang.pick("议事与公示", "meetings and notices"),
            Phase::Answers => lang.pick("答复异议", "answers to objections"),
            Phase::Determination => lang.pick("定事", "determination"),
            Phase::Budgets => lang.pick("预算与指标", "budgets"),
            Phase::Appropriation => lang.pick("下达指标", "appropriations"),
            Phase::Raising => lang.pick("村上报", "villages raise"),
            Phase::Townships => lang.pick("乡镇承接", "townships decide"),
            Phase::Counties => lang.pick("县承接", "counties decide"),
            Phase::Cities => lang.pick("市承接", "cities decide"),
            Phase::Coordination => lang.pick("自治区协调", "the region coordinates"),
            Phase::Commitment => lang.pick("落实资金", "commitments"),
            Phase::Spring => lang.pick("春季进度", "works in spring"),
            Phase::Summer => lang.pick("夏季进度", "works in summer"),
            Phase::Autumn => lang.pick("秋季进度", "works in autumn"),
            Phase::Completion => lang.pick("办结与销号", "completion, closing"),
            Phase::Surveys => lang.pick("满意度问卷", "satisfaction forms"),
            Phase::Latecomers => lang.pick("逾期办结", "late completion"),
            Phase::Ranking => lang.pick("排名与公示", "ranking"),
            Phase::Rewards => lang.pick("兑现奖励", "rewards"),
        }
    }
}

pub(super) fn day(year: i32, month: u8, day: u8) -> Date {
    let month = month.try_into().expect("months are written here by hand");
    Date::from_calendar_date(year, month, day).expect("days are written here by hand")
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Season;

    use super::super::years_of_the_programme;
    use super::*;

    #[test]
    fn the_phases_stand_in_the_order_of_their_days() {
        for year in years_of_the_programme() {
            assert!(Phase::ALL.is_sorted_by_key(|phase| phase.day(year)), "{year}");
        }
        assert!(Phase::ALL.is_sorted());
    }

    #[test]
    fn proposals_fall_into_the_season_and_notices_hang_out_long_enough() {
        for year in years_of_the_programme() {
            for phase in [Phase::Proposals, Phase::Sifting] {
                assert!(Season::of(year).contains(phase.instant(year)), "{phase:?} {year}");
            }
            for (published, over) in
                [(Phase::Answers, Phase::Determination), (Phase::Ranking, Phase::Rewards)]
            {
                let published = Timestamp::start_of(published.day(year));
                assert!(published.checked_add_days(8).unwrap() <= over.instant(year), "{year}");
            }
        }
    }

    #[test]
    fn a_year_is_ranked_when_it_is_over() {
        for year in years_of_the_programme() {
            assert!(Phase::Latecomers.day(year).year() == i32::from(year.get()));
            assert!(Phase::Ranking.day(year).year() > i32::from(year.get()));
        }
    }
}
