use std::{
    convert::Infallible,
    io::{self, Cursor},
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, join},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic::{
    body::Body,
    transport::server::{Connected as _, TcpConnectInfo},
};
use tower::Service;
use uuid::Uuid;

use crate::config::Grpc;

const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Serves one connection until the peer ends it, its age or `drain` asks it to end and it does, or `cut`.
pub(super) async fn serve<S>(
    stream: TcpStream,
    service: S,
    limits: Arc<Grpc>,
    drain: CancellationToken,
    cut: CancellationToken,
) where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    let peer = stream.connect_info();
    let greeted = tokio::select! {
        () = drain.cancelled() => return,
        greeted = timeout(limits.handshake_max(), greet(stream)) => greeted,
    };
    let Ok(Ok(io)) = greeted else {
        tracing::debug!(peer = ?peer.remote_addr(), "a connection that does not speak HTTP/2 was closed");
        return;
    };

    let http = http(&limits);
    let service = TowerToHyperService::new(Entrance { service, peer });
    let mut connection = pin!(http.serve_connection(TokioIo::new(io), service));
    let mut age = pin!(sleep(spread(limits.connection_age_max())));
    let mut ending = false;
    loop {
        tokio::select! {
            biased;
            () = cut.cancelled() => return,
            () = drain.cancelled(), if !ending => ending = true,
            () = &mut age, if !ending => ending = true,
            ended = &mut connection => {
                if let Err(error) = ended {
                    tracing::debug!(error, "a connection broke");
                }
                return;
            }
        }
        // GOAWAY: no new calls, the ones under way may end.
        connection.as_mut().graceful_shutdown();
    }
}

/// Waits for the client's preface. HTTP/2 libraries wait for it without limit, and by then hold a connection.
async fn greet(stream: TcpStream) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    // Answers are small and wait for nobody.
    stream.set_nodelay(true)?;
    let (mut read, write) = stream.into_split();
    let mut preface = *PREFACE;
    read.read_exact(&mut preface).await?;
    if preface != *PREFACE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(join(Cursor::new(preface).chain(read), write))
}

/// HTTP/2 with every limit said aloud: some defaults further down mean "no limit".
fn http(limits: &Grpc) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new()).http2_only();
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams_per_connection_max)
        // Rapid reset (CVE-2023-44487) and resets provoked by faulty frames (CVE-2025-8671).
        .max_pending_accept_reset_streams(limits.streams_reset_pending_max)
        .max_local_error_reset_streams(limits.streams_reset_by_error_max)
        .max_header_list_size(limits.header_bytes_max)
        // Finds peers that are gone without a word, idle ones too.
        .keep_alive_interval(limits.keepalive_interval())
        .keep_alive_timeout(limits.keepalive_timeout())
        .auto_date_header(false);
    builder
}

/// The age give or take a tenth: connections made together, as after a restart, must not end together.
fn spread(age: Duration) -> Duration {
    let [low, high, ..] = *Uuid::new_v4().as_bytes();
    let share = u32::from(u16::from_le_bytes([low, high]));
    age - age / 10 + age / 5 * share / u32::from(u16::MAX)
}

/// Where a request comes in: hyper's body becomes tonic's, and the peer's address goes with it.
#[derive(Clone)]
struct Entrance<S> {
    service: S,
    peer: TcpConnectInfo,
}

impl<S, B> Service<Request<B>> for Entrance<S>
where
    S: Service<Request<Body>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.peer.clone());
        self.service.call(request.map(Body::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_spread_by_a_tenth_around_the_limit() {
        let age = Duration::from_secs(1000);
        let ages: Vec<Duration> = (0..64).map(|_| spread(age)).collect();
        assert!(ages.iter().all(|age| (900..=1100).contains(&age.as_secs())), "{ages:?}");
        assert!(ages.iter().any(|other| *other != ages[0]));
    }
}
