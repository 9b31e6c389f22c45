//! Telling when everything that was on the way has arrived.

use std::sync::Arc;

use tokio::sync::watch;
use yishi_kernel::{Clock, Timestamp};
use yishi_store::{Engine, Model, Position, Source};

use crate::follower::Follower;
use crate::links::Ends;

/// All followers of a node, its links, and its timers.
#[derive(Clone, Default)]
pub struct Barrier {
    readings: Vec<Reading>,
    links: Ends,
    timers: Vec<Timer>,
}

/// Up to when a timer has done what was due, and what time it is.
#[derive(Clone)]
struct Timer {
    done: watch::Receiver<Timestamp>,
    clock: Arc<dyn Clock>,
}

/// Who reads whom, how far it came, and how far there is to come.
#[derive(Clone, Debug)]
struct Reading {
    service: Source,
    source: Source,
    passed: watch::Receiver<Position>,
    come: watch::Receiver<Position>,
}

impl Barrier {
    /// Watches one more follower.
    pub fn add<E: Engine, M: Model>(&mut self, follower: &Follower<E, M>) {
        self.readings.push(Reading {
            service: follower.service(),
            source: follower.source(),
            passed: follower.passed(),
            come: follower.positions(),
        });
    }

    /// Watches the links too: whatever is for other nodes has to be applied there.
    pub fn link(&mut self, ends: Ends) {
        self.links = ends;
    }

    /// Watches a timer by a clock that stands still: what time has passed is done.
    pub fn timer(&mut self, done: watch::Receiver<Timestamp>, clock: Arc<dyn Clock>) {
        self.timers.push(Timer { done, clock });
    }

    /// How far a service has read its sources: for reads that wait for what was just written elsewhere.
    #[must_use]
    pub fn read_by(&self, service: Source) -> Vec<(Source, watch::Receiver<Position>)> {
        let readings = self.readings.iter().filter(|reading| reading.service == service);
        readings.map(|reading| (reading.source, reading.passed.clone())).collect()
    }

    /// Waits until every timer has done what was due, every follower has passed all there is, what that led to included, and
    /// the nodes above and below have applied what is for them. False when some follower has ended before that. The caller sets the deadline.
    pub async fn wait(&self) -> bool {
        'all: loop {
            for timer in &self.timers {
                let now = timer.clock.now();
                if timer.done.clone().wait_for(|done| *done >= now).await.is_err() {
                    return false;
                }
            }
            let before = self.come();
            for (reading, &come) in self.readings.iter().zip(&before) {
                if reading.passed.clone().wait_for(|passed| passed.pos >= come).await.is_err() {
                    return false;
                }
            }
            for mut link in self.links.in_use() {
                let come = link.come.borrow().pos;
                tokio::select! {
                    delivered = link.delivered.wait_for(|delivered| *delivered >= come) => {
                        if delivered.is_err() {
                            return false;
                        }
                    }
                    // There may be another node at the other end, or none any more.
                    _ = link.moves.changed() => continue 'all,
                }
            }
            // A delivery may have led to entries that somebody else follows.
            if self.come() == before {
                return true;
            }
        }
    }

    fn come(&self) -> Vec<i64> {
        let readings = self.readings.iter().map(|reading| reading.come.borrow().pos);
        readings.chain(self.links.in_use().iter().map(|link| link.come.borrow().pos)).collect()
    }
}
