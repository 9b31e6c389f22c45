//! The lower side: dials the node above, again and again.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::UnboundedReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::codegen::http::Uri;
use tonic::metadata::AsciiMetadataValue;
use tonic::{Request, Status};
use yishi_proto::link::v1 as pb;
use yishi_proto::link::v1::link_service_client::LinkServiceClient;
use yishi_runtime::access::{ACTOR, ROLE, Role, UNIT};
use yishi_runtime::client;

use crate::accept::MESSAGE_BYTES;
use crate::driver::{Driver, End};
use crate::port::Port;
use crate::protocol::{Party, Session, Side};
use crate::recovery::{Recovery, now};

/// The pauses between two tries; a link with an alarm waits long, for a person has to look.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
const ALARM_PAUSE: Duration = Duration::from_secs(30);
/// How long opening a stream may take.
const OPENING: Duration = Duration::from_secs(10);

/// One service's link to the node above.
pub(crate) struct Dial {
    pub(crate) port: Arc<dyn Port>,
    pub(crate) party: Party,
    pub(crate) parent: Uri,
    pub(crate) recovery: Recovery,
    pub(crate) delivered: watch::Sender<i64>,
    pub(crate) state: watch::Sender<LinkState>,
}

/// How a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Never yet connected, or not at the moment; why, if that is known.
    Down(String),
    /// Both sides talk.
    Up,
    /// Both sides hold something that cannot be: a person has to look.
    Alarm(String),
}

impl Dial {
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut pause = PAUSES.0;
        while !stop.is_cancelled() {
            let end = self.connect(&stop).await;
            let alarmed = end.is_alarm();
            pause = if alarmed {
                ALARM_PAUSE
            } else if *self.state.borrow() == LinkState::Up {
                PAUSES.0
            } else {
                (pause * 2).min(PAUSES.1)
            };
            told(&self.state, self.port.service(), end);
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return;
            }
        }
    }

    async fn connect(&self, stop: &CancellationToken) -> End {
        let (outbound, frames) = mpsc::unbounded_channel();
        let opening = tokio::time::timeout(OPENING, self.open(frames));
        let inbound = match stop.run_until_cancelled(opening).await {
            None => return End::Broken("stopping".to_owned()),
            Some(Err(_)) => return End::Broken("the parent did not answer in time".to_owned()),
            Some(Ok(Err(problem))) => return End::Broken(problem),
            Some(Ok(Ok(inbound))) => inbound,
        };
        self.state.send_replace(LinkState::Up);
        let party = now(&self.party, &*self.port, &self.recovery);
        let driver = Driver {
            port: &*self.port,
            side: Side::Lower,
            recovery: &self.recovery,
            delivered: &self.delivered,
            outbound,
            stop: stop.clone(),
        };
        let inbound = inbound.map(|answer| answer.and_then(|answer| framed(answer.frame)));
        driver.run(Session::lower(party), inbound).await
    }

    async fn open(
        &self,
        frames: mpsc::UnboundedReceiver<pb::Frame>,
    ) -> Result<tonic::Streaming<pb::ExchangeResponse>, String> {
        let channel = client::connect(self.parent.clone()).await.map_err(|error| chain(&error))?;
        let mut client = LinkServiceClient::new(channel)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let frames = UnboundedReceiverStream::new(frames);
        let mut request = Request::new(frames.map(|frame| pb::ExchangeRequest { frame: Some(frame) }));
        let unit = self.party.root.to_string();
        let words =
            [(UNIT, unit.clone()), (ROLE, Role::Node.as_str().to_owned()), (ACTOR, format!("node:{unit}"))];
        for (name, value) in words {
            let value = AsciiMetadataValue::try_from(value).map_err(|error| error.to_string())?;
            request.metadata_mut().insert(name, value);
        }
        let answer = client.exchange(request).await.map_err(|status| status.message().to_owned())?;
        Ok(answer.into_inner())
    }
}

/// An error and what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The frame in a message.
pub(crate) fn framed(frame: Option<pb::Frame>) -> Result<pb::Frame, Status> {
    frame.ok_or_else(|| Status::invalid_argument("a message without a frame"))
}

/// Remembers how a stream ended, and says so once.
pub(crate) fn told(state: &watch::Sender<LinkState>, service: &'static str, end: End) {
    let alarmed = end.is_alarm();
    let why = match end {
        End::Said(farewell) => farewell.to_string(),
        End::Broken(why) | End::Unfit(why) => why,
    };
    let next = if alarmed { LinkState::Alarm(why) } else { LinkState::Down(why) };
    let changed = state.send_if_modified(|state| {
        let changed = *state != next;
        state.clone_from(&next);
        changed
    });
    match &next {
        LinkState::Alarm(why) if changed => {
            tracing::error!(service, why, "the link is down: a person has to look");
        }
        LinkState::Down(why) if changed => tracing::warn!(service, why, "the link is down"),
        _ => {}
    }
}
