//! Telling when everything that was on the way has arrived.

use tokio::sync::watch;
use yishi_store::{Engine, Model, Position, Source};

use crate::follower::Follower;

/// All followers of a node.
#[derive(Clone, Debug, Default)]
pub struct Barrier(Vec<Reading>);

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
        self.0.push(Reading {
            service: follower.service(),
            source: follower.source(),
            passed: follower.passed(),
            come: follower.positions(),
        });
    }

    /// How far a service has read its sources: for reads that wait for what was just written elsewhere.
    #[must_use]
    pub fn read_by(&self, service: Source) -> Vec<(Source, watch::Receiver<Position>)> {
        let readings = self.0.iter().filter(|reading| reading.service == service);
        readings.map(|reading| (reading.source, reading.passed.clone())).collect()
    }

    /// Waits until every follower has passed all there is, what their deliveries led to included. False when some
    /// follower has ended before that. The caller sets the deadline.
    pub async fn wait(&self) -> bool {
        loop {
            let before: Vec<i64> = self.0.iter().map(|reading| reading.come.borrow().pos).collect();
            for (reading, &come) in self.0.iter().zip(&before) {
                if reading.passed.clone().wait_for(|passed| passed.pos >= come).await.is_err() {
                    return false;
                }
            }
            // A delivery may have led to entries that somebody else follows.
            if self.0.iter().zip(&before).all(|(reading, &come)| reading.come.borrow().pos == come) {
                return true;
            }
        }
    }
}
