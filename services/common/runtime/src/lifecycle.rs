//! From the first task to the exit code: two signals, two tokens, nobody left behind.

use std::{
    future::Future,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};

/// SIGTERM and SIGINT, kept from now on: a process takes them before it tells anybody that it is ready, because
/// whoever was told may send one at once.
pub struct Signals(BoxStream<'static, ()>);

impl Signals {
    /// From now on they no longer end the process by themselves.
    pub fn keep() -> std::io::Result<Self> {
        let (terminate, interrupt) = (arrivals(SignalKind::terminate())?, arrivals(SignalKind::interrupt())?);
        Ok(Self(stream::select(terminate, interrupt).boxed()))
    }
}

/// The tasks of a process and how they end.
///
/// The first SIGTERM or SIGINT asks them to end; the second, or a limit, ends them. A task that ends before it
/// was asked to, fails or panics asks all others to end and makes the exit code a failure.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    stop: CancellationToken,
    abort: CancellationToken,
    tasks: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Lifecycle {
    /// Cancelled when everything should come to its end.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts a task that runs until [`stop`](Self::stop) is cancelled and then returns.
    pub fn spawn<E: std::fmt::Display + Send + 'static>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let this = self.clone();
        self.tasks.spawn(async move {
            // Aborted with this wrapper, so that an abort leaves nobody running.
            let work = AbortOnDropHandle::new(tokio::spawn(task));
            let fault = tokio::select! {
                ended = work => match ended {
                    Ok(Ok(())) if this.stop.is_cancelled() => None,
                    Ok(Ok(())) => Some("ended before it was asked to".to_owned()),
                    Ok(Err(error)) => Some(error.to_string()),
                    Err(died) => Some(died.to_string()),
                },
                () = this.abort.cancelled() => Some("did not end in time".to_owned()),
            };
            if let Some(fault) = fault {
                tracing::error!(task = name, fault, "task failed");
                this.failed.store(true, Ordering::SeqCst);
                this.stop.cancel();
            }
        });
    }

    /// Waits for the end. After the stop, tasks have `limit` to finish: more than a server's drain.
    pub async fn run(self, signals: Signals, limit: Duration) -> ExitCode {
        if self.until(signals.0, limit).await { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Asks everything to end and waits for it, without a signal: for whoever keeps tasks inside a larger program.
    /// Answers whether everything came to a good end.
    pub async fn finish(self, limit: Duration) -> bool {
        self.stop.cancel();
        self.until(stream::pending(), limit).await
    }

    /// Whether everything came to a good end.
    async fn until(self, signals: impl Stream<Item = ()>, limit: Duration) -> bool {
        let mut signals = std::pin::pin!(signals);
        let signalled = tokio::select! {
            Some(()) = signals.next() => {
                tracing::info!("stopping; a second signal ends at once");
                true
            }
            () = self.stop.cancelled() => false,
        };
        // Whoever sends the first may not know that the end has begun; only the second is impatient.
        let mut signals = signals.skip(usize::from(!signalled));
        self.stop.cancel();
        self.tasks.close();
        tokio::select! {
            ended = timeout(limit, self.tasks.wait()) => if ended.is_err() {
                tracing::error!(?limit, "not everything ended in time");
                self.abort.cancel();
            },
            Some(()) = signals.next() => {
                tracing::warn!("ending at once");
                self.abort.cancel();
            }
        }
        self.tasks.wait().await;
        !self.failed.load(Ordering::SeqCst)
    }
}

fn arrivals(kind: SignalKind) -> std::io::Result<impl Stream<Item = ()> + Send> {
    let each = |mut signal: Signal| async move { signal.recv().await.map(|()| ((), signal)) };
    Ok(stream::unfold(signal(kind)?, each))
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, future::pending};

    use tokio::sync::mpsc;
    use tokio_stream::wrappers::UnboundedReceiverStream;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    fn obedient(lifecycle: &Lifecycle) {
        let stop = lifecycle.stop();
        lifecycle.spawn("obedient", async move {
            stop.cancelled().await;
            Ok::<_, Infallible>(())
        });
    }

    #[tokio::test]
    async fn one_signal_ends_well() {
        let lifecycle = Lifecycle::default();
        obedient(&lifecycle);
        assert!(lifecycle.until(stream::once(async {}).chain(stream::pending()), LIMIT).await);
    }

    #[tokio::test]
    async fn a_second_signal_ends_the_stubborn() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("stubborn", pending::<Result<(), Infallible>>());
        let (signal, signals) = mpsc::unbounded_channel();
        signal.send(()).unwrap();
        signal.send(()).unwrap();
        assert!(!lifecycle.until(UnboundedReceiverStream::new(signals), LIMIT).await);
    }

    #[tokio::test]
    async fn the_first_signal_is_not_the_second_though_the_end_has_begun() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("slow", async {
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(())
        });
        lifecycle.stop().cancel();
        assert!(lifecycle.until(stream::once(async {}).chain(stream::pending()), LIMIT).await);
    }

    #[tokio::test]
    async fn the_limit_ends_the_stubborn() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("stubborn", pending::<Result<(), Infallible>>());
        assert!(!lifecycle.finish(Duration::from_millis(20)).await);
    }

    #[tokio::test]
    async fn without_a_signal_the_obedient_end_well() {
        let lifecycle = Lifecycle::default();
        obedient(&lifecycle);
        assert!(lifecycle.finish(LIMIT).await);
    }

    #[tokio::test]
    async fn a_task_that_fails_ends_leaves_or_panics_stops_the_others() {
        for how in ["fails", "leaves", "panics"] {
            let lifecycle = Lifecycle::default();
            obedient(&lifecycle);
            lifecycle.spawn(how, async move {
                match how {
                    "fails" => Err("no database"),
                    "leaves" => Ok(()),
                    _ => panic!("as told"),
                }
            });
            assert!(!lifecycle.until(stream::pending(), LIMIT).await, "{how}");
        }
    }
}
