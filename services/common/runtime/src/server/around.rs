use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use crate::errors::Failure;

/// What a layer gives back: always a response, a refusal being one too.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// What a layer gets from the layers inside.
pub(crate) trait Answering:
    Future<Output = Result<Response<Body>, Infallible>> + Send + 'static
{
}

impl<F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static> Answering for F {}

/// One layer of the stack: what happens around the rest of a call.
///
/// `next` only prepares the inner answer; nothing of it runs before the answer is awaited.
pub(crate) trait Around: Clone {
    /// Takes a request, lets it go on or not, and answers.
    fn around<A: Answering>(&self, request: Request<Body>, next: impl FnOnce(Request<Body>) -> A) -> Answer;
}

/// The answer that refuses a call. It is written when awaited, inside the outer layers' language and span.
pub(crate) fn refuse(failure: Failure) -> Answer {
    Box::pin(async move { Ok(Status::from(failure).into_http()) })
}

/// Makes a tower layer of an [`Around`].
#[derive(Clone)]
pub(super) struct Layered<L>(pub(super) L);

impl<L: Around, S> Layer<S> for Layered<L> {
    type Service = Wrapped<L, S>;

    fn layer(&self, inner: S) -> Wrapped<L, S> {
        Wrapped { layer: self.0.clone(), inner }
    }
}

#[derive(Clone)]
pub(super) struct Wrapped<L, S> {
    layer: L,
    inner: S,
}

impl<L, S> Service<Request<Body>> for Wrapped<L, S>
where
    L: Around,
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let inner = &mut self.inner;
        self.layer.around(request, |request| inner.call(request))
    }
}
