use std::{convert::Infallible, sync::Arc};

use http::{Request, Response};
use tonic::body::Body;
use tower::{Service, ServiceBuilder};

use super::{
    Services, admission::Admission, around::Layered, authentication::Authentication, deadline::Deadlines,
    localisation::Localisation,
};
use crate::{config::Grpc, telemetry::ServerCalls};

/// Everything a call passes on its way in, from the outside to the inside.
pub(super) fn stack(
    services: Services,
    limits: &Grpc,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ 'static {
    let identity = services.identity;
    let (routes, methods) = services.into_routes();
    ServiceBuilder::new()
        // Outermost, so that a call is seen and timed however it ends, refusals and vanished callers included.
        .layer(Layered(ServerCalls::new(Arc::new(methods))))
        // Before anything can refuse: refusals speak the caller's language and carry standard details. Panics
        // and the framework's own bare errors become such refusals here.
        .layer(Layered(Localisation))
        // Before any work: a server that is full says so at once instead of slowing down for everybody.
        .layer(Layered(Admission::new(limits.calls_in_flight_max)))
        // Inside admission, so that its timers are bounded; outside everything that may take long.
        .layer(Layered(Deadlines::new(limits)))
        // Last: who calls. What they may do is for the handler, which knows what the request is about.
        .layer(Layered(Authentication::new(identity)))
        .service(routes)
}
