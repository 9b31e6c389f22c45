//! A closed loop of callers, and how many calls they get done in a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

/// Calls begin this much before they count.
const RUN_UP: Duration = Duration::from_millis(300);
/// How long calls count.
pub(crate) const WINDOW: Duration = Duration::from_secs(1);

/// Calls a second of so many callers, each of whom asks again as soon as it is answered.
///
/// `call` is given the caller's number and a number that no other call of the window has.
pub(crate) async fn rate<C, F>(callers: usize, call: C) -> anyhow::Result<f64>
where
    C: Fn(usize, u64) -> F + Clone + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send,
{
    let done = Arc::new(AtomicU64::new(0));
    let asked = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + RUN_UP + WINDOW;
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let (call, done, asked) = (call.clone(), Arc::clone(&done), Arc::clone(&asked));
        tasks.spawn(async move {
            while Instant::now() < end {
                call(caller, asked.fetch_add(1, Ordering::Relaxed)).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    sleep(RUN_UP).await;
    let (before, began) = (done.load(Ordering::Relaxed), Instant::now());
    sleep(WINDOW).await;
    let (after, time) = (done.load(Ordering::Relaxed), began.elapsed());
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok((after - before) as f64 / time.as_secs_f64())
}
