//! The cases of publicity and exchange: for each method that records something, a request that would be done, and what stands in
//! the way of one that is right in every field.

use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, Sandbox, Village, YEAR, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const UNKNOWN: &str = "ACTIVITY_NOT_FOUND";
/// A day to which no sandbox comes.
const LATER: &str = "2099-12-31";

/// Villages that have recorded nothing.
pub(crate) struct Exchange {
    villages: Vec<UnitCode>,
    /// Villages whose matters can become examples.
    ripe: Vec<Village>,
    gallery: Vec<Exhibit>,
}

/// A talk of somebody to forty people.
pub(crate) fn talk(day: &str) -> pb::ActivityContent {
    pb::ActivityContent {
        kind: pb::ActivityKind::Talk as i32,
        day: day.to_owned(),
        participants: 40,
        speakers: vec![pb::Speaker { token: "speaker-1".to_owned() }],
        title: "一事一议政策宣讲".to_owned(),
        text: "讲解办事程序".to_owned(),
        papers: vec![Asks::paper(pb::PaperKind::Photograph, 9)],
    }
}

pub(crate) fn record(unit: UnitCode, day: &str) -> pb::RecordActivityRequest {
    let (parent, content) = (format!("units/{unit}"), Some(talk(day)));
    pb::RecordActivityRequest { parent, year: YEAR, content, request_id: fresh_id() }
}

fn correct(name: &str, day: &str) -> pb::CorrectActivityRequest {
    pb::CorrectActivityRequest {
        name: name.to_owned(),
        content: Some(pb::ActivityContent { participants: 50, ..talk(day) }),
        reason: "人数有误".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

fn withdraw(name: &str) -> pb::WithdrawActivityRequest {
    let (name, reason) = (name.to_owned(), "重复登记".to_owned());
    pb::WithdrawActivityRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

/// Whether a method holds something up to others.
fn is_of_marks(method: &str) -> bool {
    method.starts_with("Mark") || method.starts_with("Unmark")
}

/// The method by which a village is held up to others.
pub(crate) const DEMONSTRATE: &str = "MarkDemonstrationVillage";

pub(crate) fn demonstrate(by: UnitCode, village: UnitCode) -> pb::MarkDemonstrationVillageRequest {
    let (parent, village) = (format!("units/{by}"), format!("villages/{village}"));
    let (reason, request_id) = ("全县观摩点".to_owned(), fresh_id());
    pb::MarkDemonstrationVillageRequest { parent, village, year: YEAR, reason, request_id }
}

fn undemonstrate(by: UnitCode, village: UnitCode) -> pb::UnmarkDemonstrationVillageRequest {
    let (parent, village) = (format!("units/{by}"), format!("villages/{village}"));
    let (reason, request_id) = ("验收有问题".to_owned(), fresh_id());
    pb::UnmarkDemonstrationVillageRequest { parent, village, year: YEAR, reason, request_id }
}

fn example(by: UnitCode, matter: &str) -> pb::MarkExampleRequest {
    let (parent, matter, reason) = (format!("units/{by}"), matter.to_owned(), "群众出工出力".to_owned());
    pb::MarkExampleRequest { parent, matter, reason, request_id: fresh_id() }
}

fn unexample(by: UnitCode, matter: &str) -> pb::UnmarkExampleRequest {
    let (parent, matter, reason) = (format!("units/{by}"), matter.to_owned(), "质量有问题".to_owned());
    pb::UnmarkExampleRequest { parent, matter, reason, request_id: fresh_id() }
}

impl Exchange {
    /// A matter of a new village that can be an example, and the village's county.
    async fn matter<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> (String, UnitCode) {
        let mut village = self.ripe.pop().expect("each method has a village");
        let matter = sandbox.matter_in(&mut village, pb::MatterState::Determined).await;
        (matter.name, Self::county(sandbox, village.code))
    }

    fn county<E: Engine>(sandbox: &Sandbox<E>, village: UnitCode) -> UnitCode {
        sandbox.register.ancestor_at(village, Level::County).expect("a village has a county")
    }

    /// What a mark can be refused for.
    async fn marking<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let unit = self.take();
        let (county, township) = (Self::county(sandbox, unit), sandbox.register.parent(unit).unwrap_or(unit));
        let elsewhere =
            sandbox.villages().into_iter().find(|other| !sandbox.register.is_within(*other, county));
        let elsewhere = elsewhere.expect("there are other counties");
        let unknown = format!("villages/{unit}/matters/{YEAR}-99");
        let (officer, below) = (Who::officer(county), Who::officer(township));
        match method {
            "MarkExample" => {
                let mut village = self.ripe.pop().expect("each method has a village");
                let open = sandbox.matter_in(&mut village, pb::MatterState::Proposed).await.name;
                let own = Self::county(sandbox, village.code);
                vec![
                    Refused::new(officer, "MATTER_NOT_FOUND", &example(county, &unknown)),
                    Refused::new(Who::officer(own), "WRONG_STATE", &example(own, &open)),
                    Refused::wrong(below, "parent", &example(township, &unknown)),
                ]
            }
            "UnmarkExample" => {
                let (matter, own) = self.matter(sandbox).await;
                let other = example(county, &unknown).matter;
                vec![
                    Refused::new(Who::officer(own), "NOT_MARKED", &unexample(own, &matter)),
                    Refused::new(officer, "MATTER_NOT_FOUND", &unexample(county, &other)),
                ]
            }
            DEMONSTRATE => vec![
                Refused::wrong(officer, "village", &demonstrate(county, elsewhere)),
                Refused::wrong(below, "parent", &demonstrate(township, unit)),
            ],
            _ => vec![
                Refused::new(officer, "NOT_MARKED", &undemonstrate(county, unit)),
                Refused::wrong(officer, "village", &undemonstrate(county, elsewhere)),
            ],
        }
    }

    /// A mark that can be given, or lifted.
    async fn mark<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        if ["MarkExample", "UnmarkExample"].contains(&method) {
            let (matter, county) = self.matter(sandbox).await;
            let officer = Who::officer(county);
            if method == "MarkExample" {
                return Some(Ready::new(officer, &example(county, &matter)));
            }
            let _: pb::GivenMark =
                Self::done(sandbox, officer, "MarkExample", &example(county, &matter)).await;
            sandbox.caught_up().await;
            return Some(Ready::new(officer, &unexample(county, &matter)));
        }
        let unit = self.take();
        let county = Self::county(sandbox, unit);
        let officer = Who::officer(county);
        match method {
            DEMONSTRATE => Some(Ready::new(officer, &demonstrate(county, unit))),
            "UnmarkDemonstrationVillage" => {
                let _: pb::GivenMark =
                    Self::done(sandbox, officer, DEMONSTRATE, &demonstrate(county, unit)).await;
                sandbox.caught_up().await;
                Some(Ready::new(officer, &undemonstrate(county, unit)))
            }
            _ => None,
        }
    }

    /// Something that a new village has recorded.
    async fn recorded<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode) -> String {
        let ask = record(unit, "2021-12-01");
        let held: pb::Activity = Self::done(sandbox, Who::officer(unit), "RecordActivity", &ask).await;
        held.name
    }

    fn take(&mut self) -> UnitCode {
        self.villages.pop().unwrap_or_else(|| panic!("there are more villages; see {}", Self::FILE))
    }
}

impl Cases for Exchange {
    const SERVICE: &'static str = "yishi.intake.v1.ExchangeService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = &["RECORDED", "WITHDRAWN"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let mut villages = sandbox.villages();
        let ripe = sandbox.ripe_villages(villages.split_off(villages.len() - 2 * methods)).await;
        villages.truncate(1 + 2 * methods);
        let unit = villages.pop().expect("there are many villages");
        let name = Self::recorded(sandbox, unit).await;
        let _: pb::Activity =
            Self::done(sandbox, Who::officer(unit), "WithdrawActivity", &withdraw(&name)).await;
        let withdrawn = Exhibit { state: "WITHDRAWN", name, unit, reason: "ACTIVITY_WITHDRAWN" };
        Self { villages, ripe, gallery: vec![withdrawn] }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        if is_of_marks(method) {
            return self.mark(sandbox, method).await;
        }
        let unit = self.take();
        let officer = Who::officer(unit);
        if method == "RecordActivity" {
            return Some(Ready::new(officer, &record(unit, "2021-12-01")));
        }
        let name = Self::recorded(sandbox, unit).await;
        let ready = match method {
            "CorrectActivity" => Ready::new(officer, &correct(&name, "2021-11-30")),
            "WithdrawActivity" => Ready::new(officer, &withdraw(&name)),
            _ => return None,
        };
        Some(ready.of(UNKNOWN, &["RECORDED"]))
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        if is_of_marks(method) {
            return self.marking(sandbox, method).await;
        }
        let unit = self.take();
        let officer = Who::officer(unit);
        match method {
            "RecordActivity" => vec![Refused::wrong(officer, "content.day", &record(unit, LATER))],
            "CorrectActivity" => {
                let name = Self::recorded(sandbox, unit).await;
                vec![Refused::wrong(officer, "content.day", &correct(&name, LATER))]
            }
            _ => Vec::new(),
        }
    }
}
