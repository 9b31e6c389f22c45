//! Where commands are handed in.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::{MaybeDone, maybe_done};
use yishi_kernel::RequestId;
use yishi_store::{Answer, Ask, Delivery, Handle, Inflow, Lane, Position, Rejection, Source, Tail};

use super::office::PATIENCE;
use super::{Command, Purse, Refusal};

/// What became of a command.
pub type Verdict = Result<Answer, Rejection<Refusal>>;

/// The tests' n-th request id.
#[must_use]
pub fn request_id(ordinal: u64) -> RequestId {
    RequestId::from_random_bytes(u128::from(ordinal).to_be_bytes())
}

/// Submits commands. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(super) handle: Handle<Purse>,
}

impl Desk {
    /// The newest entries in memory.
    #[must_use]
    pub fn tail(&self) -> Arc<Tail> {
        self.handle.tail()
    }

    /// A request for a command. Its traceparent is the request id, so that each entry tells whose it is.
    #[must_use]
    pub fn ask(&self, request: u64, command: Command) -> Ask<Command> {
        let request_id = request_id(request);
        Ask {
            unit: command.unit(),
            actor: "clerk-1".parse().expect("letters, a dash and a digit are an actor"),
            request_id,
            digest: self.handle.digest("purse", format!("{command:?}").as_bytes()),
            command,
            traceparent: Some(request_id.to_string()),
            weight: 1,
        }
    }

    /// Hands a command over and waits for its verdict; there must be one, whatever happens to the database.
    pub async fn submit(&self, lane: Lane, ask: Ask<Command>) -> Verdict {
        let verdict = tokio::time::timeout(PATIENCE, self.handle.submit(lane, ask)).await;
        verdict.expect("a submitted command is answered, not left hanging")
    }

    /// [`Desk::ask`] and [`Desk::submit`] with the officers.
    pub async fn put(&self, request: u64, command: Command) -> Verdict {
        self.submit(Lane::Officers, self.ask(request, command)).await
    }

    /// Asks with the same id until the answer says what became of it, as a client should.
    pub async fn insist(&self, request: u64, command: &Command) -> Verdict {
        const TRIES_MAX: usize = 100;
        for _ in 0..TRIES_MAX {
            match self.put(request, command.clone()).await {
                Err(Rejection::Unreachable | Rejection::Overloaded) => tokio::task::yield_now().await,
                verdict => return verdict,
            }
        }
        panic!("request {request} is still not answered after {TRIES_MAX} tries");
    }

    /// Hands commands over in order, without waiting for their verdicts.
    pub async fn queue(&self, lane: Lane, asks: impl IntoIterator<Item = Ask<Command>>) -> Queued {
        let mut queued = Queued(Vec::new());
        for ask in asks {
            let desk = self.clone();
            queued.begin(async move { desk.submit(lane, ask).await }).await;
        }
        queued
    }

    /// [`Desk::queue`] with the officers, the requests numbered from `first`.
    pub async fn queue_from(&self, first: u64, commands: impl IntoIterator<Item = Command>) -> Queued {
        let asks = (first..).zip(commands).map(|(request, command)| self.ask(request, command));
        self.queue(Lane::Officers, asks).await
    }

    /// Hands over what a source's entries up to there mean, and waits for the verdict.
    pub async fn deliver(&self, source: Source, upto: Position, command: Command) -> Verdict {
        let delivery = Delivery { source, upto, command, traceparent: None, weight: 1 };
        let verdict = tokio::time::timeout(PATIENCE, self.handle.deliver(delivery)).await;
        verdict.expect("a delivery is answered, not left hanging")
    }

    /// [`Desk::deliver`] in order, without waiting for the verdicts.
    pub async fn queue_deliveries(
        &self,
        deliveries: impl IntoIterator<Item = (Source, Position, Command)>,
    ) -> Queued {
        let mut queued = Queued(Vec::new());
        for (source, upto, command) in deliveries {
            let desk = self.clone();
            queued.begin(async move { desk.deliver(source, upto, command).await }).await;
        }
        queued
    }

    /// Hands over what another node sent, and waits for the verdict.
    pub async fn take(&self, inflow: Inflow) -> Verdict {
        let verdict = tokio::time::timeout(PATIENCE, self.handle.take(inflow)).await;
        verdict.expect("an inflow is answered, not left hanging")
    }

    /// [`Desk::take`] in order, without waiting for the verdicts.
    pub async fn queue_inflows(&self, inflows: impl IntoIterator<Item = Inflow>) -> Queued {
        let mut queued = Queued(Vec::new());
        for inflow in inflows {
            let desk = self.clone();
            queued.begin(async move { desk.take(inflow).await }).await;
        }
        queued
    }

    /// The writer's own handle.
    #[must_use]
    pub fn handle(&self) -> &Handle<Purse> {
        &self.handle
    }

    /// How far a source had been read when the writer began.
    #[must_use]
    pub fn read_so_far(&self, source: Source) -> Option<Position> {
        self.handle.read_so_far(source)
    }

    /// Where the database stands.
    #[must_use]
    pub fn position(&self) -> Position {
        self.handle.position()
    }

    /// Waits until the database has come so far.
    pub async fn reached(&self, pos: i64) {
        let mut positions = self.handle.positions();
        let reached =
            tokio::time::timeout(PATIENCE, positions.wait_for(|position| position.pos >= pos)).await;
        reached.expect("the writer goes on").expect("the writer lives");
    }
}

type Pending = Pin<Box<dyn Future<Output = Verdict> + Send>>;

/// Commands that were handed over and not yet answered. Dropping it drops their callers.
pub struct Queued(Vec<Pin<Box<MaybeDone<Pending>>>>);

impl Queued {
    /// The first poll hands the command over; what it answers is kept by `maybe_done`.
    async fn begin(&mut self, submitting: impl Future<Output = Verdict> + Send + 'static) {
        let mut waiting = Box::pin(maybe_done(Box::pin(submitting) as Pending));
        std::future::poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_ready())).await;
        self.0.push(waiting);
    }

    /// The verdicts, in the order of the commands.
    pub async fn verdicts(self) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(self.0.len());
        for mut waiting in self.0 {
            waiting.as_mut().await;
            verdicts.push(waiting.as_mut().take_output().expect("it was awaited just now"));
        }
        verdicts
    }
}
