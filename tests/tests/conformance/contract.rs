//! What the contracts say of themselves: methods, and the fields that a caller fills in.

use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use yishi_store::Engine;
use yishi_tests::sandbox::Sandbox;

/// `google.api.FieldBehavior`
const REQUIRED: i32 = 2;
const OUTPUT_ONLY: i32 = 3;
const IDENTIFIER: i32 = 8;

/// Services whose contract is there before the service is. Each leaves this list when it is served, and is walked
/// from then on.
const TO_COME: [&str; 3] = [
    "yishi.appraisal.v1.AppraisalService",
    "yishi.escalation.v1.EscalationService",
    "yishi.funding.v1.FundingService",
];

/// A method that callers can reach.
#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    /// `pkg.Service/Method`.
    pub(crate) name: String,
    pub(crate) request: MessageDescriptor,
}

/// Every method on the public listener of a node; the admin service has a listener of its own.
pub(crate) async fn served<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Rpc> {
    let pool = DescriptorPool::decode(yishi_proto::DESCRIPTORS).unwrap();
    let mut health = HealthClient::new(sandbox.channel());
    let mut rpcs = Vec::new();
    for service in pool.services() {
        let name = service.full_name();
        if !name.starts_with("yishi.") || name.starts_with("yishi.admin.") {
            continue;
        }
        let served = health.check(HealthCheckRequest { service: name.to_owned() }).await.is_ok();
        assert_eq!(
            served,
            !TO_COME.contains(&name),
            "{name}: is it served? TO_COME of {} says otherwise",
            file!()
        );
        if served {
            rpcs.extend(service.methods().map(|method| {
                let name = format!("{}/{}", method.parent_service().full_name(), method.name());
                Rpc { name, request: method.input() }
            }));
        }
    }
    assert!(rpcs.len() > 10, "the descriptors hold no services");
    rpcs
}

impl Rpc {
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
    /// The field as refusals name it, as in `matter.title`.
    pub(crate) fn path(&self) -> String {
        self.steps.iter().map(FieldDescriptor::name).collect::<Vec<_>>().join(".")
    }

    /// The field's own name in the contracts, as in `yishi.intake.v1.Matter.title`.
    pub(crate) fn full_name(&self) -> &str {
        self.field().full_name()
    }

    /// The field.
    pub(crate) fn field(&self) -> &FieldDescriptor {
        self.steps.last().unwrap()
    }

    /// What a request has in this field.
    pub(crate) fn read(&self, request: &DynamicMessage) -> Value {
        let (field, above) = self.steps.split_last().unwrap();
        let inner = above.iter().fold(request.clone(), |message, step| {
            message.get_field(step).as_message().expect("a step is a message").clone()
        });
        inner.get_field(field).into_owned()
    }

    /// A request with another value in this field.
    pub(crate) fn with(&self, request: &DynamicMessage, value: Value) -> DynamicMessage {
        self.changed(request, |message, field| message.set_field(field, value))
    }

    /// A request without this field.
    pub(crate) fn without(&self, request: &DynamicMessage) -> DynamicMessage {
        self.changed(request, |message, field| message.clear_field(field))
    }

    fn changed(
        &self,
        request: &DynamicMessage,
        change: impl FnOnce(&mut DynamicMessage, &FieldDescriptor),
    ) -> DynamicMessage {
        let mut request = request.clone();
        let (field, above) = self.steps.split_last().unwrap();
        let inner = above.iter().fold(&mut request, |message, step| {
            message.get_field_mut(step).as_message_mut().expect("a step is a message")
        });
        change(inner, field);
        request
    }
}
