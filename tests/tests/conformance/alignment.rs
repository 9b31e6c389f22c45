//! The cases of what departments say: for each method that changes something about it, a request that would be done, and what
//! stands in the way of one that is right in every field.

use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::MatterState::InProgress;
use yishi_runtime::config::Settings;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, REGION, REJECTED, Sandbox, Village, ask, fresh_id, settings};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};
use crate::intake::{MATTER_STATES, villages};

/// Villages to which nothing has happened yet, but that their matters became ripe: two for each method.
pub(crate) struct Alignment {
    villages: Vec<Village>,
    /// A matter in each state, each of a village of its own.
    gallery: Vec<Exhibit>,
}

const GOING_ON: &[&str] = &["DETERMINED", "IN_PROGRESS"];

fn water(county: UnitCode) -> String {
    format!("departments/{county}/water")
}

/// A consent on two conditions.
fn give(matter: &str, department: String) -> pb::GiveOpinionRequest {
    pb::GiveOpinionRequest {
        matter: matter.to_owned(),
        department,
        stand: pb::OpinionStand::Conditional as i32,
        text: "原则同意".to_owned(),
        conditions: vec!["留出水渠".to_owned(), "报备".to_owned()],
        request_id: fresh_id(),
        etag: String::new(),
    }
}

fn withdraw(matter: &str, department: String) -> pb::WithdrawOpinionRequest {
    let (matter, reason) = (matter.to_owned(), REJECTED.to_owned());
    pb::WithdrawOpinionRequest { matter, department, reason, request_id: fresh_id(), etag: String::new() }
}

fn meet(name: &str, condition: i32) -> pb::MeetConditionRequest {
    pb::MeetConditionRequest {
        name: name.to_owned(),
        department: "water".to_owned(),
        condition,
        text: "已留出".to_owned(),
        papers: vec![Asks::paper(pb::PaperKind::Photograph, 9)],
        request_id: fresh_id(),
        etag: String::new(),
    }
}

fn revise(name: &str) -> pb::ReviseMatterRequest {
    pb::ReviseMatterRequest {
        name: name.to_owned(),
        cost_estimate_fen: 150_000_000,
        households: 210,
        persons: 760,
        place: "村委会至四组".to_owned(),
        reason: "材料涨价".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

impl Alignment {
    /// A matter of a new village, and the village and its county.
    async fn matter<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> (String, UnitCode, UnitCode) {
        let mut village = self.villages.pop().expect("each method has two villages");
        let name = sandbox.matter_in(&mut village, InProgress).await.name;
        let county = sandbox.register.ancestor_at(village.code, Level::County);
        (name, village.code, county.expect("a village has a county"))
    }

    /// The department's word, which the village has heard.
    async fn given<E: Engine>(sandbox: &Sandbox<E>, name: &str, county: UnitCode) {
        let who = Who::department(county, "water");
        let _: pb::Matter = Self::done(sandbox, who, "GiveOpinion", &give(name, water(county))).await;
        sandbox.caught_up().await;
    }
}

impl Cases for Alignment {
    const SERVICE: &'static str = "yishi.intake.v1.AlignmentService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = MATTER_STATES;

    fn settings(place: &str) -> Settings {
        let mut settings = settings(place, REGION);
        ask(&mut settings, &["water"]);
        settings
    }

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let (villages, gallery) = villages(sandbox, methods).await;
        Self { villages, gallery }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let (name, village, county) = self.matter(sandbox).await;
        let (officer, speaker) = (Who::officer(village), Who::department(county, "water"));
        let ready = match method {
            "GiveOpinion" => {
                return Some(Ready::new(speaker, &give(&name, water(county))).of("MATTER_NOT_FOUND", &[]));
            }
            "WithdrawOpinion" => {
                Self::given(sandbox, &name, county).await;
                return Some(
                    Ready::new(speaker, &withdraw(&name, water(county))).of("MATTER_NOT_FOUND", &[]),
                );
            }
            "MeetCondition" => {
                Self::given(sandbox, &name, county).await;
                let states = &["DETERMINED", "IN_PROGRESS", "COMPLETED"];
                return Some(Ready::new(officer, &meet(&name, 1)).of("MATTER_NOT_FOUND", states));
            }
            "ReviseMatter" => Ready::new(officer, &revise(&name)),
            _ => return None,
        };
        Some(ready.of("MATTER_NOT_FOUND", GOING_ON))
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let (name, village, county) = self.matter(sandbox).await;
        let energy = Who::department(county, "energy");
        let of_energy = format!("departments/{county}/energy");
        let speaker = Who::department(county, "water");
        let elsewhere = format!("departments/{REGION}/water");
        match method {
            "GiveOpinion" => {
                let unasked = give(&name, of_energy.clone());
                let consent = pb::OpinionStand::Consent as i32;
                let waiting = pb::OpinionStand::Waiting as i32;
                let on_conditions = pb::GiveOpinionRequest { stand: consent, ..give(&name, water(county)) };
                let mut unsaid = pb::GiveOpinionRequest { stand: waiting, ..give(&name, water(county)) };
                unsaid.conditions.clear();
                vec![
                    Refused::new(energy, "OPINION_NOT_ASKED", &unasked),
                    Refused::new(speaker, "PERMISSION_DENIED", &unasked),
                    Refused::new(speaker, "PERMISSION_DENIED", &give(&name, elsewhere)),
                    Refused::wrong(speaker, "conditions", &on_conditions),
                    Refused::wrong(speaker, "stand", &unsaid),
                ]
            }
            "WithdrawOpinion" => {
                let unasked = withdraw(&name, of_energy.clone());
                vec![
                    Refused::new(energy, "OPINION_NOT_ASKED", &unasked),
                    Refused::new(speaker, "PERMISSION_DENIED", &unasked),
                    Refused::new(speaker, "PERMISSION_DENIED", &withdraw(&name, elsewhere)),
                ]
            }
            "MeetCondition" => {
                Self::given(sandbox, &name, county).await;
                let officer = Who::officer(village);
                let _: pb::Matter = Self::done(sandbox, officer, "MeetCondition", &meet(&name, 2)).await;
                vec![
                    Refused::new(officer, "CONDITION_MET", &meet(&name, 2)),
                    Refused::new(officer, "CONDITION_NOT_FOUND", &meet(&name, 3)),
                    Refused::new(officer, "CONDITION_NOT_FOUND", &meet(&name, i32::MAX)),
                ]
            }
            _ => Vec::new(),
        }
    }
}
