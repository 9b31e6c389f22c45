//! The timer: raises what policy raises by itself, because its unit let the time pass.
//!
//! It looks whenever time has moved on, oldest first, page by page to the end: what cannot be raised is passed over
//! and keeps nothing else waiting. What it raises is an officer's command but for its actor and its lane, made on the
//! version of the referral that was seen to be late; so whatever somebody did meanwhile wins, and looking again does
//! nothing again.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use yishi_escalation_domain::{Act, Command, Desk, OVERDUE, Policy, Rules};
use yishi_kernel::{Actor, Calendar, Clock, RequestId, Timestamp, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::clock::Ticks;
use yishi_runtime::desk::House;
use yishi_store::{Ask, Database, Engine, Handle, Lane, Rejection, StoreError};

use crate::convert;
use crate::model::{Escalation, Task};
use crate::store::{self, Cursor, Filter};

/// Referrals looked at together, and written together as far as they are raised: a lane's share of a batch.
const PAGE: u32 = 64;
/// How long it waits when the reader or the writer cannot serve it.
const PAUSE: Duration = Duration::from_secs(1);
/// Who did it, in the journal.
const TIMER: &str = "timer";

/// Looks for what is overdue at units hosted here.
pub struct Overdue<E: Engine> {
    house: Arc<House>,
    policy: Policy,
    handle: Handle<Escalation>,
    database: Database<E>,
    clock: Arc<dyn Clock>,
    /// The units of the levels that policy names, by code, wherever they are hosted at the moment.
    units: Vec<UnitCode>,
    actor: Actor,
    seen: watch::Sender<Timestamp>,
}

/// Why a look was not carried through.
enum Broken {
    /// It may go better a little later.
    Later,
    /// The writer is ending.
    Ended,
}

impl<E: Engine> Overdue<E> {
    /// None where policy raises nothing by itself.
    #[must_use]
    pub fn new(
        house: Arc<House>,
        policy: Policy,
        handle: Handle<Escalation>,
        database: Database<E>,
        clock: Arc<dyn Clock>,
    ) -> Option<Self> {
        let named = |unit: &UnitCode| {
            house.register.level(*unit).is_some_and(|level| policy.raise_overdue.contains(&level))
        };
        let all = house.register.units().map(|unit| unit.code);
        let mut units: Vec<UnitCode> = all.filter(|unit| house.holds(*unit) && named(unit)).collect();
        if units.is_empty() {
            return None;
        }
        units.sort_unstable();
        let actor = TIMER.parse().expect("an actor's id is made of letters");
        let seen = watch::Sender::new(Timestamp::from_micros(i64::MIN));
        Some(Self { house, policy, handle, database, clock, units, actor, seen })
    }

    /// Up to which instant everything that was overdue has been looked at.
    #[must_use]
    pub fn seen(&self) -> watch::Receiver<Timestamp> {
        self.seen.subscribe()
    }

    /// Looks at each tick until told to stop.
    pub async fn run(self, mut ticks: Ticks, stop: CancellationToken) {
        loop {
            let now = self.clock.now();
            let again = match self.look(now).await {
                Ok(()) => {
                    self.seen.send_replace(now);
                    None
                }
                Err(Broken::Later) => Some(PAUSE),
                // Whoever stops the writer stops this too.
                Err(Broken::Ended) => return stop.cancelled().await,
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = ticks.next(), if again.is_none() => {}
                () = tokio::time::sleep(again.unwrap_or_default()), if again.is_some() => {}
            }
        }
    }

    async fn look(&self, now: Timestamp) -> Result<(), Broken> {
        let mut after = None;
        loop {
            let (page, next) = self.page(now, after).await.map_err(|error| {
                tracing::warn!(%error, "what is overdue cannot be read yet");
                Broken::Later
            })?;
            for raised in join_all(page.iter().map(|desk| self.raise(desk))).await {
                raised?;
            }
            match next {
                Some(cursor) => after = Some(cursor),
                None => return Ok(()),
            }
        }
    }

    /// The next that policy raises, among as many as are looked at together.
    async fn page(
        &self,
        now: Timestamp,
        after: Option<Cursor>,
    ) -> Result<(Vec<Desk>, Option<Cursor>), StoreError> {
        let states = [pb::ReferralState::Offered, pb::ReferralState::Handled];
        let filter =
            Filter { states: convert::states_mask(&states), overdue_only: true, ..Filter::default() };
        let hosted: Vec<UnitCode> =
            self.units.iter().copied().filter(|unit| self.house.hosts(*unit)).collect();
        if hosted.is_empty() {
            return Ok((Vec::new(), None));
        }
        let mut reader = self.database.reader().await?;
        let (late, next) = store::list::<E>(&mut reader, &hosted, filter, now, after, PAGE).await?;
        reader.done();
        let (register, calendar) = (&self.house.register, Calendar::china());
        let rules = Rules { policy: &self.policy, register, calendar };
        let desks = late.iter().map(store::desk).collect::<Result<Vec<Desk>, _>>()?;
        Ok((desks.into_iter().filter(|desk| rules.raises_by_itself(desk, now)).collect(), next))
    }

    async fn raise(&self, desk: &Desk) -> Result<(), Broken> {
        let (unit, matter) = (desk.unit, desk.matter);
        let content = format!("{matter} {} {}", desk.version, desk.updated.as_micros());
        let digest = self.handle.digest(TIMER, format!("{unit} {content}").as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        let ask = Ask {
            unit,
            actor: self.actor.clone(),
            request_id: RequestId::from_random_bytes(id),
            digest,
            command: Task::Asked(Command::Change {
                unit,
                matter,
                version: Some(desk.version),
                act: Act::Raise { reason: OVERDUE.to_owned() },
            }),
            traceparent: None,
            weight: content.len(),
        };
        match self.handle.submit(Lane::Timers, ask).await {
            // What is refused was changed meanwhile, or has changed too often.
            Ok(_) | Err(Rejection::Refused(_) | Rejection::RequestIdReused) => Ok(()),
            Err(Rejection::Overloaded | Rejection::Unreachable | Rejection::Recovering) => Err(Broken::Later),
            Err(Rejection::Stopping) => Err(Broken::Ended),
            // Its unit has moved meanwhile: whoever has it now looks too.
            Err(Rejection::Elsewhere(_)) => Ok(()),
            Err(Rejection::Unfit(_) | Rejection::Outdated | Rejection::Unmovable(_)) => Ok(()),
            Err(Rejection::Poisonous(why)) => {
                tracing::error!(why, %unit, %matter, "what is overdue could not be raised");
                Ok(())
            }
        }
    }
}
