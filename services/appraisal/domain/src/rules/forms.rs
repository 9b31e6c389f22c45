//! Forms of a village are counted once per token.

use yishi_kernel::Timestamp;

use crate::{Batch, Fact, Policy, Refusal, UnitYear, World, count};

pub(super) fn count_forms(
    policy: &Policy,
    world: &World,
    about: UnitYear,
    batch: &Batch,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    let today = now.date();
    if today.year() < i32::from(about.year.get()) {
        return Err(Refusal::YearNotBegun { year: about.year, today });
    }
    let counted = count(world, about, batch);
    if counted.tokens.is_empty() {
        return Ok(Vec::new());
    }
    let limit = policy.forms_per_village_year;
    let forms = world.inputs(about).survey.checked_add(&counted.forms.survey);
    if forms.is_none_or(|forms| forms.forms() > limit) {
        return Err(Refusal::TooManyForms { limit });
    }
    Ok(vec![Fact::FormsCounted(counted.forms), Fact::TokensSpent(counted.tokens)])
}

#[cfg(test)]
mod tests {
    use super::super::region::{Region, batch, day};
    use super::*;
    use crate::Act;

    #[test]
    fn a_token_counts_once_in_a_batch_and_ever_after() {
        let mut region = Region::on("2022-06-01");
        region.count(0, &batch(&[1, 2, 1], 5)).unwrap();
        let counted = count(&region.world, region.village(0), &batch(&[2, 3], 1));
        assert_eq!((counted.forms.survey.forms(), counted.forms.repeated), (1, 1));
        region.count(0, &batch(&[2, 3], 1)).unwrap();
        assert_eq!(region.inputs(0).survey.counts()[0], [1, 0, 0, 0, 2]);
    }

    #[test]
    fn another_village_and_another_year_have_tokens_of_their_own() {
        let mut region = Region::on("2022-06-01");
        region.count(0, &batch(&[1], 5)).unwrap();
        region.count(1, &batch(&[1], 5)).unwrap();
        assert_eq!((region.inputs(0).survey.forms(), region.inputs(1).survey.forms()), (1, 1));
    }

    #[test]
    fn a_batch_in_which_nothing_counts_leaves_no_trace() {
        let mut region = Region::on("2022-06-01");
        region.count(0, &batch(&[1], 5)).unwrap();
        let before = region.events.len();
        region.count(0, &Batch { wrong_answers: 3, ..batch(&[1, 1], 2) }).unwrap();
        assert_eq!(region.events.len(), before);
    }

    #[test]
    fn the_entry_says_how_many_and_not_whose() {
        let mut region = Region::on("2022-06-01");
        let sent = Batch { malformed_tokens: 2, wrong_answers: 3, ..batch(&[4, 4, 1], 5) };
        region.count(0, &sent).unwrap();
        let Fact::FormsCounted(counted) = &region.events[0].fact else { panic!("{:?}", region.events) };
        assert_eq!((counted.repeated, counted.malformed_tokens, counted.wrong_answers), (1, 2, 3));
        assert_eq!(region.events[1].fact.kind(), None);
        let turned = count(&World::default(), region.village(0), &batch(&[1, 4], 5));
        assert_eq!(turned.forms.tokens_sha256, counted.tokens_sha256);
    }

    #[test]
    fn forms_are_for_a_year_that_has_begun() {
        let mut region = Region::on("2021-12-31");
        let refusal = Refusal::YearNotBegun { year: region.about.year, today: day("2021-12-31") };
        assert_eq!(region.count(0, &batch(&[1], 5)), Err(refusal));
        region.go_to("2022-01-01");
        assert_eq!(region.count(0, &batch(&[1], 5)), Ok(()));
    }

    #[test]
    fn a_village_cannot_send_forms_without_end() {
        let mut region = Region::on("2022-06-01");
        region.policy.forms_per_village_year = 2;
        assert_eq!(region.count(0, &batch(&[1, 2, 3], 5)), Err(Refusal::TooManyForms { limit: 2 }));
        region.count(0, &batch(&[1, 2, 2], 5)).unwrap();
        assert_eq!(region.count(0, &batch(&[1, 2], 5)), Ok(()), "repeats are not too many");
        assert_eq!(region.count(0, &batch(&[3], 5)), Err(Refusal::TooManyForms { limit: 2 }));
    }

    #[test]
    fn forms_after_the_ranking_change_nothing_in_it() {
        let mut region = Region::with_a_list();
        let standing = *region.world.standing(region.about, 1).unwrap();
        region.count(0, &batch(&[70, 71], 1)).unwrap();
        assert_eq!(region.world.standing(region.about, 1), Some(&standing));
        assert_eq!(region.ask(Act::Rank { villages: vec![], merged: vec![] }), Err(Refusal::AlreadyRanked));
    }
}
