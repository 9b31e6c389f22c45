//! Publicity and exchange: what units hold is recorded, and counted at every level.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::admin::v1::GetClockRequest;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::ActivityKind::{Survey, Talk, Training, Visit};
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{REGION, Sandbox, YEAR};

use asks::{
    correct, counted, demonstrate, done, example, held, held_up, listed, office, reason, record, recorded,
    report, settle, shown, steps, undemonstrate, unexample, withdraw,
};

both_engines!(
    what_units_hold_is_counted_at_every_level,
    what_was_wrong_is_corrected_and_nothing_is_deleted,
    a_settled_year_takes_nothing,
    the_region_counts_what_another_node_records,
    what_is_held_up_is_shown_where_it_is,
    a_settled_year_takes_no_marks,
    marks_go_between_nodes
);

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// 豫海镇.
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// A village of the same township.
const NEIGHBOUR: UnitCode = UnitCode::new(640_324_100_201).unwrap();

async fn what_units_hold_is_counted_at_every_level<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let first = recorded(&sandbox, VILLAGE, held(Talk, 40, &["a", "b", "a"])).await;
    assert_eq!(first, format!("units/{VILLAGE}/activities/{YEAR}-1"));
    recorded(&sandbox, VILLAGE, held(Training, 30, &["a"])).await;
    recorded(&sandbox, NEIGHBOUR, held(Talk, 20, &["b", "c"])).await;
    recorded(&sandbox, TOWNSHIP, held(Survey, 7, &[])).await;
    recorded(&sandbox, COUNTY, held(Visit, 100, &["d"])).await;

    // A person who speaks often is one speaker; whoever takes part twice took part twice.
    assert_eq!(counted(&sandbox, VILLAGE).await, (2, 70, 2));
    assert_eq!(counted(&sandbox, TOWNSHIP).await, (4, 97, 3));
    assert_eq!(counted(&sandbox, COUNTY).await, (5, 197, 4));
    assert_eq!(counted(&sandbox, REGION).await, (5, 197, 4));
    let kinds: Vec<_> = report(&sandbox, REGION).await.by_kind;
    let kinds: Vec<_> = kinds.iter().map(|row| (row.kind(), row.activities, row.participants)).collect();
    assert_eq!(kinds, [(Training, 1, 30), (Talk, 2, 60), (Survey, 1, 7), (Visit, 1, 100)]);

    // What a unit reports is what it held itself, and what those below it report.
    for unit in [TOWNSHIP, COUNTY, REGION] {
        let mut own = (0, 0);
        let ask = |page_token: &str| pb::ListActivitiesRequest {
            parent: format!("units/{unit}"),
            year: YEAR,
            page_size: 2,
            page_token: page_token.to_owned(),
            ..pb::ListActivitiesRequest::default()
        };
        let (mut page, mut names) = (done(office(&sandbox, unit).list_activities(ask("")).await), Vec::new());
        loop {
            for one in &page.activities {
                let content = one.content.as_ref().unwrap();
                assert!(content.text.is_empty(), "lists are short");
                if one.name.starts_with(&format!("units/{unit}/")) {
                    own = (own.0 + 1, own.1 + i64::from(content.participants));
                }
                names.push(one.name.clone());
            }
            if page.next_page_token.is_empty() {
                break;
            }
            page = done(office(&sandbox, unit).list_activities(ask(&page.next_page_token)).await);
        }
        assert!(names.is_sorted(), "{names:?}");
        let (activities, participants, _) = counted(&sandbox, unit).await;
        assert_eq!(i64::try_from(names.len()).unwrap(), activities);
        let mut sum = own;
        for child in sandbox.register.children(unit) {
            let (activities, participants, _) = counted(&sandbox, *child).await;
            sum = (sum.0 + activities, sum.1 + participants);
        }
        assert_eq!(sum, (activities, participants), "{unit}");
    }
    let talks = pb::ListActivitiesRequest {
        parent: format!("units/{REGION}"),
        year: YEAR,
        kind: Talk as i32,
        ..pb::ListActivitiesRequest::default()
    };
    assert_eq!(done(office(&sandbox, REGION).list_activities(talks).await).activities.len(), 2);
    sandbox.stop().await;
}

async fn what_was_wrong_is_corrected_and_nothing_is_deleted<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let name = recorded(&sandbox, VILLAGE, held(Talk, 40, &["a", "b"])).await;
    let other = recorded(&sandbox, VILLAGE, held(Talk, 20, &["b"])).await;
    let mut officer = office(&sandbox, VILLAGE);
    let before = done(officer.get_activity(pb::GetActivityRequest { name: name.clone() }).await);
    let same = done(officer.correct_activity(correct(&name, held(Talk, 40, &["b", "a"]))).await);
    assert_eq!(same, before, "nothing is different");
    let mended = done(officer.correct_activity(correct(&name, held(Training, 45, &["c"]))).await);
    assert_eq!((&*mended.correction_reason, mended.withdrawn), ("人数有误", false));
    assert_eq!(counted(&sandbox, COUNTY).await, (2, 65, 2));

    let gone = done(officer.withdraw_activity(withdraw(&other)).await);
    assert_eq!((gone.withdrawn, &*gone.withdrawal_reason), (true, "重复登记"));
    assert_eq!(counted(&sandbox, COUNTY).await, (1, 45, 1));
    let again = officer.withdraw_activity(withdraw(&other)).await.unwrap_err();
    assert_eq!(reason(&again), "ACTIVITY_WITHDRAWN");
    let next = recorded(&sandbox, VILLAGE, held(Visit, 5, &[])).await;
    assert!(next.ends_with("-3"), "a number is given once");

    let sandbox = sandbox.restart().await;
    assert_eq!(counted(&sandbox, COUNTY).await, (2, 50, 1));
    let kept = done(office(&sandbox, VILLAGE).get_activity(pb::GetActivityRequest { name: other }).await);
    assert_eq!(kept, gone);
    let written = sandbox.books("intake").await.entries().await;
    let kinds: Vec<_> = written.iter().map(|stored| &*stored.entry.kind).collect();
    let of_activities: Vec<_> =
        kinds.into_iter().filter_map(|kind| kind.strip_prefix("intake.activity_")).collect();
    assert_eq!(of_activities, ["recorded", "recorded", "corrected", "withdrawn", "recorded"]);
    sandbox.audited().await;
    assert!(follow_node(&sandbox).await.contains(&"intake.speaker".to_owned()));
    sandbox.stop().await;
}

async fn a_settled_year_takes_nothing<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let name = recorded(&sandbox, VILLAGE, held(Talk, 40, &["a"])).await;
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    settle(&sandbox, VILLAGE).await;
    let mut officer = office(&sandbox, VILLAGE);
    let late = officer.record_activity(record(VILLAGE, held(Talk, 1, &[]))).await.unwrap_err();
    let mended = officer.correct_activity(correct(&name, held(Talk, 41, &[]))).await.unwrap_err();
    let gone = officer.withdraw_activity(withdraw(&name)).await.unwrap_err();
    assert_eq!([late, mended, gone].map(|status| reason(&status)), ["YEAR_SETTLED"; 3]);
    assert_eq!(counted(&sandbox, REGION).await, (1, 40, 1));
    // Another unit's year, and the unit's next one, are as they were.
    recorded(&sandbox, NEIGHBOUR, held(Talk, 2, &[])).await;
    let next = pb::RecordActivityRequest { year: YEAR + 1, ..record(VILLAGE, held(Talk, 3, &[])) };
    done(officer.record_activity(next).await);
    sandbox.stop().await;
}

async fn the_region_counts_what_another_node_records<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &[REGION, VILLAGE]).await;
    let (above, node) = (federation.node(REGION), federation.node(VILLAGE));
    recorded(node, VILLAGE, held(Talk, 40, &["a"])).await;
    let wrong = recorded(node, VILLAGE, held(Talk, 9, &["b"])).await;
    recorded(above, NEIGHBOUR, held(Training, 20, &["a"])).await;
    federation.settled().await;
    assert_eq!(counted(above, REGION).await, (3, 69, 2));
    done(office(node, VILLAGE).withdraw_activity(withdraw(&wrong)).await);
    federation.settled().await;
    assert_eq!(counted(node, VILLAGE).await, (1, 40, 1));
    assert_eq!(counted(above, VILLAGE).await, (1, 40, 1), "equal where the cuts are equal");
    assert_eq!(counted(above, REGION).await, (2, 60, 1));
    federation.stop().await;
}

async fn what_is_held_up_is_shown_where_it_is<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.ripe_villages([VILLAGE]).await.remove(0);
    let name = sandbox.matter_in(&mut village, MatterState::Determined).await.name;
    let (mut county, mut region) = (office(&sandbox, COUNTY), office(&sandbox, REGION));
    let given = done(county.mark_example(example(COUNTY, &name, "群众出工出力")).await);
    assert_eq!((&*given.matter, &*given.reason, given.lifted), (&*name, "群众出工出力", false));
    done(region.mark_example(example(REGION, &name, "全区推广")).await);
    done(county.mark_demonstration_village(demonstrate(COUNTY, VILLAGE)).await);
    done(county.mark_demonstration_village(demonstrate(COUNTY, NEIGHBOUR)).await);
    sandbox.caught_up().await;

    // The matter and the village show it; it is counted once, whoever says so.
    let marks: Vec<_> = village.get(&name).await.examples.into_iter().map(|mark| mark.reason).collect();
    assert_eq!(marks, ["全区推广", "群众出工出力"]);
    assert_eq!(shown(&sandbox, VILLAGE).await, (1, 2));
    let heard = |kinds: &[String]| kinds.iter().filter(|kind| *kind == "intake.mark_heard").count();
    assert_eq!(heard(&steps(&sandbox, VILLAGE, &name).await), 2);
    for unit in [TOWNSHIP, COUNTY, REGION] {
        assert_eq!(held_up(&sandbox, unit).await, (1, 2));
    }
    assert_eq!((held_up(&sandbox, VILLAGE).await, held_up(&sandbox, NEIGHBOUR).await), ((1, 1), (0, 1)));
    let villages = [VILLAGE, NEIGHBOUR].map(|unit| format!("villages/{unit}"));
    assert_eq!(listed(&sandbox, REGION).await, [villages[0].clone(), name.clone(), villages[1].clone()]);

    // What was said is said otherwise, and taken back; nothing is deleted.
    done(county.mark_example(example(COUNTY, &name, "资金公开")).await);
    done(region.unmark_example(unexample(REGION, &name)).await);
    done(county.unmark_demonstration_village(undemonstrate(COUNTY, NEIGHBOUR)).await);
    sandbox.caught_up().await;
    let marks: Vec<_> = village.get(&name).await.examples.into_iter().map(|mark| mark.reason).collect();
    assert_eq!(marks, ["资金公开"]);
    assert_eq!(held_up(&sandbox, REGION).await, (1, 1));
    let again = region.unmark_example(unexample(REGION, &name)).await.unwrap_err();
    assert_eq!(reason(&again), "NOT_MARKED");

    let sandbox = sandbox.restart().await;
    assert_eq!(listed(&sandbox, REGION).await, [villages[0].clone(), name]);
    sandbox.audited().await;
    assert!(follow_node(&sandbox).await.contains(&"intake.mark".to_owned()));
    sandbox.stop().await;
}

async fn a_settled_year_takes_no_marks<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut county = office(&sandbox, COUNTY);
    done(county.mark_demonstration_village(demonstrate(COUNTY, VILLAGE)).await);
    sandbox.caught_up().await;
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    settle(&sandbox, VILLAGE).await;
    let late = county.mark_demonstration_village(demonstrate(COUNTY, VILLAGE)).await.unwrap_err();
    let gone = county.unmark_demonstration_village(undemonstrate(COUNTY, VILLAGE)).await.unwrap_err();
    assert_eq!([late, gone].map(|status| reason(&status)), ["YEAR_SETTLED"; 2]);
    assert_eq!(shown(&sandbox, VILLAGE).await, (1, 0));
    sandbox.stop().await;
}

/// The village is on a node of its own: it hears over the line what is said of it, and everybody above sees that it has.
async fn marks_go_between_nodes<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &[REGION, VILLAGE]).await;
    let (above, node) = (federation.node(REGION), federation.node(VILLAGE));
    let mut village = node.ripe_villages([VILLAGE]).await.pop().unwrap();
    let now = node.admin().get_clock(GetClockRequest {}).await.unwrap();
    federation.wait_until(now.into_inner().now_us).await;
    let name = node.matter_in(&mut village, MatterState::Determined).await.name;
    federation.settled().await;
    federation.line(VILLAGE).let_through(Lets::Nothing);
    done(office(above, REGION).mark_example(example(REGION, &name, "全区推广")).await);
    done(office(above, COUNTY).mark_demonstration_village(demonstrate(COUNTY, VILLAGE)).await);
    assert_eq!(shown(node, VILLAGE).await, (0, 0));
    federation.line(VILLAGE).let_through(Lets::All);
    federation.settled().await;
    assert_eq!(shown(node, VILLAGE).await, (1, 1));
    assert_eq!(shown(above, VILLAGE).await, (1, 1));
    assert_eq!(held_up(node, VILLAGE).await, held_up(above, REGION).await);
    assert_eq!(village.get(&name).await.examples.len(), 1);
    federation.stop().await;
}
