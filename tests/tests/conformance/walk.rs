//! One method after the other: everything that can be wrong with a request, then the request itself.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_reflect::{DynamicMessage, Value};
use tonic::metadata::MetadataMap;
use tonic_types::ErrorDetails;
use yishi_kernel::UnitCode;
use yishi_runtime::access::{ACTOR, ROLE, Role, UNIT};
use yishi_store::Engine;
use yishi_tests::sandbox::{Books, STATES, Sandbox, Signature, Trace, Village, Wire, as_caller};

use crate::contract::{Input, Rpc, inputs};
use crate::fields::{Holds, extremes, harms, holds, subject};
use crate::intake::{Ready, neighbour, ready, refusals};
use crate::refusal::proper;

/// No village of the register.
const NOWHERE: &str = "640324199999";

pub(crate) struct Walk<E: Engine> {
    sandbox: Sandbox<E>,
    wire: Wire,
    books: Books<E>,
    /// Villages to which nothing has happened yet, but that their matters became ripe.
    villages: Vec<Village>,
    /// A matter in each state, each of a village of its own.
    gallery: Vec<(yishi_proto::intake::v1::MatterState, String)>,
    /// What the books held when nothing was refused yet.
    before: Trace,
    counts: BTreeMap<String, usize>,
    refused: usize,
}

pub(crate) fn metadata(unit: UnitCode, role: Role) -> MetadataMap {
    let mut metadata = MetadataMap::new();
    Signature::of(&as_caller(unit, role)).write(&mut metadata);
    metadata
}

impl<E: Engine> Walk<E> {
    /// Prepares for so many methods.
    pub(crate) async fn begin(sandbox: Sandbox<E>, methods: usize) -> Self {
        let chosen = sandbox.villages().into_iter().step_by(20).take(STATES.len() + 2 * methods);
        let mut villages = sandbox.ripe_villages(chosen).await;
        let mut gallery = Vec::new();
        for (state, mut village) in STATES.into_iter().zip(villages.drain(..STATES.len())) {
            gallery.push((state, sandbox.matter_in(&mut village, state).await.name));
        }
        let (wire, books) = (Wire::on(sandbox.channel()), sandbox.books("intake").await);
        Self {
            sandbox,
            wire,
            books,
            villages,
            gallery,
            before: Trace::new(),
            counts: BTreeMap::new(),
            refused: 0,
        }
    }

    /// Everything is as the journal tells, and nothing that was refused is in it.
    pub(crate) async fn end(self) {
        assert!(self.refused > 500, "only {} refusals were tried", self.refused);
        self.sandbox.audited().await;
        self.sandbox.stop().await;
    }

    pub(crate) async fn method(&mut self, rpc: &Rpc) {
        let method = rpc.name.rsplit('/').next().unwrap_or_default();
        let (mut village, mut other) =
            self.villages.pop().zip(self.villages.pop()).expect("each method has two villages");
        let ready = ready(method, &self.sandbox, &mut village).await.unwrap_or_else(|| {
            panic!(
                "{}: no cases; say in {} which request would be done",
                rpc.name,
                file!().replace("walk.rs", "intake.rs")
            )
        });
        let refusals = refusals(method, &self.sandbox, &mut other).await;
        let request =
            DynamicMessage::decode(rpc.request.clone(), ready.request.as_slice()).expect("its own request");
        let caller = metadata(village.code, ready.role);
        (self.before, self.counts) = (self.books.trace().await, self.books.counts().await);

        self.fields(rpc, &request, &caller).await;
        self.envelopes(rpc, &request, &caller).await;
        self.callers(rpc, &request, village.code, ready.role).await;
        if !ready.states.is_empty() {
            self.matters(rpc, &request, &caller, &ready).await;
        }
        for case in refusals {
            let caller = metadata(other.code, ready.role);
            let details = self.refused(rpc, &caller, case.request, case.reason, case.reason).await;
            let fields =
                if case.field.is_empty() { BTreeSet::new() } else { BTreeSet::from([case.field.to_owned()]) };
            assert_eq!(named(&details), fields, "{} {}", rpc.name, case.reason);
        }
        self.unmoved(rpc).await;
        self.repeats(rpc, &request, &caller).await;
    }

    /// Each field wrong in each way, everything missing, and each field as far as it may go.
    async fn fields(&mut self, rpc: &Rpc, request: &DynamicMessage, caller: &MetadataMap) {
        let inputs = inputs(&rpc.request);
        let id = inputs
            .iter()
            .find(|input| matches!(holds(input), Holds::RequestId))
            .expect("it changes something");
        for input in &inputs {
            for harm in harms(input, request) {
                let details = self
                    .refused(rpc, caller, harm.request.encode_to_vec(), "INVALID_FIELDS", &harm.what)
                    .await;
                let named = named(&details);
                let right = named.iter().all(|field| is_or_is_part_of(field, &harm.field));
                assert!(!named.is_empty() && right, "{}: {} names {named:?}", rpc.name, harm.what);
            }
            self.unmoved(rpc).await;
            for value in extremes(input) {
                let what = format!("{} = {value:?}", input.path());
                let bad = id.with(&input.with(request, value), Value::String("7".to_owned()));
                let details = self.refused(rpc, caller, bad.encode_to_vec(), "INVALID_FIELDS", &what).await;
                assert_eq!(named(&details), BTreeSet::from([id.path()]), "{}: {what} is allowed", rpc.name);
            }
        }
        let details = self.refused(rpc, caller, Vec::new(), "INVALID_FIELDS", "nothing").await;
        let named = named(&details);
        for input in inputs.iter().filter(|input| input.required && !input.path().contains('.')) {
            let told = named.iter().any(|field| is_or_is_part_of(field, &input.path()));
            assert!(told, "{}: {} is missing, and not among {named:?}", rpc.name, input.path());
        }
    }

    /// What is no message of this contract, or too much of one.
    async fn envelopes(&mut self, rpc: &Rpc, request: &DynamicMessage, caller: &MetadataMap) {
        let id = rpc.request.get_field_by_name("request_id").expect("it changes something");
        let mut large = request.clone();
        large.set_field(&id, Value::String("x".repeat(256 * 1024)));
        self.refused(rpc, caller, large.encode_to_vec(), "MESSAGE_TOO_LARGE", "a large message").await;
        self.refused(rpc, caller, b"\xff\xff\xff".to_vec(), "MESSAGE_MALFORMED", "no message").await;
        let tag = u8::try_from(id.number() << 3 | 2).expect("requests are short");
        let latin = [request.encode_to_vec(), vec![tag, 2, 0xc3, 0x28]].concat();
        self.refused(rpc, caller, latin, "MESSAGE_MALFORMED", "text that is not UTF-8").await;
    }

    /// Nobody, somebody in another role, somebody of another unit.
    async fn callers(&mut self, rpc: &Rpc, request: &DynamicMessage, village: UnitCode, role: Role) {
        let bytes = request.encode_to_vec();
        let own = metadata(village, role);
        self.refused(rpc, &MetadataMap::new(), bytes.clone(), "UNAUTHENTICATED", "nobody").await;
        for header in [UNIT, ROLE, ACTOR] {
            let mut faceless = own.clone();
            faceless.remove(header);
            self.refused(rpc, &faceless, bytes.clone(), "UNAUTHENTICATED", header).await;
        }
        let mut two_faced = own.clone();
        two_faced.append(ROLE, "auditor".parse().expect("ASCII"));
        self.refused(rpc, &two_faced, bytes.clone(), "UNAUTHENTICATED", "two roles").await;

        for other in Role::ALL.into_iter().filter(|other| *other != role) {
            let caller = metadata(village, other);
            self.refused(rpc, &caller, bytes.clone(), "PERMISSION_DENIED", other.as_str()).await;
        }
        let register = &self.sandbox.register;
        let above = register.ancestors(village).map(|unit| metadata(unit, role));
        let foreign = metadata(neighbour(&self.sandbox, village), role);
        let strangers: Vec<MetadataMap> =
            above.chain([foreign, metadata(NOWHERE.parse().expect("12 digits"), role)]).collect();
        let mut told = Vec::new();
        for stranger in strangers {
            told.push(self.refused(rpc, &stranger, bytes.clone(), "PERMISSION_DENIED", "a stranger").await);
        }
        // What does not exist is told like what is not one's own.
        let subject = subject(&rpc.request);
        let nowhere = retargeted(&subject, request, &village.to_string(), NOWHERE);
        told.push(self.refused(rpc, &own, nowhere.encode_to_vec(), "PERMISSION_DENIED", "nowhere").await);
        assert!(told.iter().all(|details| format!("{details:?}") == format!("{:?}", told[0])), "{told:?}");
    }

    /// A matter that is not there, has changed, or is somewhere else in its life.
    async fn matters(&mut self, rpc: &Rpc, request: &DynamicMessage, caller: &MetadataMap, ready: &Ready) {
        let subject = subject(&rpc.request);
        let name = text(&subject, request);
        let unknown = subject.with(request, Value::String(format!("{name}9999")));
        let details = self.refused(rpc, caller, unknown.encode_to_vec(), "MATTER_NOT_FOUND", "unknown").await;
        assert_eq!(
            details.resource_info().map(|info| info.resource_name.clone()),
            Some(format!("{name}9999"))
        );

        let mut stale = request.clone();
        // The etag of a new matter; this one has changed since (see `matter_in`).
        stale.set_field_by_name("etag", Value::String("00000001".to_owned()));
        self.refused(rpc, caller, stale.encode_to_vec(), "STALE_ETAG", "stale").await;

        let elsewhere: Vec<_> =
            self.gallery.iter().filter(|(state, _)| !ready.states.contains(state)).cloned().collect();
        assert_eq!(elsewhere.len() + ready.states.len(), STATES.len(), "the gallery has every state");
        for (state, other) in elsewhere {
            let village = other["villages/".len()..][..12].parse().expect("a matter's name");
            let request = subject.with(request, Value::String(other));
            let (caller, what) = (metadata(village, ready.role), format!("while {state:?}"));
            let details = self.refused(rpc, &caller, request.encode_to_vec(), "WRONG_STATE", &what).await;
            let told = details.error_info().and_then(|info| info.metadata.get("state").cloned());
            assert_eq!(told.map(|told| format!("MATTER_STATE_{told}")), Some(state.as_str_name().to_owned()));
        }
    }

    /// At last it is done, under the id of all that was refused; once, however often it is asked.
    async fn repeats(&mut self, rpc: &Rpc, request: &DynamicMessage, caller: &MetadataMap) {
        let bytes = request.encode_to_vec();
        let done = self.wire.call(&rpc.name, caller, bytes.clone()).await;
        let done = done.unwrap_or_else(|status| panic!("{}: {status:?}", rpc.name));
        let after = self.books.trace().await;
        assert_ne!(after, self.before, "{}: answered, but nothing was done", rpc.name);
        (self.before, self.counts) = (after, self.books.counts().await);
        let again = self.wire.call(&rpc.name, caller, bytes).await;
        assert_eq!(again.ok(), Some(done), "{}: the same request is answered the same", rpc.name);
        assert_eq!(self.books.trace().await, self.before, "{}: the same request acts once", rpc.name);

        let other = other_content(rpc, request);
        self.refused(rpc, caller, other.encode_to_vec(), "REQUEST_ID_REUSED", "other content").await;
        self.unmoved(rpc).await;
    }

    /// Not a byte in any table has changed.
    async fn unmoved(&mut self, rpc: &Rpc) {
        assert_eq!(self.books.trace().await, self.before, "{}: a refused request leaves no trace", rpc.name);
    }

    /// Asks in both languages; nothing may be left in the books, and the refusal must be a proper one.
    async fn refused(
        &mut self,
        rpc: &Rpc,
        caller: &MetadataMap,
        request: Vec<u8>,
        reason: &str,
        what: &str,
    ) -> ErrorDetails {
        let what = format!("{}, {what}", rpc.name);
        let mut english = caller.clone();
        english.insert("accept-language", "en".parse().expect("ASCII"));
        let zh = self.wire.call(&rpc.name, caller, request.clone()).await;
        let en = self.wire.call(&rpc.name, &english, request).await;
        let (Err(zh), Err(en)) = (zh, en) else { panic!("{what}: done, and should have been {reason}") };
        assert_eq!(self.books.counts().await, self.counts, "{what}: a refused request leaves no trace");
        self.refused += 1;
        proper(&what, reason, &zh, &en)
    }
}

/// The fields that a refusal names.
fn named(details: &ErrorDetails) -> BTreeSet<String> {
    let fields = details.bad_request().map_or(&[][..], |bad| &bad.field_violations);
    fields.iter().map(|violation| violation.field.clone()).collect()
}

/// Whether `matter.title` is `matter`, or a part of it.
fn is_or_is_part_of(field: &str, whole: &str) -> bool {
    field.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn text(input: &Input, request: &DynamicMessage) -> String {
    input.read(request).as_str().expect("names are texts").to_owned()
}

/// The same request about another unit.
fn retargeted(subject: &Input, request: &DynamicMessage, from: &str, to: &str) -> DynamicMessage {
    let about = text(subject, request);
    let other = about.replace(from, to);
    assert_ne!(about, other);
    subject.with(request, Value::String(other))
}

/// The same request with something else in a field that may be anything.
fn other_content(rpc: &Rpc, request: &DynamicMessage) -> DynamicMessage {
    let inputs = inputs(&rpc.request);
    let free = inputs
        .iter()
        .find(|input| matches!(holds(input), Holds::Etag | Holds::Text(_)))
        .expect("a free field");
    let value = if matches!(holds(free), Holds::Etag) { "0000ffff" } else { "另一件事" };
    free.with(request, Value::String(value.to_owned()))
}
