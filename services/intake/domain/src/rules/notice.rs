//! 公示: the decision hangs out for some full days, and anyone may object.

use yishi_kernel::{Actor, Calendar, Date, Timestamp};

use crate::{Fact, Matter, Policy, Refusal};

pub(super) fn publish(policy: &Policy, now: Timestamp) -> Fact {
    // The day of publication is no full day, hence one more.
    let days = Timestamp::start_of(now.date())
        .checked_add_days(i64::from(policy.notice_days) + 1)
        .expect("the calendar ends long before the timestamps do");
    let working = match u32::from(policy.notice_working_days) {
        0 => days,
        working_days => {
            Timestamp::start_of(after(Calendar::china().add_working_days(now.date(), working_days)))
        }
    };
    Fact::Noticed { earliest_end: days.max(working) }
}

fn after(day: Date) -> Date {
    day.next_day().unwrap_or(day)
}

pub(super) fn object(
    policy: &Policy,
    matter: &Matter,
    text: &str,
    objector: &Actor,
) -> Result<Fact, Refusal> {
    let limit = policy.objections_per_matter;
    u32::try_from(matter.objections.len())
        .ok()
        .filter(|&filed| filed < limit)
        .map(|filed| Fact::Objected {
            objection: filed + 1,
            text: text.to_owned(),
            objector: objector.clone(),
        })
        .ok_or(Refusal::TooManyObjections { limit })
}

#[cfg(test)]
mod tests {
    use super::super::village::{Village, day};
    use super::*;
    use crate::{Notice, Stage};

    #[test]
    fn a_notice_hangs_out_for_seven_full_days() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        let earliest_end = Timestamp::start_of(day("2021-12-09"));
        let notice = Notice { published: village.now, earliest_end, upheld: false };
        assert_eq!(village.matter(matter).stage, Stage::Noticed(notice));
    }

    #[test]
    fn it_hangs_out_for_so_many_working_days_beside() {
        let end = |from: &str, notice_working_days| {
            let policy = Policy { notice_working_days, ..Policy::default() };
            let now = Timestamp::end_of(day(from));
            let Fact::Noticed { earliest_end } = publish(&policy, now) else {
                panic!("publishing makes a notice")
            };
            earliest_end.date().to_string()
        };
        // Seven full days hold seven days of which five are worked.
        assert_eq!((end("2021-12-01", 5), end("2021-12-01", 6)), ("2021-12-09".into(), "2021-12-10".into()));
        // The spring festival of 2022 was from 31 January to 6 February, and 29 and 30 January were worked.
        assert_eq!((end("2022-01-27", 0), end("2022-01-27", 5)), ("2022-02-04".into(), "2022-02-09".into()));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let policy = Policy { notice_days: u16::MAX, ..Policy::default() };
        for now in [i64::MIN, i64::MAX] {
            let Fact::Noticed { earliest_end } = publish(&policy, Timestamp::from_micros(now)) else {
                panic!("publishing makes a notice")
            };
            assert!(earliest_end > Timestamp::start_of(Timestamp::from_micros(now).date()));
        }
    }

    #[test]
    fn objections_are_numbered_and_bounded() {
        let mut village = Village::on("2021-12-01");
        village.policy.objections_per_matter = 2;
        let matter = village.notice();
        village.object(matter).unwrap();
        village.object(matter).unwrap();
        assert_eq!(village.matter(matter).open_objections().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(village.object(matter), Err(Refusal::TooManyObjections { limit: 2 }));
    }
}
