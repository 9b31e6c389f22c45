//! Who is asked when, what counts as an answer, and when a condition is met. A rule changes nothing.

use yishi_kernel::{Calendar, Timestamp};

use super::{Act, Department, Fact, Opinion, Refusal, Revision, Scope, met_before};
use crate::{Content, Fact as All, Matter, Policy, Refusal as Refused};

/// What follows from an act, or why nothing does; nothing follows where nothing changes.
pub(crate) fn decide(matter: &Matter, act: &Act) -> Result<Option<Fact>, Refused> {
    match act {
        Act::Revise(revision) => {
            if revision.scope == Scope::of(&matter.content) {
                return Ok(None);
            }
            // Shares of the cost sum to what all villages have agreed to.
            if matter.plan().is_some() {
                return Err(Refused::PlannedTogether);
            }
            Ok(Some(Fact::Revised(revision.clone())))
        }
        Act::MeetCondition { department, condition, text, papers } => {
            let (department, condition) = (department.clone(), *condition);
            let known = matter.alignment.as_ref().and_then(|alignment| {
                alignment.conditions(&department).get(usize::try_from(condition).ok()?.checked_sub(1)?)
            });
            match known {
                None => Err(Refused::Align(Refusal::UnknownCondition { department, condition })),
                Some(known) if known.met.is_some() => {
                    Err(Refused::Align(Refusal::ConditionMet { department, condition }))
                }
                Some(_) => {
                    let (text, papers) = (text.clone(), papers.clone());
                    Ok(Some(Fact::ConditionMet { department, condition, text, papers }))
                }
            }
        }
    }
}

/// Whom a fact has asked: a matter is asked about when it is determined, and again when it is another one.
pub(crate) fn follows(policy: &Policy, matter: &Matter, fact: &All, now: Timestamp) -> Option<Fact> {
    let opinions = &policy.opinions;
    let asked = matter.alignment.as_ref();
    let content = match fact {
        All::Determined { .. } => matter.content.clone(),
        All::Align(Fact::Revised(Revision { scope, .. })) => {
            if asked.is_some_and(|asked| !opinions.is_beyond(&asked.scope, scope)) {
                return None;
            }
            let Scope { cost_estimate, households, persons, place } = scope.clone();
            Content { cost_estimate, households, persons, place, ..matter.content.clone() }
        }
        _ => return None,
    };
    let mut departments = opinions.required(matter.id.year, &content);
    // Whoever was asked once is asked again.
    departments.extend(asked.iter().flat_map(|asked| asked.opinions.keys().cloned()));
    let round = asked.map_or(0, |asked| asked.round).saturating_add(1);
    let due = Calendar::china().deadline(now, opinions.answer_days);
    (!departments.is_empty()).then_some(Fact::OpinionsRequested { round, departments, due })
}

/// Whether a department is asked about a matter now, and in which round.
pub(crate) fn asked_about(matter: &Matter, department: &Department) -> Option<u32> {
    let alignment = matter.alignment.as_ref().filter(|_| !matter.stage.is_over())?;
    alignment.opinions.contains_key(department).then_some(alignment.round)
}

/// What follows from a letter; nothing from one that answers an earlier asking, or comes twice.
pub(crate) fn heard(matter: &Matter, department: &Department, round: u32, opinion: &Opinion) -> Option<Fact> {
    asked_about(matter, department).filter(|asked| *asked == round)?;
    let mut after = matter.alignment.clone()?;
    let before = after.conditions(department).to_vec();
    let known = after.opinions.get_mut(department)?;
    // The county writes in order, so what is earlier was heard, and so was the same.
    if known.as_ref().is_some_and(|known| known.given > opinion.given || known.says_the_same(opinion)) {
        return None;
    }
    *known = Some(opinion.clone());
    let outstanding = after.outstanding();
    // What was met is not asked for again: a department that does not think so objects.
    let asks = (1..).zip(after.conditions(department));
    let still_met = asks.filter(|(_, condition)| met_before(&before, &condition.text).is_some());
    let still_met = still_met.map(|(number, _)| number).collect();
    let (department, opinion) = (department.clone(), opinion.clone());
    Some(Fact::OpinionHeard { department, opinion, still_met, outstanding })
}

/// Nothing is completed, accepted or struck off while what a department asked for is not met.
pub(crate) fn all_met(matter: &Matter) -> Result<(), Refused> {
    match matter.alignment.as_ref().map_or(0, super::Alignment::open_conditions) {
        0 => Ok(()),
        open => Err(Refused::Align(Refusal::ConditionsOpen { open })),
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::{Fen, MatterId};

    use super::super::{Condition, Row, Stand};
    use super::*;
    use crate::rules::village::{Village, above, day};
    use crate::{Act as Any, Command, Delivery, Stage};

    fn water() -> Department {
        "water".parse().unwrap()
    }

    /// A village where water and transport must agree.
    fn village() -> Village {
        let mut village = Village::on("2021-12-01");
        let departments = [water(), "transport".parse().unwrap()].into();
        let row = Row { unit: None, year: None, category: None, subcategory: None, departments };
        village.policy.opinions.rows = vec![row];
        village
    }

    fn says(village: &mut Village, matter: MatterId, department: &str, round: u32, stand: Option<Stand>) {
        let department = department.parse().unwrap();
        // A moment later than whatever was said before.
        village.now = Timestamp::from_micros(village.now.as_micros() + 1);
        let opinion = Opinion { stand, text: "已研究".into(), given: village.now };
        let letter = Delivery::OpinionGiven { matter, by: above(), department, round, opinion };
        assert_eq!(village.run(&Command::Delivery(letter)), Ok(()), "a delivery is never refused");
    }

    fn outstanding(village: &Village, matter: MatterId) -> String {
        let all = village.matter(matter).alignment.as_ref().unwrap().outstanding();
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    fn asks_for(texts: &[&str]) -> Option<Stand> {
        let condition = |text: &&str| Condition { text: (*text).into(), met: None };
        Some(Stand::Conditional(texts.iter().map(condition).collect()))
    }

    fn revise(village: &Village, matter: MatterId, fen: i64) -> Any {
        let scope = Scope { cost_estimate: Fen::new(fen), ..Scope::of(&village.matter(matter).content) };
        Any::Align(Act::Revise(Revision { scope, reason: "涨价".into() }))
    }

    #[test]
    fn departments_are_asked_when_a_matter_is_determined_and_have_ten_working_days() {
        let mut village = village();
        let matter = village.determine();
        let asked = village.matter(matter).alignment.clone().unwrap();
        assert_eq!((asked.round, asked.asked), (1, village.now));
        // Monday 10 January 2022; ten working days, no holiday between.
        assert_eq!(asked.due, Timestamp::end_of(day("2022-01-24")));
        assert_eq!(outstanding(&village, matter), "transport water");
        village.policy.opinions.rows.clear();
        let unasked = village.determine();
        assert_eq!(village.matter(unasked).alignment, None, "the default asks nobody");
    }

    #[test]
    fn an_objection_stands_until_it_is_replaced_and_consent_may_be_withdrawn() {
        let mut village = village();
        let matter = village.determine();
        says(&mut village, matter, "water", 1, Some(Stand::Consent));
        says(&mut village, matter, "transport", 1, Some(Stand::Objection));
        assert_eq!(outstanding(&village, matter), "transport");
        says(&mut village, matter, "transport", 1, asks_for(&["加护栏"]));
        assert_eq!(outstanding(&village, matter), "");
        says(&mut village, matter, "water", 1, None);
        assert_eq!(outstanding(&village, matter), "water");
        let before = village.world.clone();
        says(&mut village, matter, "energy", 1, Some(Stand::Consent));
        says(&mut village, matter, "water", 2, Some(Stand::Consent));
        assert_eq!(village.world, before, "nobody asked for these");
    }

    #[test]
    fn what_is_told_twice_changes_nothing() {
        let mut village = village();
        let matter = village.determine();
        let (given, stand) = (village.now, Some(Stand::Consent));
        let opinion = Opinion { stand, text: "同意".into(), given };
        let letter = Delivery::OpinionGiven { matter, by: above(), department: water(), round: 1, opinion };
        village.run(&Command::Delivery(letter.clone())).unwrap();
        let before = village.world.clone();
        village.run(&Command::Delivery(letter)).unwrap();
        assert_eq!(village.world, before);
    }

    #[test]
    fn a_matter_that_is_another_is_asked_about_again() {
        let mut village = village();
        let matter = village.determine();
        for department in ["water", "transport"] {
            says(&mut village, matter, department, 1, Some(Stand::Consent));
        }
        let little = revise(&village, matter, 132_000_000);
        village.act(matter, little.clone()).unwrap();
        assert_eq!(
            (
                village.matter(matter).alignment.as_ref().unwrap().round,
                outstanding(&village, matter).as_str()
            ),
            (1, "")
        );
        let before = village.world.clone();
        village.act(matter, little).unwrap();
        assert_eq!(village.world, before, "a change that changes nothing leaves no trace");
        // Little by little is much: what counts is what was asked about.
        let more = revise(&village, matter, 140_000_000);
        village.act(matter, more).unwrap();
        assert_eq!(outstanding(&village, matter), "transport water");
        says(&mut village, matter, "water", 1, Some(Stand::Consent));
        assert_eq!(outstanding(&village, matter), "transport water", "an answer to the asking before");
        says(&mut village, matter, "water", 2, Some(Stand::Consent));
        assert_eq!(outstanding(&village, matter), "transport");
    }

    fn meet(condition: u32) -> Any {
        let (department, text) = (water(), "已留出".to_owned());
        Any::Align(Act::MeetCondition { department, condition, text, papers: vec![] })
    }

    fn no(refusal: Refusal) -> Result<(), Refused> {
        Err(Refused::Align(refusal))
    }

    /// Which of water's conditions are met.
    fn met(village: &Village, matter: MatterId) -> Vec<bool> {
        let asked = village.matter(matter).alignment.as_ref().unwrap();
        asked.conditions(&water()).iter().map(|condition| condition.met.is_some()).collect()
    }

    #[test]
    fn what_is_asked_for_after_the_completion_holds_up_the_acceptance_and_the_strike_off() {
        let mut village = village();
        let matter = village.complete();
        says(&mut village, matter, "water", 1, asks_for(&["报备"]));
        let open = no(Refusal::ConditionsOpen { open: 1 });
        assert_eq!(village.act(matter, Any::Accept), open);
        village.act(matter, meet(1)).unwrap();
        village.act(matter, Any::Accept).unwrap();
        says(&mut village, matter, "water", 1, asks_for(&["补种树木"]));
        assert_eq!(village.act(matter, Any::RequestClosing), open);
        village.act(matter, meet(1)).unwrap();
        assert_eq!(village.act(matter, Any::RequestClosing), Ok(()));
    }

    #[test]
    fn what_was_met_stays_met_when_it_is_asked_for_again() {
        let mut village = village();
        let matter = village.start(100);
        says(&mut village, matter, "water", 1, asks_for(&["留出水渠", "报备"]));
        village.act(matter, meet(2)).unwrap();
        let first = village.matter(matter).alignment.as_ref().unwrap().conditions(&water())[1].clone();
        says(&mut village, matter, "water", 1, asks_for(&["报备", "留出水渠", "加护栏"]));
        assert_eq!(met(&village, matter), [true, false, false]);
        let again = &village.matter(matter).alignment.as_ref().unwrap().conditions(&water())[0];
        assert_eq!(*again, first, "in the words, and at the time, it was met");
        // Whoever does not think that it is met objects.
        says(&mut village, matter, "water", 1, Some(Stand::Objection));
        says(&mut village, matter, "water", 1, asks_for(&["报备"]));
        assert_eq!(met(&village, matter), [false]);
    }

    #[test]
    fn an_entry_that_keeps_nothing_is_read_as_it_was_written() {
        let mut village = village();
        let matter = village.start(100);
        says(&mut village, matter, "water", 1, asks_for(&["报备"]));
        village.act(matter, meet(1)).unwrap();
        let opinion = Opinion { stand: asks_for(&["报备"]), text: "重申".into(), given: village.now };
        let outstanding = village.matter(matter).alignment.as_ref().unwrap().outstanding();
        let heard = |opinion: &Opinion, still_met| {
            let (department, opinion) = (water(), opinion.clone());
            Fact::OpinionHeard { department, opinion, still_met, outstanding: outstanding.clone() }
        };
        let apply = |fact| {
            let mut after = village.matter(matter).clone();
            super::super::apply(&mut after, &fact, village.now)?;
            Some(after.alignment.unwrap().open_conditions())
        };
        assert_eq!(apply(heard(&opinion, vec![])), Some(1));
        assert_eq!(apply(heard(&opinion, vec![1])), Some(0));
        let other = Opinion { stand: asks_for(&["加护栏"]), ..opinion };
        for (said, number) in [(&other, 1), (&other, 0), (&other, 2)] {
            assert_eq!(apply(heard(said, vec![number])), None, "nothing of the kind was met");
        }
    }

    #[test]
    fn a_condition_is_met_once_and_before_the_matter_is_completed() {
        let mut village = village();
        let matter = village.start(100);
        says(&mut village, matter, "water", 1, asks_for(&["留出水渠", "报备"]));
        let complete = Any::Complete { text: "通车".into() };
        assert_eq!(village.act(matter, complete.clone()), no(Refusal::ConditionsOpen { open: 2 }));
        for condition in [1, 2] {
            village.act(matter, meet(condition)).unwrap();
        }
        let (department, condition) = (water(), 2);
        assert_eq!(village.act(matter, meet(2)), no(Refusal::ConditionMet { department, condition }));
        for condition in [0, 3] {
            let department = water();
            let unknown = no(Refusal::UnknownCondition { department, condition });
            assert_eq!(village.act(matter, meet(condition)), unknown);
        }
        village.act(matter, complete).unwrap();
        assert!(matches!(village.matter(matter).stage, Stage::Completed(..)));
    }
}
