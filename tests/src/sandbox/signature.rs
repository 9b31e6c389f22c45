//! Saying who calls.

use tonic::metadata::MetadataMap;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::intake_service_client::IntakeServiceClient;
use yishi_runtime::access::{ACTOR, Caller, ROLE, Role, UNIT};

/// A client of intake that says who calls.
pub type Intake = IntakeServiceClient<InterceptedService<Channel, Signature>>;

/// A caller of a unit in a role, always the same one.
#[must_use]
pub fn as_caller(unit: UnitCode, role: Role) -> Caller {
    let actor = format!("{}:{unit}", role.as_str());
    Caller { unit, role, actor: actor.parse().expect("letters, a colon and digits are an actor") }
}

/// What a caller puts into the metadata of every request.
#[derive(Clone, Debug)]
pub struct Signature([(&'static str, String); 3]);

impl Signature {
    /// The caller's own.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        Self([
            (UNIT, caller.unit.to_string()),
            (ROLE, caller.role.as_str().to_owned()),
            (ACTOR, caller.actor.to_string()),
        ])
    }

    /// Signs a request.
    pub fn write(&self, metadata: &mut MetadataMap) {
        for (name, value) in &self.0 {
            metadata.insert(*name, value.parse().expect("codes, roles and actors are ASCII"));
        }
    }
}

impl Interceptor for Signature {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        self.write(request.metadata_mut());
        Ok(request)
    }
}
