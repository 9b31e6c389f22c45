//! What units hold, by chance: recorded, corrected and withdrawn.

use std::sync::Arc;

use proptest::prelude::any;
use proptest::test_runner::TestRunner;
use yishi_intake::{Asked, Intake, Task};
use yishi_intake_domain::Policy;
use yishi_intake_domain::exchange::mark::{self, Subject, Word};
use yishi_intake_domain::exchange::{Act, ActivityId, ActivityKind, Command, Content};
use yishi_kernel::{Seeded, Timestamp, UnitCode, Year};
use yishi_store::Engine;

use crate::story::{Story, draw, follow, house};

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);
const STORIES: usize = 12;
const STEPS: usize = 60;
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

pub(crate) async fn activities_follow<E: Engine>(place: &str) {
    let house = house(place);
    let model = || Intake::new(Arc::clone(&house), Policy::default());
    let play = async |story: &mut Story<'_, E, Intake>, runner: &mut TestRunner| {
        story.now = START;
        let mut chance = Seeded::new(draw(runner, &any::<u64>()), "exchange");
        for _ in 0..STEPS {
            let task = match chance.below(3) {
                0 => marked(&mut chance),
                _ => Task::Asked(Asked::Exchange(chosen(&mut chance, story.now))),
            };
            story.tell(task).await;
        }
    };
    let kinds = follow::<E, _>(place, model, STORIES, play).await;
    let all = ["activity_recorded", "activity_corrected", "activity_withdrawn", "mark_given", "mark_heard"];
    assert_eq!(kinds, all.map(|kind| format!("intake.{kind}")).into());
}

fn chosen(chance: &mut Seeded, now: Timestamp) -> Command {
    let unit = *chance.pick(&[COUNTY, VILLAGE]).unwrap();
    let year = Year::try_from(2022).unwrap();
    let content = content(chance, now);
    let ordinal = 1 + u32::try_from(chance.below(9)).unwrap();
    let activity = ActivityId { unit, year, ordinal };
    let reason = String::from("登记有误");
    match chance.below(4) {
        0 | 1 => Command::Record { unit, year, content },
        2 => Command::Change { activity, version: None, act: Act::Correct { content, reason } },
        _ => Command::Change { activity, version: None, act: Act::Withdraw { reason } },
    }
}

/// The county or the city holds the village up, or no more; or the village hears of it.
fn marked(chance: &mut Seeded) -> Task {
    let by = *chance.pick(&[COUNTY, CITY]).unwrap();
    let year = Year::try_from(2022).unwrap();
    let subject = Subject::Demonstration { village: VILLAGE, year };
    let text = format!("理由 {}", chance.below(3));
    let word = Word { lifted: chance.below(3) == 0, text };
    if chance.below(2) == 0 {
        Task::Asked(Asked::Mark(mark::Command::Give { by, subject, word }))
    } else {
        Task::Learned(vec![Asked::Mark(mark::Command::Hear { by, subject, word })])
    }
}

fn content(chance: &mut Seeded, now: Timestamp) -> Content {
    let so_many = chance.below(3);
    let speakers = (0..so_many).map(|_| format!("speaker-{}", chance.below(4)).parse().unwrap());
    Content {
        speakers: speakers.collect(),
        kind: *chance.pick(ActivityKind::ALL).unwrap(),
        day: now.date(),
        participants: u32::try_from(chance.below(100)).unwrap(),
        title: "宣讲".into(),
        text: String::new(),
        papers: Vec::new(),
    }
}
