//! Every method with a telephone number in each of its texts, alone and in a sentence: none of them takes it, and none
//! repeats it.

use std::fmt::Write as _;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use tonic::metadata::MetadataMap;
use yishi_runtime::access::{ACTOR, DEPARTMENT, ROLE, Role, UNIT};
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{Signature, Wire, as_caller, fresh_id};

use crate::COUNTY;
use crate::canary::{CANARIES, canary};

/// Deeper than any request goes.
const DEEP: usize = 5;
/// What a contact is for.
const CONTACT: &str = "yishi.intake.v1.Contact";
/// A village of the node that is asked.
const VILLAGE: &str = "640324100200";

/// Answers all that was told.
pub(crate) async fn ask_everything<E: Engine>(federation: &Federation<E>) -> String {
    let node = federation.node(COUNTY);
    let pool = DescriptorPool::decode(yishi_proto::DESCRIPTORS).unwrap();
    let (public, admin) = (Wire::on(node.channel()), Wire::on(node.admin_channel()));
    let (mut told, mut nth, mut methods) = (String::new(), 0, 0);
    for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let service = method.parent_service().full_name().to_owned();
        // A link is for nodes: what its frames must be is tried where they are read.
        if !service.starts_with("yishi.") || service.starts_with("yishi.link.") {
            continue;
        }
        // An operator's request that is whole moves units, and is about machines and not about people.
        let (wire, may_be_whole) =
            if service.starts_with("yishi.admin.") { (&admin, false) } else { (&public, true) };
        let (rpc, mut texts) = (format!("{service}/{}", method.name()), 0);
        for path in paths(&method.input(), &[]) {
            for says in ["{}", "请致电{}", "+86{}"] {
                nth = (nth + 1) % CANARIES;
                let text = says.replace("{}", &canary(nth).1);
                for filled in [false, may_be_whole] {
                    let ask = with(&method.input(), &path, &text, filled).encode_to_vec();
                    let answer = if method.is_client_streaming() {
                        wire.stream(&rpc, &officer(), vec![ask]).await
                    } else {
                        wire.call(&rpc, &officer(), ask).await
                    };
                    let refused = answer.err().unwrap_or_else(|| panic!("{rpc} takes {text} in {path:?}"));
                    texts += 1;
                    // An operator is told which word it was that nobody knows.
                    if may_be_whole {
                        let details = String::from_utf8_lossy(refused.details());
                        writeln!(told, "{rpc} {refused:?} {details}").unwrap();
                    }
                }
            }
        }
        methods += usize::from(texts > 0);
        for header in [UNIT, ROLE, ACTOR, DEPARTMENT, "yishi-position"] {
            let mut caller = officer();
            caller.insert(header, canary(nth).1.parse().unwrap());
            if let Err(refused) = wire.call(&rpc, &caller, Vec::new()).await {
                writeln!(told, "{rpc} {header} {refused:?}").unwrap();
            }
        }
    }
    assert!(methods > 80, "only {methods} methods take texts");
    told
}

fn officer() -> MetadataMap {
    let mut metadata = MetadataMap::new();
    Signature::of(&as_caller(VILLAGE.parse().unwrap(), Role::Officer)).write(&mut metadata);
    metadata
}

/// Every text of a message, by the fields on the way to it.
fn paths(message: &MessageDescriptor, above: &[FieldDescriptor]) -> Vec<Vec<FieldDescriptor>> {
    let mut found = Vec::new();
    for field in message.fields().filter(|_| above.len() < DEEP) {
        let path: Vec<_> = above.iter().cloned().chain([field.clone()]).collect();
        match field.kind() {
            Kind::String => found.push(path),
            Kind::Message(inner) if inner.full_name() != CONTACT => found.extend(paths(&inner, &path)),
            _ => {}
        }
    }
    found
}

/// A request with this text there; if it is to be filled, whatever else names something names what there may be.
fn with(message: &MessageDescriptor, path: &[FieldDescriptor], text: &str, filled: bool) -> DynamicMessage {
    let mut request = DynamicMessage::new(message.clone());
    if filled {
        for field in message.fields().filter(|field| field.kind() == Kind::String && !field.is_list()) {
            let value = match field.name() {
                "request_id" => fresh_id(),
                "parent" | "village" => format!("villages/{VILLAGE}"),
                "unit" => format!("units/{VILLAGE}"),
                "name" | "matter" | "into" => format!("villages/{VILLAGE}/matters/2022-1"),
                _ => continue,
            };
            request.set_field(&field, Value::String(value));
        }
    }
    put(&mut request, path, text);
    request
}

fn put(message: &mut DynamicMessage, path: &[FieldDescriptor], text: &str) {
    let Some((field, rest)) = path.split_first() else { return };
    let value = match field.kind() {
        Kind::Message(inner) => {
            let mut part = DynamicMessage::new(inner);
            put(&mut part, rest, text);
            Value::Message(part)
        }
        _ => Value::String(text.to_owned()),
    };
    message.set_field(field, if field.is_list() { Value::List(vec![value]) } else { value });
}
