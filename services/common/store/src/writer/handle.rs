//! The callers' side of the writer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{oneshot, watch};
use yishi_kernel::{Actor, RequestId, UnitCode};

use super::heads::WRITER;
use super::inflow::{Inflow, Unfit};
use super::lanes::{Lane, Lanes};
use super::model::Model;
use super::tail::Tail;
use crate::digest::DigestKey;
use crate::directory::{Elsewhere, Order, Unmovable};
use crate::hosting::Hosting;
use crate::witness::Witness;

/// A point in the life of one database: after everything up to here was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The writer's term. A position of a term that the database does not know comes from a lost future.
    pub epoch: i64,
    /// Gapless, in commit order.
    pub pos: i64,
}

/// A command on its way to the writer.
#[derive(Debug)]
pub struct Ask<C> {
    /// The unit whose request table remembers this.
    pub unit: UnitCode,
    /// Who asks.
    pub actor: Actor,
    /// The same id and content act once.
    pub request_id: RequestId,
    /// [`Handle::digest`] of method and content.
    pub digest: [u8; 32],
    /// What to do.
    pub command: C,
    /// The caller's trace, kept beside the entries.
    pub traceparent: Option<String>,
    /// Bytes that the command weighs, for the batch's size.
    pub weight: usize,
}

/// What the caller gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The model's response, or the recorded one.
    pub response: Vec<u8>,
    /// A read that has waited for this position sees what was done.
    pub position: Position,
    /// Whether it had been done before.
    pub repeated: bool,
}

/// Why a command was not done, or is not known to be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection<R> {
    /// The rules say no. Nothing was written.
    #[error("refused by the rules")]
    Refused(R),
    /// The same request id was used with other content. Nothing was written.
    #[error("the request id was used before with other content")]
    RequestIdReused,
    /// The lane is full. Nothing was written.
    #[error("the writer's queue is full")]
    Overloaded,
    /// The writer is ending. Ask again with the same id to learn what became of it.
    #[error("the writer is ending")]
    Stopping,
    /// The database cannot be reached. Ask again with the same id to learn what became of it.
    #[error("the database cannot be reached")]
    Unreachable,
    /// This command alone makes the database or the rules fail. Nothing was written.
    #[error("the command cannot be carried out: {0}")]
    Poisonous(&'static str),
    /// Entries of another node do not follow what is here. Nothing of them was written.
    #[error(transparent)]
    Unfit(Unfit),
    /// The database is behind what others hold of it, and gets that back before it writes anything new.
    #[error("the database was restored from a backup and is still recovering what it lost")]
    Recovering,
    /// Another node decides for the unit. Nothing was written; what was done here before is still answered.
    #[error("{} is hosted by the node of {}", .0.unit, .0.holder)]
    Elsewhere(Elsewhere),
    /// Who decides for what has changed since the entries of a delivery were picked: they are to be picked again.
    #[error("units were moved since")]
    Outdated,
    /// An order cannot be carried out. Nothing was written.
    #[error(transparent)]
    Unmovable(Unmovable),
}

pub(super) type Reply<M> = oneshot::Sender<Result<Answer, Rejection<<M as Model>::Refusal>>>;

/// Entries of a source on their way to the writer.
#[derive(Debug)]
pub struct Delivery<C> {
    /// Whose entries: a service of this node, or the other end of a link.
    pub source: Source,
    /// The last position of the source that the command covers. What was covered before is not done again.
    pub upto: Position,
    /// What the entries are to the model.
    pub command: C,
    /// The trace that they belong to, kept beside what follows from them.
    pub traceparent: Option<String>,
    /// Bytes that the command weighs.
    pub weight: usize,
}

/// How the entries of a delivery were picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// By which version of the directory.
    pub version: u64,
    /// The subtree for which is made up what was passed over of it; none in the ordinary course of reading.
    pub missed: Option<UnitCode>,
}

/// A stable name of where entries come from.
pub type Source = &'static str;

/// What makes a command act once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A caller's own id of its request.
    Request { unit: UnitCode, request_id: RequestId, digest: [u8; 32] },
    /// How far a source was read.
    Cursor { source: Source, upto: Position, version: Option<u64> },
    /// How far was made up for what was passed over of a subtree.
    Missed { top: UnitCode, source: Source, upto: Position, version: u64 },
    /// None: the heads, the ways and the directory tell what was done before, and of what is witnessed the last stays.
    Itself,
}

/// What a job wants.
pub(super) enum Wish<C> {
    /// A command, decided by the rules.
    Command(C),
    /// Entries that were decided elsewhere, to be kept.
    Inflow(Inflow),
    /// What was said of journals, to be kept beside them.
    Witness(Witness),
    /// A subtree is to be moved.
    Order(Order),
}

pub(super) struct Job<M: Model> {
    pub(super) key: Key,
    pub(super) actor: Actor,
    pub(super) wish: Wish<M::Command>,
    pub(super) traceparent: Option<String>,
    pub(super) weight: usize,
    pub(super) reply: Reply<M>,
}

/// Hands commands to the writer. Cheap to clone.
pub struct Handle<M: Model> {
    pub(super) lanes: Lanes<M>,
    pub(super) key: Arc<DigestKey>,
    pub(super) position: watch::Receiver<Position>,
    /// Where the sources stood at the start.
    pub(super) cursors: Arc<HashMap<String, Position>>,
    /// The actor of entries that follow from deliveries.
    pub(super) deliverer: Actor,
    pub(super) recovering: Arc<AtomicBool>,
    pub(super) tail: Arc<Tail>,
    pub(super) hosting: Arc<Hosting>,
}

impl<M: Model> Clone for Handle<M> {
    fn clone(&self) -> Self {
        Self {
            lanes: self.lanes.clone(),
            key: Arc::clone(&self.key),
            position: self.position.clone(),
            cursors: Arc::clone(&self.cursors),
            deliverer: self.deliverer.clone(),
            recovering: Arc::clone(&self.recovering),
            tail: Arc::clone(&self.tail),
            hosting: Arc::clone(&self.hosting),
        }
    }
}

impl<M: Model> Handle<M> {
    /// The digest of a request under this database's key.
    #[must_use]
    pub fn digest(&self, method: &str, content: &[u8]) -> [u8; 32] {
        self.key.digest(method, content)
    }

    /// Hands a command over and waits for its answer. Once handed over it is carried out, whether or not anybody still waits.
    pub async fn submit(&self, lane: Lane, ask: Ask<M::Command>) -> Result<Answer, Rejection<M::Refusal>> {
        let Ask { unit, actor, request_id, digest, command, traceparent, weight } = ask;
        let key = Key::Request { unit, request_id, digest };
        // Of a unit that has gone nothing new is written: the writer knows what was done before.
        if self.hosting.decides(unit) {
            self.may_write()?;
        }
        let wish = Wish::Command(command);
        self.hand_over(lane, |reply| Job { key, actor, wish, traceparent, weight, reply }).await
    }

    /// Hands over entries that another node sent; each is kept once, however often it comes.
    pub async fn take(&self, inflow: Inflow) -> Result<Answer, Rejection<M::Refusal>> {
        let weight = inflow.entries().iter().map(|foreign| foreign.entry.payload.len()).sum();
        let (key, actor, wish) = (Key::Itself, self.deliverer.clone(), Wish::Inflow(inflow));
        let job = |reply| Job { key, actor, wish, traceparent: None, weight, reply };
        self.hand_over(Lane::Deliveries, job).await
    }

    /// Keeps what a node below says of itself; it makes no entry.
    pub async fn witness(&self, witness: Witness) -> Result<Answer, Rejection<M::Refusal>> {
        let weight = witness.weight();
        let (key, actor, wish) = (Key::Itself, self.deliverer.clone(), Wish::Witness(witness));
        let job = |reply| Job { key, actor, wish, traceparent: None, weight, reply };
        self.hand_over(Lane::Deliveries, job).await
    }

    /// Carries out an order about a subtree; done before, it is not done again.
    pub async fn order(&self, order: Order) -> Result<Answer, Rejection<M::Refusal>> {
        self.may_write()?;
        let actor = match order {
            Order::Delegate { .. } | Order::Recall { .. } => "operator",
            Order::GiveBack | Order::TakeOver { .. } | Order::MadeUp { .. } => WRITER,
        };
        let actor = actor.parse().expect("an actor's id is made of letters");
        let wish = Wish::Order(order);
        let job = |reply| Job { key: Key::Itself, actor, wish, traceparent: None, weight: 0, reply };
        self.hand_over(Lane::Officers, job).await
    }

    /// Who decides for what, as this database knows.
    #[must_use]
    pub fn hosting(&self) -> &Arc<Hosting> {
        &self.hosting
    }

    /// Whether new entries may be written, or the database is recovering what it lost.
    fn may_write(&self) -> Result<(), Rejection<M::Refusal>> {
        if self.recovering.load(Ordering::Acquire) { Err(Rejection::Recovering) } else { Ok(()) }
    }

    /// From now on nothing new is written until [`Handle::recovered`]; what other nodes send is still taken.
    pub fn recover(&self) {
        self.recovering.store(true, Ordering::Release);
    }

    /// What others held is back.
    pub fn recovered(&self) {
        self.recovering.store(false, Ordering::Release);
    }

    /// Whether [`Handle::recover`] was called and [`Handle::recovered`] not yet.
    #[must_use]
    pub fn is_recovering(&self) -> bool {
        self.recovering.load(Ordering::Acquire)
    }

    /// Hands over entries of a source; they are applied once, however often they come.
    pub async fn deliver(&self, delivery: Delivery<M::Command>) -> Result<Answer, Rejection<M::Refusal>> {
        let Delivery { source, upto, .. } = delivery;
        self.hand_in(delivery, Key::Cursor { source, upto, version: None }).await
    }

    /// The same, unless units were moved since the entries were picked.
    pub async fn deliver_as(
        &self,
        reading: Reading,
        delivery: Delivery<M::Command>,
    ) -> Result<Answer, Rejection<M::Refusal>> {
        let (Delivery { source, upto, .. }, Reading { version, missed }) = (&delivery, reading);
        let (source, upto) = (*source, *upto);
        let key = match missed {
            Some(top) => Key::Missed { top, source, upto, version },
            None => Key::Cursor { source, upto, version: Some(version) },
        };
        self.hand_in(delivery, key).await
    }

    async fn hand_in(
        &self,
        delivery: Delivery<M::Command>,
        key: Key,
    ) -> Result<Answer, Rejection<M::Refusal>> {
        let Delivery { command, traceparent, weight, .. } = delivery;
        self.may_write()?;
        let (actor, wish) = (self.deliverer.clone(), Wish::Command(command));
        let job = |reply| Job { key, actor, wish, traceparent, weight, reply };
        self.hand_over(Lane::Deliveries, job).await
    }

    async fn hand_over(
        &self,
        lane: Lane,
        job: impl FnOnce(Reply<M>) -> Job<M>,
    ) -> Result<Answer, Rejection<M::Refusal>> {
        let (reply, answer) = oneshot::channel();
        self.lanes.offer(lane, job(reply))?;
        answer.await.unwrap_or(Err(Rejection::Stopping))
    }

    /// How far a source had been read when this writer began.
    #[must_use]
    pub fn read_so_far(&self, source: Source) -> Option<Position> {
        self.cursors.get(source).copied()
    }

    /// The newest entries, in memory.
    #[must_use]
    pub fn tail(&self) -> Arc<Tail> {
        Arc::clone(&self.tail)
    }

    /// Where the database stands now.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// Follows the database's position; ends with the writer.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.position.clone()
    }
}
