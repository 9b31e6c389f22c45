use yishi_kernel::{Date, Timestamp, Year};

use crate::lang::Lang;

/// A stretch of a matter's year. The clock stands still in it, and all villages act at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// The season opens, the first proposals come.
    Proposals,
    /// The last proposals come; villagers back them, duplicates are merged.
    Sifting,
    /// Villages meet, decide, and hang the decision out.
    Meetings,
    /// Objections are answered.
    Answers,
    /// Notices are over, matters are fixed.
    Determination,
}

const NINE_O_CLOCK_US: i64 = 9 * 3_600 * 1_000_000;

impl Phase {
    pub(crate) const ALL: [Phase; 5] =
        [Phase::Proposals, Phase::Sifting, Phase::Meetings, Phase::Answers, Phase::Determination];

    /// The day it stands for. A notice of `Answers` is over by `Determination`, seven full days later.
    pub(crate) fn day(self, year: Year) -> Date {
        let year = i32::from(year.get());
        match self {
            Phase::Proposals => day(year - 1, 11, 12),
            Phase::Sifting => day(year, 1, 10),
            Phase::Meetings => day(year, 2, 10),
            Phase::Answers => day(year, 2, 16),
            Phase::Determination => day(year, 3, 1),
        }
    }

    /// What the clock shows in it.
    pub(crate) fn instant(self, year: Year) -> Timestamp {
        Timestamp::from_micros(Timestamp::start_of(self.day(year)).as_micros() + NINE_O_CLOCK_US)
    }

    pub(crate) fn name(self, lang: Lang) -> &'static str {
        match self {
            Phase::Proposals => lang.pick("提事", "proposals"),
            Phase::Sifting => lang.pick("附议与归并", "support and merging"),
            Phase::Meetings => lang.pick("议事与公示", "meetings and notices"),
            Phase::Answers => lang.pick("答复异议", "answers to objections"),
            Phase::Determination => lang.pick("定事", "determination"),
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
    fn the_clock_only_goes_forward() {
        let all: Vec<_> =
            years_of_the_programme().flat_map(|year| Phase::ALL.map(|phase| phase.instant(year))).collect();
        assert!(all.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn proposals_fall_into_the_season_and_notices_hang_out_long_enough() {
        for year in years_of_the_programme() {
            for phase in [Phase::Proposals, Phase::Sifting] {
                assert!(Season::of(year).contains(phase.instant(year)), "{phase:?} {year}");
            }
            let published = Timestamp::start_of(Phase::Answers.day(year));
            let earliest_end = published.checked_add_days(8).unwrap();
            assert!(earliest_end <= Phase::Determination.instant(year), "{year}");
        }
    }
}
