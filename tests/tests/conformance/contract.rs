//! What the contracts say of themselves: methods, and the fields that a caller fills in.

use std::collections::BTreeSet;

use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, Value,
};
use tonic::Status;
use tonic::metadata::MetadataMap;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Wire};

/// `google.api.FieldBehavior`
const REQUIRED: i32 = 2;
const OUTPUT_ONLY: i32 = 3;
const IDENTIFIER: i32 = 8;

/// A method that callers can reach.
#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    /// `pkg.Service/Method`.
    pub(crate) name: String,
    pub(crate) request: MessageDescriptor,
    pub(crate) response: MessageDescriptor,
    /// Whether it takes a stream of requests.
    pub(crate) streams: bool,
}

/// Every method that callers may reach; the admin service has a listener of its own, and the link is served where there
/// are nodes below, and to them.
pub(crate) fn described() -> Vec<Rpc> {
    let pool = DescriptorPool::decode(yishi_proto::DESCRIPTORS).unwrap();
    let others = ["yishi.admin.", "yishi.link."];
    let ours = |name: &str| name.starts_with("yishi.") && !others.iter().any(|other| name.starts_with(other));
    let services = pool.services().filter(|service| ours(service.full_name()));
    let rpcs: Vec<Rpc> =
        services.flat_map(|service| service.methods().map(Rpc::of).collect::<Vec<_>>()).collect();
    assert!(rpcs.len() > 10, "the descriptors hold no services");
    rpcs
}

/// Every method on the public listener of a node: what is described is served.
pub(crate) async fn served<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Rpc> {
    let mut health = HealthClient::new(sandbox.channel());
    let rpcs = described();
    for service in rpcs.iter().map(Rpc::service).collect::<BTreeSet<_>>() {
        let answer = health.check(HealthCheckRequest { service: service.to_owned() }).await;
        assert!(answer.is_ok(), "{service} has a contract and is not served: {answer:?}");
    }
    rpcs
}

impl Rpc {
    #[expect(clippy::needless_pass_by_value, reason = "descriptors are handles, and iterators hand them out")]
    fn of(method: MethodDescriptor) -> Self {
        let name = format!("{}/{}", method.parent_service().full_name(), method.name());
        let (request, response) = (method.input(), method.output());
        Self { name, request, response, streams: method.is_client_streaming() }
    }

    /// `pkg.Service`.
    pub(crate) fn service(&self) -> &str {
        self.name.split_once('/').unwrap().0
    }

    /// `Method`.
    pub(crate) fn method(&self) -> &str {
        self.name.split_once('/').unwrap().1
    }

    /// Calls it as it is meant to be called; where it takes one message, with the first.
    pub(crate) async fn call(
        &self,
        wire: &Wire,
        caller: &MetadataMap,
        messages: &[Vec<u8>],
    ) -> Result<Vec<u8>, Status> {
        if self.streams {
            wire.stream(&self.name, caller, messages.to_vec()).await
        } else {
            wire.call(&self.name, caller, messages[0].clone()).await
        }
    }

    /// Whether it changes something.
    pub(crate) fn mutates(&self) -> bool {
        self.request.get_field_by_name("request_id").is_some()
    }
}

/// A field of a request, or of a message in it, that a caller fills in.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    steps: Vec<FieldDescriptor>,
    pub(crate) required: bool,
}

/// Every field that a caller fills in, messages of the house before their parts.
pub(crate) fn inputs(request: &MessageDescriptor) -> Vec<Input> {
    // What creates something does not name it: the server does.
    let creates = request.get_field_by_name("parent").is_some();
    let mut inputs = Vec::new();
    descend(request, &[], creates, &mut inputs);
    inputs
}

fn descend(message: &MessageDescriptor, above: &[FieldDescriptor], creates: bool, inputs: &mut Vec<Input>) {
    for field in message.fields() {
        let behaviours = behaviours(&field);
        if behaviours.contains(&OUTPUT_ONLY) || (creates && behaviours.contains(&IDENTIFIER)) {
            continue;
        }
        let steps: Vec<FieldDescriptor> = above.iter().cloned().chain([field.clone()]).collect();
        let required = [REQUIRED, IDENTIFIER].iter().any(|one| behaviours.contains(one));
        inputs.push(Input { steps: steps.clone(), required });
        if let Kind::Message(inner) = field.kind()
            && inner.full_name().starts_with("yishi.")
        {
            descend(&inner, &steps, creates, inputs);
        }
    }
}

fn behaviours(field: &FieldDescriptor) -> Vec<i32> {
    let behaviour = field.parent_pool().get_extension_by_name("google.api.field_behavior").unwrap();
    let options = field.options();
    let list = options.get_extension(&behaviour);
    list.as_list().unwrap().iter().map(|value| value.as_enum_number().unwrap()).collect()
}

impl Input {
    /// The field as refusals name it, as in `matter.title`; of several, the first: `lines[0].channel`.
    pub(crate) fn path(&self) -> String {
        let (field, above) = self.steps.split_last().unwrap();
        let step = |step: &FieldDescriptor| {
            let index = if step.is_list() { "[0]" } else { "" };
            format!("{}{index}.", step.name())
        };
        above.iter().map(step).chain([field.name().to_owned()]).collect()
    }

    /// The field's own name in the contracts, as in `yishi.intake.v1.Matter.title`.
    pub(crate) fn full_name(&self) -> &str {
        self.field().full_name()
    }

    /// The field.
    pub(crate) fn field(&self) -> &FieldDescriptor {
        self.steps.last().unwrap()
    }

    /// Whether the request itself has it, and no message in it.
    pub(crate) fn is_topmost(&self) -> bool {
        self.steps.len() == 1
    }

    /// What a request has in this field.
    pub(crate) fn read(&self, request: &DynamicMessage) -> Value {
        let mut request = request.clone();
        self.message(&mut request).get_field(self.field()).into_owned()
    }

    /// Whether a request has anything in this field. What is above it must be there.
    pub(crate) fn is_in(&self, request: &DynamicMessage) -> bool {
        let mut request = request.clone();
        self.message(&mut request).has_field(self.field())
    }

    /// A request with another value in this field.
    pub(crate) fn with(&self, request: &DynamicMessage, value: Value) -> DynamicMessage {
        let mut request = request.clone();
        self.message(&mut request).set_field(self.field(), value);
        request
    }

    /// A request without this field.
    pub(crate) fn without(&self, request: &DynamicMessage) -> DynamicMessage {
        let mut request = request.clone();
        self.message(&mut request).clear_field(self.field());
        request
    }

    /// The message that has this field; of several, the first.
    fn message<'a>(&self, request: &'a mut DynamicMessage) -> &'a mut DynamicMessage {
        let (_, above) = self.steps.split_last().unwrap();
        above.iter().fold(request, |message, step| match message.get_field_mut(step) {
            Value::Message(inner) => inner,
            Value::List(rows) => {
                let row = rows.first_mut().and_then(Value::as_message_mut);
                row.unwrap_or_else(|| panic!("{}: {} is empty", self.path(), step.name()))
            }
            other => panic!("{}: a step is no {other:?}", self.path()),
        })
    }
}
