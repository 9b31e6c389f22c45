//! Ending with the program that started this one.

use std::io;

use tokio::io::AsyncReadExt as _;
use yishi_runtime::lifecycle::Lifecycle;

/// Whoever started this node with a pipe ends it by ending.
pub(crate) fn ends(lifecycle: &Lifecycle) {
    let stop = lifecycle.stop();
    lifecycle.spawn("standard input", async move {
        let mut input = tokio::io::stdin();
        let mut nothing = [0; 64];
        loop {
            let read = tokio::select! {
                read = input.read(&mut nothing) => read?,
                () = stop.cancelled() => 0,
            };
            if read == 0 {
                stop.cancel();
                return Ok::<_, io::Error>(());
            }
        }
    });
}
