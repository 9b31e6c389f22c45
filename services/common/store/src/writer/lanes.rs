//! Four bounded queues, so that an import cannot make an officer wait.

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::sync::CancellationToken;

use super::handle::{Job, Rejection};
use super::model::Model;

/// Who is in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// People at their desks, and other agencies' clients.
    Officers,
    /// Entries from links and watches.
    Deliveries,
    /// Bulk work.
    Imports,
    /// Deadlines that passed.
    Timers,
}

/// How much waits, and how much is written at once.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Commands that may wait in each lane, in the order of [`Lane`].
    pub queue: [usize; 4],
    /// Commands each lane may put into a batch while others wait too.
    pub share: [usize; 4],
    /// Bytes of commands in one batch; the first command always goes.
    pub batch_bytes: usize,
    /// How long commands in hand wait for a lost database before they are turned away.
    pub patience: std::time::Duration,
    /// How long one try at a batch may take before its connection is taken for dead. Longer than any statement may.
    pub stall: std::time::Duration,
    /// The new term's epoch is above this one: the highest that anybody was told of, whatever the database remembers.
    pub epoch_floor: i64,
    /// Writes with the shared text where the engine has its own statement; for conformance tests and comparisons.
    pub shared_text: bool,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            queue: [2048, 1024, 256, 256],
            share: [256, 128, 64, 64],
            batch_bytes: 8 << 20,
            patience: std::time::Duration::from_secs(10),
            stall: std::time::Duration::from_secs(60),
            epoch_floor: 0,
            shared_text: false,
        }
    }
}

/// The senders' ends.
pub(super) struct Lanes<M: Model>([mpsc::Sender<Job<M>>; 4]);

impl<M: Model> Clone for Lanes<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M: Model> Lanes<M> {
    pub(super) fn offer(&self, lane: Lane, job: Job<M>) -> Result<(), Rejection<M::Refusal>> {
        self.0[lane as usize].try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Rejection::Overloaded,
            TrySendError::Closed(_) => Rejection::Stopping,
        })
    }
}

/// The writer's ends.
pub(super) struct Queues<M: Model> {
    lanes: [mpsc::Receiver<Job<M>>; 4],
    tuning: Tuning,
}

pub(super) fn lanes<M: Model>(tuning: Tuning) -> (Lanes<M>, Queues<M>) {
    let pairs = tuning.queue.map(mpsc::channel);
    let mut senders = Vec::with_capacity(4);
    let lanes = pairs.map(|(sender, receiver)| {
        senders.push(sender);
        receiver
    });
    let senders = senders.try_into().unwrap_or_else(|_| unreachable!("four lanes, four senders"));
    (Lanes(senders), Queues { lanes, tuning })
}

impl<M: Model> Queues<M> {
    /// Waits for work, then takes what waits, each lane up to its share. Empty when the writer shall end and nothing waits.
    pub(super) async fn next(&mut self, stop: &CancellationToken) -> Vec<Job<M>> {
        let [officers, deliveries, imports, timers] = &mut self.lanes;
        let first = tokio::select! {
            biased;
            Some(job) = officers.recv() => Some(job),
            Some(job) = deliveries.recv() => Some(job),
            Some(job) = timers.recv() => Some(job),
            Some(job) = imports.recv() => Some(job),
            () = stop.cancelled() => None,
            else => None,
        };
        if stop.is_cancelled() {
            self.close();
        }
        let mut batch: Vec<Job<M>> = first.into_iter().collect();
        let mut bytes: usize = batch.iter().map(|job| job.weight).sum();
        for (lane, share) in self.lanes.iter_mut().zip(self.tuning.share) {
            for _ in 0..share {
                if bytes >= self.tuning.batch_bytes {
                    return batch;
                }
                let Ok(job) = lane.try_recv() else { break };
                bytes += job.weight;
                batch.push(job);
            }
        }
        batch
    }

    /// Nothing more comes in; what is in is still served.
    pub(super) fn close(&mut self) {
        for lane in &mut self.lanes {
            lane.close();
        }
    }
}
