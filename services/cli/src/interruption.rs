use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};

/// Ends when the terminal or a supervisor says so.
pub(crate) fn interrupted(lang: Lang) -> impl Future<Output = Failure> {
    let terminate = signal(SignalKind::terminate());
    async move {
        match terminate {
            Ok(mut terminate) => tokio::select! {
                _ = tokio::signal::ctrl_c() => {},
                _ = terminate.recv() => {},
            },
            Err(_) => drop(tokio::signal::ctrl_c().await),
        }
        Failure::new(Exit::Interrupted, lang.pick("已中断", "interrupted"))
    }
}
