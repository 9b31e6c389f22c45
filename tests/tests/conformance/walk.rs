//! One method after the other: everything that can be wrong with a request, then the request itself.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_reflect::{DynamicMessage, Value};
use tonic::metadata::MetadataMap;
use tonic_types::ErrorDetails;
use yishi_kernel::UnitCode;
use yishi_runtime::access::{ACTOR, Policy, ROLE, Relation, Role, UNIT};
use yishi_store::Engine;
use yishi_tests::sandbox::{Books, SERVICES, Sandbox, Trace, Wire};

use crate::cases::{Cases, Ready, Who};
use crate::contract::{Input, Rpc, inputs, served};
use crate::fields::{Holds, asked, code, holds, subject};
use crate::harm::{another, extremes, harms};
use crate::refusal::proper;

/// No unit of the register.
pub(crate) const NOWHERE: UnitCode = UnitCode::new(640_324_199_999).unwrap();

/// What was read with an object that has changed since; or with another.
const STALE: &str = "0000ffff";

/// The books of all services.
pub(crate) struct Shelf<E: Engine>(BTreeMap<&'static str, Books<E>>);

impl<E: Engine> Shelf<E> {
    /// Of a node.
    pub(crate) async fn of(sandbox: &Sandbox<E>) -> Self {
        let mut books = BTreeMap::new();
        for service in SERVICES {
            books.insert(service, sandbox.books(service).await);
        }
        Self(books)
    }

    /// Everything that stands in them.
    pub(crate) async fn traces(&mut self) -> BTreeMap<&'static str, Trace> {
        let mut traces = BTreeMap::new();
        for (service, books) in &mut self.0 {
            traces.insert(*service, books.trace().await);
        }
        traces
    }

    async fn counts(&mut self, service: &str) -> BTreeMap<String, usize> {
        self.0.get_mut(service).expect("each service has books").counts().await
    }
}

/// Tries every method of a service that changes something.
pub(crate) async fn walk<E: Engine, C: Cases>(place: &str) {
    let sandbox = Sandbox::<E>::with(C::settings(place)).await;
    let mut methods = served(&sandbox).await;
    methods.retain(|rpc| rpc.mutates() && rpc.service() == C::SERVICE);
    // Streams leave much behind, and the books are read through again after every kind of refusal.
    methods.sort_by_key(|rpc| rpc.streams);
    let cases = C::begin(&sandbox, methods.len()).await;
    let mut walk = Walk::<E, C> {
        wire: Wire::on(sandbox.channel()),
        shelf: Shelf::of(&sandbox).await,
        sandbox,
        cases,
        before: BTreeMap::new(),
        counts: BTreeMap::new(),
        refused: 0,
    };
    let mut untold = Vec::new();
    for rpc in &methods {
        match walk.cases.ready(&walk.sandbox, rpc.method()).await {
            Some(ready) => walk.method(rpc, &ready).await,
            None => untold.push(&*rpc.name),
        }
    }
    assert!(untold.is_empty(), "{untold:?}: no cases; say in {} which request would be done", C::FILE);
    assert!(walk.refused > 30 * methods.len(), "only {} refusals were tried", walk.refused);
    // Everything is as the journals tell, and nothing that was refused is in them.
    walk.sandbox.audited().await;
    walk.sandbox.stop().await;
}

struct Walk<E: Engine, C> {
    sandbox: Sandbox<E>,
    wire: Wire,
    shelf: Shelf<E>,
    cases: C,
    /// What the books held when nothing was refused yet.
    before: BTreeMap<&'static str, Trace>,
    /// The same of the walked service in short, which is quick to look up.
    counts: BTreeMap<String, usize>,
    refused: usize,
}

impl<E: Engine, C: Cases> Walk<E, C> {
    async fn method(&mut self, rpc: &Rpc, ready: &Ready) {
        let refusals = self.cases.refusals(&self.sandbox, rpc.method()).await;
        let request = DynamicMessage::decode(rpc.request.clone(), ready.messages[0].as_slice());
        let request = request.expect("its own request");
        self.look().await;

        self.fields(rpc, &request, ready.who).await;
        self.envelopes(rpc, &request, ready.who).await;
        self.callers(rpc, &request, ready.who).await;
        self.objects(rpc, &request, ready).await;
        for case in refusals {
            let caller = case.who.metadata();
            let details = self.refused(rpc, &caller, &case.messages, case.reason, case.field).await;
            let fields = case.field.split_terminator(' ').map(str::to_owned).collect();
            assert_eq!(named(&details), fields, "{} {}", rpc.name, case.reason);
            if rpc.streams {
                let told = details.error_info().and_then(|info| info.metadata.get("batch"));
                let last = case.messages.len().to_string();
                assert_eq!(told, Some(&last), "{} {}: which one was it?", rpc.name, case.reason);
            }
        }
        self.unmoved(rpc, "a refused request leaves no trace").await;
        self.repeats(rpc, &request, ready).await;
    }

    /// Each field wrong in each way, everything missing, and each field as far as it may go.
    async fn fields(&mut self, rpc: &Rpc, request: &DynamicMessage, who: Who) {
        let inputs = inputs(&rpc.request);
        let id = inputs.iter().find(|input| matches!(holds(input), Holds::RequestId));
        let id = id.expect("it changes something");
        let caller = who.metadata();
        for input in &inputs {
            let filled = !matches!(holds(input), Holds::Parts | Holds::Rows(_) | Holds::RowsOnce(_));
            assert!(
                filled || input.is_in(request),
                "{}: fill in {}, that its parts can be tried, in {}",
                rpc.name,
                input.path(),
                C::FILE
            );
            for harm in harms(input, request) {
                let details =
                    self.refused_as(rpc, &caller, &harm.request, "INVALID_FIELDS", &harm.what).await;
                let named = named(&details);
                let right = named.iter().all(|field| is_or_is_part_of(field, &harm.field));
                assert!(!named.is_empty() && right, "{}: {} names {named:?}", rpc.name, harm.what);
            }
            self.unmoved(rpc, &input.path()).await;
            for value in extremes(input, request) {
                let what: String = format!("{} = {value:?}", input.path()).chars().take(90).collect();
                let bad = id.with(&input.with(request, value), Value::String("7".to_owned()));
                let details = self.refused_as(rpc, &caller, &bad, "INVALID_FIELDS", &what).await;
                assert_eq!(named(&details), BTreeSet::from([id.path()]), "{}: {what} is allowed", rpc.name);
            }
        }
        let nothing = DynamicMessage::new(rpc.request.clone());
        let details = self.refused_as(rpc, &caller, &nothing, "INVALID_FIELDS", "nothing").await;
        let named = named(&details);
        for input in inputs.iter().filter(|input| input.required && input.is_topmost()) {
            let told = named.iter().any(|field| is_or_is_part_of(field, &input.path()));
            assert!(told, "{}: {} is missing, and not among {named:?}", rpc.name, input.path());
        }
    }

    /// What is no message of this contract, or too much of one.
    async fn envelopes(&mut self, rpc: &Rpc, request: &DynamicMessage, who: Who) {
        let caller = who.metadata();
        let id = rpc.request.get_field_by_name("request_id").expect("it changes something");
        let mut large = request.clone();
        large.set_field(&id, Value::String("x".repeat(256 * 1024)));
        self.refused_as(rpc, &caller, &large, "MESSAGE_TOO_LARGE", "a large message").await;
        let garbage = [b"\xff\xff\xff".to_vec()];
        self.refused(rpc, &caller, &garbage, "MESSAGE_MALFORMED", "no message").await;
        let tag = u8::try_from(id.number() << 3 | 2).expect("requests are short");
        let latin = [[request.encode_to_vec(), vec![tag, 2, 0xc3, 0x28]].concat()];
        self.refused(rpc, &caller, &latin, "MESSAGE_MALFORMED", "text that is not UTF-8").await;
        self.unmoved(rpc, "what cannot be read leaves no trace").await;
    }

    /// Nobody, somebody in another role, somebody of another unit: whoever the policy does not let in.
    async fn callers(&mut self, rpc: &Rpc, request: &DynamicMessage, who: Who) {
        let own = who.metadata();
        self.refused_as(rpc, &MetadataMap::new(), request, "UNAUTHENTICATED", "nobody").await;
        for header in [UNIT, ROLE, ACTOR] {
            let mut faceless = own.clone();
            faceless.remove(header);
            self.refused_as(rpc, &faceless, request, "UNAUTHENTICATED", header).await;
        }
        let mut two_faced = own.clone();
        two_faced.append(ROLE, "auditor".parse().expect("ASCII"));
        self.refused_as(rpc, &two_faced, request, "UNAUTHENTICATED", "two roles").await;

        let subject = subject(&rpc.request);
        let name = text(&subject, request);
        let about = code(&name).parse().expect("a request that would be done names a unit");
        let about = asked(&rpc.request, &self.sandbox.register, about);
        let policy = Policy::embedded();
        let other_roles = Role::ALL.into_iter().map(|role| Who { role, ..who });
        let other_units = self.units_around(about).into_iter().map(|unit| Who { unit, ..who });
        let (allowed, strangers): (Vec<Who>, Vec<Who>) =
            other_roles.chain(other_units).partition(|Who { unit, role, .. }| {
                policy.allows(&rpc.name, *role, Relation::between(&self.sandbox.register, *unit, about))
            });
        assert!(!allowed.is_empty(), "{}: who is ready may not ask at all", rpc.name);
        let mut told = Vec::new();
        for stranger in strangers {
            let what = format!("{stranger:?}");
            let caller = stranger.metadata();
            told.push(self.refused_as(rpc, &caller, request, "PERMISSION_DENIED", &what).await);
        }
        // What does not exist is told like what is not one's own.
        let nowhere = Value::String(name.replacen(code(&name), &NOWHERE.to_string(), 1));
        let nowhere = subject.with(request, nowhere);
        told.push(self.refused_as(rpc, &own, &nowhere, "PERMISSION_DENIED", "nowhere").await);
        assert!(told.iter().all(|details| format!("{details:?}") == format!("{:?}", told[0])), "{told:?}");
        self.unmoved(rpc, "who may not ask leaves no trace").await;
    }

    /// Units above and below this one, beside it, near it, and none.
    fn units_around(&self, unit: UnitCode) -> Vec<UnitCode> {
        let register = &self.sandbox.register;
        let below = register.children(unit).first().copied();
        let near = register.neighbours(unit).first().copied();
        let mut beside =
            register.parent(unit).map_or(&[][..], |above| register.children(above)).iter().copied();
        let beside = beside.find(|other| *other != unit);
        register.ancestors(unit).chain(below).chain(near).chain(beside).chain([NOWHERE]).collect()
    }

    /// An object that is not there, has changed, or is in a state that does not allow it.
    async fn objects(&mut self, rpc: &Rpc, request: &DynamicMessage, ready: &Ready) {
        let subject = subject(&rpc.request);
        let name = text(&subject, request);
        if let Some(reason) = ready.unknown {
            // There is no such number, and nothing has happened yet in such a year.
            let other = match holds(&subject) {
                Holds::Yearly(..) => format!("{}2099", &name[..name.len() - 4]),
                _ => format!("{name}9999"),
            };
            let unknown = subject.with(request, Value::String(other.clone()));
            let details = self.refused_as(rpc, &ready.who.metadata(), &unknown, reason, "unknown").await;
            let told = details.resource_info().map(|info| &info.resource_name);
            assert_eq!(told, Some(&other), "{}: {reason}", rpc.name);
        }
        if rpc.request.get_field_by_name("etag").is_some() {
            let mut stale = request.clone();
            stale.set_field_by_name("etag", Value::String(STALE.to_owned()));
            self.refused_as(rpc, &ready.who.metadata(), &stale, "STALE_ETAG", "stale").await;
        }
        if ready.states.is_empty() {
            return;
        }
        let exhibits = self.cases.gallery().to_vec();
        let shown = exhibits.iter().map(|exhibit| exhibit.state).chain(ready.states.iter().copied());
        let shown: BTreeSet<&str> = shown.collect();
        assert!(
            shown.iter().eq(C::STATES.iter().collect::<BTreeSet<_>>()),
            "the gallery shows only {shown:?}"
        );
        for exhibit in exhibits.iter().filter(|exhibit| !ready.states.contains(&exhibit.state)) {
            let what = format!("while {}", exhibit.state);
            let mut request = subject.with(request, Value::String(exhibit.name.clone()));
            // A department speaks for itself, whoever it is.
            if let Some(kind) = ready.who.department {
                let own = format!("departments/{}/{kind}", exhibit.unit);
                request.set_field_by_name("department", Value::String(own));
            }
            let caller = Who { unit: exhibit.unit, ..ready.who }.metadata();
            let details = self.refused_as(rpc, &caller, &request, exhibit.reason, &what).await;
            let told = details.error_info().and_then(|info| info.metadata.get("state").cloned());
            assert!(told.is_none_or(|told| told == exhibit.state), "{}: {what}", rpc.name);
        }
    }

    /// At last it is done, under the id of all that was refused; once, however often it is asked.
    async fn repeats(&mut self, rpc: &Rpc, request: &DynamicMessage, ready: &Ready) {
        let caller = ready.who.metadata();
        let done = rpc.call(&self.wire, &caller, &ready.messages).await;
        let done = done.unwrap_or_else(|status| panic!("{}: {status:?}", rpc.name));
        let before = std::mem::take(&mut self.before);
        self.look().await;
        let own = own::<C>();
        assert_ne!(self.before[own], before[own], "{}: answered, but nothing was done", rpc.name);
        let again = rpc.call(&self.wire, &caller, &ready.messages).await;
        assert_eq!(again.ok(), Some(done), "{}: the same request is answered the same", rpc.name);
        self.unmoved(rpc, "the same request acts once").await;

        let inputs = inputs(&rpc.request);
        let subject = subject(&rpc.request).path();
        let free = inputs.iter().filter(|input| input.path() != subject);
        let other = free.filter_map(|input| Some(input.with(request, another(input, request)?))).next();
        let other = other.unwrap_or_else(|| panic!("{}: nothing in it can be anything else", rpc.name));
        self.refused_as(rpc, &caller, &other, "REQUEST_ID_REUSED", "other content").await;
        self.unmoved(rpc, "other content under the same id leaves no trace").await;
    }

    /// Remembers the books as they are when everybody has heard everything.
    async fn look(&mut self) {
        self.sandbox.caught_up().await;
        (self.before, self.counts) = (self.shelf.traces().await, self.shelf.counts(own::<C>()).await);
    }

    /// Not a byte in any table of any service has changed.
    async fn unmoved(&mut self, rpc: &Rpc, what: &str) {
        self.sandbox.caught_up().await;
        assert_eq!(self.shelf.traces().await, self.before, "{}: {what}", rpc.name);
    }

    /// The same with one request.
    async fn refused_as(
        &mut self,
        rpc: &Rpc,
        caller: &MetadataMap,
        request: &DynamicMessage,
        reason: &str,
        what: &str,
    ) -> ErrorDetails {
        self.refused(rpc, caller, &[request.encode_to_vec()], reason, what).await
    }

    /// Asks in both languages; nothing may be left in the books, and the refusal must be a proper one.
    async fn refused(
        &mut self,
        rpc: &Rpc,
        caller: &MetadataMap,
        messages: &[Vec<u8>],
        reason: &str,
        what: &str,
    ) -> ErrorDetails {
        let what = format!("{}, {what}", rpc.name);
        let mut english = caller.clone();
        english.insert("accept-language", "en".parse().expect("ASCII"));
        let zh = rpc.call(&self.wire, caller, messages).await;
        let en = rpc.call(&self.wire, &english, messages).await;
        let (Err(zh), Err(en)) = (zh, en) else { panic!("{what}: done, and should have been {reason}") };
        let counts = self.shelf.counts(own::<C>()).await;
        assert_eq!(counts, self.counts, "{what}: a refused request leaves no trace");
        self.refused += 1;
        proper(&what, reason, &zh, &en)
    }
}

/// The name under which the walked service keeps its books: `intake` of `yishi.intake.v1.IntakeService`.
fn own<C: Cases>() -> &'static str {
    C::SERVICE.split('.').nth(1).expect("a service is in a package")
}

/// The fields that a refusal names.
pub(crate) fn named(details: &ErrorDetails) -> BTreeSet<String> {
    let fields = details.bad_request().map_or(&[][..], |bad| &bad.field_violations);
    fields.iter().map(|violation| violation.field.clone()).collect()
}

/// Whether `matter.title` is `matter`, or a part of it.
pub(crate) fn is_or_is_part_of(field: &str, whole: &str) -> bool {
    field.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The text in a field.
pub(crate) fn text(input: &Input, request: &DynamicMessage) -> String {
    input.read(request).as_str().expect("names are texts").to_owned()
}
