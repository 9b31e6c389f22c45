//! One file per rule. A rule looks and answers; it changes nothing.

mod inspect;
mod milestone;

use yishi_kernel::Timestamp;

use super::{Act, Fact, Refusal};
use crate::{Matter, Policy, Refusal as Refused};

/// What follows from an act about the work, or why nothing does; nothing follows where nothing changes.
pub(crate) fn decide(
    policy: &Policy,
    matter: &Matter,
    act: &Act,
    now: Timestamp,
) -> Result<Option<Fact>, Refused> {
    let doing = |fact: Result<Fact, Refusal>| fact.map(Some).map_err(Refused::Doing);
    match act {
        Act::NameOfficer { unit, officer } => {
            let known = matter.doing.officer.as_ref();
            let same = known.is_some_and(|known| (known.unit, &known.officer) == (*unit, officer));
            Ok((!same).then(|| Fact::OfficerNamed { unit: *unit, officer: officer.clone() }))
        }
        Act::PlanMilestone { title, due } => doing(milestone::plan(policy, matter, title, *due, now)),
        Act::ReachMilestone { milestone, text, papers } => {
            doing(milestone::reach(&matter.doing, *milestone, text, papers))
        }
        Act::DropMilestone { milestone, reason } => {
            doing(milestone::give_up(&matter.doing, *milestone, reason))
        }
        Act::Inspect { inspector, text, findings, papers } => {
            inspect::inspect(policy, matter, (*inspector, text), findings, papers).map(Some)
        }
        Act::Rework { finding, text, papers } => {
            doing(inspect::rework(&matter.doing, *finding, text, papers))
        }
        Act::Judge { inspector, finding, satisfied, text } => {
            doing(inspect::judge(&matter.doing, *inspector, *finding, *satisfied, text))
        }
        Act::RefuseAcceptance { text } => inspect::refuse(policy, matter, text).map(Some),
    }
}

/// Nothing is completed, accepted or struck off while what an inspection found is not put right.
pub(crate) fn none_open(matter: &Matter) -> Result<(), Refused> {
    let open: Vec<u32> = matter.doing.open_findings().collect();
    if open.is_empty() { Ok(()) } else { Err(Refused::Doing(Refusal::FindingsOpen { open })) }
}

/// The number after so many.
fn next(so_many: usize) -> u32 {
    u32::try_from(so_many).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::super::{Inspector, Officer};
    use super::*;
    use crate::rules::village::{Village, above, actor};
    use crate::{Act as All, State};

    #[test]
    fn a_change_of_officer_is_an_entry_and_the_same_one_is_none() {
        let mut village = Village::on("2021-12-01");
        let matter = village.determine();
        let name = |officer| {
            let officer = actor(officer);
            All::Doing(Act::NameOfficer { unit: above(), officer })
        };
        village.act(matter, name("o-1")).unwrap();
        let before = village.world.clone();
        village.go_to("2022-02-01");
        village.act(matter, name("o-1")).unwrap();
        assert_eq!(village.world, before);
        village.act(matter, name("o-2")).unwrap();
        let named = Officer { unit: above(), officer: actor("o-2"), named: village.now };
        assert_eq!(village.matter(matter).doing.officer, Some(named));
    }

    #[test]
    fn nothing_about_the_work_happens_to_what_is_not_determined_or_is_over() {
        let village = Village::with_a_matter_in_every_state();
        let officer = Fact::OfficerNamed { unit: above(), officer: actor("o-1") };
        let inspected = Fact::Inspected {
            inspection: 1,
            inspector: Inspector::WorkGroup,
            text: "看".into(),
            findings: vec![],
            papers: vec![],
        };
        for fact in [officer, inspected] {
            for matter in village.world.matters() {
                let mut after = matter.clone();
                let applied = super::super::apply(&mut after, &fact, village.now).is_some();
                let going_on = [State::Determined, State::InProgress, State::Completed];
                assert_eq!(applied, going_on.contains(&matter.state()), "{}", matter.state());
            }
        }
    }
}
