//! What is to be done by when.

use yishi_kernel::{Date, Timestamp};

use super::next;
use crate::doing::{Doing, Fact, Paper, Refusal};
use crate::{Matter, Policy};

/// Work may go on after its year, but not for ever.
pub(super) fn plan(
    policy: &Policy,
    matter: &Matter,
    title: &str,
    due: Date,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    let (earliest, latest) = (now.date(), last_day(matter));
    if !(earliest..=latest).contains(&due) {
        return Err(Refusal::MilestoneDay { due, earliest, latest });
    }
    let milestone = next(matter.doing.milestones.len());
    if milestone > policy.milestones_per_matter {
        return Err(Refusal::TooManyMilestones { limit: policy.milestones_per_matter });
    }
    Ok(Fact::MilestonePlanned { milestone, title: title.to_owned(), due })
}

pub(super) fn reach(doing: &Doing, milestone: u32, text: &str, papers: &[Paper]) -> Result<Fact, Refusal> {
    still_planned(doing, milestone)?;
    Ok(Fact::MilestoneReached { milestone, text: text.to_owned(), papers: papers.to_vec() })
}

pub(super) fn give_up(doing: &Doing, milestone: u32, reason: &str) -> Result<Fact, Refusal> {
    still_planned(doing, milestone)?;
    Ok(Fact::MilestoneDropped { milestone, reason: reason.to_owned() })
}

fn still_planned(doing: &Doing, milestone: u32) -> Result<(), Refusal> {
    match doing.milestone(milestone).ok_or(Refusal::UnknownMilestone { milestone })?.outcome {
        None => Ok(()),
        Some(_) => Err(Refusal::MilestoneOver { milestone }),
    }
}

/// 31 December of the year after the matter's.
fn last_day(matter: &Matter) -> Date {
    let after = Date::from_ordinal_date(i32::from(matter.id.year.get()) + 2, 1).ok();
    after.and_then(Date::previous_day).expect("the calendar ends long after the programme")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doing::{Act, Milestone, Outcome};
    use crate::rules::village::{Village, day};
    use crate::{Act as All, Refusal as Refused};

    fn plan(due: &str) -> All {
        All::Doing(Act::PlanMilestone { title: "路基".into(), due: day(due) })
    }

    fn reach(milestone: u32) -> All {
        All::Doing(Act::ReachMilestone { milestone, text: "完成".into(), papers: vec![] })
    }

    #[test]
    fn the_day_a_milestone_is_due_is_still_on_time() {
        let mut village = Village::on("2021-12-01");
        let matter = village.start(10);
        for due in ["2022-05-01", "2022-05-02"] {
            village.act(matter, plan(due)).unwrap();
        }
        village.go_to("2022-05-02");
        for milestone in [1, 2] {
            village.act(matter, reach(milestone)).unwrap();
        }
        let on_time: Vec<bool> =
            village.matter(matter).doing.milestones.iter().map(Milestone::on_time).collect();
        assert_eq!(on_time, [false, true]);
    }

    #[test]
    fn a_milestone_is_due_from_today_to_the_end_of_the_next_year() {
        let mut village = Village::on("2021-12-01");
        let matter = village.determine();
        let (earliest, latest) = (day("2022-01-10"), day("2023-12-31"));
        for (due, right) in
            [("2022-01-09", false), ("2022-01-10", true), ("2023-12-31", true), ("2024-01-01", false)]
        {
            let no = Err(Refused::Doing(Refusal::MilestoneDay { due: day(due), earliest, latest }));
            assert_eq!(village.act(matter, plan(due)), if right { Ok(()) } else { no }, "{due}");
        }
    }

    #[test]
    fn a_milestone_ends_once_and_dropping_it_is_no_success() {
        let mut village = Village::on("2021-12-01");
        village.policy.milestones_per_matter = 2;
        let matter = village.determine();
        for _ in 0..2 {
            village.act(matter, plan("2022-06-01")).unwrap();
        }
        let no = |refusal| Err(Refused::Doing(refusal));
        assert_eq!(village.act(matter, plan("2022-06-01")), no(Refusal::TooManyMilestones { limit: 2 }));
        let give_up = |milestone| All::Doing(Act::DropMilestone { milestone, reason: "改线".into() });
        village.act(matter, give_up(1)).unwrap();
        village.act(matter, reach(2)).unwrap();
        for milestone in [1, 2] {
            assert_eq!(village.act(matter, reach(milestone)), no(Refusal::MilestoneOver { milestone }));
            assert_eq!(village.act(matter, give_up(milestone)), no(Refusal::MilestoneOver { milestone }));
        }
        for milestone in [0, 3] {
            assert_eq!(village.act(matter, reach(milestone)), no(Refusal::UnknownMilestone { milestone }));
        }
        let first = village.matter(matter).doing.milestone(1).unwrap();
        assert!(matches!(first.outcome, Some(Outcome::Dropped { .. })) && !first.on_time());
    }
}
