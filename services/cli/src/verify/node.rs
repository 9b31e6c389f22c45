//! What one node says of its books, and of those below it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tonic::Response;
use yishi_kernel::UnitCode;
use yishi_proto::{admin::v1 as pb, appraisal::v1::Checkpoint};
use yishi_witness::{About, Head, Link, PublicKey, Signed, Statement};

use super::unit_of;
use crate::{
    failure::{Exit, Failure},
    figures::count,
    lang::Lang,
    operator,
    remote::{Admin, Remote},
};

const DEADLINE: Duration = Duration::from_secs(60);
/// Digests asked for at once.
const PAGE: i32 = 5_000;

/// A node that answered.
pub(super) struct Known<'a> {
    remote: &'a Remote,
    pub(super) unit: UnitCode,
    /// With which it signs.
    pub(super) key: PublicKey,
    /// The nodes right below it, service by service: so they are moved.
    pub(super) delegates: BTreeSet<(String, UnitCode)>,
    /// Services that still take in what the node above holds.
    pub(super) incomplete: BTreeSet<String>,
    pub(super) verdicts: Vec<pb::JournalVerdict>,
    /// Where journals end, by service and unit, and of which node below each is a copy.
    pub(super) heads: BTreeMap<(String, UnitCode), (Head, Option<UnitCode>)>,
    pub(super) testimonies: Vec<pb::Testimony>,
}

/// Has a node walk its books, and asks what else there is to know.
pub(super) async fn ask<'a>(remote: &'a Remote, address: &str) -> Result<Known<'a>, Failure> {
    let status = operator::get_status(remote).await?;
    let unreadable = || Failure::new(Exit::Internal, format!("{address} does not say what node it is"));
    let unit = unit_of(&status.root_unit).ok_or_else(unreadable)?;
    let key = key_of(&status.key).ok_or_else(unreadable)?;
    let below = status.links.iter().filter_map(|link| Some((link.service.clone(), unit_of(&link.delegate)?)));
    let delegates = below.collect();
    let incomplete = status.services.iter().filter(|service| service.recovery() != pb::Recovery::Whole);
    let incomplete = incomplete.map(|service| service.service.clone()).collect();
    let verdicts = operator::verify_journals(remote).await?.verdicts;
    let mut heads = BTreeMap::new();
    for part in operator::list_heads(remote).await? {
        for head in part.heads {
            if let (Ok(unit), Some(end)) = (head.unit.parse(), head_of(&head)) {
                heads.insert((part.service.clone(), unit), (end, unit_of(&head.delegate)));
            }
        }
    }
    let testimonies = testimonies(remote).await?;
    Ok(Known { remote, unit, key, delegates, incomplete, verdicts, heads, testimonies })
}

async fn testimonies(remote: &Remote) -> Result<Vec<pb::Testimony>, Failure> {
    let read = async |admin: &mut Admin, request| {
        let mut parts = admin.list_testimonies(request).await?.into_inner();
        let mut all = Vec::new();
        while let Some(part) = parts.message().await? {
            all.push(part);
        }
        Ok(Response::new(all))
    };
    remote.admin(DEADLINE, pb::ListTestimoniesRequest::default(), read).await
}

impl Known<'_> {
    /// The digests of a journal, from its first entry on.
    pub(super) async fn chain(&self, service: &str, unit: UnitCode) -> Result<Vec<Link>, Failure> {
        let mut links: Vec<Link> = Vec::new();
        loop {
            let ask = pb::ListChainRequest {
                service: service.to_owned(),
                unit: format!("units/{unit}"),
                after_seq: links.last().map_or(0, |link| link.seq),
                page_size: PAGE,
            };
            let page = self.remote.admin(DEADLINE, ask, Admin::list_chain).await;
            let page = page.map_err(|failure| failure.about(self.unit))?.links;
            let whole = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            links.extend(page.iter().filter_map(link_of));
            if whole {
                return Ok(links);
            }
        }
    }

    /// What was signed of bulletins, after that of one.
    pub(super) async fn checkpoints(&self, after: &str) -> Result<Vec<Checkpoint>, Failure> {
        let ask = pb::ListCheckpointsRequest { after: after.to_owned(), page_size: 0 };
        let page = self.remote.admin(DEADLINE, ask, Admin::list_checkpoints).await;
        Ok(page.map_err(|failure| failure.about(self.unit))?.checkpoints)
    }

    /// What the node says of its own books alone.
    pub(super) fn text(&self, lang: Lang) -> String {
        let verdict = |verdict: &pb::JournalVerdict| {
            let (chains, entries) = (count(verdict.chains_verified), count(verdict.entries_checked));
            lang.pick(
                format!("{}：已核对 {entries} 条，{chains} 条链完好\n", verdict.service),
                format!("{}: {entries} entries checked, {chains} chains hold\n", verdict.service),
            )
        };
        self.verdicts.iter().map(verdict).collect()
    }
}

/// What a checkpoint says, if its signature holds and it is of its bulletin.
pub(crate) fn proven(checkpoint: &Checkpoint) -> Result<(PublicKey, Statement), String> {
    let key = key_of(&checkpoint.key).ok_or_else(|| "the key is none".to_owned())?;
    let (statement, signature) = (checkpoint.statement.clone(), checkpoint.signature.clone());
    let statement = Signed { key, statement, signature }.open().map_err(|wrong| wrong.to_string())?;
    match &statement.about {
        About::Bulletin { name, .. } if *name == checkpoint.bulletin => Ok((key, statement)),
        _ => Err("it was signed about something else".to_owned()),
    }
}

pub(super) fn key_of(bytes: &[u8]) -> Option<PublicKey> {
    Some(PublicKey::new(bytes.try_into().ok()?))
}

fn head_of(head: &pb::JournalHead) -> Option<Head> {
    Some(Head { epoch: head.epoch, seq: head.seq, chain: head.chain.as_slice().try_into().ok()? })
}

fn link_of(link: &pb::ChainLink) -> Option<Link> {
    let (entry_hash, chain) = (link.entry_hash.as_slice().try_into(), link.chain.as_slice().try_into());
    Some(Link { epoch: link.epoch, seq: link.seq, entry_hash: entry_hash.ok()?, chain: chain.ok()? })
}
