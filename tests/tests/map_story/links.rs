//! Changes of the map where villages have nodes of their own, and where not all nodes have the same files.

use time::macros::date;
use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::admin::v1 as admin;
use yishi_proto::intake::v1::{self as pb, MatterState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{Asks, Village, as_caller};

use crate::desk::{Desk, done, refused};
use crate::map::Map;
use crate::{BESIDE, COUNTY, INTO, OLD, TOWNSHIP};

const JANUARY: (&str, &str) = ("2022-01-09", "2022-01-10");
const PARTS: [UnitCode; 2] =
    [UnitCode::new(640_324_100_990).unwrap(), UnitCode::new(640_324_100_991).unwrap()];

async fn go_to<E: Engine>(federation: &Federation<E>, day: yishi_kernel::Date) {
    federation.wait_until(Timestamp::start_of(day).as_micros()).await;
}

/// Stops a node and starts it again with a map.
async fn with_map<E: Engine>(federation: &mut Federation<E>, unit: UnitCode, map: &Map) {
    let (divisions, changes) = map.files();
    federation.give_map(unit, divisions, changes);
    federation.end(unit).await;
    federation.begin(unit).await;
    federation.whole().await;
}

/// The successor's node does not hear of the closed village at once, and fixes nothing until it does.
pub(crate) async fn letters_go_between_nodes<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &[COUNTY, OLD, INTO]).await;
    let mut villages: Vec<Village> = Vec::new();
    for unit in [OLD, INTO] {
        villages.extend(federation.node(unit).ripe_villages([unit]).await);
    }
    go_to(&federation, date!(2021 - 12 - 20)).await;
    federation.node(OLD).matter_in(&mut villages[0], MatterState::Determined).await;
    let ripe = villages[1].ripe[0].clone();
    federation.settled().await;
    let map = Map::of_ningxia().merge(OLD, INTO, JANUARY);
    for unit in [INTO, OLD, COUNTY] {
        federation.end(unit).await;
    }
    let (divisions, changes) = map.files();
    for unit in [COUNTY, OLD, INTO] {
        federation.give_map(unit, divisions.clone(), changes.clone());
        federation.begin(unit).await;
    }
    federation.whole().await;
    federation.settled().await;

    federation.line(OLD).let_through(Lets::Nothing);
    for unit in [COUNTY, OLD, INTO] {
        federation.node(unit).go_to(date!(2022 - 01 - 10)).await;
    }
    let office = || Asks::determine(&ripe);
    let mut successor = federation.node(INTO).officer(INTO);
    assert_eq!(
        refused(successor.determine_matter(office()).await),
        ("PREDECESSORS_UNHEARD".into(), OLD.to_string())
    );
    federation.heal();
    federation.settled().await;
    assert_eq!(refused(successor.determine_matter(office()).await).0, "SLOT_TAKEN");
    // The county's copies say the same.
    let view = Desk::of(federation.node(COUNTY), COUNTY).long_view(INTO).await;
    assert_eq!(view.predecessors.len(), 1);
    let mut office = federation.node(OLD).officer(INTO);
    let matter =
        pb::ListMattersRequest { parent: format!("units/{OLD}"), ..pb::ListMattersRequest::default() };
    let listed = done(office.list_matters(matter).await).matters;
    let fixed = listed.iter().find(|matter| matter.state() == MatterState::Determined).unwrap();
    done(office.record_progress(Asks::progress(&fixed.name, 10)).await);
    federation.settled().await;
    federation.stop().await;
}

/// The node below has the change and the one above has not: the link says which unit is not known, and when the node above has
/// been given the files, everything arrives.
pub(crate) async fn a_child_with_a_newer_map_loses_nothing<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &[COUNTY, TOWNSHIP]).await;
    let map = Map::of_ningxia().split(BESIDE, PARTS, JANUARY).merge(OLD, INTO, JANUARY);
    with_map(&mut federation, TOWNSHIP, &map).await;
    go_to(&federation, date!(2022 - 01 - 10)).await;
    let [part, _] = PARTS;
    let matter = federation.node(TOWNSHIP).village(part).propose("修桥").await.name;
    federation
        .until(COUNTY, "the unknown unit is told", |status| {
            status.links.iter().any(|link| {
                link.service == "intake"
                    && link.state() != admin::LinkState::Up
                    && link.detail.contains(&part.to_string())
            })
        })
        .await;
    // Below, work goes on.
    federation.node(TOWNSHIP).village(part).support(&matter, "v-1").await;

    with_map(&mut federation, COUNTY, &map).await;
    federation.settled().await;
    let mut county = federation.node(COUNTY).intake(&as_caller(COUNTY, Role::Auditor));
    let served = done(county.get_matter(pb::GetMatterRequest { name: matter }).await);
    assert_eq!(served.supporters, 1);
    let mut above = Desk::of(federation.node(COUNTY), COUNTY);
    for village in [OLD, BESIDE] {
        assert!(above.long_view(village).await.succession.is_some(), "{village}");
    }

    // The other way round: what a village whose node has the older files still decides is kept.
    let older = Map::of_ningxia().split(BESIDE, PARTS, JANUARY).merge(OLD, INTO, JANUARY);
    let newer = older.merge(BESIDE_TOO, INTO, ("2022-01-31", "2022-02-01"));
    with_map(&mut federation, COUNTY, &newer).await;
    go_to(&federation, date!(2022 - 02 - 01)).await;
    let late = federation.node(TOWNSHIP).village(BESIDE_TOO).propose("修路").await.name;
    federation.settled().await;
    let mut county = federation.node(COUNTY).intake(&as_caller(COUNTY, Role::Auditor));
    done(county.get_matter(pb::GetMatterRequest { name: late.clone() }).await);
    with_map(&mut federation, TOWNSHIP, &newer).await;
    federation.settled().await;
    let mut office = federation.node(TOWNSHIP).officer(INTO);
    done(office.withdraw_matter(Asks::withdraw(&late)).await);
    let mut above = Desk::of(federation.node(COUNTY), COUNTY);
    federation.settled().await;
    assert!(above.long_view(BESIDE_TOO).await.succession.is_some());
    federation.stop().await;
}

/// One more village of the township.
const BESIDE_TOO: UnitCode = UnitCode::new(640_324_100_205).unwrap();
