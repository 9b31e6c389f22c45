//! 定事: one village, one year, one matter, numbered without holes.

use yishi_kernel::{ProjectNumber, Timestamp};

use super::all_answered;
use crate::{Fact, Matter, Policy, Refusal, Stage, VillageYear};

pub(super) fn determine(
    policy: &Policy,
    matter: &Matter,
    used: VillageYear,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    let (village, year) = (matter.id.village, matter.id.year);
    let today = now.date();
    if today.year() > i32::from(year.get()) {
        return Err(Refusal::YearOver { year, today });
    }
    if let Stage::Noticed(notice) = &matter.stage
        && now < notice.earliest_end
    {
        return Err(Refusal::NoticeRunning { earliest_end: notice.earliest_end });
    }
    all_answered(matter)?;
    let allowed = policy.matters_per_village_year;
    if used.slots >= allowed {
        return Err(Refusal::SlotTaken { taken: used.slots, allowed });
    }
    let ordinal = used.numbers.checked_add(1).ok_or(Refusal::NumbersUsedUp)?;
    Ok(Fact::Determined { number: ProjectNumber { village, year, ordinal } })
}

#[cfg(test)]
mod tests {
    use super::super::village::{Village, day};
    use super::*;
    use crate::{Act, State};

    #[test]
    fn the_notice_must_have_ended() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        let earliest_end = Timestamp::start_of(day("2021-12-09"));
        village.now = Timestamp::from_micros(earliest_end.as_micros() - 1);
        assert_eq!(village.act(matter, Act::Determine), Err(Refusal::NoticeRunning { earliest_end }));
        village.now = earliest_end;
        village.act(matter, Act::Determine).unwrap();
        assert_eq!(village.matter(matter).state(), State::Determined);
    }

    #[test]
    fn every_objection_must_have_an_answer() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.object(matter).unwrap();
        village.go_to("2022-01-10");
        assert_eq!(village.act(matter, Act::Determine), Err(Refusal::ObjectionsOpen { open: vec![1] }));
        village.answer(matter, 1, false).unwrap();
        assert_eq!(village.act(matter, Act::Determine), Ok(()));
    }

    #[test]
    fn a_village_has_one_matter_a_year() {
        let mut village = Village::on("2021-12-01");
        let (one, other) = (village.notice(), village.notice());
        village.go_to("2022-01-10");
        village.act(one, Act::Determine).unwrap();
        assert_eq!(village.act(other, Act::Determine), Err(Refusal::SlotTaken { taken: 1, allowed: 1 }));
    }

    #[test]
    fn numbers_have_no_holes_where_policy_allows_more() {
        let mut village = Village::on("2021-12-01");
        village.policy.matters_per_village_year = 2;
        let (one, other) = (village.notice(), village.notice());
        village.go_to("2022-01-10");
        village.act(other, Act::Determine).unwrap();
        village.act(one, Act::Determine).unwrap();
        let ordinal = |matter| match &village.matter(matter).stage {
            Stage::Determined { number, .. } => number.ordinal,
            other => panic!("{other:?}"),
        };
        assert_eq!((ordinal(other), ordinal(one)), (1, 2));
    }

    #[test]
    fn the_season_may_be_over_but_not_the_year() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.go_to("2023-01-01");
        let refusal = Refusal::YearOver { year: matter.year, today: day("2023-01-01") };
        assert_eq!(village.act(matter, Act::Determine), Err(refusal));
        village.go_to("2022-12-31");
        assert_eq!(village.act(matter, Act::Determine), Ok(()));
    }

    #[test]
    fn numbers_end_some_day() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        let used = VillageYear { proposals: 1, numbers: u16::MAX, slots: 0 };
        village.world.put_village_year(matter.village, matter.year, used);
        village.go_to("2022-01-10");
        assert_eq!(village.act(matter, Act::Determine), Err(Refusal::NumbersUsedUp));
    }
}
