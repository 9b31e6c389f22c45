//! 定事: one village, one year, one matter, numbered without holes.

use yishi_kernel::{Date, ProjectNumber, Timestamp, Year};

use super::all_answered;
use crate::joint::{Plan, slot_left};
use crate::{Fact, Matter, Policy, Refusal, Stage, VillageYear};

pub(super) fn determine(
    policy: &Policy,
    matter: &Matter,
    used: VillageYear,
    due: Option<Date>,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    let (village, year) = (matter.id.village, matter.id.year);
    let today = now.date();
    if today.year() > i32::from(year.get()) {
        return Err(Refusal::YearOver { year, today });
    }
    let latest = last_day(year);
    let due = due.unwrap_or(latest);
    if !(today..=latest).contains(&due) {
        return Err(Refusal::DueDay { due, earliest: today, latest });
    }
    if let Stage::Noticed(notice) = &matter.stage
        && now < notice.earliest_end
    {
        return Err(Refusal::NoticeRunning { earliest_end: notice.earliest_end });
    }
    all_answered(matter)?;
    // The point of no return for all villages of a joint matter: each has agreed, and keeps its slot until it hears.
    let villages: Vec<_> = matter.plan().into_iter().flat_map(Plan::outstanding).collect();
    if !villages.is_empty() {
        return Err(Refusal::NotAgreed { villages });
    }
    let (category, cost_estimate) = (matter.content.category, matter.content.cost_estimate);
    let additional = slot_left(policy, used, category)?;
    let ordinal = used.numbers.checked_add(1).ok_or(Refusal::NumbersUsedUp)?;
    let number = ProjectNumber { village, year, ordinal };
    Ok(Fact::Determined { number, due, category, cost_estimate, additional })
}

fn last_day(year: Year) -> Date {
    let next = Date::from_ordinal_date(i32::from(year.get()) + 1, 1).ok();
    next.and_then(Date::previous_day).expect("the calendar ends long after the programme")
}

#[cfg(test)]
mod tests {
    use super::super::village::{Village, day};
    use super::*;
    use std::collections::BTreeSet;

    use crate::{Act, Amendment, Category, Ending, State};

    const DETERMINE: Act = Act::Determine { due: None };

    #[test]
    fn the_notice_must_have_ended() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        let earliest_end = Timestamp::start_of(day("2021-12-09"));
        village.now = Timestamp::from_micros(earliest_end.as_micros() - 1);
        assert_eq!(village.act(matter, DETERMINE), Err(Refusal::NoticeRunning { earliest_end }));
        village.now = earliest_end;
        village.act(matter, DETERMINE).unwrap();
        assert_eq!(village.matter(matter).state(), State::Determined);
    }

    #[test]
    fn every_objection_must_have_an_answer() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.object(matter).unwrap();
        village.go_to("2022-01-10");
        assert_eq!(village.act(matter, DETERMINE), Err(Refusal::ObjectionsOpen { open: vec![1] }));
        village.answer(matter, 1, false).unwrap();
        assert_eq!(village.act(matter, DETERMINE), Ok(()));
    }

    #[test]
    fn a_village_has_one_matter_a_year() {
        let mut village = Village::on("2021-12-01");
        let (one, other) = (village.notice(), village.notice());
        village.go_to("2022-01-10");
        village.act(one, DETERMINE).unwrap();
        assert_eq!(village.act(other, DETERMINE), Err(Refusal::SlotTaken { taken: 1, allowed: 1 }));
    }

    #[test]
    fn numbers_have_no_holes_where_policy_allows_more() {
        let mut village = Village::on("2021-12-01");
        village.policy.matters_per_village_year = 2;
        let (one, other) = (village.notice(), village.notice());
        village.go_to("2022-01-10");
        village.act(other, DETERMINE).unwrap();
        village.act(one, DETERMINE).unwrap();
        let ordinal = |matter| village.matter(matter).stage.determination().unwrap().number.ordinal;
        assert_eq!((ordinal(other), ordinal(one)), (1, 2));
    }

    #[test]
    fn policy_may_allow_additional_matters_of_some_categories() {
        let mut village = Village::on("2021-12-01");
        village.policy.additional_matters = 1;
        village.policy.additional_categories = BTreeSet::from([Category::Industry]);
        let matters: Vec<_> = (0..4).map(|_| village.propose()).collect();
        for (matter, category) in
            matters.iter().zip([None, None, Some(Category::Industry), Some(Category::Industry)])
        {
            village.act(*matter, Act::Update(Amendment { category, ..Amendment::default() })).unwrap();
            village.deliberate_again(*matter);
            village.publish(*matter);
        }
        village.go_to("2022-01-10");
        village.act(matters[0], DETERMINE).unwrap();
        assert_eq!(village.act(matters[1], DETERMINE), Err(Refusal::SlotTaken { taken: 1, allowed: 1 }));
        village.act(matters[2], DETERMINE).unwrap();
        assert_eq!(village.act(matters[3], DETERMINE), Err(Refusal::SlotTaken { taken: 2, allowed: 2 }));
        let told = |matter| {
            let determination = village.matter(matter).stage.determination().unwrap();
            (determination.number.ordinal, determination.additional)
        };
        assert_eq!((told(matters[0]), told(matters[2])), ((1, false), (2, true)));
        // Without categories all are allowed.
        village.policy.additional_categories.clear();
        assert_eq!(village.act(matters[1], DETERMINE), Err(Refusal::SlotTaken { taken: 2, allowed: 2 }));
        village.policy.additional_matters = 2;
        assert_eq!(village.act(matters[1], DETERMINE), Ok(()));
    }

    #[test]
    fn a_void_number_stays_used_and_so_does_its_slot() {
        let mut village = Village::on("2021-12-01");
        let (one, other) = (village.notice(), village.notice());
        village.go_to("2022-01-10");
        village.act(one, DETERMINE).unwrap();
        village.end(one, Ending::Cancelled);
        let number = village.matter(one).stage.determination().unwrap().number;
        assert_eq!(village.matter(one).stage.void_number(), Some(number));
        assert_eq!(village.act(other, DETERMINE), Err(Refusal::SlotTaken { taken: 1, allowed: 1 }));
        village.policy.additional_matters = 1;
        village.act(other, DETERMINE).unwrap();
        let next = village.matter(other).stage.determination().unwrap();
        assert_eq!((next.number.ordinal, next.additional), (2, true));
        village.end(other, Ending::CarriedOver);
        assert_eq!(village.matter(other).stage.void_number(), None, "it is carried out in another year");
    }

    #[test]
    fn the_season_may_be_over_but_not_the_year() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.go_to("2023-01-01");
        let refusal = Refusal::YearOver { year: matter.year, today: day("2023-01-01") };
        assert_eq!(village.act(matter, DETERMINE), Err(refusal));
        village.go_to("2022-12-31");
        assert_eq!(village.act(matter, DETERMINE), Ok(()));
    }

    #[test]
    fn a_matter_is_due_within_its_year_and_not_before_today() {
        let mut village = Village::on("2021-12-01");
        village.policy.matters_per_village_year = 9;
        let (earliest, latest) = (day("2022-01-10"), day("2022-12-31"));
        let matters: Vec<_> = (0..5).map(|_| village.notice()).collect();
        village.go_to("2022-01-10");
        let mut determine = |nth: usize, due: Option<Date>| {
            village.act(matters[nth], Act::Determine { due })?;
            Ok(village.matter(matters[nth]).stage.determination().unwrap().due)
        };
        assert_eq!(determine(0, None), Ok(latest));
        for (nth, due) in [(1, earliest), (2, latest)] {
            assert_eq!(determine(nth, Some(due)), Ok(due));
        }
        for (nth, due) in [(3, day("2022-01-09")), (4, day("2023-01-01"))] {
            assert_eq!(determine(nth, Some(due)), Err(Refusal::DueDay { due, earliest, latest }));
        }
    }

    #[test]
    fn numbers_end_some_day() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        let used = VillageYear { proposals: 1, numbers: u16::MAX, ..VillageYear::default() };
        village.world.put_village_year(matter.village, matter.year, used);
        village.go_to("2022-01-10");
        assert_eq!(village.act(matter, DETERMINE), Err(Refusal::NumbersUsedUp));
    }
}
