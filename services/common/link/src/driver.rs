//! Driving a session: its effects are done in order, and what comes of them is told to it.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use yishi_kernel::UnitCode;
use yishi_proto::link::v1 as pb;
use yishi_runtime::telemetry;
use yishi_store::Inflow;

use crate::port::{Port, Untaken, Unwitnessed};
use crate::protocol::{Carried, Effect, Farewell, Input, Lane, Session, Side, wire};
use crate::recovery::Recovery;

/// A session's sense of time; far shorter than any of its limits.
const TICK: Duration = Duration::from_millis(500);
/// How long a busy writer is asked again before the stream is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the other side is given to read the last word and to end its half of the stream.
const LEAVING: Duration = Duration::from_secs(2);

/// What a session is driven with.
pub(crate) struct Driver<'a> {
    pub(crate) port: &'a dyn Port,
    pub(crate) side: Side,
    pub(crate) recovery: &'a Recovery,
    /// The position up to which the other side has applied all that is for it.
    pub(crate) delivered: &'a watch::Sender<i64>,
    /// Bounded by the windows of the protocol, so it needs no bound of its own; one would let both sides wait for each
    /// other's reading.
    pub(crate) outbound: mpsc::UnboundedSender<pb::Frame>,
    pub(crate) stop: CancellationToken,
}

/// Why a stream ended.
#[derive(Debug)]
pub(crate) enum End {
    /// One side said why.
    Said(Farewell),
    /// The connection is gone, or this side's database failed.
    Broken(String),
    /// What came can never be applied here; the same would come again.
    Unfit(String),
}

impl End {
    /// Whether people must look: trying again will not help.
    pub(crate) fn is_alarm(&self) -> bool {
        match self {
            Self::Said(farewell) => farewell.reason.is_alarm(),
            Self::Broken(_) => false,
            Self::Unfit(_) => true,
        }
    }
}

impl Driver<'_> {
    /// Runs a session on a stream until it ends, and lets the last word out.
    pub(crate) async fn run(
        self,
        session: Session,
        inbound: impl Stream<Item = Result<pb::Frame, tonic::Status>>,
    ) -> End {
        let mut inbound = std::pin::pin!(inbound);
        let end = self.converse(session, inbound.as_mut()).await;
        drop(self.outbound);
        // A stream that is dropped is reset, and what was not read of it yet is lost to the other side.
        let leaving = async { while inbound.next().await.is_some_and(|frame| frame.is_ok()) {} };
        drop(tokio::time::timeout(LEAVING, leaving).await);
        end
    }

    async fn converse(
        &self,
        mut session: Session,
        mut inbound: std::pin::Pin<&mut impl Stream<Item = Result<pb::Frame, tonic::Status>>>,
    ) -> End {
        let begun = Instant::now();
        let (mut positions, mut standing) = (self.port.positions(), self.recovery.standing());
        let house = self.port.house();
        let mut moves = house.hosting().follow();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        standing.mark_unchanged();
        // Who is right below is looked up once more: it may have changed since the stream was let in.
        moves.mark_changed();
        // Whatever was committed before is told, too.
        positions.mark_changed();
        let mut input = Input::Tick;
        loop {
            if let Some(end) = self.settle(&mut session, begun, input).await {
                return end;
            }
            let come = positions.borrow().pos;
            if session.has_delivered(come) {
                self.delivered.send_if_modified(|delivered| std::mem::replace(delivered, come) != come);
            }
            input = tokio::select! {
                frame = inbound.next() => match frame {
                    Some(Ok(frame)) => match wire::read(frame) {
                        Ok(frame) => Input::Frame(frame),
                        Err(unreadable) => return End::Said(unreadable.into()),
                    },
                    Some(Err(status)) => return End::Broken(status.message().to_owned()),
                    None => return End::Broken("the other side went away".to_owned()),
                },
                _ = ticks.tick() => Input::Tick,
                moved = positions.changed() => {
                    let come = positions.borrow_and_update().pos;
                    if moved.is_err() { Input::Stop } else { Input::Grown(come) }
                }
                _ = standing.changed() => Input::Stop,
                // A unit that has come back has no node below any more.
                _ = moves.changed() => match session.lower_unit().filter(|_| self.side == Side::Upper) {
                    Some(lower) if !house.delegates().contains(&lower) => Input::Stop,
                    _ => Input::Tick,
                },
                () = self.stop.cancelled() => Input::Stop,
            };
        }
    }

    /// Tells the session something and does all that follows.
    async fn settle(&self, session: &mut Session, begun: Instant, input: Input) -> Option<End> {
        let mut effects: VecDeque<Effect> = session.step(begun.elapsed(), input).into();
        while let Some(effect) = effects.pop_front() {
            let lower = session.lower_unit();
            match self.carry_out(effect, lower).await {
                Ok(None) => {}
                Ok(Some(answer)) => effects.extend(session.step(begun.elapsed(), answer)),
                Err(end) => return Some(end),
            }
        }
        None
    }

    /// Does one thing; answers what the session is to know of it.
    async fn carry_out(&self, effect: Effect, lower: Option<UnitCode>) -> Result<Option<Input>, End> {
        let broken = |error: &dyn std::fmt::Display| End::Broken(error.to_string());
        let below = || lower.ok_or_else(|| End::Broken("nobody has said who is below".to_owned()));
        Ok(match effect {
            Effect::Send(frame) => {
                let sent = self.outbound.send(wire::write(frame));
                sent.map_err(|_| End::Broken("the other side went away".to_owned()))?;
                None
            }
            Effect::Look { unit, ways } => {
                let held = self.port.look(unit, ways).await.map_err(|error| broken(&error))?;
                Some(Input::Looked(held))
            }
            Effect::Resume { lane, held } => {
                let found = self.port.resume(lane, below()?, &held).await.map_err(|error| broken(&error))?;
                let (after, upto) = (found.after, found.upto);
                Some(Input::Resumed { lane, after, upto, beyond: found.beyond, forked: found.forked })
            }
            Effect::Fetch { lane, after, limit } => {
                let page = self.port.page(lane, below()?, after, limit).await;
                let (entries, upto) = page.map_err(|error| broken(&error))?;
                Some(Input::Page { lane, entries, upto })
            }
            Effect::Mark(pos) => {
                self.port.note(pos).await.map_err(|error| broken(&error))?;
                Some(Input::Marked(pos))
            }
            Effect::Apply { lane, upto, live, mut entries } => {
                let span = tracing::info_span!(
                    target: "yishi::link",
                    "link.apply",
                    otel.kind = "consumer",
                    yishi.service = self.port.service(),
                    yishi.entries = entries.len(),
                );
                let causes = entries.iter().filter_map(|carried| carried.traceparent.as_deref());
                telemetry::caused_by(&span, live, causes);
                // What comes late begins a trace of its own here, which points to where it came from.
                if !live && let Some(own) = span.in_scope(telemetry::current_traceparent) {
                    let traced = entries.iter_mut().filter(|carried| carried.traceparent.is_some());
                    traced.for_each(|carried| carried.traceparent = Some(own.clone()));
                }
                let applied = self.apply(lane, entries).instrument(span).await?;
                Some(applied.map_or(Input::Applied { lane, upto }, Input::Forked))
            }
            Effect::Testify(upto) => {
                let signed = self.port.testify(upto).await.map_err(|error| broken(&error))?;
                Some(Input::Testified(signed))
            }
            Effect::Witness(signed) => match self.port.witness(below()?, signed).await {
                Ok(()) => None,
                Err(Unwitnessed::Wrong(farewell)) => Some(Input::Objected(farewell)),
                Err(Unwitnessed::Store(error)) => return Err(broken(&error)),
            },
            Effect::Compared => {
                self.recovery.compared(self.side, below()?);
                None
            }
            Effect::Close(farewell) => return Err(End::Said(farewell)),
        })
    }

    /// Hands entries to the writer; a fork is what it can find beyond what the session found.
    async fn apply(&self, lane: Lane, entries: Vec<Carried>) -> Result<Option<crate::protocol::Fork>, End> {
        let inflow = match lane {
            Lane::Copies | Lane::Restored => Inflow::Journal(entries),
            Lane::Letters => Inflow::Letters(entries),
            Lane::Readopted => Inflow::Readopted(entries),
        };
        let (begun, mut pause) = (Instant::now(), Duration::from_millis(10));
        loop {
            match self.port.take(inflow.clone()).await {
                Ok(()) => return Ok(None),
                Err(Untaken::Forked(fork)) => return Ok(Some(fork)),
                Err(Untaken::Never(problem)) => {
                    tracing::error!(
                        service = self.port.service(),
                        problem,
                        "entries of another node do not fit"
                    );
                    return Err(End::Unfit(problem));
                }
                Err(Untaken::Gap(problem)) => return Err(End::Broken(problem)),
                Err(Untaken::Later) if begun.elapsed() < PATIENCE => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                Err(Untaken::Later) => return Err(End::Broken("the writer is busy".to_owned())),
            }
        }
    }
}
