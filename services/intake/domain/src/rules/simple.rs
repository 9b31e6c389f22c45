//! Rules of one line: update, support, decline.

use super::all_answered;
use crate::{Amendment, Fact, Matter, Policy, Refusal, Supporter, World};

/// A change that changes nothing leaves no trace. What other villages are asked about does not change under them.
///
/// A code that stays what it was is not asked about again.
pub(super) fn update(
    policy: &Policy,
    matter: &Matter,
    amendment: &Amendment,
) -> Result<Option<Fact>, Refusal> {
    let (before, id) = (&matter.content, matter.id);
    let mut content = amendment.applied_to(before);
    content.subcategory = content.subcategory.under(before.subcategory.taxonomy());
    if content == *before {
        return Ok(None);
    }
    if (content.category, &content.subcategory) != (before.category, &before.subcategory) {
        let under = policy.taxonomies.admit(id.village, id.year, content.category, &content.subcategory);
        content.subcategory = content.subcategory.under(under.map_err(Refusal::Unlisted)?);
    }
    if matter.plan().is_some() { Err(Refusal::PlannedTogether) } else { Ok(Some(Fact::Updated { content })) }
}

/// A villager backs a proposal once.
pub(super) fn support(
    policy: &Policy,
    world: &World,
    matter: &Matter,
    supporter: &Supporter,
    formerly: Option<&Supporter>,
) -> Result<Fact, Refusal> {
    let mut written = std::iter::once(supporter).chain(formerly);
    if written.any(|supporter| world.is_supporter(matter.id, supporter)) {
        return Err(Refusal::AlreadySupported { supporter: supporter.clone() });
    }
    if matter.supporters >= policy.supporters_per_matter {
        return Err(Refusal::TooManySupporters { limit: policy.supporters_per_matter });
    }
    Ok(Fact::Supported { supporter: supporter.clone() })
}

/// Declining a matter that hangs out ends its notice.
pub(super) fn decline(matter: &Matter, reason: &str) -> Result<Fact, Refusal> {
    all_answered(matter)?;
    Ok(Fact::Declined { reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::village::{Village, supporter};
    use super::*;
    use crate::{Act, Category, Stage};

    #[test]
    fn an_update_changes_what_it_names_and_nothing_else() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let before = village.matter(matter).clone();
        let amendment =
            Amendment { category: Some(Category::Industry), households: Some(9), ..Amendment::default() };
        village.act(matter, Act::Update(amendment)).unwrap();
        let after = village.matter(matter);
        assert_eq!((after.content.category, after.content.households), (Category::Industry, 9));
        assert_eq!(after.content.title, before.content.title);
        assert_ne!(after.version, before.version);
    }

    #[test]
    fn an_update_to_the_same_leaves_the_version() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let before = village.matter(matter).clone();
        let amendment = Amendment { title: Some(before.content.title.clone()), ..Amendment::default() };
        village.act(matter, Act::Update(amendment)).unwrap();
        assert_eq!(village.matter(matter), &before);
    }

    #[test]
    fn a_villager_backs_a_proposal_once() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        village.support(matter, "a").unwrap();
        village.support(matter, "b").unwrap();
        let supporter = supporter("a");
        assert_eq!(village.support(matter, "a"), Err(Refusal::AlreadySupported { supporter }));
        assert_eq!(village.matter(matter).supporters, 2);
    }

    #[test]
    fn supporters_have_a_bound() {
        let mut village = Village::on("2021-12-01");
        village.policy.supporters_per_matter = 1;
        let matter = village.propose();
        village.support(matter, "a").unwrap();
        assert_eq!(village.support(matter, "b"), Err(Refusal::TooManySupporters { limit: 1 }));
    }

    #[test]
    fn a_notice_is_not_declined_over_an_open_objection() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.object(matter).unwrap();
        let decline = Act::Decline { reason: "too dear".into() };
        assert_eq!(village.act(matter, decline.clone()), Err(Refusal::ObjectionsOpen { open: vec![1] }));
        village.answer(matter, 1, false).unwrap();
        village.act(matter, decline).unwrap();
        assert_eq!(village.matter(matter).stage, Stage::Declined { reason: "too dear".into() });
    }
}
