//! Passing the matter on: one level up, or back to where it came from. No hop is skipped.

use super::{Consequence, bounded};
use crate::{Desk, Fact, Refusal, Rules, Standing};

/// To the unit right above, by the register; the unit below hears of it.
pub(super) fn raise(rules: &Rules<'_>, desk: &Desk, reason: &str) -> Result<Vec<Consequence>, Refusal> {
    bounded(rules, desk)?;
    let above = rules.register.parent(desk.unit).ok_or(Refusal::NobodyAbove { unit: desk.unit })?;
    let mut consequences = vec![(Some(above), Fact::Raised { reason: reason.to_owned() })];
    consequences.extend(tell(desk, Standing::raised(desk.unit, above, None)));
    Ok(consequences)
}

/// To the unit that raised it, whatever the register says today.
pub(super) fn give_back(desk: &Desk, reason: &str) -> Result<Vec<Consequence>, Refusal> {
    let below = desk.below.ok_or(Refusal::NobodyBelow { unit: desk.unit })?;
    Ok(vec![(Some(below), Fact::Returned { reason: reason.to_owned() })])
}

/// The unit below hears who answers, if there is one.
pub(super) fn tell(desk: &Desk, standing: Standing) -> Option<Consequence> {
    desk.below.map(|below| (Some(below), Fact::Told { standing }))
}

#[cfg(test)]
mod tests {
    use super::super::branch::Branch;
    use super::*;
    use crate::{Act, State};

    fn no() -> String {
        "no".into()
    }

    #[test]
    fn a_raise_goes_one_level_up_and_who_raised_it_answers_until_it_is_taken_up() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.act(village, Act::Raise { reason: no() }).unwrap();
        assert!(branch.desk(village).is_unconfirmed());
        assert_eq!(branch.desk(village).standing(), Standing::raised(village, township, None));
        branch.deliver();
        let due = branch.end_of("2022-03-15");
        let waits = Standing::raised(village, township, Some(due));
        assert_eq!(
            (branch.desk(village).standing(), branch.desk(township).standing()),
            (waits.clone(), waits)
        );
        assert!(!branch.desk(village).is_unconfirmed());
        branch.act(township, Act::Accept).unwrap();
        branch.deliver();
        let handled = Standing::handled(township, Some(due));
        assert_eq!(
            (branch.desk(village).standing(), branch.desk(township).standing()),
            (handled.clone(), handled)
        );
        assert_eq!(branch.states(), [State::Passed, State::Handled]);
    }

    #[test]
    fn after_a_raise_only_the_receiver_decides() {
        let mut branch = Branch::on("2022-03-01");
        let [village, ..] = branch.units();
        branch.open();
        branch.act(village, Act::Raise { reason: no() }).unwrap();
        for (act, state) in
            [(Act::Raise { reason: no() }, State::Raised), (Act::Resolve { outcome: no() }, State::Raised)]
        {
            let wanted = act.wanted();
            assert_eq!(branch.act(village, act), Err(Refusal::WrongState { state, wanted }));
        }
    }

    #[test]
    fn raising_further_takes_it_up_and_the_village_hears() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.raise(township);
        assert_eq!(branch.states(), [State::Passed, State::Raised, State::Offered]);
        assert_eq!(branch.desk(village).standing(), branch.desk(county).standing());
        assert_eq!(branch.desk(village).standing().handler, township);
    }

    #[test]
    fn the_village_hears_of_a_raise_while_the_link_above_is_down() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.act(township, Act::Raise { reason: no() }).unwrap();
        branch.deliver_to(village);
        assert_eq!(branch.desk(village).standing(), Standing::raised(township, county, None));
    }

    #[test]
    fn from_the_village_to_the_region_and_all_the_way_back() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, city, region] = branch.units();
        branch.open();
        for unit in [village, township, county, city] {
            branch.raise(unit);
        }
        let refused = branch.act(region, Act::Raise { reason: no() });
        assert_eq!(refused, Err(Refusal::NobodyAbove { unit: region }));
        for unit in [region, city, county, township] {
            branch.act(unit, Act::Return { reason: no() }).unwrap();
            branch.deliver();
        }
        use State::{Handled, Returned};
        assert_eq!(branch.states(), [Handled, Returned, Returned, Returned, Returned]);
        assert!(branch.world.desks().all(|desk| !desk.is_unconfirmed()));
        let refused = branch.act(village, Act::Return { reason: no() });
        assert_eq!(refused, Err(Refusal::NobodyBelow { unit: village }));
    }

    #[test]
    fn what_came_back_waits_for_its_unit_with_new_days_and_may_be_raised_again() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        assert_eq!(branch.desk(village).due(), None);
        branch.raise(village);
        branch.go_to("2022-03-10");
        branch.act(township, Act::Return { reason: no() }).unwrap();
        assert!(branch.desk(township).is_unconfirmed());
        assert_eq!(branch.desk(township).standing(), Standing::handled(village, None));
        branch.deliver();
        assert!(!branch.desk(township).is_unconfirmed());
        assert_eq!(branch.desk(village).due(), Some(branch.end_of("2022-03-24")));
        branch.raise(village);
        assert_eq!(branch.states(), [State::Raised, State::Offered]);
        assert_eq!(branch.desk(township).created, branch.start());
    }

    #[test]
    fn a_county_right_under_the_region_raises_to_it() {
        let mut branch = Branch::without_a_city("2022-03-01");
        let [village, township, county, _, region] = branch.units();
        branch.open();
        for unit in [village, township, county] {
            branch.raise(unit);
        }
        assert_eq!(branch.desk(region).state(), State::Offered);
        assert_eq!(branch.desk(region).below, Some(county));
    }

    #[test]
    fn a_step_is_due_ten_working_days_after_it_was_entered_whatever_happens_since() {
        let mut branch = Branch::on("2022-01-26");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.raise(village);
        // The Spring Festival was from 31 January to 6 February; the weekends around it were worked.
        let due = branch.end_of("2022-02-14");
        assert_eq!(branch.desk(township).due(), Some(due));
        branch.go_to("2022-02-10");
        branch.act(village, Act::AskBack { reason: no() }).unwrap();
        branch.deliver();
        assert_eq!(branch.desk(township).due(), Some(due), "asking gives no new days");
        assert!(!branch.desk(township).is_overdue(due));
        branch.now = due;
        branch.go_to("2022-02-15");
        assert!(branch.desk(township).is_overdue(branch.now));
        branch.act(township, Act::Accept).unwrap();
        assert!(!branch.desk(township).is_overdue(branch.now));
    }
}
