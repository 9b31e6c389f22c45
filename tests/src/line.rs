//! The line between two nodes, which can be cut, both ways or one.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a line lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lets {
    /// Everything.
    #[default]
    All,
    /// Nothing: connections end, and new ones are refused.
    Nothing,
    /// What the node below says, and no answer: its connections stay open and silent.
    OnlyUp,
    /// Nothing that the node below says, which is told nothing of it.
    OnlyDown,
}

/// Forwards bytes to wherever the node above is at the moment. Ends on drop.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    target: Arc<Mutex<SocketAddr>>,
    lets: watch::Sender<Lets>,
    accepting: JoinHandle<()>,
}

impl Line {
    /// A line to an address.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the system has a free port");
        let address = listener.local_addr().expect("it is bound");
        let (target, lets) = (Arc::new(Mutex::new(target)), watch::Sender::new(Lets::All));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&target), lets.clone()));
        Self { address, target, lets, accepting }
    }

    /// What the node below dials.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The node above has another address now.
    pub fn aim(&self, target: SocketAddr) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = target;
    }

    /// Changes what is let through.
    pub fn let_through(&self, lets: Lets) {
        self.lets.send_replace(lets);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.accepting.abort();
        self.lets.send_replace(Lets::Nothing);
    }
}

async fn accept(listener: TcpListener, target: Arc<Mutex<SocketAddr>>, lets: watch::Sender<Lets>) {
    while let Ok((below, _)) = listener.accept().await {
        if *lets.borrow() == Lets::Nothing {
            continue;
        }
        let target = *target.lock().unwrap_or_else(PoisonError::into_inner);
        let lets = lets.clone();
        tokio::spawn(async move {
            let Ok(above) = TcpStream::connect(target).await else { return };
            let ((from_below, to_below), (from_above, to_above)) = (below.into_split(), above.into_split());
            let up = forward(from_below, to_above, lets.subscribe(), Lets::OnlyDown);
            let down = forward(from_above, to_below, lets.subscribe(), Lets::OnlyUp);
            tokio::join!(up, down);
        });
    }
}

/// Until either end is gone or nothing is let through. While `held` is what the line lets through, bytes are swallowed.
async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut lets: watch::Receiver<Lets>,
    held: Lets,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read,
            changed = lets.changed() => {
                if changed.is_err() || *lets.borrow_and_update() == Lets::Nothing {
                    return;
                }
                continue;
            }
        };
        let Ok(count @ 1..) = read else { return };
        if *lets.borrow() != held && to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
