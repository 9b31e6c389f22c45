//! The thousand: half of them propose, the other half take their places.

use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::person_service_client::PersonServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{Asks, Signature, as_caller, fresh_id};

use crate::COUNTY;
use crate::canary::{CANARIES, canary};

/// Few enough for a village's year.
const EACH: usize = 10;
/// How many are erased in the end.
const ERASED: usize = 50;

fn contact(nth: u32) -> Option<pb::Contact> {
    let (name, telephone) = canary(nth);
    Some(pb::Contact { name, telephone })
}

fn village_of(matter: &str) -> UnitCode {
    matter.split('/').nth(1).unwrap().parse().unwrap()
}

/// Every one of them is kept, looked at and some are erased; answers the matters, in the order of those who have them now.
pub(crate) async fn propose<E: Engine>(federation: &Federation<E>) -> Vec<String> {
    let node = federation.node(COUNTY);
    let villages = node.register.at_level(Level::Village).map(|village| village.code);
    let villages = villages.filter(|village| node.register.is_within(*village, COUNTY));
    let villages = villages.flat_map(|village| std::iter::repeat_n(village, EACH));
    let mut matters = Vec::new();
    for (nth, village) in (0..CANARIES / 2).zip(villages) {
        let ask =
            pb::ProposeMatterRequest { contact: contact(nth), ..Asks::propose(village, "硬化村道") };
        let matter = node.officer(village).propose_matter(ask).await.unwrap().into_inner();
        assert!(matter.contact.is_some());
        matters.push(matter.name);
    }
    for (nth, name) in (CANARIES / 2..).zip(&matters) {
        let village = village_of(name);
        let signature = Signature::of(&as_caller(village, Role::Officer));
        let mut office = PersonServiceClient::with_interceptor(node.channel(), signature);
        // What is refused is told without it, and an answer that is wrong about the etag as well.
        let (name, request_id) = (name.clone(), fresh_id());
        let ask =
            pb::SetContactRequest { name: name.clone(), contact: contact(nth), request_id, etag: "x".into() };
        office.set_contact(ask.clone()).await.unwrap_err();
        office.set_contact(pb::SetContactRequest { etag: String::new(), ..ask }).await.unwrap();
        let masked =
            office.get_contact(pb::GetContactRequest { name: name.clone() }).await.unwrap().into_inner();
        assert_eq!(crate::found(format!("{masked:?} {:?}", masked.contact).as_bytes()), None);
        if matters.len() - usize::try_from(nth - CANARIES / 2).unwrap() <= ERASED {
            let ask = pb::EraseContactRequest { name, request_id: fresh_id(), etag: String::new() };
            office.erase_contact(ask).await.unwrap();
        }
    }
    matters
}

/// What the office of a village that must call somebody is told; printed field by field, as nothing else prints it.
pub(crate) async fn see<E: Engine>(federation: &Federation<E>, matters: &[String]) -> String {
    let name = matters.first().unwrap().clone();
    let signature = Signature::of(&as_caller(village_of(&name), Role::Officer));
    let mut office = PersonServiceClient::with_interceptor(federation.node(COUNTY).channel(), signature);
    let ask = pb::RevealContactRequest { name, request_id: fresh_id(), etag: String::new() };
    let seen = office.reveal_contact(ask).await.unwrap().into_inner();
    assert_eq!(crate::found(format!("{seen:?}").as_bytes()), None, "an answer that is printed hides it");
    let told = seen.contact.unwrap();
    assert_eq!((told.name.clone(), told.telephone.clone()), canary(CANARIES / 2));
    format!("{} {}", told.name, told.telephone)
}
