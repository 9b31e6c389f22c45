use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use http::{Request, Response};
use tonic::{Code, Status, body::Body};

use super::around::{Answer, Answering, Around};
use crate::errors::{Failure, Lang, reasons};

/// Serves a call in the caller's language, and lets no bare error out.
#[derive(Clone, Copy)]
pub(super) struct Localisation;

impl Around for Localisation {
    fn around<A: Answering>(&self, request: Request<Body>, next: impl FnOnce(Request<Body>) -> A) -> Answer {
        let lang = Lang::of(request.headers());
        let path = request.uri().clone();
        let answer = next(request);
        Box::pin(lang.scope(async move {
            // Nothing is shared with a call but locks that tell when they were held by one that panicked.
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(response)) => Ok(dressed(response, path.path())),
                Ok(Err(never)) => match never {},
                Err(_) => {
                    tracing::error!(method = path.path(), "a handler panicked");
                    Ok(Status::from(Failure::new(&reasons::INTERNAL)).into_http())
                }
            }
        }))
    }
}

/// Gives a bare error of the framework (no handler of ours has run) a reason and details.
fn dressed(response: Response<Body>, path: &str) -> Response<Body> {
    let headers = response.headers();
    if !headers.contains_key(Status::GRPC_STATUS) || headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return response;
    }
    let Some(status) = Status::from_header_map(headers) else { return response };
    let failure = match status.code() {
        Code::Unimplemented if headers.contains_key("grpc-accept-encoding") => {
            Failure::new(&reasons::COMPRESSION_UNSUPPORTED)
        }
        Code::Unimplemented => {
            Failure::new(&reasons::METHOD_UNKNOWN).with("method", path.trim_start_matches('/'))
        }
        _ => match Failure::unread(&status) {
            Some(failure) => failure,
            None => return response,
        },
    };
    let mut dressed = Status::from(failure);
    *dressed.metadata_mut() = status.metadata().clone();
    dressed.into_http()
}
