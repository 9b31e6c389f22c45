//! Ways on which a matter gets to where a case wants it. Each answers the referral of the unit that it got to.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::Sandbox;

use super::asks::{
    HELPER, LEAD, accept, ask_back, assign, assign_to, bureau, department, give_back, name, office, raise,
    report, resolve, take_part,
};
use super::{Escalation, Handled};
use crate::cases::{Cases as _, Exhibit};

/// Changes of one referral after which it can only be ended (policy).
const CHANGES_MAX: usize = 500;

/// Referrals that have changed as often as they may.
pub(super) struct Worn {
    /// The region coordinates it, and its lead takes part.
    pub(super) coordinating: String,
    /// A city has it back from the region, and its county wants it back.
    pub(super) wanted: String,
    /// A township raised it, and does not want it back.
    pub(super) passed: String,
}

/// What is done on the way to a case.
pub(super) struct Ways<'a, E: Engine>(pub(super) &'a Sandbox<E>);

impl<E: Engine> Ways<'_, E> {
    /// The unit whose referral it is does something.
    pub(super) async fn act(&self, name: &str, method: &str, request: &impl Message) {
        let _: pb::Referral = Escalation::done(self.0, office(name), method, request).await;
    }

    /// A department of the region does something.
    pub(super) async fn say(&self, kind: &'static str, method: &str, request: &impl Message) {
        let _: pb::Referral = Escalation::done(self.0, bureau(kind), method, request).await;
    }

    /// The same of a matter, by the unit right above its village.
    fn above(&self, handled: &Handled) -> String {
        name(self.parent(handled.village).expect("a village has a township"), &handled.matter)
    }

    fn parent(&self, unit: UnitCode) -> Option<UnitCode> {
        self.0.register.parent(unit)
    }

    /// OFFERED to the township.
    pub(super) async fn offered(&self, handled: &Handled) -> String {
        self.act(&handled.name(), "RaiseMatter", &raise(&handled.name())).await;
        self.0.caught_up().await;
        self.above(handled)
    }

    /// HANDLED by the township.
    pub(super) async fn taken_up(&self, handled: &Handled) -> String {
        let township = self.offered(handled).await;
        self.act(&township, "AcceptReferral", &accept(&township)).await;
        self.0.caught_up().await;
        township
    }

    /// OFFERED to the township, which its village has asked to have it back.
    pub(super) async fn wanted_back(&self, handled: &Handled) -> String {
        let township = self.offered(handled).await;
        self.act(&handled.name(), "RequestTakeBack", &ask_back(&handled.name())).await;
        self.0.caught_up().await;
        township
    }

    /// OFFERED to each unit up to the region; answers all of them, the village's first.
    pub(super) async fn way_up(&self, handled: &Handled) -> Vec<String> {
        let mut units = vec![handled.village];
        while let Some(above) = self.parent(units[units.len() - 1]) {
            let below = name(units[units.len() - 1], &handled.matter);
            self.act(&below, "RaiseMatter", &raise(&below)).await;
            self.0.caught_up().await;
            units.push(above);
        }
        units.into_iter().map(|unit| name(unit, &handled.matter)).collect()
    }

    /// OFFERED to the region.
    pub(super) async fn at_the_top(&self, handled: &Handled) -> String {
        self.way_up(handled).await.pop().expect("a way has an end")
    }

    /// HANDLED by the region.
    pub(super) async fn at_the_region(&self, handled: &Handled) -> String {
        let region = self.at_the_top(handled).await;
        self.act(&region, "AcceptReferral", &accept(&region)).await;
        self.0.caught_up().await;
        region
    }

    /// COORDINATING, and no department has answered.
    pub(super) async fn coordinated(&self, handled: &Handled) -> String {
        let region = self.at_the_region(handled).await;
        self.act(&region, "AssignDepartments", &assign(&region)).await;
        self.0.caught_up().await;
        region
    }

    /// COORDINATING, and a department takes part.
    pub(super) async fn accepted_by(&self, kind: &'static str, handled: &Handled) -> String {
        let region = self.coordinated(handled).await;
        self.say(kind, "AnswerAssignment", &take_part(&region, department(kind))).await;
        region
    }

    /// Each assignment is a change for every unit on the way down, each report one for the region alone.
    pub(super) async fn worn(&self, reported: &Handled, assigned: &Handled) -> Worn {
        let coordinating = self.accepted_by(LEAD, reported).await;
        // It was offered, accepted, assigned and answered before.
        for _ in 4..CHANGES_MAX {
            let report = report(&coordinating, department(LEAD));
            self.say(LEAD, "ReportAssignment", &report).await;
        }
        let way = self.way_up(assigned).await;
        let [_, passed, county, city, region] = &way[..] else {
            panic!("{way:?} passes a township, a county and a city")
        };
        self.act(region, "AcceptReferral", &accept(region)).await;
        self.act(county, "RequestTakeBack", &ask_back(county)).await;
        // It was offered and accepted before.
        for nth in 2..CHANGES_MAX {
            let (lead, helper) = if nth % 2 == 0 { (LEAD, HELPER) } else { (HELPER, LEAD) };
            let assign = assign_to(region, department(lead), vec![department(helper)]);
            self.act(region, "AssignDepartments", &assign).await;
        }
        self.0.caught_up().await;
        self.act(region, "ReturnReferral", &give_back(region)).await;
        self.0.caught_up().await;
        Worn { coordinating, wanted: city.clone(), passed: passed.clone() }
    }

    /// Each state once; each matter is shown where it ends.
    pub(super) async fn gallery(&self, matters: &[Handled; 5]) -> Vec<Exhibit> {
        let [untouched, raised, returned, resolved, coordinated] = matters;
        let offered = self.offered(raised).await;
        let given_back = self.offered(returned).await;
        self.act(&given_back, "ReturnReferral", &give_back(&given_back)).await;
        self.act(&resolved.name(), "ResolveReferral", &resolve(&resolved.name())).await;
        let coordinating = self.coordinated(coordinated).await;
        self.0.caught_up().await;
        let show = |state, name: String| {
            let unit = office(&name).unit;
            Exhibit { state, name, unit, reason: "WRONG_STATE" }
        };
        vec![
            show("HANDLED", untouched.name()),
            show("RAISED", raised.name()),
            show("OFFERED", offered),
            show("RETURNED", given_back),
            show("RESOLVED", resolved.name()),
            show("PASSED", coordinated.name()),
            show("COORDINATING", coordinating),
        ]
    }
}
