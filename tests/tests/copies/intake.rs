//! Matters by chance, as the model test of the domain has it.

#[path = "../../../services/intake/domain/tests/model/chance.rs"]
mod chance;

use std::sync::Arc;

use proptest::test_runner::TestRunner;
use yishi_intake::{Intake, Task};
use yishi_intake_domain::{Act, Command, Delivery, Policy, State, World, decide, evolve};
use yishi_kernel::{MatterId, Timestamp};
use yishi_store::Engine;

use crate::story::{Story, draw, follow, house};
use chance::Step;

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);
const STORIES: usize = 60;

pub(crate) async fn matters_follow<E: Engine>(place: &str) {
    let house = house(place);
    let model = |policy| Intake::new(Arc::clone(&house), policy);
    let play = async |story: &mut Story<'_, E, Intake>, runner: &mut TestRunner| {
        let policy = draw(runner, &chance::policy());
        story.own.model = model(policy.clone());
        let steps = [draw(runner, &chance::steps()), draw(runner, &chance::steps())].concat();
        play(story, &policy, steps).await;
    };
    let kinds = follow::<E, _>(place, || model(Policy::default()), STORIES, play).await;
    assert_eq!(kinds.len(), 20 + 8 + 4 + 3, "{kinds:?}");
}

async fn play<E: Engine>(story: &mut Story<'_, E, Intake>, policy: &Policy, steps: Vec<Step>) {
    let mut world = World::default();
    story.now = START;
    for step in steps {
        match step {
            Step::Wait { days } => story.wait(days).await,
            Step::Run { mut command, aimed, nth, held_days_ago } => {
                if aimed {
                    aim(&world, &mut command, nth);
                }
                if let Command::Delivery(Delivery::OpinionGiven { opinion, .. }) = &mut command {
                    opinion.given = story.now;
                }
                if let Command::Change { act: Act::Deliberate(meeting), .. } = &mut command {
                    meeting.held_on = story.now.checked_add_days(-held_days_ago).unwrap().date();
                }
                for event in decide(policy, &world, &command, story.now).into_iter().flatten() {
                    evolve(&mut world, &event).unwrap();
                }
                let delivered = matches!(command, Command::Delivery(_));
                let task =
                    if delivered { Task::Learned(vec![command.into()]) } else { Task::Asked(command.into()) };
                story.tell(task).await;
            }
        }
    }
}

/// Turns a command to a matter for which it is meant, if there is one.
fn aim(world: &World, command: &mut Command, nth: usize) {
    if let Command::Delivery(Delivery::EndingAnswered { matter, number, .. }) = command {
        let waits = world.matters().filter_map(|one| Some((one.id, one.ending_waits()?.number)));
        let waits: Vec<_> = waits.collect();
        if let Some(nth) = nth.checked_rem(waits.len()) {
            (*matter, *number) = waits[nth];
        }
        return;
    }
    let (matter, wanted): (&mut MatterId, &[State]) = match command {
        Command::Propose { .. } => return,
        Command::Change { matter, act, .. } => (matter, act.wanted()),
        Command::Delivery(
            Delivery::Settled { matter, .. }
            | Delivery::EndingAnswered { matter, .. }
            | Delivery::OpinionGiven { matter, .. },
        ) => (matter, &[State::Completed]),
    };
    let fit: Vec<_> = world.matters().filter(|matter| wanted.contains(&matter.state())).collect();
    if let Some(nth) = nth.checked_rem(fit.len()) {
        *matter = fit[nth].id;
    }
}
