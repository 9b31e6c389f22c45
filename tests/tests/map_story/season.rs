//! Changes in the winter in which a year's proposals are taken: its tree is made without who is closed by then.

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as appraisal;
use yishi_proto::appraisal::v1::appraisal_service_client::AppraisalServiceClient;
use yishi_proto::intake::v1::{self as pb, MatterState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, OPENS, Sandbox, Signature, as_caller, fresh_id};

use crate::desk::{Desk, done, refused, succeeded_by};
use crate::map::Map;
use crate::{BESIDE, COUNTY, INTO, OLD, TOWNSHIP, with_map};

const JANUARY: (&str, &str) = ("2022-01-09", "2022-01-10");
/// What the parts of a village are called.
const PARTS: [UnitCode; 2] =
    [UnitCode::new(640_324_100_990).unwrap(), UnitCode::new(640_324_100_991).unwrap()];

pub(crate) async fn a_winters_merge_uses_up_one_slot<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut villages = sandbox.ripe_villages([OLD, INTO]).await;
    let ripe = villages[1].ripe.clone();
    let matter = sandbox.matter_in(&mut villages[0], MatterState::InProgress).await.name;
    let map = Map::of_ningxia().merge(OLD, INTO, JANUARY).rename(INTO, "城一新村委会", JANUARY);
    let sandbox = with_map(sandbox, map.files()).await;
    let mut into = Desk::of(&sandbox, INTO);
    assert_eq!(Desk::of(&sandbox, INTO).determined(INTO).await, 0);
    sandbox.go_to(date!(2022 - 01 - 10)).await;
    sandbox.caught_up().await;

    // One village, one year, one matter: the one that the village before it fixed.
    let taken = into.office.determine_matter(Asks::determine(&ripe[0])).await;
    assert_eq!(refused(taken).0, "SLOT_TAKEN");
    let told = into.long_view(INTO).await.predecessors.remove(0);
    assert_eq!((told.year, told.slots, told.villages), (2022, 1, 1));
    let invite = Asks::invite(&ripe[1], INTO, &[OLD]);
    let mut joint = pb::joint_matter_service_client::JointMatterServiceClient::with_interceptor(
        sandbox.channel(),
        Signature::of(&as_caller(INTO, Role::Officer)),
    );
    succeeded_by(INTO, joint.invite_villages(invite).await);

    // A notice says what the village was called when it hung out.
    let ask = pb::RenderNoticeRequest { name: ripe[0].clone(), format: pb::NoticeFormat::Text as i32 };
    let notice = done(into.archive.render_notice(ask).await).text;
    assert!(notice.contains("城一村委会") && !notice.contains("城一新村委会"), "{notice}");

    // The year's tree has one of the two, with what both did; its sums are those of its parts.
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    let mut township = Desk::of(&sandbox, TOWNSHIP);
    let opened = township.open(TOWNSHIP, 2022).await;
    let tree = opened.tree.unwrap();
    assert!(!tree.children.contains(&format!("units/{OLD}")));
    let totals = opened.opening.unwrap().totals;
    assert_eq!(totals.iter().map(|row| row.determined_matters).sum::<i64>(), 1);
    let mut sum = 0;
    for child in &tree.children {
        sum += township.determined(child["units/".len()..].parse().unwrap()).await;
    }
    assert_eq!((sum, township.determined(TOWNSHIP).await, township.determined(INTO).await), (1, 1, 1));
    assert_eq!(Desk::of(&sandbox, COUNTY).determined(COUNTY).await, 1);
    bulletin_counts_both(&sandbox, &matter).await;
    sandbox.audited().await;
    sandbox.stop().await;
}

/// The village of the tree with what the one before it did, under the name of the time.
async fn bulletin_counts_both<E: Engine>(sandbox: &Sandbox<E>, matter: &str) {
    sandbox.go_to(date!(2022 - 04 - 01)).await;
    sandbox.caught_up().await;
    let mut office = AppraisalServiceClient::with_interceptor(
        sandbox.channel(),
        Signature::of(&as_caller(TOWNSHIP, Role::Officer)),
    );
    let ask = appraisal::IssueBulletinRequest {
        parent: format!("units/{TOWNSHIP}"),
        year: 2022,
        period: "2022-03".to_owned(),
        request_id: fresh_id(),
    };
    let bulletin = done(office.issue_bulletin(ask).await);
    let rows: Vec<_> = bulletin.ranked.iter().collect();
    assert_eq!(rows.len(), 1, "{matter}");
    assert_eq!((&*rows[0].unit, &*rows[0].display_name), (&*format!("units/{INTO}"), "城一新村委会"));
    assert!(bulletin.nothing_due.iter().all(|row| row.unit != format!("units/{OLD}")));
}

pub(crate) async fn a_split_in_the_season_gives_each_part_a_year<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let map = Map::of_ningxia().split(BESIDE, PARTS, JANUARY);
    let sandbox = with_map(sandbox, map.files()).await;
    let [answers, other] = PARTS;
    let mut before = sandbox.village(BESIDE);
    let fixed = before.propose("修路").await.name;
    before.deliberate(&fixed, OPENS, (30, 24, 20)).await;
    before.publish(&fixed).await;
    let early = sandbox.officer(answers).propose_matter(Asks::propose(answers, "修路")).await;
    assert_eq!(refused(early).0, "VILLAGE_NOT_YET");
    sandbox.go_to(date!(2021 - 12 - 20)).await;
    before.determine(&fixed).await;

    sandbox.go_to(date!(2022 - 01 - 10)).await;
    sandbox.caught_up().await;
    let mut hanging = Vec::new();
    for part in PARTS {
        let mut village = sandbox.village(part);
        let name = village.propose("修桥").await.name;
        village.deliberate(&name, "2022-01-10", (30, 24, 20)).await;
        village.publish(&name).await;
        hanging.push(name);
    }
    sandbox.go_to(date!(2022 - 01 - 20)).await;
    // Who answers for the village has its slot, and the other part one of its own.
    let taken = sandbox.officer(answers).determine_matter(Asks::determine(&hanging[0])).await;
    assert_eq!(refused(taken).0, "SLOT_TAKEN");
    sandbox.village(other).determine(&hanging[1]).await;
    let stranger = sandbox.officer(other).record_progress(Asks::progress(&fixed, 10)).await;
    assert_eq!(refused(stranger).0, "PERMISSION_DENIED");
    sandbox.village(answers).progress(&fixed, 10).await;
    let view = Desk::of(&sandbox, BESIDE).long_view(BESIDE).await;
    let told = view.succession.unwrap();
    assert_eq!((told.change(), &*told.successor), (pb::MapChange::Split, &*format!("villages/{answers}")));
    assert_eq!(Desk::of(&sandbox, TOWNSHIP).determined(TOWNSHIP).await, 2);
    sandbox.audited().await;
    sandbox.stop().await;
}
