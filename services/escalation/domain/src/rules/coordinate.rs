//! Departments at the region, and the end of a referral.

use std::collections::BTreeSet;

use yishi_kernel::Timestamp;

use super::{Consequence, bounded};
use crate::{Assignment, Department, Desk, Fact, Refusal, Reply, Rules, Stance};

/// One lead and any helpers, all of them departments of this unit. It may be done again, for example when one declined.
pub(super) fn assign(
    rules: &Rules<'_>,
    desk: &Desk,
    lead: &Department,
    helpers: &[Department],
    now: Timestamp,
) -> Result<Vec<Consequence>, Refusal> {
    if !rules.coordinates(desk.unit) {
        return Err(Refusal::NoCoordinator { unit: desk.unit });
    }
    bounded(rules, desk)?;
    let limit = rules.policy.helpers_per_matter;
    if helpers.len() > limit {
        return Err(Refusal::TooManyHelpers { limit });
    }
    let mut named = BTreeSet::new();
    for department in std::iter::once(lead).chain(helpers) {
        if department.unit() != desk.unit {
            return Err(Refusal::ForeignDepartment { department: department.clone(), unit: desk.unit });
        }
        if !named.insert(department) {
            return Err(Refusal::DepartmentTwice { department: department.clone() });
        }
    }
    let answers_due = rules.due(now);
    let due = match desk.stance {
        Stance::Coordinating { due, .. } => due,
        _ => answers_due,
    };
    let (lead, helpers) = (lead.clone(), helpers.to_vec());
    Ok(vec![(desk.below, Fact::Assigned { lead, helpers, answers_due, due })])
}

/// Once; whoever changes his mind is asked anew.
pub(super) fn answer(
    desk: &Desk,
    department: &Department,
    reply: &Reply,
) -> Result<Vec<Consequence>, Refusal> {
    let department = department.clone();
    if find(desk, &department)?.answer.is_some() {
        return Err(Refusal::AssignmentAnswered { department });
    }
    Ok(vec![(None, Fact::AssignmentAnswered { department, reply: reply.clone() })])
}

/// By a department that takes part.
pub(super) fn report(
    rules: &Rules<'_>,
    desk: &Desk,
    department: &Department,
    text: &str,
) -> Result<Vec<Consequence>, Refusal> {
    let department = department.clone();
    if !find(desk, &department)?.has_accepted() {
        return Err(Refusal::AssignmentNotAccepted { department });
    }
    bounded(rules, desk)?;
    Ok(vec![(None, Fact::Reported { department, text: text.to_owned() })])
}

/// By whoever holds it; where departments are at work, after the lead took part.
pub(super) fn resolve(desk: &Desk, outcome: &str) -> Result<Vec<Consequence>, Refusal> {
    if let Stance::Coordinating { coordination, .. } = &desk.stance
        && !coordination.lead.has_accepted()
    {
        let department = coordination.lead.department.clone();
        return Err(Refusal::AssignmentNotAccepted { department });
    }
    Ok(vec![(desk.below, Fact::Resolved { outcome: outcome.to_owned() })])
}

fn find<'a>(desk: &'a Desk, department: &Department) -> Result<&'a Assignment, Refusal> {
    let assignment = match &desk.stance {
        Stance::Coordinating { coordination, .. } => coordination.find(department),
        _ => None,
    };
    assignment.ok_or_else(|| Refusal::NotAssigned { department: department.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::branch::{Branch, department};
    use super::*;
    use crate::{Act, Phase, Standing, State};

    fn assign(lead: &str, helpers: &[&str]) -> Act {
        Act::Assign { lead: department(lead), helpers: helpers.iter().map(|kind| department(kind)).collect() }
    }

    fn answers(kind: &str, reply: Reply) -> Act {
        Act::AnswerAssignment { department: department(kind), reply }
    }

    fn declines(kind: &str) -> Act {
        answers(kind, Reply::Decline { reason: "not ours".into() })
    }

    fn reports(kind: &str) -> Act {
        Act::Report { department: department(kind), text: "half".into() }
    }

    fn resolve() -> Act {
        Act::Resolve { outcome: "built".into() }
    }

    /// The region holds it.
    fn at_the_region() -> Branch {
        let mut branch = Branch::on("2022-03-01");
        branch.open();
        let [village, township, county, city, region] = branch.units();
        for unit in [village, township, county, city] {
            branch.raise(unit);
        }
        branch.act(region, Act::Accept).unwrap();
        branch.deliver();
        branch
    }

    #[test]
    fn the_village_hears_who_leads_who_helps_and_what_came_of_it() {
        let mut branch = at_the_region();
        let [village, _, _, _, region] = branch.units();
        branch.act(region, assign("water", &["transport"])).unwrap();
        branch.deliver();
        let phase = Phase::Coordinating { lead: department("water"), helpers: vec![department("transport")] };
        let due = Some(branch.end_of("2022-03-15"));
        assert_eq!(branch.desk(village).standing(), Standing { handler: region, phase, due });
        branch.act(region, answers("water", Reply::Accept)).unwrap();
        branch.act(region, reports("water")).unwrap();
        branch.act(region, resolve()).unwrap();
        branch.deliver();
        let resolved = Standing { handler: region, phase: Phase::Resolved, due: None };
        assert_eq!(branch.desk(village).standing(), resolved);
        assert_eq!(branch.desk(region).due(), None);
    }

    #[test]
    fn only_the_region_coordinates_and_only_what_it_accepted() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, city, region] = branch.units();
        branch.open();
        for unit in [village, township, county, city] {
            let refused = branch.act(unit, assign("water", &[]));
            assert_eq!(refused, Err(Refusal::NoCoordinator { unit }));
            branch.raise(unit);
            if unit != city {
                let above = branch.rules().register.parent(unit).unwrap();
                branch.act(above, Act::Accept).unwrap();
            }
        }
        let wanted = assign("water", &[]).wanted();
        let refused = branch.act(region, assign("water", &[]));
        assert_eq!(refused, Err(Refusal::WrongState { state: State::Offered, wanted }));
    }

    #[test]
    fn departments_are_the_regions_own_each_once_and_not_too_many() {
        let mut branch = at_the_region();
        let [_, _, _, city, region] = branch.units();
        branch.policy.helpers_per_matter = 1;
        for (act, refusal) in [
            (assign("water", &["water"]), Refusal::DepartmentTwice { department: department("water") }),
            (assign("water", &["transport", "ecology"]), Refusal::TooManyHelpers { limit: 1 }),
        ] {
            assert_eq!(branch.act(region, act), Err(refusal));
        }
        let foreign: Department = format!("departments/{city}/water").parse().unwrap();
        let act = Act::Assign { lead: foreign.clone(), helpers: Vec::new() };
        let refusal = Refusal::ForeignDepartment { department: foreign, unit: region };
        assert_eq!(branch.act(region, act), Err(refusal));
    }

    #[test]
    fn a_department_answers_once_and_reports_if_it_takes_part() {
        let mut branch = at_the_region();
        let region = branch.units()[4];
        branch.act(region, assign("water", &["transport"])).unwrap();
        let stranger = Refusal::NotAssigned { department: department("ecology") };
        assert_eq!(branch.act(region, declines("ecology")), Err(stranger.clone()));
        assert_eq!(branch.act(region, reports("ecology")), Err(stranger));
        let silent = Refusal::AssignmentNotAccepted { department: department("transport") };
        assert_eq!(branch.act(region, reports("transport")), Err(silent.clone()));
        branch.act(region, declines("transport")).unwrap();
        assert_eq!(branch.act(region, reports("transport")), Err(silent));
        let twice = Refusal::AssignmentAnswered { department: department("transport") };
        assert_eq!(branch.act(region, answers("transport", Reply::Accept)), Err(twice));
    }

    #[test]
    fn nothing_is_resolved_before_the_lead_takes_part() {
        let mut branch = at_the_region();
        let region = branch.units()[4];
        branch.act(region, assign("water", &["transport"])).unwrap();
        let refusal = Refusal::AssignmentNotAccepted { department: department("water") };
        assert_eq!(branch.act(region, resolve()), Err(refusal.clone()));
        branch.act(region, answers("transport", Reply::Accept)).unwrap();
        assert_eq!(branch.act(region, resolve()), Err(refusal));
        branch.act(region, answers("water", Reply::Accept)).unwrap();
        branch.act(region, resolve()).unwrap();
    }

    #[test]
    fn naming_others_keeps_answers_and_gives_only_the_newly_asked_new_days() {
        let mut branch = at_the_region();
        let region = branch.units()[4];
        branch.act(region, assign("water", &["transport"])).unwrap();
        branch.act(region, declines("water")).unwrap();
        branch.act(region, answers("transport", Reply::Accept)).unwrap();
        branch.go_to("2022-03-10");
        branch.act(region, assign("transport", &["water", "ecology"])).unwrap();
        let Stance::Coordinating { due, coordination, .. } = branch.desk(region).stance.clone() else {
            panic!("it is being coordinated")
        };
        let (old, new) = (branch.end_of("2022-03-15"), branch.end_of("2022-03-24"));
        assert_eq!((due, coordination.lead.due, coordination.lead.has_accepted()), (old, old, true));
        assert!(coordination.helpers.iter().all(|helper| helper.due == new && helper.answer.is_none()));
    }

    #[test]
    fn a_silent_department_is_a_step_of_the_region() {
        let mut branch = at_the_region();
        let region = branch.units()[4];
        branch.act(region, assign("water", &[])).unwrap();
        assert_eq!(branch.desk(region).due(), Some(branch.end_of("2022-03-15")));
        branch.go_to("2022-03-16");
        assert!(branch.desk(region).is_overdue(branch.now));
    }

    #[test]
    fn the_region_returns_it_while_departments_are_at_work() {
        let mut branch = at_the_region();
        let [_, _, _, city, region] = branch.units();
        branch.act(region, assign("water", &[])).unwrap();
        branch.act(region, Act::Return { reason: "too small".into() }).unwrap();
        branch.deliver();
        assert_eq!(
            (branch.desk(city).state(), branch.desk(region).state()),
            (State::Handled, State::Returned)
        );
    }

    #[test]
    fn what_was_resolved_may_come_up_again() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.act(township, Act::Accept).unwrap();
        branch.act(township, resolve()).unwrap();
        branch.deliver();
        assert_eq!(branch.states(), [State::Passed, State::Resolved]);
        branch.raise(township);
        assert_eq!(branch.states(), [State::Passed, State::Raised, State::Offered]);
    }
}
