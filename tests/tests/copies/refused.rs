//! An entry that cannot be read or does not fit: it is named, and nothing that came with it is applied.

use std::sync::Arc;

use yishi_intake::{Intake, Policy, Task};
use yishi_intake_domain::{Act, Category, Command, Content};
use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode, Year};
use yishi_store::journal::Entry;
use yishi_store::{Engine, Model};
use yishi_tests::bare::Bare;
use yishi_tests::copies::{beside, elsewhere, projections};
use yishi_tests::sandbox::Contents;

use crate::story::{Story, house, location};

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

/// Two matters, each proposed and backed; and a node that has heard of nothing.
async fn proposed<E: Engine>(place: &str) -> (Vec<Entry>, Bare<E, Intake>) {
    let (at, house) = (location(place, Intake::SERVICE), house(place));
    let model = || Intake::new(Arc::clone(&house), Policy::default());
    let mut own = Bare::<E, _>::open(&at, model).await;
    let mut story = Story::new(&mut own);
    story.now = Timestamp::from_micros(1_638_331_200_000_000);
    let (village, year) = (VILLAGE, Year::try_from(2022).unwrap());
    let content = Content {
        title: "修村道".into(),
        description: "硬化主干道三公里".into(),
        category: Category::Infrastructure,
        subcategory: "village_road".parse().unwrap(),
        cost_estimate: Fen::new(1),
        households: 2,
        persons: 3,
        place: String::new(),
    };
    for ordinal in [1, 2] {
        let (content, proposer) = (content.clone(), "officer-1".parse().unwrap());
        story
            .tell(Task::Asked(Command::Propose { village, year, content, proposer, contact: None }.into()))
            .await;
        let act = Act::Support { supporter: "v-1".parse().unwrap(), formerly: None };
        let matter = MatterId { village, year, ordinal };
        story.tell(Task::Asked(Command::Change { matter, version: None, act }.into())).await;
    }
    let journal = story.end().await;
    (journal, Bare::<E, _>::open(&beside(&at), model).await)
}

/// What a batch of these says of its last command, and what is there afterwards.
async fn told<E: Engine>(copy: &mut Bare<E, Intake>, commands: &[&[Entry]]) -> (String, Contents) {
    copy.begin().await;
    let commands: Vec<Task> = commands.iter().map(|entries| Intake::copied(entries)).collect();
    let last = copy.batch(&commands, &elsewhere()).await.pop().unwrap();
    let rows = projections(Intake::SERVICE, copy.contents().await);
    copy.roll_back().await;
    (last.map_or_else(|refused| format!("{refused:?}"), |_| String::new()), rows)
}

pub(crate) async fn what_does_not_fit_is_refused_whole<E: Engine>(place: &str) {
    let (journal, mut copy) = proposed::<E>(place).await;
    assert_eq!(journal.len(), 5, "a term opens, and four things happen");
    let (no, first) = told(&mut copy, &[&journal[..3]]).await;
    assert_eq!((no.as_str(), first["matter"].len(), first["support"].len()), ("", 1, 1));

    // The second proposal is missing between its support and what was before: that stays, and what came with it does not.
    let gap = [&journal[2..3], &journal[4..]].concat();
    let (no, rows) = told(&mut copy, &[&journal[..2], &gap]).await;
    let named = "entry 5 of 640324100200, intake.supported: intake.supported does not fit";
    assert!(no.contains(named), "{no}");
    let (_, before) = told(&mut copy, &[&journal[..2]]).await;
    assert_eq!(rows, before);
    let (no, rows) = told(&mut copy, &[&journal[1..2], &journal[1..3]]).await;
    assert!(no.contains("entry 2 of 640324100200, intake.proposed"), "{no}");
    assert_eq!(rows, before, "nothing happens twice");

    // What comes in the same batch afterwards is applied to what is there.
    let (no, rows) = told(&mut copy, &[&journal[..2], &gap, &journal[2..3]]).await;
    assert_eq!((no.as_str(), rows), ("", first));
}

pub(crate) async fn what_cannot_be_read_is_refused<E: Engine>(place: &str) {
    let (journal, mut copy) = proposed::<E>(place).await;
    for (change, problem) in [
        (Entry { payload: b"\xff".to_vec(), ..journal[2].clone() }, "intake.supported: "),
        (
            Entry { kind: "intake.backed".into(), ..journal[2].clone() },
            "intake.backed: it holds intake.supported",
        ),
        (Entry { unit: UnitCode::new(640_324_100_201).unwrap(), ..journal[2].clone() }, "is not a matter of"),
    ] {
        let (no, rows) = told(&mut copy, &[&[journal[1].clone(), change]]).await;
        assert!(no.contains("entry 3 of 64032410020") && no.contains(problem), "{no}");
        assert_eq!(rows, Contents::new());
    }
}
