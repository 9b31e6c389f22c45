//! The timer of the map: when the day has come on which a village is no more, the village's journal says so, and its successor
//! is told.
//!
//! From that day on the village decides nothing whether this has been written or not; so it may come late, after a restart
//! with a register that says so, and comes once: a village that has written it does not write it again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use yishi_intake_domain::map::{Command, Rules};
use yishi_kernel::{Actor, Clock, RequestId, Timestamp, UnitCode};
use yishi_runtime::clock::Ticks;
use yishi_runtime::desk::House;
use yishi_store::{Ask, Handle, Lane, Rejection};

use crate::model::Intake;
use crate::task::{Asked, Task};

/// How long it waits when the writer cannot serve it.
const PAUSE: Duration = Duration::from_secs(1);
/// Who did it, in the journal.
const TIMER: &str = "timer";

/// Looks for villages hosted here that are no more.
pub struct Successions {
    house: Arc<House>,
    handle: Handle<Intake>,
    clock: Arc<dyn Clock>,
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

impl Successions {
    /// None where the map never changes.
    #[must_use]
    pub fn new(house: Arc<House>, handle: Handle<Intake>, clock: Arc<dyn Clock>) -> Option<Self> {
        if house.register.changes().is_empty() {
            return None;
        }
        let actor = TIMER.parse().expect("an actor's id is made of letters");
        let seen = watch::Sender::new(Timestamp::from_micros(i64::MIN));
        Some(Self { house, handle, clock, actor, seen })
    }

    /// Up to which instant every village hosted here that was no more has said so.
    #[must_use]
    pub fn seen(&self) -> watch::Receiver<Timestamp> {
        self.seen.subscribe()
    }

    /// Looks at each tick until told to stop.
    pub async fn run(self, mut ticks: Ticks, stop: CancellationToken) {
        // Of this run: whatever was written before is found by its request.
        let mut done = BTreeSet::new();
        loop {
            let now = self.clock.now();
            let again = match self.look(now, &mut done).await {
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

    async fn look(&self, now: Timestamp, done: &mut BTreeSet<UnitCode>) -> Result<(), Broken> {
        let today = now.date();
        let mut due: Vec<_> =
            self.house.register.changes().iter().filter(|change| change.day <= today).collect();
        // In the order in which it happened, so that a letter along a chain of successors is not overtaken for nothing.
        due.sort_by_key(|change| (change.day, change.old));
        for change in due {
            if !done.contains(&change.old)
                && self.house.hosts(change.old)
                && self.say(change.old, now).await?
            {
                done.insert(change.old);
            }
        }
        Ok(())
    }

    /// Whether the village has said so.
    async fn say(&self, village: UnitCode, now: Timestamp) -> Result<bool, Broken> {
        let rules = Rules { register: &self.house.register };
        let year = rules.year_told(village, now.date());
        let content = village.to_string();
        let digest = self.handle.digest("succession", content.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        let ask = Ask {
            unit: village,
            actor: self.actor.clone(),
            request_id: RequestId::from_random_bytes(id),
            digest,
            command: Task::Asked(Asked::Map(Command::Succeed { village, year })),
            traceparent: None,
            weight: content.len(),
        };
        match self.handle.submit(Lane::Timers, ask).await {
            Ok(_) => Ok(true),
            // Its unit has moved meanwhile: whoever has it now looks too, and so does this one if it comes back.
            Err(Rejection::Elsewhere(_)) => Ok(false),
            Err(Rejection::Overloaded | Rejection::Unreachable | Rejection::Recovering) => Err(Broken::Later),
            Err(Rejection::Stopping) => Err(Broken::Ended),
            Err(Rejection::Refused(_) | Rejection::RequestIdReused) => Ok(true),
            Err(Rejection::Unfit(_) | Rejection::Outdated | Rejection::Unmovable(_)) => Ok(false),
            Err(Rejection::Poisonous(why)) => {
                tracing::error!(why, %village, "a village could not be told to be no more");
                Ok(true)
            }
        }
    }
}
