use std::convert::Infallible;

use http::{Request, Response};
use tonic::{
    body::Body,
    server::NamedService,
    service::{Routes, RoutesBuilder},
};
use tonic_health::pb::health_server::HealthServer;
use tonic_reflection::server::{Builder, v1, v1alpha};
use tower::Service;

use super::{Health, Methods, health::Answers};
use crate::config::IdentityKind;

/// What one listener serves: health always, reflection and identity when asked for, and the services themselves.
pub struct Services {
    routes: RoutesBuilder,
    names: Vec<&'static str>,
    health: Health,
    reflection: bool,
    pub(super) identity: Option<IdentityKind>,
}

/// The contracts a listener may describe: the suite's, and what its errors and probes are made of.
const DESCRIPTORS: [&[u8]; 5] = [
    yishi_proto::DESCRIPTORS,
    tonic_types::pb::FILE_DESCRIPTOR_SET,
    tonic_health::pb::FILE_DESCRIPTOR_SET,
    tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
    tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
];

impl Services {
    /// A listener that serves health only, and whose callers need not say who they are.
    pub fn new(health: &Health) -> Self {
        let mut routes = RoutesBuilder::default();
        routes.add_service(HealthServer::new(Answers(health.clone())));
        let names = vec![<HealthServer<Answers> as NamedService>::NAME];
        Self { routes, names, health: health.clone(), reflection: false, identity: None }
    }

    /// Adds a service, and its name to health.
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.routes.add_service(service);
        self.names.push(S::NAME);
        self.health.name(S::NAME);
        self
    }

    /// Lets callers ask which contracts are served.
    pub fn with_reflection(mut self, reflection: bool) -> Self {
        self.reflection = reflection;
        self
    }

    /// Lets nobody in (but to health and reflection) who does not say who they are in this way.
    pub fn with_identity(mut self, identity: IdentityKind) -> Self {
        self.identity = Some(identity);
        self
    }

    pub(super) fn health(&self) -> Health {
        self.health.clone()
    }

    /// The services by path, and the methods that are known.
    pub(super) fn into_routes(mut self) -> (Routes, Methods) {
        if self.reflection {
            let (newer, older) = reflection(&self.names);
            self.routes.add_service(newer).add_service(older);
        }
        (self.routes.routes().prepare(), Methods::of(DESCRIPTORS))
    }
}

/// Reflection in the version of today and in the one that older tools ask for.
fn reflection(
    names: &[&'static str],
) -> (
    v1::ServerReflectionServer<impl v1::ServerReflection>,
    v1alpha::ServerReflectionServer<impl v1alpha::ServerReflection>,
) {
    let builder = || {
        let described = DESCRIPTORS
            .iter()
            .fold(Builder::configure(), |builder, set| builder.register_encoded_file_descriptor_set(set));
        names.iter().fold(described, |builder, name| builder.with_service_name(*name))
    };
    let newer = builder().with_service_name("grpc.reflection.v1.ServerReflection").build_v1();
    let older = builder().with_service_name("grpc.reflection.v1alpha.ServerReflection").build_v1alpha();
    (newer.expect("generated descriptors can be read"), older.expect("generated descriptors can be read"))
}
