//! 议事: a meeting decides if enough came and enough were for it. One that did not is on record too.

use yishi_kernel::{Date, Timestamp};

use crate::{Deliberation, Fact, Matter, Meeting, Policy, Refusal};

pub(super) fn deliberate(
    policy: &Policy,
    matter: &Matter,
    meeting: &Meeting,
    now: Timestamp,
) -> Result<Fact, Refusal> {
    // A meeting may be recorded days later, but not in an order in which it cannot have happened.
    let opened = policy.season(matter.id.year).first;
    let before = matter.deliberation.map_or(opened, |before| before.meeting.held_on);
    // What is planned together was not known before it was offered.
    let earliest = matter.plan().map_or(before, |plan| before.max(plan.offered.date()));
    held(policy, meeting, earliest, now).map(Fact::Deliberated)
}

/// A meeting with what came of it, if it can have been as its minutes say.
pub(crate) fn held(
    policy: &Policy,
    meeting: &Meeting,
    earliest: Date,
    now: Timestamp,
) -> Result<Deliberation, Refusal> {
    let &Meeting { held_on, entitled, present, .. } = meeting;
    if present > entitled {
        return Err(Refusal::MorePresentThanEntitled { present, entitled });
    }
    if meeting.votes() != u64::from(present) {
        return Err(Refusal::VotesDoNotAddUp { votes: meeting.votes(), present });
    }
    let latest = now.date();
    if held_on < earliest || held_on > latest {
        return Err(Refusal::MeetingDay { held_on, earliest, latest });
    }
    Ok(Deliberation { meeting: *meeting, outcome: meeting.outcome(policy) })
}

#[cfg(test)]
mod tests {
    use super::super::village::{Village, day, meeting};
    use super::*;
    use crate::{Act, Outcome, State};

    #[test]
    fn two_thirds_must_be_there_and_more_than_half_of_them_for_it() {
        for (entitled, present, in_favour, outcome) in [
            (30, 20, 11, Outcome::Carried),
            (30, 19, 19, Outcome::NoQuorum),
            (31, 20, 20, Outcome::NoQuorum),
            (30, 20, 10, Outcome::NoMajority),
            (1, 1, 1, Outcome::Carried),
            (3, 0, 0, Outcome::NoQuorum),
        ] {
            let mut village = Village::on("2021-12-01");
            let matter = village.propose();
            let held = meeting("2021-12-01", entitled, present, in_favour);
            village.act(matter, Act::Deliberate(held)).unwrap();
            assert_eq!(village.matter(matter).deliberation, Some(Deliberation { meeting: held, outcome }));
            assert_eq!(village.matter(matter).state() == State::Deliberated, outcome == Outcome::Carried);
        }
    }

    #[test]
    fn a_second_meeting_may_follow_one_that_failed() {
        let mut village = Village::on("2021-12-10");
        let matter = village.propose();
        village.act(matter, Act::Deliberate(meeting("2021-12-01", 30, 5, 5))).unwrap();
        village.act(matter, Act::Deliberate(meeting("2021-12-08", 30, 25, 20))).unwrap();
        assert_eq!(village.matter(matter).state(), State::Deliberated);
    }

    #[test]
    fn numbers_must_add_up() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let crowded = Act::Deliberate(meeting("2021-12-01", 30, 31, 20));
        let refusal = Refusal::MorePresentThanEntitled { present: 31, entitled: 30 };
        assert_eq!(village.act(matter, crowded), Err(refusal));
        let held = meeting("2021-12-01", 30, 25, 20);
        let too_many = Meeting { against: u32::MAX, ..held };
        let refusal = Refusal::VotesDoNotAddUp { votes: 20 + u64::from(u32::MAX), present: 25 };
        assert_eq!(village.act(matter, Act::Deliberate(too_many)), Err(refusal));
        let some_abstained = Meeting { against: 2, abstaining: 3, ..held };
        assert_eq!(village.act(matter, Act::Deliberate(some_abstained)), Ok(()));
    }

    #[test]
    fn a_meeting_is_neither_in_the_future_nor_before_the_season_nor_before_the_last_one() {
        let mut village = Village::on("2021-12-10");
        let matter = village.propose();
        let mut refused = |held_on: &str| {
            let refusal = village.act(matter, Act::Deliberate(meeting(held_on, 30, 5, 5))).err()?;
            let Refusal::MeetingDay { earliest, latest, .. } = refusal else { panic!("{refusal:?}") };
            Some((earliest, latest))
        };
        assert_eq!(refused("2021-12-11"), Some((day("2021-11-01"), day("2021-12-10"))));
        assert_eq!(refused("2021-10-31"), Some((day("2021-11-01"), day("2021-12-10"))));
        assert_eq!(refused("2021-12-05"), None);
        assert_eq!(refused("2021-12-04"), Some((day("2021-12-05"), day("2021-12-10"))));
        assert_eq!(refused("2021-12-10"), None);
    }
}
