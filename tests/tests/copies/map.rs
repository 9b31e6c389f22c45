//! Changes of the map by chance: villages say that they are no more, and others hear of it, early, late and twice.

use std::sync::Arc;

use proptest::prelude::any;
use proptest::test_runner::TestRunner;
use yishi_intake::{Asked, Intake, Task};
use yishi_intake_domain::Policy;
use yishi_intake_domain::map::{Command, Succession};
use yishi_kernel::{ChangeKind, Register, Seeded, Timestamp, UnitCode, Year};
use yishi_runtime::access;
use yishi_runtime::house::House;
use yishi_store::Engine;
use yishi_tests::sandbox::REGION;

use crate::story::{Story, draw, follow};

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);
const STORIES: usize = 20;
const STEPS: usize = 40;
const DIVISIONS: &str = "code,parent,level,name,valid_from,valid_to
640000000000,,region,宁夏,,
640324100200,640000000000,village,甲,,2021-12-19
640324100201,640000000000,village,乙,,2022-01-31
640324100202,640000000000,village,丙,,2022-05-31
640324100203,640000000000,village,丁,,
";
const CHANGES: &str = "effective,kind,old,new,answers
2021-12-20,merge,640324100200,640324100201,
2022-02-01,merge,640324100201,640324100202,
2022-06-01,merge,640324100202,640324100203,
";

fn village(nth: u64) -> UnitCode {
    UnitCode::new(640_324_100_200 + nth).unwrap()
}

pub(crate) async fn changes_of_the_map_follow<E: Engine>(place: &str) {
    let register = Register::parse_with_changes(DIVISIONS, "", CHANGES).unwrap();
    let house = Arc::new(House::new(register, access::Policy::embedded(), REGION, Vec::new()));
    let model = || Intake::new(Arc::clone(&house), Policy::default());
    let play = async |story: &mut Story<'_, E, Intake>, runner: &mut TestRunner| {
        story.now = START;
        let mut chance = Seeded::new(draw(runner, &any::<u64>()), "map");
        for _ in 0..STEPS {
            story.tell(step(&mut chance)).await;
            if chance.below(5) == 0 {
                story.wait(20).await;
            }
        }
    };
    let kinds = follow::<E, _>(place, model, STORIES, play).await;
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["intake.predecessor_heard", "intake.village_succeeded"]
    );
}

fn step(chance: &mut Seeded) -> Task {
    let year = (chance.below(2) == 0).then(|| Year::try_from(2022).unwrap());
    if chance.below(2) == 0 {
        let village = village(chance.below(4));
        return Task::Asked(Asked::Map(Command::Succeed { village, year }));
    }
    let told = Succession {
        village: village(chance.below(3)),
        day: START.date(),
        kind: if chance.below(2) == 0 { ChangeKind::Merge } else { ChangeKind::Split },
        successor: village(3),
        year,
        slots: 1,
        villages: 1,
    };
    Task::Learned(vec![Asked::Map(Command::Hear { unit: village(chance.below(4)), told })])
}
