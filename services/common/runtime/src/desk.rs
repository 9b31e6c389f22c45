//! Where a service's callers are served: authenticate, authorise, validate, then hand the command to the writer.
//!
//! A request says by [`Subject`] which unit it is about and by [`Mutation`] how it becomes a command; a handler is then
//! one line, and none can forget a step.

use std::fmt;
use std::sync::Arc;

use prost::Message;
use tokio::sync::watch;
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};
use tonic::{Request, Response, Status};
use yishi_kernel::{Register, RequestId, UnitCode};
use yishi_store::{
    Answer, Ask, Database, Elsewhere, Engine, Handle, Lane, Model, Position, Reader, Rejection, Source,
    StoreError, Unmovable,
};

use crate::access::Caller;
use crate::errors::{Failure, reasons};
pub use crate::house::House;
use crate::telemetry;

/// Metadata of an answer, as `intake:EPOCH.POS`: the position after which what was done is seen. Sent along with a request
/// to another service, it makes that one wait until it has learned it; so "determine, then raise" works at once.
pub const POSITION: &str = "yishi-position";

impl House {
    /// Lets the caller's request pass, if the policy does. What is only read may be of a unit that another node hosts.
    fn admit<M, Q: Subject<M>>(&self, caller: &Caller, request: &Q, reading: bool) -> Result<(), Failure> {
        // A subject that cannot be read is refused by the validation that follows, with the field's name.
        if let Some(subject) = request.subject(&self.register) {
            self.check(Q::RPC, caller, subject)?;
            if !reading {
                self.acts(caller)?;
            }
            // Of a unit that was moved away the writer still knows what was done before.
            let known = if reading { self.holds(subject) } else { self.moved(subject).is_some() };
            if !(known || self.hosts(subject)) {
                return Err(Failure::new(&reasons::UNIT_NOT_HOSTED).with("unit", subject));
            }
        }
        Ok(())
    }
}

/// A request about a unit, to the service `M`. (The service is named so that it may say this of generated messages.)
pub trait Subject<M>: Message + Default {
    /// `pkg.Service/Method`, as in the policy.
    const RPC: &'static str;

    /// The unit it is about, if its name can be read; the register tells which unit above a village does it for the village.
    fn subject(&self, register: &Register) -> Option<UnitCode>;

    /// What a repeat of it is known by: all of it, but for what must leave no trace.
    fn known_by(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}

/// A request that changes something.
pub trait Mutation<M: Model>: Subject<M> {
    /// What it is answered with.
    type Answer: Message + Default;

    /// The command, or everything that is wrong with the request's fields.
    fn command(&self, caller: &Caller, register: &Register) -> Result<(RequestId, M::Command), Failure>;
}

/// One service's writer and readers, in one house.
pub struct Desk<E: Engine, M: Model> {
    house: Arc<House>,
    handle: Handle<M>,
    database: Database<E>,
    /// How far this service has read others.
    read: Arc<Vec<(Source, watch::Receiver<Position>)>>,
}

impl<E: Engine, M: Model> Clone for Desk<E, M> {
    fn clone(&self) -> Self {
        Self {
            house: Arc::clone(&self.house),
            handle: self.handle.clone(),
            database: self.database.clone(),
            read: Arc::clone(&self.read),
        }
    }
}

impl<E: Engine, M: Model<Refusal: Into<Failure>>> Desk<E, M> {
    /// Puts the parts together.
    pub fn new(house: Arc<House>, handle: Handle<M>, database: Database<E>) -> Self {
        Self { house, handle, database, read: Arc::default() }
    }

    /// Lets requests wait for what was written in other services that this one follows.
    #[must_use]
    pub fn reading(self, read: Vec<(Source, watch::Receiver<Position>)>) -> Self {
        Self { read: Arc::new(read), ..self }
    }

    /// What all services know.
    #[must_use]
    pub fn house(&self) -> &House {
        &self.house
    }

    /// Serves a request that changes something.
    pub async fn write<Q>(&self, request: Request<Q>) -> Result<Response<Q::Answer>, Status>
    where
        Q: Mutation<M>,
    {
        self.write_knowing(request, |command| command).await
    }

    /// The same, for a command that must also know what only the node can see at the moment, such as whether a link is up.
    pub async fn write_knowing<Q>(
        &self,
        request: Request<Q>,
        add: impl FnOnce(M::Command) -> M::Command + Send,
    ) -> Result<Response<Q::Answer>, Status>
    where
        Q: Mutation<M>,
    {
        let command = |request: &Q, caller: &Caller, register: &Register| {
            request.command(caller, register).map(|(request_id, command)| (request_id, add(command)))
        };
        self.write_as(request, command).await
    }

    /// The same, for a request that becomes a command only with what the handler has.
    pub async fn write_as<Q, A>(
        &self,
        request: Request<Q>,
        command: impl FnOnce(&Q, &Caller, &Register) -> Result<(RequestId, M::Command), Failure> + Send,
    ) -> Result<Response<A>, Status>
    where
        Q: Subject<M>,
        A: Message + Default,
    {
        self.write_known_by(request, |request, _| request.known_by(), command).await
    }

    /// The same, for a request whose repeats are known by what its command makes of it: what must leave no trace is told by
    /// something else.
    pub async fn write_known_by<Q, A>(
        &self,
        request: Request<Q>,
        known_by: impl FnOnce(&Q, &M::Command) -> Vec<u8> + Send,
        command: impl FnOnce(&Q, &Caller, &Register) -> Result<(RequestId, M::Command), Failure> + Send,
    ) -> Result<Response<A>, Status>
    where
        Q: Subject<M>,
        A: Message + Default,
    {
        let caller = caller(&request)?;
        self.house.admit(&caller, request.get_ref(), false)?;
        self.wait_for(request.metadata()).await?;
        let request = request.into_inner();
        let (request_id, command) = command(&request, &caller, &self.house.register)?;
        let content = known_by(&request, &command);
        let answer = self.hand_over(Lane::Officers, caller, &request, content, (request_id, command)).await?;
        let message = A::decode(answer.response.as_slice())
            .map_err(|error| Failure::internal("reading a recorded answer", &error))?;
        Ok(placed(message, M::SERVICE, answer.position)?)
    }

    /// Who opens a stream of messages, after a wait for what it saw elsewhere. Its messages go to [`Self::import`].
    pub async fn opener<T>(&self, request: &Request<T>) -> Result<Caller, Failure> {
        let caller = caller(request)?;
        self.wait_for(request.metadata()).await?;
        Ok(caller)
    }

    /// Lets one of several requests that came in one call pass, if the policy does.
    pub fn let_in<Q: Subject<M>>(&self, opener: &Caller, request: &Q) -> Result<(), Failure> {
        self.house.admit(opener, request, false)
    }

    /// Takes one message of a stream, as [`Self::write`] does, but behind the people who wait. Each is let in for
    /// itself: the next may be about another unit.
    pub async fn import<Q: Subject<M>>(
        &self,
        opener: &Caller,
        message: &Q,
        command: impl FnOnce() -> Result<(RequestId, M::Command), Failure>,
    ) -> Result<Answer, Failure> {
        self.house.admit(opener, message, false)?;
        self.hand_over(Lane::Imports, opener.clone(), message, message.known_by(), command()?).await
    }

    async fn hand_over<Q: Subject<M>>(
        &self,
        lane: Lane,
        caller: Caller,
        request: &Q,
        content: Vec<u8>,
        (request_id, command): (RequestId, M::Command),
    ) -> Result<Answer, Failure> {
        let unit = request.subject(&self.house.register);
        let unit = unit.ok_or_else(|| Failure::new(&reasons::INVALID_FIELDS).with("count", 1))?;
        let ask = Ask {
            unit,
            actor: caller.actor,
            request_id,
            digest: self.handle.digest(Q::RPC, &content),
            command,
            traceparent: telemetry::current_traceparent(),
            weight: content.len(),
        };
        self.handle.submit(lane, ask).await.map_err(|no| rejected(no, request_id))
    }

    /// Hands over what follows from something that was done, by this program and not by a caller: once, however often it is
    /// tried, for its id is made of what it is and what it is about.
    pub async fn follow_up(
        &self,
        unit: UnitCode,
        (what, about): (&str, &[u8]),
        command: M::Command,
        weight: usize,
    ) -> Result<Answer, Failure> {
        let digest = self.handle.digest(what, about);
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        let request_id = RequestId::from_random_bytes(id);
        let actor = "node".parse().map_err(|error| Failure::internal("naming this program", &error))?;
        let traceparent = telemetry::current_traceparent();
        let ask = Ask { unit, actor, request_id, digest, command, traceparent, weight };
        self.handle.submit(Lane::Officers, ask).await.map_err(|no| rejected(no, request_id))
    }

    /// A reading connection, for what no caller asked.
    pub async fn reader(&self) -> Result<Reader<E>, Failure> {
        self.database.reader().await.map_err(unreadable)
    }

    /// A digest under this database's own key, for tokens that only it can have given.
    #[must_use]
    pub fn digest(&self, what: &str, content: &[u8]) -> [u8; 32] {
        self.handle.digest(what, content)
    }

    /// Waits for the positions that the request brings along; the call's deadline bounds it.
    async fn wait_for(&self, metadata: &MetadataMap) -> Result<(), Failure> {
        for value in metadata.get_all(POSITION) {
            let position = value.to_str().ok().and_then(position_from);
            let (source, position) = position.ok_or_else(|| {
                Failure::new(&reasons::INVALID_FIELDS).with("count", 1).field(
                    "metadata.yishi-position",
                    "应原样填写上一应答给出的 yishi-position，如 intake:1882678811813317.2",
                    "copy the yishi-position of an earlier answer, as in intake:1882678811813317.2",
                )
            })?;
            let reading = self.read.iter().find(|(known, _)| *known == source);
            if let Some((_, passed)) = reading {
                let there = passed.clone().wait_for(|passed| passed.pos >= position.pos).await.is_ok();
                if !there {
                    return Err(Failure::new(&reasons::STOPPING));
                }
            }
        }
        Ok(())
    }

    /// Lets a reading request pass and gives it a connection.
    pub async fn read<Q: Subject<M>>(&self, request: Request<Q>) -> Result<(Q, Reader<E>), Status> {
        self.house.admit(&caller(&request)?, request.get_ref(), true)?;
        self.wait_for(request.metadata()).await?;
        let reader = self.database.reader().await.map_err(unreadable)?;
        Ok((request.into_inner(), reader))
    }
}

/// An answer with the position after which what was done is seen.
pub fn placed<T>(message: T, service: Source, position: Position) -> Result<Response<T>, Failure> {
    let mut response = Response::new(message);
    response.metadata_mut().insert(POSITION, position_value(service, position)?);
    Ok(response)
}

/// Who asks.
pub fn caller<T>(request: &Request<T>) -> Result<Caller, Failure> {
    let caller = request.extensions().get::<Caller>().cloned();
    caller.ok_or_else(|| Failure::new(&reasons::UNAUTHENTICATED))
}

fn position_value(source: Source, position: Position) -> Result<MetadataValue<Ascii>, Failure> {
    let text = format!("{source}:{}.{}", position.epoch, position.pos);
    text.parse().map_err(|error| Failure::internal("writing a position", &error))
}

fn position_from(text: &str) -> Option<(&str, Position)> {
    let (source, position) = text.split_once(':')?;
    let (epoch, pos) = position.split_once('.')?;
    Some((source, Position { epoch: epoch.parse().ok()?, pos: pos.parse().ok()? }))
}

/// Why a command was not done, in the callers' words.
pub fn rejected<R: Into<Failure>>(rejection: Rejection<R>, request_id: impl fmt::Display) -> Failure {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);
    match rejection {
        Rejection::Refused(refusal) => refusal.into(),
        Rejection::RequestIdReused => {
            Failure::new(&reasons::REQUEST_ID_REUSED).with("request_id", request_id)
        }
        Rejection::Overloaded => Failure::new(&reasons::OVERLOADED).retry_after(PAUSE),
        Rejection::Stopping => Failure::new(&reasons::STOPPING).retry_after(PAUSE),
        Rejection::Unreachable => Failure::new(&reasons::NOT_WRITER).retry_after(PAUSE * 5),
        Rejection::Recovering => Failure::new(&reasons::RECOVERING).retry_after(PAUSE * 25),
        Rejection::Elsewhere(elsewhere) => unit_elsewhere(elsewhere),
        Rejection::Outdated => Failure::new(&reasons::NOT_WRITER).retry_after(PAUSE),
        Rejection::Unmovable(why) => unmovable(why),
        Rejection::Unfit(unfit) => Failure::internal("taking a command for another node's entries", &unfit),
        Rejection::Poisonous(why) => {
            tracing::error!(why, %request_id, "a command could not be carried out");
            Failure::new(&reasons::INTERNAL)
        }
    }
}

fn unit_elsewhere(Elsewhere { unit, holder, address }: Elsewhere) -> Failure {
    if address.is_empty() {
        return Failure::new(&reasons::UNIT_NOT_HOSTED).with("unit", unit);
    }
    Failure::new(&reasons::UNIT_MOVED).with("unit", unit).with("node", holder).with("address", address)
}

/// Why an order about a subtree cannot be carried out, in the operator's words.
pub fn unmovable(why: Unmovable) -> Failure {
    match why {
        Unmovable::NotBelow(unit) => Failure::new(&reasons::UNIT_NOT_HOSTED).with("unit", unit),
        Unmovable::Elsewhere(elsewhere) => unit_elsewhere(elsewhere),
        Unmovable::Here(unit) => Failure::new(&reasons::UNIT_HERE).with("unit", unit),
        Unmovable::NodeBelow { unit, node } => {
            Failure::new(&reasons::NODE_BELOW).with("unit", unit).with("node", node)
        }
    }
}

/// Why a read came to nothing, in the callers' words; the cause is for the operator.
pub fn unreadable(error: StoreError) -> Failure {
    match error {
        StoreError::Busy => {
            Failure::new(&reasons::OVERLOADED).retry_after(std::time::Duration::from_millis(200))
        }
        other => Failure::internal("reading", &other),
    }
}
