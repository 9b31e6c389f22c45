//! A channel to another process of the suite that notices when the other side is gone.

use std::time::Duration;

use tonic::transport::{Channel, Endpoint, Error, Uri};
use tower::Layer as _;

use crate::telemetry::{ClientCalls, Traced};

/// A channel that connects when first used. Without these pings a call on a half-open connection hangs for
/// a quarter of an hour; a deadline is still the caller's to set, call by call.
pub fn channel(address: Uri) -> Traced<Channel> {
    ClientCalls::default().layer(endpoint(address).connect_lazy())
}

/// As [`channel`], and connects at once or says why not.
pub async fn connect(address: Uri) -> Result<Traced<Channel>, Error> {
    Ok(ClientCalls::default().layer(endpoint(address).connect().await?))
}

fn endpoint(address: Uri) -> Endpoint {
    Endpoint::from(address)
        .connect_timeout(Duration::from_secs(5))
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true)
}
