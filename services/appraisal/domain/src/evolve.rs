//! What an event changes.

use yishi_kernel::{Fen, Timestamp, UnitCode};

use crate::{
    Event, Fact, ListStage, Payment, Ranked, Ranking, Reward, RewardList, RewardTerms, State, UnitYear, World,
};

/// An event that cannot have happened to the state as it is: something is missing, or was changed by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} does not fit what is known of unit {} in {}", about.unit, about.year)]
pub struct Misfit {
    /// What is said to have happened.
    pub kind: &'static str,
    /// About which unit and year.
    pub about: UnitYear,
}

/// Applies an event. What [`decide`](crate::decide) just answered always fits; what was read from a journal may not,
/// and then nothing has changed.
pub fn evolve(world: &mut World, event: &Event) -> Result<(), Misfit> {
    apply(world, event)
        .ok_or_else(|| Misfit { kind: event.fact.kind().unwrap_or("a note"), about: event.about })
}

fn apply(world: &mut World, event: &Event) -> Option<()> {
    let about = event.about;
    match &event.fact {
        Fact::SchemeFrozen(scheme) => {
            unless(world.scheme(about).is_some())?;
            world.put_scheme(about, scheme.clone());
        }
        Fact::Noted { matter, work, inputs } => {
            world.put_work(*matter, *work);
            if let Some(inputs) = inputs {
                world.put_inputs(about, *inputs);
            }
        }
        Fact::PutForward { matter, category } => {
            let mut work = world.work(*matter);
            work.category = Some(*category);
            work.state.get_or_insert(State::Proposed);
            world.put_work(*matter, work);
        }
        Fact::StepNoted { matter, step } => world.put_step(about.unit, *matter, *step),
        Fact::ReportNoted { at } => world.put_report(about.unit, *at),
        Fact::FormsCounted(counted) => {
            let mut inputs = world.inputs(about);
            inputs.survey = inputs.survey.checked_add(&counted.survey)?;
            world.put_inputs(about, inputs);
        }
        Fact::TokensSpent(tokens) => tokens.iter().for_each(|&token| world.put_token(about, token)),
        &Fact::Ranked { villages, inputs_sha256, ranking_sha256 } => {
            unless(world.ranking(about).is_some())?;
            world.put_ranking(about, Ranking { villages, inputs_sha256, ranking_sha256, at: event.at });
        }
        Fact::StandingsListed(standings) => {
            // Points are told with the weights that they were given by.
            let villages = world.scheme(about).zip(world.ranking(about))?.1.villages;
            let new =
                |one: &Ranked| one.position <= villages && world.standing(about, one.position).is_none();
            unless(!standings.iter().all(new))?;
            standings.iter().for_each(|standing| world.put_standing(about, *standing));
        }
        Fact::RewardListed { terms, lines, list_sha256, earliest_confirm } => {
            unless(world.list(about).is_some())?;
            world.put_list(about, issued(event.at, terms, lines, *list_sha256, *earliest_confirm)?);
            lines.iter().for_each(|line| world.put_reward(about, *line));
        }
        Fact::RewardOrdered { .. } => {
            let mut list = *world.list(about)?;
            unless(list.stage != ListStage::Issued)?;
            list.stage = ListStage::Ordered { at: event.at };
            list.version = list.version.wrapping_add(1);
            world.put_list(about, list);
        }
        Fact::RewardPaid { village, amount } => pay(world, event, *village, *amount)?,
        Fact::BulletinIssued(bulletin) => {
            unless(bulletin.at != event.at || world.bulletin(about, bulletin.period).is_some())?;
            world.put_bulletin(about, bulletin.clone());
        }
        Fact::CheckpointSigned(checkpoint) => {
            let period = checkpoint.period;
            unless(world.bulletin(about, period).is_none() || world.checkpoint(about, period).is_some())?;
            world.put_checkpoint(about, checkpoint.clone());
        }
    }
    Some(())
}

fn unless(misfit: bool) -> Option<()> {
    (!misfit).then_some(())
}

fn issued(
    at: Timestamp,
    terms: &RewardTerms,
    lines: &[Reward],
    list_sha256: [u8; 32],
    earliest_confirm: Timestamp,
) -> Option<RewardList> {
    let villages = u32::try_from(lines.len()).ok()?;
    let promised = terms.each.get().checked_mul(villages.into())?;
    unless(villages > terms.winners || promised > terms.pool.get())?;
    Some(RewardList {
        terms: *terms,
        villages,
        paid_villages: 0,
        paid: Fen::ZERO,
        list_sha256,
        issued: at,
        earliest_confirm,
        stage: ListStage::Issued,
        version: 1,
    })
}

fn pay(world: &mut World, event: &Event, village: UnitCode, amount: Fen) -> Option<()> {
    let mut list = *world.list(event.about)?;
    let ListStage::Ordered { at: ordered } = list.stage else { return None };
    let mut reward = *world.reward(event.about, village)?;
    unless(reward.paid.is_some() || amount <= Fen::ZERO)?;
    reward.paid = Some(Payment { amount, at: event.at });
    list.paid = list.paid.checked_add(amount)?;
    list.paid_villages += 1;
    list.version = list.version.wrapping_add(1);
    if list.paid_villages == list.villages {
        list.stage = ListStage::Paid { ordered, at: event.at };
    }
    world.put_reward(event.about, reward);
    world.put_list(event.about, list);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::region::{Region, village};
    use crate::{FormsCounted, Scheme, Survey};

    #[test]
    fn what_cannot_have_happened_is_named_and_changes_nothing() {
        let mut region = Region::with_a_list();
        let before = region.world.clone();
        let (about, at) = (region.about, region.now);
        let beyond = Ranked { position: 1_000, ..*before.standing(about, 1).unwrap() };
        for fact in [
            Fact::SchemeFrozen(Scheme::default()),
            Fact::Ranked { villages: 0, inputs_sha256: [0; 32], ranking_sha256: [0; 32] },
            Fact::StandingsListed(vec![*before.standing(about, 1).unwrap()]),
            Fact::StandingsListed(vec![beyond]),
            Fact::RewardPaid { village: village(0), amount: Fen::new(1) },
        ] {
            let said =
                format!("{} does not fit what is known of unit 640000000000 in 2022", fact.kind().unwrap());
            let misfit = evolve(&mut region.world, &Event { about, at, fact }).unwrap_err();
            assert_eq!(misfit.to_string(), said);
            assert_eq!(region.world, before);
        }
    }

    #[test]
    fn forms_beyond_all_numbers_do_not_fit() {
        let region = Region::with_a_list();
        let survey = Survey::from_counts([[u32::MAX, 0, 0, 0, 0]; 5]).unwrap();
        let counted = FormsCounted {
            survey,
            repeated: 0,
            malformed_tokens: 0,
            wrong_answers: 0,
            tokens_sha256: [0; 32],
        };
        let event = Event { about: region.about, at: region.now, fact: Fact::FormsCounted(counted) };
        let mut world = World::default();
        assert_eq!(evolve(&mut world, &event), Ok(()));
        assert!(evolve(&mut world, &event).is_err());
    }
}
