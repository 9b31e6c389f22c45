//! One file per rule. A rule looks and answers; it changes nothing.

mod bulletin;
mod forms;
mod learn;
mod ranking;
mod rewards;

#[cfg(test)]
pub(crate) mod region;

use crate::{Act, AsOf, Command, Delivery, Event, Fact, Policy, Refusal, Scheme, UnitYear, World};

/// What follows from a command, or why nothing does. It may be that nothing follows because nothing changes.
pub fn decide(
    policy: &Policy,
    world: &World,
    command: &Command,
    as_of: impl Into<AsOf>,
) -> Result<Vec<Event>, Refusal> {
    let as_of = as_of.into();
    let (about, facts) = match command {
        Command::Ask { about, act } => (*about, ask(policy, world, *about, act, as_of)?),
        Command::Learn(delivery) => (delivery.about(), learn(world, delivery).into_iter().collect()),
    };
    Ok(facts.into_iter().map(|fact| Event { about, at: as_of.now, fact }).collect())
}

fn ask(
    policy: &Policy,
    world: &World,
    about: UnitYear,
    act: &Act,
    as_of: AsOf,
) -> Result<Vec<Fact>, Refusal> {
    let now = as_of.now;
    match act {
        Act::FreezeScheme(scheme) => freeze(world, about, scheme),
        Act::CountForms(batch) => forms::count_forms(policy, world, about, batch, now),
        Act::Rank { villages, merged } => ranking::rank_villages(world, about, (villages, merged), now),
        Act::IssueRewards(terms) => rewards::issue(policy, world, about, terms, now).map(|fact| vec![fact]),
        Act::ConfirmRewards { version } => {
            rewards::confirm(world, about, *version, now).map(|fact| vec![fact])
        }
        Act::IssueBulletin(order) => bulletin::issue(world, about, order, as_of).map(|fact| vec![fact]),
        Act::KeepCheckpoint(checkpoint) => bulletin::keep(world, about, checkpoint),
    }
}

fn learn(world: &World, delivery: &Delivery) -> Option<Fact> {
    match delivery {
        Delivery::Matter { matter, news } => learn::note(world, *matter, *news),
        Delivery::RewardPaid { list, village, amount } => rewards::paid(world, *list, *village, *amount),
        Delivery::Step { unit, matter, news } => learn::note_step(world, *unit, *matter, *news),
        Delivery::Reported { node, at } => learn::note_report(world, node.unit, *at),
    }
}

fn freeze(world: &World, about: UnitYear, scheme: &Scheme) -> Result<Vec<Fact>, Refusal> {
    match world.scheme(about) {
        Some(_) => Err(Refusal::SchemeFrozen),
        None => Ok(vec![Fact::SchemeFrozen(scheme.clone())]),
    }
}

#[cfg(test)]
mod tests {
    use super::region::Region;
    use super::*;

    #[test]
    fn a_scheme_is_written_once() {
        let mut region = Region::on("2023-01-05");
        region.ask(Act::FreezeScheme(Scheme::default())).unwrap();
        assert_eq!(region.world.scheme(region.about), Some(&Scheme::default()));
        assert_eq!(region.ask(Act::FreezeScheme(Scheme::default())), Err(Refusal::SchemeFrozen));
    }
}
