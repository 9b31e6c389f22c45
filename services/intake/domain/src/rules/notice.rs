//! 公示: the decision hangs out for some full days, and anyone may object.

use yishi_kernel::{Actor, Timestamp};

use crate::{Fact, Matter, Policy, Refusal};

pub(super) fn publish(policy: &Policy, now: Timestamp) -> Fact {
    // The day of publication is no full day, hence one more.
    let earliest_end = Timestamp::start_of(now.date())
        .checked_add_days(i64::from(policy.notice_days) + 1)
        .expect("the calendar ends long before the timestamps do");
    Fact::Noticed { earliest_end }
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
