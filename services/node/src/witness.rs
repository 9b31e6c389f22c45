//! What is signed of bulletins; and what was signed, by nodes below of their journals and of bulletins, compared with what is
//! held here.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use yishi_kernel::{Clock, SystemClock, UnitCode};
use yishi_proto::admin::v1 as pb;
use yishi_proto::appraisal::v1::{Bulletin, Checkpoint};
use yishi_runtime::desk::House;
use yishi_store::journal::Stored;
use yishi_store::witness::Testimony;
use yishi_store::{Database, Engine, StoreError};
use yishi_witness::{About, Head, NodeKey, Part, PublicKey, Signed, Statement};

use crate::shelf::Shelved;

/// Where bulletins and their checkpoints are.
const APPRAISAL: &str = "appraisal";

/// What was signed of bulletins after that of the bulletin of this name, in the order of names, and so many at the most.
pub(crate) type Recall =
    Arc<dyn Fn(String, u32) -> BoxFuture<'static, Result<Vec<Checkpoint>, StoreError>> + Send + Sync>;

pub(crate) fn recall<E: Engine>(appraisal: Database<E>) -> Recall {
    Arc::new(move |after, limit| {
        let appraisal = appraisal.clone();
        Box::pin(async move { yishi_appraisal::checkpoints::<E>(&appraisal, &after, limit).await })
    })
}

/// Signs what a bulletin was made from: where the journals of its unit, and of those below and above it, ended at its cut.
pub(crate) fn signer(
    shelves: &[Arc<dyn Shelved>],
    house: &Arc<House>,
    key: &Arc<NodeKey>,
) -> impl Fn(Bulletin) -> BoxFuture<'static, Result<Checkpoint, StoreError>> + Send + Sync + use<> {
    let (shelves, house, key) = (shelves.to_vec(), Arc::clone(house), Arc::clone(key));
    move |bulletin| {
        let (shelves, house, key) = (shelves.clone(), Arc::clone(&house), Arc::clone(&key));
        Box::pin(async move { checkpoint(&shelves, &house, &key, bulletin).await })
    }
}

async fn checkpoint(
    shelves: &[Arc<dyn Shelved>],
    house: &House,
    key: &NodeKey,
    bulletin: Bulletin,
) -> Result<Checkpoint, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt { table: "bulletin", problem: what.to_owned() };
    let unit = bulletin.unit.strip_prefix("units/").and_then(|unit| unit.parse::<UnitCode>().ok());
    let unit = unit.ok_or_else(|| corrupt("it is of no unit"))?;
    let inputs = bulletin.inputs_sha256.as_slice().try_into();
    let inputs_sha256 = inputs.map_err(|_| corrupt("its digest has not 32 bytes"))?;
    let mut parts = Vec::new();
    // In the order of the services' names, as the cut has them.
    for position in &bulletin.cut {
        let Some(shelf) = shelves.iter().find(|shelf| shelf.service() == position.service) else { continue };
        let heads = shelf.heads_at(position.pos).await?.into_iter();
        // Those above decide on money and on what was raised to them.
        let told = |of: UnitCode| house.register.is_within(of, unit) || house.register.is_within(unit, of);
        let heads = heads
            .filter(|(of, _)| told(*of))
            .map(|(of, chain)| (of, Head { epoch: chain.epoch, seq: chain.seq, chain: chain.hash }));
        let service = position.service.clone();
        parts.push(Part { service, epoch: position.epoch, pos: position.pos, heads: heads.collect() });
    }
    let about = About::Bulletin { name: bulletin.name.clone(), inputs_sha256 };
    let signed = key.sign(&Statement { about, node: house.root, at: SystemClock.now(), parts });
    let (key, bulletin) = (signed.key.as_bytes().to_vec(), bulletin.name);
    Ok(Checkpoint { bulletin, key, statement: signed.statement, signature: signed.signature })
}

/// What a node below signed, as it was signed.
fn signed(testimony: &Testimony) -> Signed {
    let (statement, signature) = (testimony.statement.clone(), testimony.signature.clone());
    Signed { key: PublicKey::new(testimony.key), statement, signature }
}

/// For whoever walks over several nodes.
pub(crate) async fn testimonies(shelf: &dyn Shelved) -> Result<Vec<pb::Testimony>, StoreError> {
    let trusted: BTreeMap<UnitCode, Vec<u8>> =
        shelf.trusted().await?.into_iter().map(|trusted| (trusted.unit, trusted.key.to_vec())).collect();
    let told = |(testimony, received_us): (Testimony, i64)| pb::Testimony {
        service: shelf.service().to_owned(),
        node: format!("units/{}", testimony.unit),
        key: testimony.key.to_vec(),
        statement: testimony.statement,
        signature: testimony.signature,
        receive_time_us: received_us,
        trusted_key: trusted.get(&testimony.unit).cloned().unwrap_or_default(),
    };
    Ok(shelf.testimonies().await?.into_iter().map(told).collect())
}

/// An entry's digests.
pub(crate) fn link(stored: &Stored) -> pb::ChainLink {
    let (entry_hash, chain) = (stored.entry_hash.to_vec(), stored.chain.to_vec());
    pb::ChainLink { epoch: stored.entry.epoch, seq: stored.entry.seq, entry_hash, chain }
}

/// The first entry that is not as a node below signed it.
pub(crate) async fn disproved(shelf: &dyn Shelved) -> Result<Option<pb::BadEntry>, StoreError> {
    for (testimony, _) in shelf.testimonies().await? {
        let node = testimony.unit;
        let statement = match signed(&testimony).open() {
            Ok(statement) if statement.about == About::Heads && statement.node == node => statement,
            Ok(_) => return Ok(Some(bad(node, "what is kept of the node was signed about something else"))),
            Err(unproven) => return Ok(Some(bad(node, format!("what is kept of the node: {unproven}")))),
        };
        let Some(part) = statement.part(shelf.service()) else {
            return Ok(Some(bad(node, "what is kept of the node was signed about another service")));
        };
        let by = || format!("the node {node} at {}", statement.at);
        if let Some(bad) = differs(shelf, part, by, true).await? {
            return Ok(Some(bad));
        }
    }
    Ok(None)
}

/// The first entry, with its service, that is not as it was when a bulletin was made from it.
pub(crate) async fn recalled(
    shelves: &[Arc<dyn Shelved>],
    root: UnitCode,
    checkpoint: &Checkpoint,
) -> Result<Option<(&'static str, pb::BadEntry)>, StoreError> {
    let wrong = |problem: String| {
        let problem = format!("{}: {problem}", checkpoint.bulletin);
        Ok(Some((APPRAISAL, bad(root, problem))))
    };
    let Some(signed) = checkpoint_signed(checkpoint) else { return wrong("its key is none".to_owned()) };
    let statement = match signed.open() {
        Ok(statement) => statement,
        Err(unproven) => return wrong(unproven.to_string()),
    };
    if !matches!(&statement.about, About::Bulletin { name, .. } if *name == checkpoint.bulletin) {
        return wrong("its checkpoint was signed about something else".to_owned());
    }
    let Statement { node, at, parts, .. } = statement;
    for part in &parts {
        let Some(shelf) = shelves.iter().find(|shelf| shelf.service() == part.service) else { continue };
        let by = || format!("the node {node} at {at} of the bulletin {}", checkpoint.bulletin);
        // Copies of what another node told of may still be on their way.
        if let Some(bad) = differs(shelf.as_ref(), part, by, node == root).await? {
            return Ok(Some((shelf.service(), bad)));
        }
    }
    Ok(None)
}

fn checkpoint_signed(checkpoint: &Checkpoint) -> Option<Signed> {
    let key = PublicKey::new(checkpoint.key.as_slice().try_into().ok()?);
    let (statement, signature) = (checkpoint.statement.clone(), checkpoint.signature.clone());
    Some(Signed { key, statement, signature })
}

async fn differs(
    shelf: &dyn Shelved,
    part: &Part,
    by: impl Fn() -> String,
    all_is_here: bool,
) -> Result<Option<pb::BadEntry>, StoreError> {
    let ends = part.heads.iter().map(|(unit, head)| (*unit, head.seq)).collect();
    let here = shelf.chains_at(ends).await?;
    for (unit, head) in &part.heads {
        let problem = match here.get(unit) {
            Some(chain) if *chain == head.chain => continue,
            Some(_) => format!("up to here it is not what was signed by {}", by()),
            None if all_is_here => format!("it is missing, and was signed by {}", by()),
            None => continue,
        };
        return Ok(Some(pb::BadEntry { unit: unit.to_string(), epoch: head.epoch, seq: head.seq, problem }));
    }
    Ok(None)
}

fn bad(unit: UnitCode, problem: impl Into<String>) -> pb::BadEntry {
    pb::BadEntry { unit: unit.to_string(), epoch: 0, seq: 0, problem: problem.into() }
}
