//! A way to PostgreSQL that breaks when it is told to: at the moment of a commit.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What marks the message at which the way breaks. The zero ends a query: `BEGIN … READ COMMITTED` is none.
const MARK: &[u8] = b"COMMIT\0";

/// Where the way breaks, at the client's next `COMMIT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the message: the server never sees it.
    Unsent,
    /// After the message, before anything of the answer: whether it was carried out is anybody's guess.
    Unheard,
    /// After the server's answer came: it was carried out, and the client does not know.
    Unanswered,
    /// As `Unanswered`, and the server is not told either: its session lives on until [`FaultProxy::mend`].
    HalfOpen,
    /// As `HalfOpen`, and the client is told nothing: it waits for an answer that never comes.
    Silent,
}

/// Forwards bytes to a PostgreSQL server, both ways, until it cuts. Ends on drop.
#[derive(Debug)]
pub struct FaultProxy {
    url: String,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    armed: Mutex<Option<Cut>>,
    cuts: watch::Sender<usize>,
    half_open: Mutex<Vec<TcpStream>>,
}

impl FaultProxy {
    /// Stands between the server of `url` and whoever uses [`FaultProxy::url`].
    pub async fn before(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL has a scheme");
        let (authority, path) = rest.split_once('/').expect("a URL of a database has a path");
        let (user, server) = authority.rsplit_once('@').expect("the fixture's URLs name a user");
        let server: SocketAddr = server.parse().expect("the fixture's servers have an address and a port");

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the system has a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            armed: Mutex::new(None),
            cuts: watch::Sender::new(0),
            half_open: Mutex::new(Vec::new()),
        });
        let accepting = tokio::spawn(accept(listener, server, Arc::clone(&state)));
        Self { url: format!("{scheme}://{user}@{address}/{path}"), state, accepting }
    }

    /// The way through here.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next commit breaks its connection.
    pub fn arm(&self, cut: Cut) {
        *lock(&self.state.armed) = Some(cut);
    }

    /// How often the way broke.
    #[must_use]
    pub fn cuts(&self) -> usize {
        *self.state.cuts.borrow()
    }

    /// Lets the server know of the sessions whose clients are long gone.
    pub fn mend(&self) {
        lock(&self.state.half_open).clear();
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every connection is a task of this one, so that they end together.
async fn accept(listener: TcpListener, server: SocketAddr, state: Arc<State>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(forward(client, server, Arc::clone(&state)));
    }
}

async fn forward(mut client: TcpStream, server: SocketAddr, state: Arc<State>) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut up, mut down) = ([0; 16 << 10], [0; 16 << 10]);
    let mut seen = Vec::new();
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let sent = &up[..read?];
                if sent.is_empty() {
                    return Ok(());
                }
                let cut = if has_mark(&mut seen, sent) { lock(&state.armed).take() } else { None };
                if cut != Some(Cut::Unsent) {
                    server.write_all(sent).await?;
                }
                let Some(cut) = cut else { continue };
                if matches!(cut, Cut::Unanswered | Cut::HalfOpen | Cut::Silent) && server.read(&mut down).await? == 0 {
                    return Ok(());
                }
                match cut {
                    Cut::HalfOpen => lock(&state.half_open).push(server),
                    Cut::Silent => lock(&state.half_open).extend([server, client]),
                    Cut::Unsent | Cut::Unheard | Cut::Unanswered => {}
                }
                state.cuts.send_modify(|cuts| *cuts += 1);
                return Ok(());
            }
            read = server.read(&mut down) => {
                let answered = &down[..read?];
                if answered.is_empty() {
                    return Ok(());
                }
                client.write_all(answered).await?;
            }
        }
    }
}

/// Whether the mark is in what was sent since it was found last; it may come in two pieces.
fn has_mark(seen: &mut Vec<u8>, sent: &[u8]) -> bool {
    seen.extend_from_slice(sent);
    let found = seen.windows(MARK.len()).any(|window| window == MARK);
    let keep = if found { 0 } else { seen.len().min(MARK.len() - 1) };
    seen.drain(..seen.len() - keep);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_in_two_pieces_is_found_once() {
        let sent =
            [&b"Q\0COM"[..], b"MIT\0", b"MIT\0READ COMMITTED\0COMMI", b"", b"T\0", b"COMMIT\0COMMIT\0"];
        let mut seen = Vec::new();
        let found = sent.map(|sent| has_mark(&mut seen, sent));
        assert_eq!(found, [false, true, false, false, true, true]);
    }
}
