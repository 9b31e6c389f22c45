//! Each request about a contact: which unit it is about, which command it becomes, and what a repeat of it is known by.

use prost::Message as _;
use yishi_intake_domain::contact::Act;
use yishi_intake_domain::{Act as All, Command};
use yishi_kernel::{Level, Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;
use yishi_seal::Keyring;

use super::super::fields::{seen, unit_of, village_of};
use super::super::requests::{change, content};
use super::{contact, sealed};
use crate::model::Intake;
use crate::task::Task;

/// A digest of a telephone number gives the number away to whoever has the digest's key and patience, also after the person was
/// erased. So a repeat is known by all the rest.
impl Subject<Intake> for pb::ProposeMatterRequest {
    const RPC: &'static str = "yishi.intake.v1.IntakeService/ProposeMatter";

    fn subject(&self, _: &Register) -> Option<UnitCode> {
        unit_of("villages", &self.parent)
    }

    fn known_by(&self) -> Vec<u8> {
        if self.contact.is_none() {
            return self.encode_to_vec();
        }
        Self { contact: Some(pb::Contact::default()), ..self.clone() }.encode_to_vec()
    }
}

/// As above.
impl Subject<Intake> for pb::SetContactRequest {
    const RPC: &'static str = "yishi.intake.v1.PersonService/SetContact";

    fn subject(&self, _: &Register) -> Option<UnitCode> {
        village_of(&self.name)
    }

    fn known_by(&self) -> Vec<u8> {
        Self { contact: Some(pb::Contact::default()), ..self.clone() }.encode_to_vec()
    }
}

/// The command of a proposal, with the contact sealed that it may come with.
pub(crate) fn propose(
    request: &pb::ProposeMatterRequest,
    caller: &Caller,
    register: &Register,
    keys: &Keyring,
) -> Result<(RequestId, Task), Failure> {
    let mut check = Checker::default();
    let village = check.unit_name("parent", "villages", &request.parent);
    if village.is_some_and(|unit| register.level(unit) != Some(Level::Village)) {
        check.refuse("parent", "应为行政村的代码", "write the code of a village");
    }
    let year = check.year("year", request.year);
    let content = content(&mut check, request.matter.as_ref().unwrap_or(&pb::Matter::default()));
    let request_id = check.request_id("request_id", &request.request_id);
    let said = request.contact.as_ref().and_then(|said| contact(&mut check, said));
    let (request_id, village, year, content) =
        check.finish(|| Some((request_id?, village?, year?, content?)))?;
    let contact = said.map(|contact| sealed(keys, village, &contact)).transpose()?;
    let proposer = caller.actor.clone();
    Ok((request_id, Task::Asked(Command::Propose { village, year, content, proposer, contact }.into())))
}

/// The command by which a contact is kept.
pub(crate) fn set_contact(
    request: &pb::SetContactRequest,
    keys: &Keyring,
) -> Result<(RequestId, Task), Failure> {
    let mut check = Checker::default();
    let matter = check.matter("name", &request.name);
    let said = contact(&mut check, request.contact.as_ref().unwrap_or(&pb::Contact::default()));
    let request_id = check.request_id("request_id", &request.request_id);
    let version = seen(&mut check, &request.etag);
    let (matter, said, request_id, version) =
        check.finish(|| Some((matter?, said?, request_id?, version?)))?;
    let act = All::Contact(Act::Keep(sealed(keys, matter.village, &said)?));
    Ok((request_id, Task::Asked(Command::Change { matter, version, act }.into())))
}

/// `Request, "Rpc", act;`
macro_rules! changes {
    ($($request:ident, $rpc:literal, $act:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.PersonService/", $rpc);

            fn subject(&self, _: &Register) -> Option<UnitCode> {
                village_of(&self.name)
            }
        }

        impl Mutation<Intake> for pb::$request {
            type Answer = pb::Matter;

            fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let mut check = Checker::default();
                let matter = check.matter("name", &self.name);
                let request_id = check.request_id("request_id", &self.request_id);
                let version = seen(&mut check, &self.etag);
                change(check, matter, request_id, version, Some(All::Contact($act)))
            }
        }
    )*};
}

changes! {
    EraseContactRequest, "EraseContact", Act::Erase;
    RevealContactRequest, "RevealContact", Act::Reveal;
}

impl Subject<Intake> for pb::GetContactRequest {
    const RPC: &'static str = "yishi.intake.v1.PersonService/GetContact";

    fn subject(&self, _: &Register) -> Option<UnitCode> {
        village_of(&self.name)
    }
}
