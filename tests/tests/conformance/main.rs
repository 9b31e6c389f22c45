//! Every public method, from the descriptors: a new one without cases fails here, and says what is wanted.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod access;
mod contract;
mod fields;
mod intake;
mod refusal;
mod walk;

use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::Sandbox;

both_engines!(whatever_is_refused_leaves_no_trace_and_says_why);

async fn whatever_is_refused_leaves_no_trace_and_says_why<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut methods = contract::served(&sandbox).await;
    methods.retain(contract::Rpc::mutates);
    let mut walk = walk::Walk::begin(sandbox, methods.len()).await;
    for rpc in &methods {
        walk.method(rpc).await;
    }
    walk.end().await;
}
