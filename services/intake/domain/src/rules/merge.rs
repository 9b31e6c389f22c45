//! Duplicates fold into one; supporters move along, each counted once.

use yishi_kernel::MatterId;

use crate::{Fact, Matter, MergeProblem, Policy, Refusal, State, World};

pub(super) fn merge(
    policy: &Policy,
    world: &World,
    matter: &Matter,
    into: MatterId,
) -> Result<Fact, Refusal> {
    let target = target(world, matter, into).map_err(|problem| Refusal::MergeTarget { into, problem })?;
    let gained = world.supporters(matter.id).filter(|supporter| !world.is_supporter(into, supporter)).count();
    u32::try_from(gained)
        .ok()
        .filter(|&gained| {
            let after = target.supporters.checked_add(gained);
            after.is_some_and(|after| after <= policy.supporters_per_matter)
        })
        .map(|supporters_gained| Fact::Merged { into, supporters_gained })
        .ok_or(Refusal::TooManySupporters { limit: policy.supporters_per_matter })
}

fn target<'w>(world: &'w World, matter: &Matter, into: MatterId) -> Result<&'w Matter, MergeProblem> {
    if into == matter.id {
        return Err(MergeProblem::Itself);
    }
    if (into.village, into.year) != (matter.id.village, matter.id.year) {
        return Err(MergeProblem::Elsewhere);
    }
    let target = world.matter(into).ok_or(MergeProblem::Unknown)?;
    match target.state() {
        State::Proposed => Ok(target),
        other => Err(MergeProblem::State(other)),
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Year;

    use super::super::village::Village;
    use super::*;
    use crate::{Act, Stage};

    #[test]
    fn supporters_of_both_are_counted_once() {
        let mut village = Village::on("2021-12-01");
        let (one, other) = (village.propose(), village.propose());
        for (matter, villager) in [(one, "a"), (one, "b"), (other, "b"), (other, "c")] {
            village.support(matter, villager).unwrap();
        }
        village.act(one, Act::Merge { into: other }).unwrap();
        assert_eq!(village.matter(one).stage, Stage::Merged { into: other });
        assert_eq!(village.matter(other).supporters, 3);
        let moved = village.support(other, "a");
        assert!(matches!(moved, Err(Refusal::AlreadySupported { .. })), "{moved:?}");
    }

    #[test]
    fn both_matters_have_changed() {
        let mut village = Village::on("2021-12-01");
        let (one, other) = (village.propose(), village.propose());
        let before = village.matter(other).version;
        village.act(one, Act::Merge { into: other }).unwrap();
        assert_ne!(village.matter(other).version, before);
    }

    #[test]
    fn the_other_must_be_a_proposal_of_the_same_village_and_year() {
        let mut village = Village::on("2021-12-01");
        let (one, deliberated) = (village.propose(), village.deliberate());
        let next_year = MatterId { year: Year::try_from(2023).unwrap(), ..one };
        for (into, problem) in [
            (one, MergeProblem::Itself),
            (next_year, MergeProblem::Elsewhere),
            (village.id(9), MergeProblem::Unknown),
            (deliberated, MergeProblem::State(State::Deliberated)),
        ] {
            assert_eq!(village.act(one, Act::Merge { into }), Err(Refusal::MergeTarget { into, problem }));
        }
    }

    #[test]
    fn a_merge_keeps_to_the_bound_of_supporters() {
        let mut village = Village::on("2021-12-01");
        village.policy.supporters_per_matter = 1;
        let (one, other, third) = (village.propose(), village.propose(), village.propose());
        village.support(one, "a").unwrap();
        village.support(other, "b").unwrap();
        assert_eq!(
            village.act(one, Act::Merge { into: other }),
            Err(Refusal::TooManySupporters { limit: 1 })
        );
        assert_eq!(village.act(one, Act::Merge { into: third }), Ok(()));
    }
}
