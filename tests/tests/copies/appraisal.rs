//! Forms, news, rankings and rewards by chance, as the model test of the domain has it.

#[path = "../../../services/appraisal/domain/tests/model/chance.rs"]
mod chance;

use proptest::test_runner::TestRunner;
use yishi_appraisal::{Appraisal, Task};
use yishi_appraisal_domain::Command;
use yishi_kernel::Timestamp;
use yishi_store::Engine;

use crate::story::{Story, draw, follow};
use chance::Step;

/// 2022-12-25, noon in China.
const START: Timestamp = Timestamp::from_micros(1_671_940_800_000_000);
const STORIES: usize = 24;

pub(crate) async fn appraisals_follow<E: Engine>(place: &str) {
    let play = async |story: &mut Story<'_, E, Appraisal>, runner: &mut TestRunner| {
        story.now = START;
        for step in draw(runner, &chance::steps()) {
            match step {
                Step::Wait { days } => story.wait(days).await,
                Step::Run { command } => {
                    let asked = matches!(command, Command::Ask { .. });
                    let task = if asked { Task::Asked(command) } else { Task::Learned(vec![command]) };
                    story.tell(task).await;
                }
            }
        }
    };
    let kinds = follow::<E, _>(place, || Appraisal::new(chance::policy()), STORIES, play).await;
    assert_eq!(kinds.len(), 9, "{kinds:?}");
}
