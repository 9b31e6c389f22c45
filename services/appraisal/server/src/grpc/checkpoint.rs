//! What a node signs of its bulletins: in the journal behind each of them, and read past the writer.

use futures_util::future::BoxFuture;
use tonic::{Request, Response, Status};
use yishi_appraisal_domain::{Act, Command};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::{Database, Engine, StoreError};

use crate::convert::{bulletin_of, checkpoint_from, read_bulletin, unknown_bulletin, unknown_checkpoint};
use crate::model::{Appraisal, Task};
use crate::store;

/// Signs what a bulletin was made from, as the journals of its cut are in this node.
pub(super) type Signer =
    dyn Fn(pb::Bulletin) -> BoxFuture<'static, Result<pb::Checkpoint, StoreError>> + Send + Sync;

/// The id under which it is asked for: the same for every try, so that a bulletin is signed once.
const SIGN: &str = "sign a bulletin";

/// A second command: the cut of a bulletin is known only when it is decided.
pub(super) async fn sign<E: Engine>(
    desk: &Desk<E, Appraisal>,
    signer: &Signer,
    bulletin: &pb::Bulletin,
) -> Result<(), Failure> {
    let name = &bulletin.name;
    let (about, period) = bulletin_of(name).ok_or_else(|| unknown_bulletin(name))?;
    let mut reader = desk.reader().await?;
    let before = store::checkpoint::<E>(&mut reader, about, period).await.map_err(unreadable)?;
    reader.done();
    if before.is_some() {
        return Ok(());
    }
    let signed = signer(bulletin.clone()).await.map_err(unreadable)?;
    let (_, checkpoint) = checkpoint_from(&signed).ok_or_else(|| Failure::new(&reasons::INTERNAL))?;
    let weight = signed.statement.len();
    let task = Task::Asked(Command::Ask { about, act: Act::KeepCheckpoint(checkpoint) });
    desk.follow_up(about.unit, (SIGN, name.as_bytes()), task, weight).await.map(drop)
}

pub(super) async fn get<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::GetCheckpointRequest>,
) -> Result<Response<pb::Checkpoint>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let named = read_bulletin(&mut check, "bulletin", &request.bulletin);
    let (about, period) = check.finish(|| named)?;
    let name = &request.bulletin;
    let bulletin = store::bulletin::<E>(&mut reader, about, period).await.map_err(unreadable)?;
    let signed = store::checkpoint::<E>(&mut reader, about, period).await.map_err(unreadable)?;
    reader.done();
    if bulletin.is_none() {
        return Err(unknown_bulletin(name).into());
    }
    Ok(Response::new(signed.ok_or_else(|| unknown_checkpoint(name))?))
}

/// What was signed of bulletins, after that of the bulletin of this name, in the order of names. For the node's own walk
/// over all there is.
pub async fn checkpoints<E: Engine>(
    database: &Database<E>,
    after: &str,
    limit: u32,
) -> Result<Vec<pb::Checkpoint>, StoreError> {
    let mut reader = database.reader().await?;
    let found = store::checkpoints::<E>(&mut reader, bulletin_of(after), limit).await?;
    reader.done();
    Ok(found)
}

/// Whether a text names a bulletin.
#[must_use]
pub fn names_a_bulletin(name: &str) -> bool {
    bulletin_of(name).is_some()
}
