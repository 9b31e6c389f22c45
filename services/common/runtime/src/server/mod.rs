//! One listener: bound at once, served until told to stop, drained, and cut if it will not end.
//!
//! Connections are accepted and served here rather than by tonic's own server, with the parts that one is made
//! of (hyper-util). It cannot bound connections or handshakes, spread the ages of connections, or end while a
//! peer keeps silent; everything above the connection is tonic's.

mod admission;
mod around;
mod authentication;
mod connection;
mod deadline;
mod health;
mod localisation;
mod methods;
mod services;
mod stack;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use around::{Answer, Answering, Around};
pub use deadline::Deadline;
pub use health::Health;
pub use methods::Methods;
pub use services::Services;

use crate::config;

/// How long to leave the door closed when the machine has no more to give, such as file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A listener that is bound and not yet serving.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    limits: config::Grpc,
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot listen on {address}: {source}; see which program holds it, or choose another address in [listen]"
)]
pub struct BindError {
    address: SocketAddr,
    source: io::Error,
}

impl Server {
    /// Binds at once, so that the address is known before anything is served; port 0 lets the kernel choose.
    pub async fn bind(address: SocketAddr, limits: &config::Grpc) -> Result<Self, BindError> {
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok(Self { listener, address, limits: limits.clone() })
        };
        bound.await.map_err(|source| BindError { address, source })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop`; then says NOT_SERVING, takes nobody new, lets calls end, and cuts what has not ended
    /// in time. Dropping the future cuts at once.
    pub async fn serve(self, services: Services, stop: CancellationToken) {
        let Self { listener, address, limits } = self;
        if services.identity == Some(config::IdentityKind::Development) {
            tracing::warn!(%address, "development identity: callers on this machine are believed, in plain text");
        }
        let health = services.health();
        let door = stack::stack(services, &limits);
        let limits = Arc::new(limits);
        let (drain, cut) = (CancellationToken::new(), CancellationToken::new());
        let _cut_if_dropped = cut.clone().drop_guard();
        let connections = TaskTracker::new();
        let slots = Arc::new(Semaphore::new(limits.connections_max));

        loop {
            let accepted = async {
                let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
                (listener.accept().await, slot)
            };
            let (accepted, slot) = tokio::select! {
                () = stop.cancelled() => break,
                accepted = accepted => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let serving =
                        connection::serve(stream, door.clone(), limits.clone(), drain.clone(), cut.clone());
                    connections.spawn(async move {
                        serving.await;
                        drop(slot);
                    });
                }
                Err(error) if is_peers_fault(&error) => {}
                Err(error) => {
                    tracing::warn!(%address, %error, "accepting failed, pausing");
                    tokio::select! {
                        () = stop.cancelled() => break,
                        () = sleep(ACCEPT_PAUSE) => {}
                    }
                }
            }
        }

        health.stop();
        drop(listener);
        drain.cancel();
        connections.close();
        if timeout(limits.drain_max(), connections.wait()).await.is_err() {
            tracing::warn!(%address, connections = connections.len(), "cutting connections that did not end in time");
            cut.cancel();
            connections.wait().await;
        }
    }
}

/// Errors of one peer that went away again; the next may be fine.
fn is_peers_fault(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}
