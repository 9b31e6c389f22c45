//! Nodes with databases of their own, and nothing lost between them.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;
mod faults;
mod moves;
mod witness;

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::{GetDossierRequest, GetMatterRequest, GetProgressReportRequest, MatterState};
use yishi_proto::{escalation::v1 as escalation, funding::v1 as funding};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{REGION, as_caller};

use asks::{appropriated, channel, committed, done, dossiers_at, escalation_at, funding_at, paid, referral};

both_engines!(a_matter_goes_from_village_to_region_over_five_nodes_and_back);

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const BRANCH: [UnitCode; 5] = [REGION, CITY, COUNTY, TOWNSHIP, VILLAGE];

async fn a_matter_goes_from_village_to_region_over_five_nodes_and_back<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &BRANCH).await;
    let node = federation.node(VILLAGE);
    let mut village = node.ripe_villages([VILLAGE]).await.pop().unwrap();
    let now = node.admin().get_clock(yishi_proto::admin::v1::GetClockRequest {}).await.unwrap();
    federation.wait_until(now.into_inner().now_us).await;
    let matter = node.matter_in(&mut village, MatterState::Determined).await;
    federation.settled().await;

    // Every node above tells of it as the village does, and proves it with the same hashes.
    let mut dossiers = Vec::new();
    for unit in BRANCH {
        let mut reader = federation.node(unit).intake(&as_caller(unit, Role::Auditor));
        let served = done(reader.get_matter(GetMatterRequest { name: matter.name.clone() }).await);
        assert_eq!(served, matter, "at {unit}");
        let unit_name = format!("units/{unit}");
        let report =
            done(reader.get_progress_report(GetProgressReportRequest { unit: unit_name, year: 2022 }).await);
        assert_eq!(report.determined_matters, 1, "at {unit}");
        let mut archive = dossiers_at(federation.node(unit), unit);
        let ask = GetDossierRequest { name: matter.name.clone(), page_size: 2, ..Default::default() };
        let mut page = done(archive.get_dossier(ask).await);
        assert!(!std::mem::take(&mut page.next_page_token).is_empty(), "at {unit}");
        dossiers.push(page);
    }
    assert!(dossiers.iter().all(|page| *page == dossiers[0] && page.steps.len() == 2), "{dossiers:?}");

    // Up, hop by hop, each unit at its own node.
    for pair in BRANCH.windows(2).rev() {
        let (above, unit) = (pair[0], pair[1]);
        let raised = escalation_at(federation.node(unit), unit)
            .raise_matter(asks::raise(&referral(unit, &matter.name)))
            .await;
        assert_eq!(done(raised).state(), escalation::ReferralState::Raised);
        federation.settled().await;
        let offered = escalation_at(federation.node(above), above)
            .get_referral(escalation::GetReferralRequest { name: referral(above, &matter.name) })
            .await;
        assert_eq!(done(offered).state(), escalation::ReferralState::Offered, "at {above}");
    }
    let mut region = escalation_at(federation.node(REGION), REGION);
    done(region.accept_referral(asks::accept(&referral(REGION, &matter.name))).await);
    federation.settled().await;
    let mut at_home = escalation_at(node, VILLAGE);
    let known = escalation::GetReferralRequest { name: referral(VILLAGE, &matter.name) };
    let standing = done(at_home.get_referral(known.clone()).await).standing.unwrap();
    assert_eq!(standing.handler, format!("units/{REGION}"), "the village knows who answers");

    // The region gives it back; it comes home through every node.
    for pair in BRANCH.windows(2) {
        let (unit, below) = (pair[0], pair[1]);
        done(
            escalation_at(federation.node(unit), unit)
                .return_referral(asks::give_back(&referral(unit, &matter.name)))
                .await,
        );
        federation.settled().await;
        let back = escalation_at(federation.node(below), below)
            .get_referral(escalation::GetReferralRequest { name: referral(below, &matter.name) })
            .await;
        assert_eq!(done(back).state(), escalation::ReferralState::Handled, "at {below}");
    }

    // Money goes down, level by level, while the county's line is cut and healed.
    let cost = matter.cost_estimate_fen;
    let channel = channel(federation.node(REGION), REGION, cost).await;
    federation.line(COUNTY).let_through(Lets::Nothing);
    appropriated(federation.node(REGION), REGION, &channel, CITY, cost).await;
    federation.line(COUNTY).let_through(Lets::All);
    federation.settled().await;
    appropriated(federation.node(CITY), CITY, &channel, COUNTY, cost).await;
    federation.settled().await;
    let county = federation.node(COUNTY);
    committed(county, COUNTY, &matter.name, &channel, cost).await;
    paid(county, COUNTY, &matter.name, &channel, cost).await;

    // Done, accepted, closed: the county's funding settles, the village strikes off.
    village.progress(&matter.name, 40).await;
    village.progress(&matter.name, 100).await;
    village.complete(&matter.name).await;
    village.accept(&matter.name).await;
    village.close(&matter.name).await;
    federation.settled().await;
    assert_eq!(village.get(&matter.name).await.state(), MatterState::Closed);
    let invested = done(
        funding_at(federation.node(REGION), REGION)
            .get_investment_report(funding::GetInvestmentReportRequest {
                unit: format!("units/{REGION}"),
                year: 2022,
            })
            .await,
    );
    assert_eq!((invested.paid_fen, invested.matters), (cost, 1));
    asks::copies_are_equal(&federation).await;
    federation.stop().await;
}
