//! The cases of contacts: for each method that changes something about one, a request that would be done, and what stands in
//! the way of one that is right in every field.

use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::MatterState::Proposed;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Village, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};
use crate::intake::{MATTER_STATES, villages};

/// Villages to which nothing has happened yet, but that their matters became ripe: two for each method.
pub(crate) struct Persons {
    villages: Vec<Village>,
    /// A matter in each state, each of a village of its own.
    gallery: Vec<Exhibit>,
}

const ALIVE: &[&str] = &["PROPOSED", "DELIBERATED", "NOTICED", "DETERMINED", "IN_PROGRESS", "COMPLETED"];

/// How somebody is reached.
pub(crate) fn contact() -> pb::Contact {
    pb::Contact { name: "张三丰".to_owned(), telephone: "13812345678".to_owned() }
}

pub(crate) fn set(name: &str) -> pb::SetContactRequest {
    let (name, contact) = (name.to_owned(), Some(contact()));
    pb::SetContactRequest { name, contact, request_id: fresh_id(), etag: String::new() }
}

fn erase(name: &str) -> pb::EraseContactRequest {
    pb::EraseContactRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
}

fn reveal(name: &str) -> pb::RevealContactRequest {
    pb::RevealContactRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
}

impl Cases for Persons {
    const SERVICE: &'static str = "yishi.intake.v1.PersonService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = MATTER_STATES;

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let (villages, gallery) = villages(sandbox, methods).await;
        Self { villages, gallery }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let mut village = self.villages.pop().expect("each method has two villages");
        let (officer, name) =
            (Who::officer(village.code), sandbox.matter_in(&mut village, Proposed).await.name);
        if method != "SetContact" {
            let _: pb::Matter = Self::done(sandbox, officer, "SetContact", &set(&name)).await;
        }
        Some(match method {
            "SetContact" => Ready::new(officer, &set(&name)).of("MATTER_NOT_FOUND", ALIVE),
            // They can be asked wherever the matter is in its life.
            "EraseContact" => Ready::new(officer, &erase(&name)).of("MATTER_NOT_FOUND", &[]),
            "RevealContact" => Ready::new(officer, &reveal(&name)).of("MATTER_NOT_FOUND", &[]),
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let mut village = self.villages.pop().expect("each method has two villages");
        let officer = Who::officer(village.code);
        let none = sandbox.matter_in(&mut village, Proposed).await.name;
        let gone = sandbox.matter_in(&mut village, Proposed).await.name;
        let _: pb::Matter = Self::done(sandbox, officer, "SetContact", &set(&gone)).await;
        let _: pb::Matter = Self::done(sandbox, officer, "EraseContact", &erase(&gone)).await;
        match method {
            "EraseContact" => vec![
                Refused::new(officer, "CONTACT_NOT_FOUND", &erase(&none)),
                Refused::new(officer, "CONTACT_ERASED", &erase(&gone)),
            ],
            "RevealContact" => vec![
                Refused::new(officer, "CONTACT_NOT_FOUND", &reveal(&none)),
                Refused::new(officer, "CONTACT_ERASED", &reveal(&gone)),
            ],
            _ => Vec::new(),
        }
    }
}
