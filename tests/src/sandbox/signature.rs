//! Saying who calls.

use tonic::metadata::MetadataMap;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::intake_service_client::IntakeServiceClient;
use yishi_runtime::access::{ACTOR, Caller, DEPARTMENT, ROLE, Role, UNIT};

/// A client of intake that says who calls.
pub type Intake = IntakeServiceClient<InterceptedService<Channel, Signature>>;

/// A caller of a unit in a role, always the same one; of departments, the one of water.
#[must_use]
pub fn as_caller(unit: UnitCode, role: Role) -> Caller {
    let actor = format!("{}:{unit}", role.as_str());
    let caller = Caller::of(unit, role, actor.parse().expect("letters, a colon and digits are an actor"));
    let department = (role == Role::Department).then(|| "water".parse().expect("a kind"));
    Caller { department, ..caller }
}

/// A department of a unit.
#[must_use]
pub fn as_department(unit: UnitCode, kind: &str) -> Caller {
    Caller { department: Some(kind.parse().expect("a kind")), ..as_caller(unit, Role::Department) }
}

/// What a caller puts into the metadata of every request.
#[derive(Clone, Debug)]
pub struct Signature(Vec<(&'static str, String)>);

impl Signature {
    /// The caller's own.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        let department = caller.department.as_ref().map(|kind| (DEPARTMENT, kind.to_string()));
        let known = [
            (UNIT, caller.unit.to_string()),
            (ROLE, caller.role.as_str().to_owned()),
            (ACTOR, caller.actor.to_string()),
        ];
        Self(known.into_iter().chain(department).collect())
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
