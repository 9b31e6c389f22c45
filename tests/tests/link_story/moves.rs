//! Units that get a node of their own in the middle of a matter, and come back: nothing is lost, nothing is doubled, and
//! at no time do two nodes decide.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use yishi_escalation::Escalation;
use yishi_kernel::{Clock, ManualClock, Timestamp, UnitCode};
use yishi_node::Node;
use yishi_proto::admin::v1 as admin;
use yishi_proto::escalation::v1 as escalation;
use yishi_proto::funding::v1 as funding;
use yishi_proto::intake::v1::{GetMatterRequest, ListMattersRequest, MatterState};
use yishi_runtime::access::{Policy, Role};
use yishi_runtime::house::House;
use yishi_store::{ClockKind, Engine, Order, Tuning, Writer, WriterEnd};
use yishi_tests::both_engines;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, Village, as_caller};

use crate::asks::{
    self, appropriated, channel, committed, copies_are_equal, done, escalation_at, funding_at, paid, referral,
};

both_engines!(
    a_township_moves_to_its_own_node_and_back_in_the_middle_of_a_matter,
    a_move_that_stopped_half_way_is_gone_on_with,
    a_node_that_was_there_from_the_beginning_is_taken_back,
);

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// A village that stays with the county, and its township.
const NEIGHBOUR: UnitCode = UnitCode::new(640_324_101_200).unwrap();
const TOWNSHIP_OF_NEIGHBOUR: UnitCode = UnitCode::new(640_324_101_000).unwrap();
/// Where callers are told that the township's node is, and that the county's is.
const THERE: &str = "10.64.32.1:18640";
const HERE: &str = "10.64.32.4:18640";
/// How long a test waits for what must come.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// A node's operator, and the unit that he moves.
#[derive(Clone, Copy)]
struct Mover {
    at: UnitCode,
    unit: UnitCode,
}

const MOVER: Mover = Mover { at: COUNTY, unit: TOWNSHIP };

impl Mover {
    async fn delegate<E: Engine>(self, federation: &Federation<E>) -> admin::Delegation {
        let (unit, address) = (format!("units/{}", self.unit), THERE.to_owned());
        let ask = admin::DelegateUnitRequest { unit, address };
        done(federation.node(self.at).admin().delegate_unit(ask).await)
    }

    async fn reclaim<E: Engine>(self, federation: &Federation<E>) -> admin::Delegation {
        let (unit, address) = (format!("units/{}", self.unit), HERE.to_owned());
        let ask = admin::ReclaimUnitRequest { unit, address };
        done(federation.node(self.at).admin().reclaim_unit(ask).await)
    }

    /// What the node knows of the unit.
    async fn delegation<E: Engine>(self, federation: &Federation<E>) -> admin::Delegation {
        let all = federation.node(self.at).admin().list_delegations(admin::ListDelegationsRequest {}).await;
        let all = done(all).delegations;
        all.into_iter().find(|one| one.unit == format!("units/{}", self.unit)).unwrap_or_default()
    }

    /// Waits until a move is done, with nothing left to wait for.
    async fn moved<E: Engine>(self, federation: &Federation<E>, state: admin::DelegationState) {
        self.until(federation, |one| one.state() == state && one.waits_for.is_empty()).await;
    }

    async fn until<E: Engine>(self, federation: &Federation<E>, holds: impl Fn(&admin::Delegation) -> bool) {
        let begun = std::time::Instant::now();
        loop {
            let seen = self.delegation(federation).await;
            if holds(&seen) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the move does not come so far: {seen:#?}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// Waits until the township's node has ended in every service.
async fn given_back<E: Engine>(federation: &Federation<E>) {
    let (seen, county) = (Mover { at: TOWNSHIP, unit: TOWNSHIP }, format!("units/{COUNTY}"));
    seen.until(federation, |one| one.services.iter().filter(|service| service.holder == county).count() == 4)
        .await;
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, expected: &str) -> Status {
    let status = answer.unwrap_err();
    assert_eq!(reason(&status), expected, "{status:?}");
    status
}

/// Waits until a referral has come to whom it was raised.
async fn heard<E: Engine>(node: &Sandbox<E>, name: &str) {
    let mut office = escalation_at(node, TOWNSHIP_OF_NEIGHBOUR);
    let (ask, begun) = (escalation::GetReferralRequest { name: name.to_owned() }, std::time::Instant::now());
    while office.get_referral(ask.clone()).await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "{name} does not come");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A node that has handed the village over says so, and where to; what it had done before it still answers.
async fn sends_on<E: Engine>(federation: &Federation<E>, node: UnitCode, address: &str) {
    let mut office = federation.node(node).officer(VILLAGE);
    let status = refused(office.propose_matter(Asks::propose(VILLAGE, "硬化村道")).await, "UNIT_MOVED");
    assert_eq!(status.code(), Code::FailedPrecondition);
    let metadata = status.get_details_error_info().unwrap().metadata;
    assert_eq!(metadata["address"], address);
}

async fn matters<E: Engine>(federation: &Federation<E>, node: UnitCode) -> usize {
    let mut reader = federation.node(node).intake(&as_caller(node, Role::Auditor));
    let ask = ListMattersRequest { parent: format!("units/{VILLAGE}"), ..ListMattersRequest::default() };
    done(reader.list_matters(ask).await).matters.len()
}

async fn a_township_moves_to_its_own_node_and_back_in_the_middle_of_a_matter<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &[REGION, COUNTY]).await;
    let county = federation.node(COUNTY);
    let mut villages = county.ripe_villages([VILLAGE, NEIGHBOUR]).await;
    let (mut neighbour, mut at_county) = (villages.pop().unwrap(), villages.pop().unwrap());
    let ripe = at_county.ripe.clone();
    let now = county.admin().get_clock(admin::GetClockRequest {}).await.unwrap().into_inner().now_us;
    federation.wait_until(now).await;
    let others = county.matter_in(&mut neighbour, MatterState::Determined).await;
    let before = Asks::propose(VILLAGE, "修渠");
    let proposed = done(at_county.office.propose_matter(before.clone()).await);
    federation.settled().await;

    // The county hands the township over. From here on it decides nothing there, whether or not anybody else does yet.
    assert_eq!(MOVER.delegate(&federation).await.state(), admin::DelegationState::Delegating);
    assert_eq!(MOVER.delegate(&federation).await.state(), admin::DelegationState::Delegating, "asked twice");
    sends_on(&federation, COUNTY, THERE).await;
    let repeated = done(at_county.office.propose_matter(before).await);
    assert_eq!(repeated.name, proposed.name, "a repeat is answered by whoever did it");
    let known = at_county.get(&ripe[0]).await;
    assert_eq!(known.state(), MatterState::Noticed, "reads go on");

    // A new node writes nothing before it has taken everything over, however often it is killed on the way.
    federation.add(TOWNSHIP, Lets::Nothing).await;
    federation.node(TOWNSHIP).wait_until(now).await;
    let mut office = federation.node(TOWNSHIP).officer(VILLAGE);
    refused(office.propose_matter(Asks::propose(VILLAGE, "修渠")).await, "RECOVERING");
    federation.heal();
    for unit in [TOWNSHIP, COUNTY, TOWNSHIP] {
        federation.kill(unit).await;
        federation.begin(unit).await;
        federation.node(unit).wait_until(now).await;
    }
    MOVER.moved(&federation, admin::DelegationState::Delegated).await;
    federation.whole().await;
    federation.settled().await;

    // The matter goes on there, and up to the county.
    let mut village = federation.node(TOWNSHIP).village(VILLAGE);
    let matter = village.determine(&ripe[0]).await;
    federation.settled().await;
    for (unit, above) in [(VILLAGE, TOWNSHIP), (TOWNSHIP, COUNTY)] {
        let raised = escalation_at(federation.node(TOWNSHIP), unit)
            .raise_matter(asks::raise(&referral(unit, &matter.name)))
            .await;
        assert_eq!(done(raised).state(), escalation::ReferralState::Raised);
        federation.settled().await;
        let offered = escalation_at(federation.of(above), above)
            .get_referral(escalation::GetReferralRequest { name: referral(above, &matter.name) })
            .await;
        assert_eq!(done(offered).state(), escalation::ReferralState::Offered, "at {above}");
    }

    // The county wants the township back. Its letter arrives, and nothing comes up any more: the township has ended, and the
    // county does not know. What is sent to the township now is heard by neither.
    village.propose("安装路灯").await;
    federation.line(TOWNSHIP).let_through(Lets::OnlyDown);
    assert_eq!(MOVER.reclaim(&federation).await.state(), admin::DelegationState::Reclaiming);
    assert_eq!(MOVER.reclaim(&federation).await.state(), admin::DelegationState::Reclaiming, "asked twice");
    given_back(&federation).await;
    sends_on(&federation, TOWNSHIP, HERE).await;
    sends_on(&federation, COUNTY, THERE).await;
    let given = escalation_at(federation.node(COUNTY), COUNTY)
        .return_referral(asks::give_back(&referral(COUNTY, &matter.name)))
        .await;
    done(given);
    // What the county hears of others afterwards must not make it forget that.
    let raised = escalation_at(federation.node(COUNTY), NEIGHBOUR)
        .raise_matter(asks::raise(&referral(NEIGHBOUR, &others.name)))
        .await;
    done(raised);
    heard(federation.node(COUNTY), &referral(TOWNSHIP_OF_NEIGHBOUR, &others.name)).await;
    for unit in [TOWNSHIP, COUNTY] {
        federation.kill(unit).await;
        federation.begin(unit).await;
        federation.node(unit).wait_until(now).await;
    }
    federation.heal();
    MOVER.moved(&federation, admin::DelegationState::Here).await;
    federation.settled().await;
    sends_on(&federation, TOWNSHIP, HERE).await;
    assert_eq!(matters(&federation, COUNTY).await, 5, "what was proposed behind the cut line has come");

    // The letter that was under way has arrived, once; the township gives the matter back to the village.
    let mut township = escalation_at(federation.node(COUNTY), TOWNSHIP);
    let name = referral(TOWNSHIP, &matter.name);
    let back = done(township.get_referral(escalation::GetReferralRequest { name: name.clone() }).await);
    assert_eq!(back.state(), escalation::ReferralState::Handled);
    done(township.return_referral(asks::give_back(&name)).await);
    federation.settled().await;
    finish(&federation, &matter).await;

    // Once more to the node that is there already, and back.
    MOVER.delegate(&federation).await;
    MOVER.moved(&federation, admin::DelegationState::Delegated).await;
    federation.whole().await;
    let mut village = federation.node(TOWNSHIP).village(VILLAGE);
    assert_eq!(village.get(&matter.name).await.state(), MatterState::Closed);
    village.propose("植树").await;
    sends_on(&federation, COUNTY, THERE).await;
    MOVER.reclaim(&federation).await;
    MOVER.moved(&federation, admin::DelegationState::Here).await;
    federation.settled().await;
    federation.node(COUNTY).village(VILLAGE).propose("清淤").await;
    federation.settled().await;
    for node in [REGION, COUNTY] {
        assert_eq!(matters(&federation, node).await, 7, "at {node}");
    }
    copies_are_equal(&federation).await;
    federation.stop().await;
}

/// Money comes down from the city, the county pays, and the village strikes off.
async fn finish<E: Engine>(federation: &Federation<E>, matter: &yishi_proto::intake::v1::Matter) {
    let (region, county, cost) = (federation.node(REGION), federation.node(COUNTY), matter.cost_estimate_fen);
    let channel = channel(region, CITY, cost).await;
    appropriated(region, CITY, &channel, COUNTY, cost).await;
    federation.settled().await;
    committed(county, COUNTY, &matter.name, &channel, cost).await;
    paid(county, COUNTY, &matter.name, &channel, cost).await;
    let mut village: Village = county.village(VILLAGE);
    village.progress(&matter.name, 100).await;
    village.complete(&matter.name).await;
    village.accept(&matter.name).await;
    village.close(&matter.name).await;
    federation.settled().await;
    assert_eq!(village.get(&matter.name).await.state(), MatterState::Closed);
    let ask = funding::GetInvestmentReportRequest { unit: format!("units/{REGION}"), year: 2022 };
    let invested = done(funding_at(region, REGION).get_investment_report(ask).await);
    assert_eq!((invested.paid_fen, invested.matters), (cost, 1));
    let mut reader = region.intake(&as_caller(REGION, Role::Auditor));
    let told = done(reader.get_matter(GetMatterRequest { name: matter.name.clone() }).await);
    assert_eq!(told.state(), MatterState::Closed, "the region has heard");
}

/// The node crashes when one service has written and the others have not.
async fn a_move_that_stopped_half_way_is_gone_on_with<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &[REGION, COUNTY]).await;
    federation.node(COUNTY).village(VILLAGE).propose("修渠").await;
    federation.settled().await;
    let county = federation.node(COUNTY);
    let (location, register) = (county.location("escalation"), Arc::new(county.register.clone()));
    federation.end(COUNTY).await;
    let house = Arc::new(House::new(register, Policy::embedded(), COUNTY, Vec::new()));
    let model = Escalation::new(Arc::clone(&house), yishi_escalation::Policy::default());
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0)));
    let (stop, tuning) = (CancellationToken::new(), Tuning::default());
    let hosting = Arc::clone(house.hosting());
    let kind = (ClockKind::Manual, clock as Arc<dyn Clock>);
    let opened = Writer::<E, _>::open_for(&location, model, hosting, kind, tuning, stop.clone()).await;
    let (writer, handle) = opened.unwrap();
    let task = writer.spawn();
    handle.order(Order::Delegate { top: TOWNSHIP, address: THERE.to_owned() }).await.unwrap();
    stop.cancel();
    assert!(matches!(task.await.unwrap(), WriterEnd::Stopped));

    federation.begin(COUNTY).await;
    MOVER
        .until(&federation, |one| one.services.iter().filter(|service| service.turn == 1).count() == 4)
        .await;
    sends_on(&federation, COUNTY, THERE).await;
    federation.add(TOWNSHIP, Lets::All).await;
    MOVER.moved(&federation, admin::DelegationState::Delegated).await;
    federation.whole().await;
    federation.node(TOWNSHIP).village(VILLAGE).propose("植树").await;
    federation.settled().await;
    assert_eq!(matters(&federation, REGION).await, 2);
    MOVER.reclaim(&federation).await;
    MOVER.moved(&federation, admin::DelegationState::Here).await;
    federation.settled().await;
    copies_are_equal(&federation).await;

    // What the directory knows better than the configuration is not started with.
    let mut settings = federation.node(COUNTY).settings.clone();
    federation.end(COUNTY).await;
    settings.node.delegates = vec![TOWNSHIP];
    let register = settings.node.register().unwrap();
    let problem = Node::start(settings, register).await.err().map(|error| format!("{error:#}")).unwrap();
    assert!(problem.contains("names 640324100000, which this node has taken back"), "{problem}");
    federation.stop().await;
}

/// The node above has never decided for the county, and hears all that the county has ever been told.
async fn a_node_that_was_there_from_the_beginning_is_taken_back<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &[REGION, COUNTY]).await;
    let node = federation.node(COUNTY);
    let mut village = node.ripe_villages([VILLAGE]).await.pop().unwrap();
    let now = node.admin().get_clock(admin::GetClockRequest {}).await.unwrap().into_inner().now_us;
    federation.wait_until(now).await;
    let matter = node.matter_in(&mut village, MatterState::Determined).await;
    federation.settled().await;
    for unit in [VILLAGE, TOWNSHIP] {
        let raise = asks::raise(&referral(unit, &matter.name));
        done(escalation_at(federation.node(COUNTY), unit).raise_matter(raise).await);
        federation.settled().await;
    }
    let mover = Mover { at: REGION, unit: COUNTY };
    mover.reclaim(&federation).await;
    mover.moved(&federation, admin::DelegationState::Here).await;
    federation.settled().await;
    sends_on(&federation, COUNTY, HERE).await;
    let region = federation.node(REGION);
    let name = referral(COUNTY, &matter.name);
    let mut county = escalation_at(region, COUNTY);
    let offered = done(county.get_referral(escalation::GetReferralRequest { name: name.clone() }).await);
    assert_eq!(offered.state(), escalation::ReferralState::Offered);
    done(county.accept_referral(asks::accept(&name)).await);
    federation.settled().await;
    let mut at_home = escalation_at(region, VILLAGE);
    let known = escalation::GetReferralRequest { name: referral(VILLAGE, &matter.name) };
    let standing = done(at_home.get_referral(known).await).standing.unwrap();
    assert_eq!(standing.handler, format!("units/{COUNTY}"));
    region.village(VILLAGE).propose("植树").await;
    copies_are_equal(&federation).await;
    federation.stop().await;
}
