//! A federation as it runs: its nodes, the ways between them, and the clock they share.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::watch;
use yishi_kernel::{Timestamp, UnitCode};

use super::{
    member::{Events, Member, State},
    ports::{self, Ports},
    proxy::Proxy,
    shape::{Place, Shape},
};
use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    node::{Node, Spec},
    operator,
    remote::Remote,
    units::Units,
};

/// Nodes that are started at once: each opens four databases.
const AT_ONCE: usize = 4;
/// Nodes that are asked at once.
const ASKED_AT_ONCE: usize = 32;

/// What a federation is started with.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) binary: PathBuf,
    /// Each node has a folder of its own in it.
    pub(crate) room: &'a Path,
    pub(crate) units: &'a Units,
    pub(crate) shape: &'a Shape,
    pub(crate) base_port: u16,
    /// Where clocks begin that are moved by hand; without it the machine's clock counts.
    pub(crate) start: Option<Timestamp>,
}

/// Nodes that serve, each before those below it.
#[derive(Debug)]
pub(crate) struct Federation {
    members: Vec<Member>,
    clock: watch::Sender<Option<Timestamp>>,
    lang: Lang,
}

impl Federation {
    /// Starts the nodes, those above first. What was started ends when something fails.
    pub(crate) async fn start(plan: &Plan<'_>, events: &Events, lang: Lang) -> Result<Self, Failure> {
        let places = plan.shape.places();
        let ports = ports::assign(plan.base_port, places.len(), lang)?;
        ports::check_free(&ports, lang)?;
        let clock = watch::Sender::new(plan.start);
        let mut members = Vec::with_capacity(places.len());
        let deepest = places.iter().map(|place| place.depth).max().unwrap_or(0);
        for depth in 0..=deepest {
            let level = places.iter().zip(&ports).filter(|(place, _)| place.depth == depth);
            let (clock, ports) = (&clock, &ports);
            let started: Vec<Member> = stream::iter(level)
                .map(|(place, own)| async move {
                    let above =
                        place.parent.and_then(|above| plan.shape.host(above)).map(|above| ports[above]);
                    plan.member(place, *own, above, (clock, events), lang).await
                })
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
            members.extend(started);
        }
        // As the shape has them, not level by level.
        members.sort_by_key(|member| plan.shape.host(member.place.unit));
        let federation = Self { members, clock, lang };
        federation.whole().await?;
        Ok(federation)
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The node of this unit.
    pub(crate) fn member(&self, unit: UnitCode) -> Option<&Member> {
        self.members.iter().find(|member| member.place.unit == unit)
    }

    /// How often nodes were started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.members.iter().map(|member| u64::from(member.standing().starts.saturating_sub(1))).sum()
    }

    /// Whether its clocks are moved by hand.
    pub(crate) fn has_manual_clock(&self) -> bool {
        self.clock.borrow().is_some()
    }

    /// From now on nodes that are started begin with this instant, never with an earlier one.
    pub(crate) fn set_clock(&self, to: Timestamp) {
        self.clock.send_modify(|now| *now = (*now).max(Some(to)));
    }

    /// Moves the clocks of all nodes that are not away; the others' when they are started.
    pub(crate) async fn advance(&self, to: Timestamp) -> Result<(), Failure> {
        self.set_clock(to);
        let here = self.members.iter().filter(|member| member.standing().state != State::Away);
        let moves: Vec<_> = here.map(|member| self.advance_one(member, to)).collect();
        stream::iter(moves).buffer_unordered(ASKED_AT_ONCE).try_collect().await
    }

    /// Waits until each node has asked the one above whether it holds anything of it: none writes before.
    async fn whole(&self) -> Result<(), Failure> {
        let waits: Vec<_> = self.members.iter().map(|member| self.whole_one(member)).collect();
        stream::iter(waits).buffer_unordered(ASKED_AT_ONCE).try_collect().await
    }

    async fn whole_one(&self, member: &Member) -> Result<(), Failure> {
        let admin = Remote::new(&member.ports.admin.to_string(), 1, self.lang)?.patient();
        operator::whole(&admin).await.map_err(|failure| failure.about(member.place.unit))
    }

    async fn advance_one(&self, member: &Member, to: Timestamp) -> Result<(), Failure> {
        let admin = Remote::new(&member.ports.admin.to_string(), 1, self.lang)?.patient();
        operator::advance_clock(&admin, to).await.map_err(|failure| failure.about(member.place.unit))
    }

    /// Stops all nodes, those below first, and tells how the first one ended that did not end well.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        let deepest = self.members.iter().map(|member| member.place.depth).max().unwrap_or(0);
        let mut outcome = Ok(());
        for depth in (0..=deepest).rev() {
            let level = self.members.iter().filter(|member| member.place.depth == depth);
            let mut ends = stream::iter(level).map(Member::stop).buffer_unordered(ASKED_AT_ONCE);
            while let Some(end) = ends.next().await {
                outcome = outcome.and(end);
            }
        }
        outcome
    }
}

impl Plan<'_> {
    async fn member(
        &self,
        place: &Place,
        ports: Ports,
        above: Option<Ports>,
        (clock, events): (&watch::Sender<Option<Timestamp>>, &Events),
        lang: Lang,
    ) -> Result<Member, Failure> {
        let room = self.room.join(place.unit.to_string());
        fs::create_dir_all(&room).map_err(|error| at(&room, &error))?;
        let proxy = match above {
            None => None,
            Some(above) => {
                let opened = Proxy::open(ports.way, above.address).await;
                Some(
                    opened
                        .map_err(|error| Failure::new(Exit::Internal, format!("{}: {error}", ports.way)))?,
                )
            }
        };
        let spec = Spec {
            binary: self.binary.clone(),
            room,
            unit: place.unit,
            delegates: place.delegates.clone(),
            parent: proxy.as_ref().map(|_| ports.way),
            divisions: self.units.divisions.clone(),
            neighbours: self.units.neighbours.clone(),
            changes: self.units.changes.clone(),
            database_url: None,
            address: ports.address,
            admin: ports.admin,
            start: self.start,
        };
        let node = Node::start(&spec, lang).await.map_err(|failure| failure.about(place.unit))?;
        let part = (place.clone(), ports, proxy);
        Ok(Member::keep(part, node, spec, clock.subscribe(), (events.clone(), lang)))
    }
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Internal, format!("{}: {error}", path.display()))
}
