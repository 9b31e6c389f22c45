//! Escalation's cases: who may pass a matter on, and what its way so far has against it.

use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as pb;
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const UNKNOWN: &str = "REFERRAL_NOT_FOUND";
/// Matters that the gallery takes.
const SHOWN: usize = 5;

/// A matter that was determined, and its village, which handles it.
struct Handled {
    village: UnitCode,
    matter: String,
}

/// Villages whose matters nobody has raised yet: two for each method.
pub(crate) struct Escalation {
    handled: Vec<Handled>,
    gallery: Vec<Exhibit>,
}

impl Cases for Escalation {
    const SERVICE: &'static str = "yishi.escalation.v1.EscalationService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] =
        &["OFFERED", "HANDLED", "RAISED", "PASSED", "RETURNED", "COORDINATING", "RESOLVED"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let chosen = sandbox.villages().into_iter().step_by(20).take(SHOWN + 2 * methods);
        let mut handled = Vec::new();
        for mut village in sandbox.ripe_villages(chosen).await {
            let matter = sandbox.matter_in(&mut village, MatterState::Determined).await.name;
            handled.push(Handled { village: village.code, matter });
        }
        sandbox.caught_up().await;
        let shown: Vec<Handled> = handled.drain(..SHOWN).collect();
        Self { handled, gallery: gallery(sandbox, &shown).await }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, _sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let Handled { village, matter } = self.handled.pop().expect("each method has two matters");
        let office = Who::officer(village);
        Some(match method {
            "RaiseMatter" => Ready::new(office, &raise(&name(village, &matter)))
                .of(UNKNOWN, &["OFFERED", "HANDLED", "RESOLVED"]),
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let handled = self.handled.pop().expect("each method has two matters");
        match method {
            "RaiseMatter" => {
                let top = to_the_region(sandbox, &handled).await;
                vec![Refused::new(Who::officer(REGION), "NOBODY_ABOVE", &raise(&top))]
            }
            _ => Vec::new(),
        }
    }
}

/// One way through all states; each matter is shown where it ends.
async fn gallery<E: Engine>(sandbox: &Sandbox<E>, matters: &[Handled]) -> Vec<Exhibit> {
    let show = |state, unit, matter: &str| {
        let name = name(unit, matter);
        Exhibit { state, name, unit, reason: "WRONG_STATE" }
    };
    let [untouched, raised, returned, resolved, coordinated] = matters else {
        panic!("the gallery takes {SHOWN} matters")
    };
    let above = |village| sandbox.register.parent(village).expect("a village has a township");
    for one in [raised, returned] {
        act(sandbox, one.village, "RaiseMatter", &raise(&name(one.village, &one.matter))).await;
    }
    sandbox.caught_up().await;
    let township = above(returned.village);
    act(sandbox, township, "ReturnReferral", &give_back(&name(township, &returned.matter))).await;
    let own = name(resolved.village, &resolved.matter);
    act(sandbox, resolved.village, "ResolveReferral", &resolve(&own)).await;
    let top = to_the_region(sandbox, coordinated).await;
    act(sandbox, REGION, "AcceptReferral", &accept(&top)).await;
    act(sandbox, REGION, "AssignDepartments", &assign(&top)).await;
    sandbox.caught_up().await;
    vec![
        show("HANDLED", untouched.village, &untouched.matter),
        show("RAISED", raised.village, &raised.matter),
        show("OFFERED", above(raised.village), &raised.matter),
        show("RETURNED", township, &returned.matter),
        show("RESOLVED", resolved.village, &resolved.matter),
        show("PASSED", coordinated.village, &coordinated.matter),
        show("COORDINATING", REGION, &coordinated.matter),
    ]
}

/// Raises a matter level by level; answers the region's referral, which is offered to it.
async fn to_the_region<E: Engine>(sandbox: &Sandbox<E>, handled: &Handled) -> String {
    let mut unit = handled.village;
    while let Some(above) = sandbox.register.parent(unit) {
        act(sandbox, unit, "RaiseMatter", &raise(&name(unit, &handled.matter))).await;
        sandbox.caught_up().await;
        unit = above;
    }
    name(unit, &handled.matter)
}

/// An officer of a unit does something.
async fn act<E: Engine>(
    sandbox: &Sandbox<E>,
    unit: UnitCode,
    method: &str,
    request: &impl prost::Message,
) -> pb::Referral {
    Escalation::done(sandbox, Who::officer(unit), method, request).await
}

/// What a unit knows of a matter.
fn name(unit: UnitCode, matter: &str) -> String {
    let own = matter.trim_start_matches("villages/").replace("/matters/", "-");
    format!("units/{unit}/referrals/{own}")
}

fn raise(name: &str) -> pb::RaiseMatterRequest {
    let (name, reason) = (name.to_owned(), "本级无力承担".to_owned());
    pb::RaiseMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

fn accept(name: &str) -> pb::AcceptReferralRequest {
    pb::AcceptReferralRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
}

fn give_back(name: &str) -> pb::ReturnReferralRequest {
    let (name, reason) = (name.to_owned(), "应由本级办理".to_owned());
    pb::ReturnReferralRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

fn assign(name: &str) -> pb::AssignDepartmentsRequest {
    let department = |kind: &str| format!("departments/{REGION}/{kind}");
    pb::AssignDepartmentsRequest {
        name: name.to_owned(),
        lead_department: department("water"),
        helper_departments: vec![department("finance")],
        request_id: fresh_id(),
        etag: String::new(),
    }
}

fn resolve(name: &str) -> pb::ResolveReferralRequest {
    let (name, outcome) = (name.to_owned(), "列入年度计划".to_owned());
    pb::ResolveReferralRequest { name, outcome, request_id: fresh_id(), etag: String::new() }
}
