//! The admin listener's service.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_stream::Iter;
use tonic::{Request, Response, Status};
use yishi_kernel::{Clock, Timestamp, UnitCode};
use yishi_link::protocol::Standing;
use yishi_link::{Barrier, Ends, LinkEnd, LinkState, Moves, Recovery};
use yishi_proto::admin::v1 as pb;
use yishi_proto::admin::v1::admin_service_server::AdminService;
use yishi_runtime::clock::NodeClock;
use yishi_runtime::desk::{House, unreadable};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::Chain;
use yishi_store::{FirstBad, Source, StoreError};

use crate::delegation;
use crate::shelf::Shelved;

/// Latest instant a clock may be moved to: the end of the year 2100, in µs.
const LATEST_US: i64 = 4_133_980_799_999_999;
/// Heads, or ways, in one message.
const HEADS: usize = 1_000;

/// How the node above is named, whose unit this node need not know.
const PARENT: &str = "units/parent";

pub(crate) struct Admin {
    engine: &'static str,
    clock: Arc<NodeClock>,
    house: Arc<House>,
    shelves: Vec<Arc<dyn Shelved>>,
    barrier: Barrier,
    links: Ends,
    moves: Moves,
    address: SocketAddr,
    recoveries: Vec<(Source, Recovery)>,
}

impl Admin {
    pub(crate) fn new(
        engine: &'static str,
        clock: Arc<NodeClock>,
        house: Arc<House>,
        mut shelves: Vec<Arc<dyn Shelved>>,
        barrier: Barrier,
        (links, recoveries, moves): (Ends, Vec<(Source, Recovery)>, Moves),
        address: SocketAddr,
    ) -> Self {
        shelves.sort_by_key(|shelf| shelf.service());
        Self { engine, clock, house, shelves, barrier, links, moves, address, recoveries }
    }

    async fn statuses(&self) -> Result<Vec<pb::ServiceStatus>, Failure> {
        let mut services = Vec::with_capacity(self.shelves.len());
        for shelf in &self.shelves {
            let (units, entries) = shelf.extent().await.map_err(unreadable)?;
            let position = shelf.position();
            let (recovery, recovery_waits_for) = self.recovery(shelf.service());
            services.push(pb::ServiceStatus {
                service: shelf.service().to_owned(),
                epoch: position.epoch,
                pos: position.pos,
                units,
                entries,
                recovery: recovery as i32,
                recovery_waits_for,
            });
        }
        Ok(services)
    }

    /// How far a service is after a restore, and whom it waits for.
    fn recovery(&self, service: &str) -> (pb::Recovery, Vec<String>) {
        let Some((_, recovery)) = self.recoveries.iter().find(|(known, _)| *known == service) else {
            return (pb::Recovery::Whole, Vec::new());
        };
        let standing = *recovery.standing().borrow();
        match standing {
            Standing::Whole => (pb::Recovery::Whole, Vec::new()),
            Standing::Returning => (pb::Recovery::Returning, vec![PARENT.to_owned()]),
            Standing::Gathering => {
                let waiting = recovery.waiting().iter().map(|unit| format!("units/{unit}")).collect();
                (pb::Recovery::Gathering, waiting)
            }
        }
    }

    fn link_statuses(&self) -> Vec<pb::LinkStatus> {
        let status = |link: &LinkEnd| {
            let (state, detail) = match &*link.state.borrow() {
                LinkState::Up => (pb::LinkState::Up, String::new()),
                LinkState::Down(why) => (pb::LinkState::Down, why.clone()),
                LinkState::Alarm(why) => (pb::LinkState::Alarm, why.clone()),
            };
            pb::LinkStatus {
                service: link.service.to_owned(),
                delegate: link.delegate.map(|unit| format!("units/{unit}")).unwrap_or_default(),
                state: state as i32,
                detail,
                delivered_pos: *link.delivered.borrow(),
                pos: link.come.borrow().pos,
            }
        };
        self.links.now().iter().map(status).collect()
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
            links: self.link_statuses(),
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
        if let Some((_, recovery)) = self.recoveries.iter().find(|(known, _)| *known == service) {
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
        self.moves.delegate(unit, &address).await?;
        tracing::warn!(%unit, address, "an operator hands a unit over to a node of its own");
        Ok(Response::new(delegation::told(&self.moves, unit)))
    }

    async fn reclaim_unit(
        &self,
        request: Request<pb::ReclaimUnitRequest>,
    ) -> Result<Response<pb::Delegation>, Status> {
        let (unit, address) = delegation::reclaimed(request.get_ref(), self.address)?;
        self.moves.recall(unit, &address).await?;
        tracing::warn!(%unit, "an operator takes a unit back from its node");
        Ok(Response::new(delegation::told(&self.moves, unit)))
    }

    async fn list_delegations(
        &self,
        _request: Request<pb::ListDelegationsRequest>,
    ) -> Result<Response<pb::ListDelegationsResponse>, Status> {
        let tops = self.moves.tops().into_iter();
        let delegations = tops.map(|unit| delegation::told(&self.moves, unit)).collect();
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
        let mut check = yishi_runtime::check::Checker::default();
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
        let service = request.into_inner().service;
        let mut check = yishi_runtime::check::Checker::default();
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
        let mut parts = Vec::new();
        for shelf in self.shelves.iter().filter(|shelf| service.is_empty() || shelf.service() == service) {
            parts.extend(heads(shelf.as_ref()).await.map_err(unreadable)?.into_iter().map(Ok));
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
            if let Some(bad) = &report.first_bad {
                tracing::error!(service = shelf.service(), ?bad, "a journal does not hold");
            }
            verdicts.push(pb::JournalVerdict {
                service: shelf.service().to_owned(),
                entries_checked: i64::try_from(report.entries).unwrap_or(i64::MAX),
                chains_verified: i64::try_from(report.chains).unwrap_or(i64::MAX),
                first_bad_entry: report.first_bad.map(bad_entry),
            });
        }
        Ok(Response::new(pb::VerifyJournalsResponse { verdicts }))
    }
}

/// What one service holds, in messages of a bounded size.
async fn heads(shelf: &dyn Shelved) -> Result<Vec<pb::ListHeadsResponse>, StoreError> {
    let part = |heads, ways| pb::ListHeadsResponse { service: shelf.service().to_owned(), heads, ways };
    let head = |(unit, chain): &(UnitCode, Chain)| pb::JournalHead {
        unit: unit.to_string(),
        epoch: chain.epoch,
        seq: chain.seq,
        chain: chain.hash.to_vec(),
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
