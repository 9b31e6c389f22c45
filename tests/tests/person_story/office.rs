//! What an office asks about the people who propose.

use tonic::Status;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::person_service_client::PersonServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, Sandbox, Signature, as_caller, fresh_id};

/// 园艺村.
pub(crate) const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
pub(crate) const NAME: &str = "张三丰";
pub(crate) const NUMBER: &str = "13812345678";

pub(crate) type Persons = PersonServiceClient<InterceptedService<Channel, Signature>>;

pub(crate) fn at<E: Engine>(node: &Sandbox<E>, unit: UnitCode, role: Role) -> Persons {
    PersonServiceClient::with_interceptor(node.channel(), Signature::of(&as_caller(unit, role)))
}

fn contact(name: &str, telephone: &str) -> Option<pb::Contact> {
    Some(pb::Contact { name: name.to_owned(), telephone: telephone.to_owned() })
}

pub(crate) fn propose(name: &str, telephone: &str) -> pb::ProposeMatterRequest {
    pb::ProposeMatterRequest { contact: contact(name, telephone), ..Asks::propose(VILLAGE, "硬化村道") }
}

pub(crate) fn set(matter: &str, name: &str, telephone: &str) -> pb::SetContactRequest {
    let (name, contact) = (matter.to_owned(), contact(name, telephone));
    pb::SetContactRequest { name, contact, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn reveal(matter: &str) -> pb::RevealContactRequest {
    pb::RevealContactRequest { name: matter.to_owned(), request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn erase(matter: &str) -> pb::EraseContactRequest {
    pb::EraseContactRequest { name: matter.to_owned(), request_id: fresh_id(), etag: String::new() }
}

pub(crate) async fn get<E: Engine>(
    node: &Sandbox<E>,
    unit: UnitCode,
    role: Role,
    matter: &str,
) -> Result<pb::ContactView, Status> {
    let ask = pb::GetContactRequest { name: matter.to_owned() };
    at(node, unit, role).get_contact(ask).await.map(tonic::Response::into_inner)
}

/// Name and number as they were told.
pub(crate) fn whole(seen: &pb::ContactView) -> (&str, &str) {
    seen.contact.as_ref().map(|told| (told.name.as_str(), told.telephone.as_str())).unwrap()
}

pub(crate) fn reason(refused: &Status) -> String {
    refused.get_details_error_info().unwrap().reason
}
