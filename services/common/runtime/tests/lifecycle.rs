//! Signals as the system sends them. One test: they reach the whole process.

use std::{convert::Infallible, process::ExitCode, time::Duration};

use tokio::{join, process::Command};
use yishi_runtime::lifecycle::{Lifecycle, Signals};

#[tokio::test]
async fn sigterm_ends_a_process_well() {
    let lifecycle = Lifecycle::default();
    let stop = lifecycle.stop();
    lifecycle.spawn("obedient", async move {
        stop.cancelled().await;
        Ok::<_, Infallible>(())
    });
    let signals = Signals::keep().unwrap();
    let kill = format!("kill -TERM {}", std::process::id());
    let term = async { Command::new("sh").args(["-c", &kill]).status().await };
    let (code, sent) = join!(lifecycle.run(signals, Duration::from_secs(20)), term);
    assert!(sent.unwrap().success());
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
}
