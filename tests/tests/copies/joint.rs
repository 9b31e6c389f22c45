//! Joint matters by chance, as the test of the domain has them, all villages on one node.

#[path = "../../../services/intake/domain/tests/joint/chance.rs"]
mod chance;
#[path = "../../../services/intake/domain/tests/joint/county.rs"]
mod county;
#[path = "../../../services/intake/domain/tests/joint/letters.rs"]
mod letters;

use std::sync::Arc;

use proptest::test_runner::TestRunner;
use yishi_intake::{Asked, Intake, Task};
use yishi_intake_domain::joint::Command;
use yishi_intake_domain::{Command as MatterCommand, Policy, World};
use yishi_store::Engine;

use crate::story::{Story, draw, follow, house};
use county::{County, Told};

const STORIES: usize = 40;

pub(crate) async fn joint_matters_follow<E: Engine>(place: &str) {
    let house = house(place);
    let model = || Intake::new(Arc::clone(&house), Policy::default());
    let play = async |story: &mut Story<'_, E, Intake>, runner: &mut TestRunner| {
        let mut county = County::new(Policy::default(), (*house.register).clone(), [0, 0, 0]);
        for step in [draw(runner, &chance::steps()), draw(runner, &chance::steps())].concat() {
            county.step(&step).unwrap();
        }
        county.settle().unwrap();
        let mut world = World::default();
        for (now, told) in std::mem::take(&mut county.told) {
            if story.now != now {
                story.wait(0).await;
                story.now = now;
            }
            county.repeat(&mut world, &told, now);
            story.tell(task(told)).await;
        }
        assert_eq!(world, county.nodes[0], "what was told is all there is");
    };
    let kinds = follow::<E, _>(place, model, STORIES, play).await;
    let of_joint_matters = [
        "villages_invited",
        "joint_offered",
        "joint_answered",
        "joint_plan_dropped",
        "joint_released",
        "joint_determined",
        "joint_ended",
        "participation_invited",
        "participation_deliberated",
        "participation_accepted",
        "participation_declined",
        "participation_leave_requested",
        "participation_released",
        "participation_determined",
        "participation_ended",
    ];
    for kind in of_joint_matters {
        assert!(kinds.contains(&format!("intake.{kind}")), "{kind} is not among {kinds:?}");
    }
}

fn task(told: Told) -> Task {
    match told {
        Told::Matter(command @ MatterCommand::Delivery(_)) => Task::Learned(vec![command.into()]),
        Told::Matter(command) => Task::Asked(command.into()),
        Told::Joint(command @ (Command::HearLead { .. } | Command::HearPartner { .. })) => {
            Task::Learned(vec![Asked::Joint(command)])
        }
        Told::Joint(command) => Task::Asked(Asked::Joint(command)),
    }
}
