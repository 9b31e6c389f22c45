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
    let there = world.villagers(into);
    let gained = world.villagers(matter.id).difference(&there).count();
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

    use super::super::village::{Village, actor, supporter};
    use super::*;
    use crate::{Act, Stage, Supporter};

    #[test]
    fn who_was_written_down_by_a_token_is_counted_once_with_the_digest_of_it() {
        let mut village = Village::on("2021-12-01");
        let (one, other) = (village.propose(), village.propose());
        let plain = |name: &str| Supporter::Plain(actor(name));
        for (matter, supporter) in
            [(one, plain("a")), (one, plain("b")), (other, supporter("b")), (other, plain("c"))]
        {
            village.act(matter, Act::Support { supporter, formerly: None }).unwrap();
        }
        let ask = |name: &str| Act::Support { supporter: supporter(name), formerly: Some(plain(name)) };
        let again = village.act(one, ask("a"));
        assert_eq!(again, Err(Refusal::AlreadySupported { supporter: supporter("a") }));
        for name in ["a", "b", "c"] {
            village.world.put_salted(one.village, one.year, plain(name), supporter(name));
        }
        village.act(one, Act::Merge { into: other }).unwrap();
        assert_eq!(village.matter(other).supporters, 3);
        for name in ["a", "b", "c"] {
            assert!(village.act(other, ask(name)).is_err(), "{name}");
        }
    }

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
