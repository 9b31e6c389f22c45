//! The cases of publicity and exchange: for each method that records something, a request that would be done, and what stands in
//! the way of one that is right in every field.

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, Sandbox, YEAR, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const UNKNOWN: &str = "ACTIVITY_NOT_FOUND";
/// A day after the one on which a sandbox opens.
const TOMORROW: &str = "2021-12-02";

/// Villages that have recorded nothing.
pub(crate) struct Exchange {
    villages: Vec<UnitCode>,
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

impl Exchange {
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
        villages.truncate(1 + 2 * methods);
        let unit = villages.pop().expect("there are many villages");
        let name = Self::recorded(sandbox, unit).await;
        let _: pb::Activity =
            Self::done(sandbox, Who::officer(unit), "WithdrawActivity", &withdraw(&name)).await;
        let withdrawn = Exhibit { state: "WITHDRAWN", name, unit, reason: "ACTIVITY_WITHDRAWN" };
        Self { villages, gallery: vec![withdrawn] }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
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
        let unit = self.take();
        let officer = Who::officer(unit);
        match method {
            "RecordActivity" => vec![Refused::wrong(officer, "content.day", &record(unit, TOMORROW))],
            "CorrectActivity" => {
                let name = Self::recorded(sandbox, unit).await;
                vec![Refused::wrong(officer, "content.day", &correct(&name, TOMORROW))]
            }
            _ => Vec::new(),
        }
    }
}
