//! What a file of cases says of its service: for each method that changes something a request that would be done, and
//! what is refused though every field is right. All else the [`crate::walk`] makes of these by itself.

use prost::Message;
use tonic::metadata::MetadataMap;
use yishi_kernel::UnitCode;
use yishi_runtime::access::Role;
use yishi_runtime::config::Settings;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox, Signature, Wire, as_caller, as_department, settings};

/// The cases of one service. A method finds objects of its own, so that no method disturbs another; time may pass
/// between two methods, never within one.
pub(crate) trait Cases: Sized {
    /// The service in the contracts, as in `yishi.intake.v1.IntakeService`.
    const SERVICE: &'static str;
    /// The file of these cases, for whoever has to add to it.
    const FILE: &'static str;
    /// Every state that its objects can be brought to.
    const STATES: &'static [&'static str];

    /// What the walked node is set to.
    fn settings(place: &str) -> Settings {
        settings(place, REGION)
    }

    /// Prepares for so many methods.
    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self;

    /// An object in each state; no method may touch these.
    fn gallery(&self) -> &[Exhibit];

    /// A request that would be done now; `None` for a method nobody has told about.
    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready>;

    /// What is refused now, for the sake of what happened before. It must not stand in the way of what is ready.
    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused>;

    /// Has something done by this service on the way to a case.
    async fn done<E: Engine, A: Message + Default>(
        sandbox: &Sandbox<E>,
        who: Who,
        method: &str,
        request: &impl Message,
    ) -> A {
        let rpc = format!("{}/{method}", Self::SERVICE);
        let answer = Wire::on(sandbox.channel()).call(&rpc, &who.metadata(), request.encode_to_vec()).await;
        let answer = answer.unwrap_or_else(|status| panic!("{rpc} on the way to a case: {status:?}"));
        A::decode(answer.as_slice()).expect("its own answer")
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who {
    pub(crate) unit: UnitCode,
    pub(crate) role: Role,
    /// Which department, of one that is none of the usual.
    pub(crate) department: Option<&'static str>,
}

impl Who {
    /// An officer of a unit.
    pub(crate) fn officer(unit: UnitCode) -> Self {
        Self { unit, role: Role::Officer, department: None }
    }

    /// A department of a unit.
    pub(crate) fn department(unit: UnitCode, kind: &'static str) -> Self {
        Self { unit, role: Role::Department, department: Some(kind) }
    }

    /// What is sent along with each request.
    pub(crate) fn metadata(self) -> MetadataMap {
        let mut metadata = MetadataMap::new();
        let caller = match self.department {
            Some(kind) if self.role == Role::Department => as_department(self.unit, kind),
            _ => as_caller(self.unit, self.role),
        };
        Signature::of(&caller).write(&mut metadata);
        metadata
    }
}

/// A request that would be done.
pub(crate) struct Ready {
    /// Who may ask.
    pub(crate) who: Who,
    /// The request, or the stream of them. The first is what wrong ones are made of: every message and every list of
    /// messages in it is filled in, that all their fields can be tried.
    pub(crate) messages: Vec<Vec<u8>>,
    /// The reason when its object is not there; none where it is about a unit.
    pub(crate) unknown: Option<&'static str>,
    /// In which states its object may be for it; none if states do not matter to it.
    pub(crate) states: &'static [&'static str],
}

impl Ready {
    /// About a unit.
    pub(crate) fn new(who: Who, request: &impl Message) -> Self {
        Self { who, messages: vec![request.encode_to_vec()], unknown: None, states: &[] }
    }

    /// About an object.
    pub(crate) fn of(self, unknown: &'static str, states: &'static [&'static str]) -> Self {
        Self { unknown: Some(unknown), states, ..self }
    }
}

/// A request that is right in every field and refused all the same.
pub(crate) struct Refused {
    pub(crate) who: Who,
    pub(crate) reason: &'static str,
    /// The fields that are named, with a space between, where any are.
    pub(crate) field: &'static str,
    /// The request, or the stream of them, of which those before the last must have been done already.
    pub(crate) messages: Vec<Vec<u8>>,
}

impl Refused {
    /// For a reason.
    pub(crate) fn new(who: Who, reason: &'static str, request: &impl Message) -> Self {
        Self { who, reason, field: "", messages: vec![request.encode_to_vec()] }
    }

    /// For a field that is wrong with what is known beside it.
    pub(crate) fn wrong(who: Who, field: &'static str, request: &impl Message) -> Self {
        Self { field, ..Self::new(who, "INVALID_FIELDS", request) }
    }
}

/// An object in a state, on which methods are tried that it is in the wrong state for.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// The state, as refusals tell it.
    pub(crate) state: &'static str,
    /// The object's name.
    pub(crate) name: String,
    /// The unit whose it is.
    pub(crate) unit: UnitCode,
    /// Why every such method is refused.
    pub(crate) reason: &'static str,
}
