//! Files of proposals: sent in pieces, and answered in pieces.

mod dry_run;
mod export;
mod import;
mod known;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tonic::{Request, Response, Status, Streaming};
use yishi_intake_domain::Policies;
use yishi_kernel::Clock;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::bulk_service_server::{BulkService, BulkServiceServer};
use yishi_runtime::config;
use yishi_runtime::desk::Desk;
use yishi_runtime::errors::{Failure, Lang, reasons};
use yishi_seal::Keyring;
use yishi_store::Engine;

use crate::model::Intake;

/// Bytes of one piece of an answer.
const PIECE: usize = 64 * 1024;
/// Files that are written out at once.
const EXPORTS: usize = 2;
/// How long a file waits for its turn.
const TURN: Duration = Duration::from_secs(60);
const COME_BACK: Duration = Duration::from_secs(5);
const FORMATS: &[&str] = &["CSV", "CSV_GB18030", "XLSX"];

/// The service of files.
pub struct Bulk<E: Engine> {
    desk: Desk<E, Intake>,
    policies: Arc<Policies>,
    keys: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    /// One file at a time is read: it is all in memory.
    imports: Arc<Semaphore>,
    exports: Arc<Semaphore>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn bulk<E: Engine>(
    desk: Desk<E, Intake>,
    policies: Arc<Policies>,
    keys: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    limits: &config::Grpc,
) -> BulkServiceServer<Bulk<E>> {
    let (imports, exports) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(EXPORTS)));
    BulkServiceServer::from_arc(Arc::new(Bulk { desk, policies, keys, clock, imports, exports }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

#[tonic::async_trait]
impl<E: Engine> BulkService for Bulk<E> {
    type ImportMattersStream = BoxStream<'static, Result<pb::ImportMattersResponse, Status>>;
    type ExportMattersStream = BoxStream<'static, Result<pb::ExportMattersResponse, Status>>;

    async fn import_matters(
        &self,
        request: Request<Streaming<pb::ImportMattersRequest>>,
    ) -> Result<Response<Self::ImportMattersStream>, Status> {
        self.import(request).await
    }

    async fn export_matters(
        &self,
        request: Request<pb::ExportMattersRequest>,
    ) -> Result<Response<Self::ExportMattersStream>, Status> {
        self.export(request).await
    }
}

/// Waits for a file's turn.
async fn turn(turns: Arc<Semaphore>) -> Result<Arc<OwnedSemaphorePermit>, Failure> {
    let turn = timeout(TURN, turns.acquire_owned()).await;
    turn.ok()
        .and_then(Result::ok)
        .map(Arc::new)
        .ok_or_else(|| Failure::new(&reasons::OVERLOADED).retry_after(COME_BACK))
}

/// An answer that begins when the work is done. The work is part of the answer: the deadline does not cut it, and it ends
/// when nobody waits for it any more.
fn answer<T, I>(
    work: impl Future<Output = Result<I, Failure>> + Send + 'static,
    lang: Lang,
) -> Response<BoxStream<'static, Result<T, Status>>>
where
    T: Send + 'static,
    I: Iterator<Item = T> + Send + 'static,
{
    let work = async move { work.await.map_err(|failure| failure.into_status(lang)) };
    let pieces = stream::once(work).map_ok(|pieces| stream::iter(pieces.map(Ok))).try_flatten();
    Response::new(pieces.boxed())
}

/// The pieces of a file, whose turn lasts until all are fetched: so long it is in memory.
fn pieces(file: Vec<u8>, turn: Arc<OwnedSemaphorePermit>) -> impl Iterator<Item = Vec<u8>> + Send {
    let count = file.len().div_ceil(PIECE);
    (0..count).map(move |nth| {
        let _turn = &turn;
        file[nth * PIECE..file.len().min((nth + 1) * PIECE)].to_vec()
    })
}
