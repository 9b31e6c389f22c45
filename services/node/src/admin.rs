//! The admin listener's service.

mod standing;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_stream::Iter;
use tonic::{Request, Response, Status};
use yishi_kernel::{Clock, Timestamp, UnitCode};
use yishi_link::{Barrier, Ends, Moves, Recovery};
use yishi_proto::admin::v1 as pb;
use yishi_proto::admin::v1::admin_service_server::AdminService;
use yishi_runtime::check::Checker;
use yishi_runtime::clock::NodeClock;
use yishi_runtime::desk::{House, unreadable};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::Chain;
use yishi_store::{FirstBad, Source, StoreError};
use yishi_witness::PublicKey;

use crate::delegation;
use crate::shelf::Shelved;
use crate::witness::{self, Recall};

/// Latest instant a clock may be moved to: the end of the year 2100, in µs.
const LATEST_US: i64 = 4_133_980_799_999_999;
/// Heads, or ways, in one message.
const HEADS: usize = 1_000;

/// Digests of entries in an answer.
const CHAIN_DEFAULT: u32 = 1_000;
const CHAIN_MAX: u32 = 5_000;
/// Checkpoints in an answer; one of a region may have some hundred kilobytes.
const CHECKPOINTS_DEFAULT: u32 = 2;
const CHECKPOINTS_MAX: u32 = 5;

/// What ties this node to others.
pub(crate) struct Ties {
    pub(crate) links: Ends,
    /// How far each service is after a restore.
    pub(crate) recoveries: Vec<(Source, Recovery)>,
    /// What is handed over to nodes below.
    pub(crate) moves: Moves,
    /// Where this node itself listens.
    pub(crate) address: SocketAddr,
}

pub(crate) struct Admin {
    engine: &'static str,
    clock: Arc<NodeClock>,
    house: Arc<House>,
    shelves: Vec<Arc<dyn Shelved>>,
    barrier: Barrier,
    ties: Ties,
    key: PublicKey,
    recall: Recall,
}

impl Admin {
    pub(crate) fn new(
        engine: &'static str,
        clock: Arc<NodeClock>,
        house: Arc<House>,
        mut shelves: Vec<Arc<dyn Shelved>>,
        barrier: Barrier,
        ties: Ties,
        (key, recall): (PublicKey, Recall),
    ) -> Self {
        shelves.sort_by_key(|shelf| shelf.service());
        Self { engine, clock, house, shelves, barrier, ties, key, recall }
    }

    /// What bulletins were made from is still as it was then. What is not stands at the service whose journal it is.
    async fn recall_bulletins(&self, verdicts: &mut [pb::JournalVerdict]) -> Result<(), Failure> {
        let mut after = String::new();
        loop {
            let page = (self.recall)(after, CHECKPOINTS_MAX).await.map_err(unreadable)?;
            for checkpoint in &page {
                let found = witness::recalled(&self.shelves, self.house.root, checkpoint).await;
                let Some((service, bad)) = found.map_err(unreadable)? else { continue };
                let verdict = verdicts.iter_mut().find(|verdict| verdict.service == service);
                if let Some(verdict) = verdict.filter(|verdict| verdict.first_bad_entry.is_none()) {
                    tracing::error!(service, ?bad, "a journal is not what a bulletin was made from");
                    verdict.first_bad_entry = Some(bad);
                }
            }
            match page.last() {
                Some(last) => after = last.bulletin.clone(),
                None => return Ok(()),
            }
        }
    }

    /// The books of a service, or all if none is named.
    fn shelves_of(&self, service: &str) -> Result<Vec<&dyn Shelved>, Failure> {
        let mut check = Checker::default();
        if !(service.is_empty() || self.shelves.iter().any(|shelf| shelf.service() == service)) {
            let known: Vec<&str> = self.shelves.iter().map(|shelf| shelf.service()).collect();
            let known = known.join(", ");
            check.refuse(
                "service",
                format!("应为 {known} 之一，或留空"),
                format!("write one of {known}, or nothing"),
            );
        }
        check.finish(|| Some(()))?;
        let named = self.shelves.iter().filter(|shelf| service.is_empty() || shelf.service() == service);
        Ok(named.map(|shelf| shelf.as_ref()).collect())
    }

    fn business_clock(&self) -> pb::BusinessClock {
        let kind = if self.clock.is_manual() { pb::ClockKind::Manual } else { pb::ClockKind::System };
        pb::BusinessClock { kind: kind as i32, now_us: self.clock.now().as_micros() }
    }
}

#[tonic::async_trait]
impl AdminService for Admin {
    async fn get_status(
        &self,
        _request: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::NodeStatus>, Status> {
        let services = self.statuses().await?;
        let hosted = self.house.size();
        Ok(Response::new(pb::NodeStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            clock: Some(self.business_clock()),
            root_unit: format!("units/{}", self.house.root),
            units: i32::try_from(hosted).unwrap_or(i32::MAX),
            engine: self.engine.to_ascii_lowercase(),
            services,
            links: self.link_statuses().await?,
            key: self.key.as_bytes().to_vec(),
        }))
    }

    async fn skip_recovery(
        &self,
        request: Request<pb::SkipRecoveryRequest>,
    ) -> Result<Response<pb::SkipRecoveryResponse>, Status> {
        let pb::SkipRecoveryRequest { service, node } = request.into_inner();
        if !self.recovery(&service).1.contains(&node) {
            let failure = Failure::new(&reasons::RECOVERY_NOT_WAITING);
            return Err(failure.with("service", service).with("node", node).into());
        }
        tracing::warn!(service, node, "an operator lets a recovering database do without a node");
        if let Some((_, recovery)) = self.ties.recoveries.iter().find(|(known, _)| *known == service) {
            match node.strip_prefix("units/").and_then(|unit| unit.parse().ok()) {
                Some(unit) => recovery.gathered(unit),
                None => recovery.returned(),
            }
        }
        Ok(Response::new(pb::SkipRecoveryResponse { recovery: self.recovery(&service).0 as i32 }))
    }

    async fn delegate_unit(
        &self,
        request: Request<pb::DelegateUnitRequest>,
    ) -> Result<Response<pb::Delegation>, Status> {
        let (unit, address) = delegation::delegated(request.get_ref())?;
        self.ties.moves.delegate(unit, &address).await?;
        tracing::warn!(%unit, address, "an operator hands a unit over to a node of its own");
        Ok(Response::new(delegation::told(&self.ties.moves, unit)))
    }

    async fn reclaim_unit(
        &self,
        request: Request<pb::ReclaimUnitRequest>,
    ) -> Result<Response<pb::Delegation>, Status> {
        let (unit, address) = delegation::reclaimed(request.get_ref(), self.ties.address)?;
        self.ties.moves.recall(unit, &address).await?;
        tracing::warn!(%unit, "an operator takes a unit back from its node");
        Ok(Response::new(delegation::told(&self.ties.moves, unit)))
    }

    async fn list_delegations(
        &self,
        _request: Request<pb::ListDelegationsRequest>,
    ) -> Result<Response<pb::ListDelegationsResponse>, Status> {
        let tops = self.ties.moves.tops().into_iter();
        let delegations = tops.map(|unit| delegation::told(&self.ties.moves, unit)).collect();
        Ok(Response::new(pb::ListDelegationsResponse { delegations }))
    }

    async fn get_clock(
        &self,
        _request: Request<pb::GetClockRequest>,
    ) -> Result<Response<pb::BusinessClock>, Status> {
        Ok(Response::new(self.business_clock()))
    }

    async fn advance_clock(
        &self,
        request: Request<pb::AdvanceClockRequest>,
    ) -> Result<Response<pb::BusinessClock>, Status> {
        let to_us = request.into_inner().to_us;
        let mut check = Checker::default();
        let to = check.count("to_us", to_us, 0..=LATEST_US).map(Timestamp::from_micros);
        self.clock.advance_to(check.finish(|| to)?)?;
        tracing::info!(now = %self.clock.now(), "the business clock was moved");
        Ok(Response::new(self.business_clock()))
    }

    type ListHeadsStream = Iter<std::vec::IntoIter<Result<pb::ListHeadsResponse, Status>>>;

    async fn list_heads(
        &self,
        request: Request<pb::ListHeadsRequest>,
    ) -> Result<Response<Self::ListHeadsStream>, Status> {
        let mut parts = Vec::new();
        for shelf in self.shelves_of(&request.into_inner().service)? {
            parts.extend(heads(shelf, &self.house).await.map_err(unreadable)?.into_iter().map(Ok));
        }
        Ok(Response::new(tokio_stream::iter(parts)))
    }

    async fn barrier(
        &self,
        _request: Request<pb::BarrierRequest>,
    ) -> Result<Response<pb::BarrierResponse>, Status> {
        if !self.barrier.wait().await {
            return Err(Failure::new(&reasons::STOPPING).into());
        }
        Ok(Response::new(pb::BarrierResponse { services: self.statuses().await? }))
    }

    async fn verify_journals(
        &self,
        _request: Request<pb::VerifyJournalsRequest>,
    ) -> Result<Response<pb::VerifyJournalsResponse>, Status> {
        let mut verdicts = Vec::with_capacity(self.shelves.len());
        for shelf in &self.shelves {
            let report = shelf.verify().await.map_err(unreadable)?;
            let mut first_bad = report.first_bad.map(bad_entry);
            // Chains that hold may still not be those that were signed.
            if first_bad.is_none() {
                first_bad = witness::disproved(shelf.as_ref()).await.map_err(unreadable)?;
            }
            if let Some(bad) = &first_bad {
                tracing::error!(service = shelf.service(), ?bad, "a journal does not hold");
            }
            verdicts.push(pb::JournalVerdict {
                service: shelf.service().to_owned(),
                entries_checked: i64::try_from(report.entries).unwrap_or(i64::MAX),
                chains_verified: i64::try_from(report.chains).unwrap_or(i64::MAX),
                first_bad_entry: first_bad,
            });
        }
        self.recall_bulletins(&mut verdicts).await?;
        Ok(Response::new(pb::VerifyJournalsResponse { verdicts }))
    }

    type ListTestimoniesStream = Iter<std::vec::IntoIter<Result<pb::Testimony, Status>>>;

    async fn list_testimonies(
        &self,
        request: Request<pb::ListTestimoniesRequest>,
    ) -> Result<Response<Self::ListTestimoniesStream>, Status> {
        let mut all = Vec::new();
        for shelf in self.shelves_of(&request.into_inner().service)? {
            all.extend(witness::testimonies(shelf).await.map_err(unreadable)?.into_iter().map(Ok));
        }
        Ok(Response::new(tokio_stream::iter(all)))
    }

    async fn list_chain(
        &self,
        request: Request<pb::ListChainRequest>,
    ) -> Result<Response<pb::ListChainResponse>, Status> {
        let pb::ListChainRequest { service, unit, after_seq, page_size } = request.into_inner();
        let shelves = self.shelves_of(&service)?;
        let mut check = Checker::default();
        if service.is_empty() {
            check.refuse("service", "应填写服务名称，如 intake", "write a service's name, as in intake");
        }
        let unit = check.unit_name("unit", "units", &unit);
        let after = check.count("after_seq", after_seq, 0..=i64::MAX);
        let size = check.page_size("page_size", page_size, CHAIN_DEFAULT, CHAIN_MAX);
        let (unit, after, size) = check.finish(|| Some((unit?, after?, size?)))?;
        let mut links = Vec::new();
        for shelf in shelves {
            let entries = shelf.entries(unit, after, size.into()).await.map_err(unreadable)?;
            links.extend(entries.iter().map(witness::link));
        }
        Ok(Response::new(pb::ListChainResponse { links }))
    }

    async fn list_checkpoints(
        &self,
        request: Request<pb::ListCheckpointsRequest>,
    ) -> Result<Response<pb::ListCheckpointsResponse>, Status> {
        let pb::ListCheckpointsRequest { after, page_size } = request.into_inner();
        let mut check = Checker::default();
        if !(after.is_empty() || yishi_appraisal::names_a_bulletin(&after)) {
            let example = "units/640323000000/years/2022/bulletins/2022-06-A";
            check.refuse(
                "after",
                format!("应为通报名称，如 {example}"),
                format!("write a bulletin's name, as in {example}"),
            );
        }
        let size = check.page_size("page_size", page_size, CHECKPOINTS_DEFAULT, CHECKPOINTS_MAX);
        let size = check.finish(|| size)?;
        let checkpoints = (self.recall)(after, size).await.map_err(unreadable)?;
        Ok(Response::new(pb::ListCheckpointsResponse { checkpoints }))
    }

    async fn trust_key(
        &self,
        request: Request<pb::TrustKeyRequest>,
    ) -> Result<Response<pb::TrustKeyResponse>, Status> {
        let pb::TrustKeyRequest { node, key } = request.into_inner();
        let mut check = Checker::default();
        let unit = check.unit_name("node", "units", &node);
        let key: Option<[u8; 32]> = key.try_into().ok();
        if key.is_none() {
            check.refuse("key", "应为 32 字节的公钥", "write a public key of 32 bytes");
        }
        let (unit, key) = check.finish(|| Some((unit?, PublicKey::new(key?))))?;
        if !self.shelves.iter().any(|shelf| shelf.delegates().contains(&unit)) {
            return Err(Failure::new(&reasons::NODE_NOT_BELOW).with("node", node).into());
        }
        for shelf in &self.shelves {
            shelf.trust(unit, key).await.map_err(unreadable)?;
        }
        tracing::warn!(%unit, %key, "an operator says by which key a node below is known");
        Ok(Response::new(pb::TrustKeyResponse {}))
    }
}

/// What one service holds, in messages of a bounded size.
async fn heads(shelf: &dyn Shelved, house: &House) -> Result<Vec<pb::ListHeadsResponse>, StoreError> {
    let delegates = shelf.delegates();
    let delegate_of = |unit| delegates.iter().find(|top| house.register.is_within(unit, **top));
    let part = |heads, ways| pb::ListHeadsResponse { service: shelf.service().to_owned(), heads, ways };
    let head = |(unit, chain): &(UnitCode, Chain)| pb::JournalHead {
        unit: unit.to_string(),
        epoch: chain.epoch,
        seq: chain.seq,
        chain: chain.hash.to_vec(),
        delegate: delegate_of(*unit).map(|node| format!("units/{node}")).unwrap_or_default(),
    };
    let way = |((from, to), to_seq): &((UnitCode, UnitCode), i64)| pb::Way {
        from: from.to_string(),
        to: to.to_string(),
        to_seq: *to_seq,
    };
    let (heads, ways) = (shelf.heads().await?, shelf.ways().await?);
    let heads = heads.chunks(HEADS).map(|some| part(some.iter().map(head).collect(), Vec::new()));
    let ways = ways.chunks(HEADS).map(|some| part(Vec::new(), some.iter().map(way).collect()));
    Ok(heads.chain(ways).collect())
}

fn bad_entry(FirstBad { unit, seq, badness }: FirstBad) -> pb::BadEntry {
    pb::BadEntry {
        unit: unit.map(|unit| unit.to_string()).unwrap_or_default(),
        epoch: 0,
        seq,
        problem: badness.to_string(),
    }
}
