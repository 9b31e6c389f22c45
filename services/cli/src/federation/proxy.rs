//! The way between a node and the node above it, which can be cut and healed.

use std::{fmt, io, net::SocketAddr, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{AbortHandle, JoinSet},
    time::sleep,
};

use crate::lang::Lang;

/// A machine that has no socket left may have one soon.
const PAUSE: Duration = Duration::from_millis(50);

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// From a node to the node above.
    Up,
    /// From the node above.
    Down,
}

/// What is cut of a way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cut {
    /// Nothing: everything passes.
    #[default]
    None,
    /// All of it: connections break, and new ones break at once.
    Both,
    /// Nothing gets up. Connections stand, and what was sent arrives once it is healed, as with packets that are
    /// sent again and again.
    Up,
    /// Nothing gets down.
    Down,
}

impl Cut {
    pub(crate) fn of(way: Option<Way>) -> Self {
        match way {
            None => Cut::Both,
            Some(Way::Up) => Cut::Up,
            Some(Way::Down) => Cut::Down,
        }
    }

    fn holds(self, way: Way) -> bool {
        match self {
            Cut::None => false,
            Cut::Both => true,
            Cut::Up => way == Way::Up,
            Cut::Down => way == Way::Down,
        }
    }

    pub(crate) fn name(self, lang: Lang) -> &'static str {
        match self {
            Cut::None => lang.pick("畅通", "whole"),
            Cut::Both => lang.pick("已断", "cut"),
            Cut::Up => lang.pick("上行已断", "cut upwards"),
            Cut::Down => lang.pick("下行已断", "cut downwards"),
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Condition {
    cut: Cut,
    /// How often all of it was cut: connections of before must not live through a short cut.
    severed: u64,
}

/// Carries bytes between whoever connects here and the node above. Ends on drop.
pub(crate) struct Proxy {
    condition: watch::Sender<Condition>,
    accepting: AbortHandle,
}

impl Proxy {
    /// Listens for the node below; the node above need not be there yet.
    pub(crate) async fn open(near: SocketAddr, far: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(near).await?;
        let condition = watch::Sender::default();
        let accepting = tokio::spawn(accept(listener, far, condition.subscribe())).abort_handle();
        Ok(Self { condition, accepting })
    }

    /// Cuts it, or heals it by [`Cut::None`].
    pub(crate) fn set(&self, cut: Cut) {
        self.condition.send_modify(|condition| {
            condition.severed += u64::from(cut == Cut::Both && condition.cut != Cut::Both);
            condition.cut = cut;
        });
    }

    pub(crate) fn cut(&self) -> Cut {
        self.condition.borrow().cut
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.cut()).finish()
    }
}

/// Every connection is a task of this one, so that they end together.
async fn accept(listener: TcpListener, far: SocketAddr, mut condition: watch::Receiver<Condition>) {
    let mut connections = JoinSet::new();
    let mut severed = 0;
    loop {
        tokio::select! {
            biased;
            changed = condition.changed() => {
                if changed.is_err() {
                    return;
                }
                let now = *condition.borrow_and_update();
                if now.severed != severed {
                    severed = now.severed;
                    connections.abort_all();
                }
            }
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok(_) if condition.borrow().cut == Cut::Both => {}
                Ok((near, _)) => {
                    connections.spawn(carry(near, far, condition.clone()));
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }
}

/// Once one side has ended, the other has nobody to speak to.
async fn carry(near: TcpStream, far: SocketAddr, condition: watch::Receiver<Condition>) -> io::Result<()> {
    let far = TcpStream::connect(far).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    tokio::select! {
        ended = pass(near_read, far_write, Way::Up, condition.clone()) => ended,
        ended = pass(far_read, near_write, Way::Down, condition) => ended,
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    way: Way,
    mut condition: watch::Receiver<Condition>,
) -> io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut bytes).await?;
        if condition.wait_for(|condition| !condition.cut.holds(way)).await.is_err() || read == 0 {
            return Ok(());
        }
        to.write_all(&bytes[..read]).await?;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);
    /// Long enough for what passes on loopback to have passed.
    const A_WHILE: Duration = Duration::from_millis(100);

    /// A node above that says everything back.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        address
    }

    /// A way, and its near end.
    async fn way() -> (Proxy, SocketAddr) {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        (Proxy::open(free, echo().await).await.unwrap(), free)
    }

    async fn hears(stream: &mut TcpStream, said: &[u8]) {
        let mut heard = vec![0; said.len()];
        timeout(SOON, stream.read_exact(&mut heard)).await.unwrap().unwrap();
        assert_eq!(heard, said);
    }

    async fn hears_nothing(stream: &mut TcpStream) {
        let heard = timeout(A_WHILE, stream.read_u8()).await;
        assert!(heard.is_err(), "{heard:?}");
    }

    async fn ends(stream: &mut TcpStream) {
        let end = timeout(SOON, stream.read(&mut [0; 8])).await.unwrap();
        assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    }

    #[tokio::test]
    async fn bytes_pass_both_ways() {
        let (_proxy, near) = way().await;
        let mut stream = TcpStream::connect(near).await.unwrap();
        let long = vec![7; 1 << 20];
        let (mut read, mut write) = stream.split();
        let mut heard = vec![0; long.len()];
        let (sent, read) = tokio::join!(write.write_all(&long), read.read_exact(&mut heard));
        sent.unwrap();
        read.unwrap();
        assert_eq!(heard, long);
    }

    #[tokio::test]
    async fn a_cut_ends_connections_and_new_ones_until_it_is_healed() {
        let (proxy, near) = way().await;
        let mut before = TcpStream::connect(near).await.unwrap();
        before.write_all(b"a").await.unwrap();
        hears(&mut before, b"a").await;
        proxy.set(Cut::Both);
        ends(&mut before).await;
        let mut during = TcpStream::connect(near).await.unwrap();
        ends(&mut during).await;
        proxy.set(Cut::None);
        let mut after = TcpStream::connect(near).await.unwrap();
        after.write_all(b"b").await.unwrap();
        hears(&mut after, b"b").await;
    }

    #[tokio::test]
    async fn no_connection_lives_through_a_cut_however_short() {
        let (proxy, near) = way().await;
        let mut stream = TcpStream::connect(near).await.unwrap();
        stream.write_all(b"a").await.unwrap();
        hears(&mut stream, b"a").await;
        proxy.set(Cut::Both);
        proxy.set(Cut::None);
        ends(&mut stream).await;
    }

    #[tokio::test]
    async fn cut_upwards_nothing_arrives_above_until_it_is_healed() {
        let (proxy, near) = way().await;
        let mut stream = TcpStream::connect(near).await.unwrap();
        stream.write_all(b"a").await.unwrap();
        hears(&mut stream, b"a").await;
        proxy.set(Cut::Up);
        stream.write_all(b"bc").await.unwrap();
        hears_nothing(&mut stream).await;
        proxy.set(Cut::None);
        hears(&mut stream, b"bc").await;
    }

    /// What goes up still does: the node above hears what it does not hear back.
    #[tokio::test]
    async fn cut_downwards_what_goes_up_still_does() {
        let above = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let proxy = Proxy::open(near, above.local_addr().unwrap()).await.unwrap();
        proxy.set(Cut::Down);
        let mut below = TcpStream::connect(near).await.unwrap();
        let (mut above, _) = above.accept().await.unwrap();
        below.write_all(b"a").await.unwrap();
        hears(&mut above, b"a").await;
        above.write_all(b"b").await.unwrap();
        hears_nothing(&mut below).await;
        assert_eq!(proxy.cut(), Cut::Down);
        proxy.set(Cut::None);
        hears(&mut below, b"b").await;
    }

    #[tokio::test]
    async fn a_way_to_nobody_ends_at_once_and_leads_on_when_somebody_is_there() {
        let far = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let near = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let _proxy = Proxy::open(near, far).await.unwrap();
        ends(&mut TcpStream::connect(near).await.unwrap()).await;
        let above = TcpListener::bind(far).await.unwrap();
        let _below = TcpStream::connect(near).await.unwrap();
        timeout(SOON, above.accept()).await.unwrap().unwrap();
    }
}
