//! What every contract must keep to and `buf lint` does not look at.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

use std::collections::BTreeSet;

use prost_reflect::{
    DescriptorPool, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
};

/// Methods that change something and need no request id, because asking twice does it once.
const IDEMPOTENT_BY_NATURE: [&str; 7] = [
    "yishi.admin.v1.AdminService.AdvanceClock",
    "yishi.admin.v1.AdminService.DelegateUnit",
    "yishi.admin.v1.AdminService.ReclaimUnit",
    "yishi.admin.v1.AdminService.SkipRecovery",
    "yishi.admin.v1.AdminService.TrustKey",
    "yishi.intake.v1.BulkService.ImportMatters",
    "yishi.link.v1.LinkService.Exchange",
];

/// First words of methods that change nothing.
const READS: [&str; 7] = ["Barrier", "Export", "Get", "List", "Render", "Verify", "Watch"];

fn pool() -> DescriptorPool {
    DescriptorPool::decode(yishi_proto::DESCRIPTORS).unwrap()
}

fn methods(pool: &DescriptorPool) -> Vec<MethodDescriptor> {
    let methods: Vec<_> = pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
    assert!(methods.len() > 10, "the descriptors hold no services");
    methods
}

fn behaviour() -> ExtensionDescriptor {
    pool().get_extension_by_name("google.api.field_behavior").unwrap()
}

/// The numbers of a field's `google.api.field_behavior`.
fn behaviours(field: &FieldDescriptor, behaviour: &ExtensionDescriptor) -> Vec<i32> {
    let options = field.options();
    let list = options.get_extension(behaviour);
    list.as_list().unwrap().iter().map(|value| value.as_enum_number().unwrap()).collect()
}

/// All messages of the house that a method's request or answer is made of.
fn reachable(message: MessageDescriptor, seen: &mut BTreeSet<String>, all: &mut Vec<MessageDescriptor>) {
    if !message.full_name().starts_with("yishi.") || !seen.insert(message.full_name().to_owned()) {
        return;
    }
    for field in message.fields() {
        if let Kind::Message(inner) = field.kind() {
            reachable(inner, seen, all);
        }
    }
    all.push(message);
}

#[test]
fn every_field_that_is_served_says_how_it_behaves() {
    let pool = pool();
    let behaviour = behaviour();
    let (mut seen, mut served) = (BTreeSet::new(), Vec::new());
    for method in methods(&pool) {
        reachable(method.input(), &mut seen, &mut served);
        reachable(method.output(), &mut seen, &mut served);
    }
    let silent: Vec<String> = served
        .iter()
        .flat_map(MessageDescriptor::fields)
        .filter(|field| behaviours(field, &behaviour).is_empty())
        .map(|field| field.full_name().to_owned())
        .collect();
    assert!(silent.is_empty(), "say (google.api.field_behavior) for {silent:?}");
}

#[test]
fn every_method_that_changes_something_takes_a_request_id() {
    const REQUIRED: i32 = 2;
    for method in methods(&pool()) {
        let reads = READS.iter().any(|first| method.name().starts_with(first));
        if reads || IDEMPOTENT_BY_NATURE.contains(&method.full_name()) {
            continue;
        }
        let field = method.input().get_field_by_name("request_id");
        let given = field.is_some_and(|field| {
            field.kind() == Kind::String && behaviours(&field, &behaviour()) == [REQUIRED]
        });
        assert!(given, "give {} a REQUIRED `string request_id`", method.full_name());
    }
}

#[test]
fn every_method_that_changes_a_matter_takes_an_etag() {
    for method in methods(&pool()) {
        let request = method.input();
        let changes_one = request.get_field_by_name("request_id").is_some()
            && request.get_field_by_name("parent").is_none();
        assert!(
            !changes_one || request.get_field_by_name("etag").is_some(),
            "give {} an etag",
            method.full_name()
        );
    }
}

#[test]
fn journal_payloads_hold_no_maps_and_no_floats() {
    let pool = pool();
    let is_payload = |message: &MessageDescriptor| {
        message.full_name().starts_with("yishi.")
            && ["Event", "EpochOpened", "UnitMoved", "UnitRecalled"].contains(&message.name())
    };
    let (mut seen, mut messages) = (BTreeSet::new(), Vec::new());
    for payload in pool.all_messages().filter(is_payload) {
        reachable(payload, &mut seen, &mut messages);
    }
    assert!(messages.len() > 10, "the descriptors hold no payloads");
    for field in messages.iter().flat_map(MessageDescriptor::fields) {
        let unstable = field.is_map() || matches!(field.kind(), Kind::Double | Kind::Float);
        assert!(!unstable, "{} has no single encoding to hash", field.full_name());
    }
}
