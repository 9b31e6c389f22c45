//! The upper side: nodes right below dial it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use std::sync::PoisonError;

use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};
use yishi_kernel::UnitCode;
use yishi_proto::link::v1 as pb;
use yishi_proto::link::v1::link_service_server::{LinkService, LinkServiceServer};
use yishi_runtime::access::{Caller, Role};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::Source;

use crate::dial::{LinkState, framed, told};
use crate::driver::{Driver, End};
use crate::port::Port;
use crate::protocol::{Farewell, Frame, Party, Reason, Session, Side, wire};
use crate::recovery::{Recovery, now};

/// A frame of entries may hold a megabyte, and more if one entry does.
pub(crate) const MESSAGE_BYTES: usize = 4 << 20;
/// How long the first frame may take.
const GREETING: Duration = Duration::from_secs(20);
/// How long the stream before is waited for, which the new one replaces.
const REPLACING: Duration = Duration::from_secs(15);

/// One service's links from the nodes below.
pub(crate) struct Below {
    pub(crate) port: Arc<dyn Port>,
    pub(crate) party: Party,
    pub(crate) recovery: Recovery,
    lines: std::sync::Mutex<HashMap<UnitCode, Arc<Line>>>,
}

impl Below {
    pub(crate) fn new(port: Arc<dyn Port>, party: Party, recovery: Recovery) -> Self {
        Self { port, party, recovery, lines: std::sync::Mutex::default() }
    }

    /// The line from a node right below; they come and go as units are moved.
    pub(crate) fn line(&self, unit: UnitCode) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lines.entry(unit).or_default())
    }
}

/// One service's link from one node below.
pub(crate) struct Line {
    pub(crate) delivered: watch::Sender<i64>,
    pub(crate) state: watch::Sender<LinkState>,
    /// The stream there is: one at a time.
    live: Mutex<Option<(CancellationToken, JoinHandle<()>)>>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            delivered: watch::Sender::new(0),
            state: watch::Sender::new(LinkState::Down("it has not dialled yet".to_owned())),
            live: Mutex::default(),
        }
    }
}

/// Takes streams from the nodes right below.
pub(crate) struct Accept {
    pub(crate) services: HashMap<Source, Arc<Below>>,
    pub(crate) stop: CancellationToken,
}

impl Accept {
    pub(crate) fn server(self) -> LinkServiceServer<Self> {
        LinkServiceServer::new(self)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES)
    }

    /// Who dials, if it is a node right below.
    fn admit(&self, request: &Request<Streaming<pb::ExchangeRequest>>) -> Result<UnitCode, Failure> {
        let caller = request.extensions().get::<Caller>();
        let caller = caller.ok_or_else(|| Failure::new(&reasons::UNAUTHENTICATED))?;
        // It may be right below for some services and not yet, or no longer, for others.
        let mut houses = self.services.values().map(|below| below.port.house());
        if caller.role == Role::Node && houses.any(|house| house.delegates().contains(&caller.unit)) {
            return Ok(caller.unit);
        }
        Err(Failure::new(&reasons::PERMISSION_DENIED))
    }
}

#[tonic::async_trait]
impl LinkService for Accept {
    type ExchangeStream = stream::BoxStream<'static, Result<pb::ExchangeResponse, Status>>;

    async fn exchange(
        &self,
        request: Request<Streaming<pb::ExchangeRequest>>,
    ) -> Result<Response<Self::ExchangeStream>, Status> {
        let unit = self.admit(&request)?;
        let mut inbound = request.into_inner();
        let (outbound, frames) = mpsc::unbounded_channel();
        let (services, stop) = (self.services.clone(), self.stop.clone());
        tokio::spawn(async move {
            // The answer's headers are out before the first frame is there: the other side waits for them.
            let first = stop.run_until_cancelled(tokio::time::timeout(GREETING, inbound.next())).await;
            let Some(Ok(Some(Ok(pb::ExchangeRequest { frame: Some(first) })))) = first else { return };
            let service = match &first.kind {
                Some(pb::frame::Kind::Hello(hello)) => hello.service.clone(),
                _ => return,
            };
            let Some(below) = services.get(service.as_str()).cloned() else { return };
            if !below.port.house().delegates().contains(&unit) {
                let why =
                    format!("{unit} is not hosted by a node right below, as far as {service} is concerned");
                let farewell = Farewell::about(unit, Reason::Stranger, why);
                drop(outbound.send(wire::write(Frame::Bye(farewell))));
                return;
            }
            let line = below.line(unit);
            line.replace(below, unit, (first, inbound), outbound, stop).await;
        });
        let answers = UnboundedReceiverStream::new(frames);
        Ok(Response::new(answers.map(|frame| Ok(pb::ExchangeResponse { frame: Some(frame) })).boxed()))
    }
}

impl Line {
    /// Ends the stream there was and begins another: the node below knows best whether it still hears the old one.
    async fn replace(
        self: Arc<Self>,
        below: Arc<Below>,
        unit: UnitCode,
        (first, inbound): (pb::Frame, Streaming<pb::ExchangeRequest>),
        outbound: mpsc::UnboundedSender<pb::Frame>,
        stop: CancellationToken,
    ) {
        let mut live = self.live.lock().await;
        if let Some((token, task)) = live.take() {
            token.cancel();
            let abort = task.abort_handle();
            if tokio::time::timeout(REPLACING, task).await.is_err() {
                abort.abort();
            }
        }
        let token = stop.child_token();
        let (line, stop) = (Arc::clone(&self), token.clone());
        let task = tokio::spawn(async move {
            line.state.send_replace(LinkState::Up);
            let end = line.serve(&below, unit, (first, inbound), outbound, stop).await;
            told(&line.state, below.port.service(), end);
        });
        *live = Some((token, task));
    }

    async fn serve(
        &self,
        below: &Below,
        unit: UnitCode,
        (first, inbound): (pb::Frame, Streaming<pb::ExchangeRequest>),
        outbound: mpsc::UnboundedSender<pb::Frame>,
        stop: CancellationToken,
    ) -> End {
        // What a frame says of its sender must be what its connection proves.
        let claims =
            matches!(&first.kind, Some(pb::frame::Kind::Hello(hello)) if hello.unit == unit.to_string());
        if !claims {
            return End::Broken(format!("{unit} dialled and spoke for another unit"));
        }
        let party = now(&below.party, &*below.port, &below.recovery);
        let driver = Driver {
            port: &*below.port,
            side: Side::Upper,
            recovery: &below.recovery,
            delivered: &self.delivered,
            outbound,
            stop,
        };
        let rest = inbound.map(|message| message.and_then(|message| framed(message.frame)));
        driver.run(Session::upper(party), stream::iter([Ok(first)]).chain(rest)).await
    }
}
