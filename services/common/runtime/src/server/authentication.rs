use http::Request;
use tonic::{body::Body, transport::server::TcpConnectInfo};

use super::around::{Answer, Answering, Around, refuse};
use crate::{access, config::IdentityKind};

const OPEN: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection."];

/// Puts a [`Caller`](crate::access::Caller) into every request, or refuses it.
#[derive(Clone, Copy)]
pub(super) struct Authentication {
    identity: Option<IdentityKind>,
}

impl Authentication {
    pub(super) fn new(identity: Option<IdentityKind>) -> Self {
        Self { identity }
    }
}

impl Around for Authentication {
    fn around<A: Answering>(
        &self,
        mut request: Request<Body>,
        next: impl FnOnce(Request<Body>) -> A,
    ) -> Answer {
        let open = OPEN.iter().any(|prefix| request.uri().path().starts_with(prefix));
        match self.identity {
            Some(IdentityKind::Development) if !open => {
                let peer = request.extensions().get::<TcpConnectInfo>().and_then(TcpConnectInfo::remote_addr);
                match access::caller_of(request.headers(), peer) {
                    Ok(caller) => request.extensions_mut().insert(caller),
                    Err(failure) => return refuse(failure),
                };
                Box::pin(next(request))
            }
            _ => Box::pin(next(request)),
        }
    }
}
