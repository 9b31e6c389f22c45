//! Moving a unit's subtree as a whole: each service moves by itself, and one that lags behind the others is brought after
//! them, whatever came between.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select_all;
use futures_util::{FutureExt as _, future};
use tokio_util::sync::CancellationToken;
use yishi_kernel::UnitCode;
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::{Directory, Order, Source, Tenure};

use crate::port::Port;

/// The pause before what could not be done is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// The moves between this node and those right below. Cheap to clone.
#[derive(Clone)]
pub struct Moves {
    ports: Arc<Vec<Arc<dyn Port>>>,
}

/// One service's part of a move.
#[derive(Clone, Debug)]
pub struct Part {
    /// The service.
    pub service: Source,
    /// Who decides; none if it was never moved there.
    pub tenure: Option<Tenure>,
    /// How far it is.
    pub stage: Stage,
    /// What is still waited for, for people.
    pub waits_for: Vec<String>,
}

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Hosted here.
    Here,
    /// Ended here, and not begun there as far as is known.
    Delegating,
    /// Hosted elsewhere.
    Delegated,
    /// Hosted below, and asked for.
    Reclaiming,
}

impl Moves {
    pub(crate) fn new(mut ports: Vec<Arc<dyn Port>>) -> Self {
        ports.sort_by_key(|port| port.service());
        Self { ports: Arc::new(ports) }
    }

    /// Hands a unit and all below it over to a node of its own. After the first service has written there is no way back
    /// but to take it back.
    pub async fn delegate(&self, top: UnitCode, address: &str) -> Result<(), Failure> {
        let order = Order::Delegate { top, address: address.to_owned() };
        for port in &*self.ports {
            let directory = port.house().hosting().now();
            if directory.tenure(top).is_some_and(|tenure| tenure.recall.is_some()) {
                return Err(Failure::new(&reasons::MOVE_UNDER_WAY).with("unit", top));
            }
            port.check(&order)?;
        }
        for port in &*self.ports {
            port.order(order.clone()).await?;
        }
        Ok(())
    }

    /// Asks the node of a unit right below for it.
    pub async fn recall(&self, top: UnitCode, address: &str) -> Result<(), Failure> {
        let order = Order::Recall { top, address: address.to_owned() };
        let (here, there): (Vec<_>, Vec<_>) =
            self.ports.iter().partition(|port| port.house().hosting().decides(top));
        let turn = |port: &&Arc<dyn Port>| turn(&port.house().hosting().now(), top);
        // Where it is here it must have come back, and not have stayed.
        let (stayed, went) = (here.iter().map(turn).min(), there.iter().map(turn).max());
        if stayed.zip(went).is_some_and(|(stayed, went)| stayed < went) {
            return Err(Failure::new(&reasons::MOVE_UNDER_WAY).with("unit", top));
        }
        if there.is_empty() {
            return Err(Failure::new(&reasons::UNIT_HERE).with("unit", top));
        }
        for port in &there {
            port.check(&order)?;
        }
        for port in there {
            port.order(order.clone()).await?;
        }
        Ok(())
    }

    /// Everything that was ever moved to or from here, or has been right below from the beginning.
    #[must_use]
    pub fn tops(&self) -> Vec<UnitCode> {
        let mut tops = BTreeSet::new();
        for port in &*self.ports {
            let (directory, root) = (port.house().hosting().now(), port.house().root);
            tops.extend(directory.delegates());
            let own = directory.tenures().filter(|(top, tenure)| tenure.holder == root || *top == root);
            tops.extend(own.map(|(top, _)| top));
        }
        tops.into_iter().collect()
    }

    /// How far each service is with one of them, by name.
    #[must_use]
    pub fn parts(&self, top: UnitCode) -> Vec<Part> {
        self.ports.iter().map(|port| part(&**port, top)).collect()
    }

    /// Brings services that lag behind after the others until told to stop: after a crash in the middle of a move, say.
    pub async fn run(self, stop: CancellationToken) {
        let mut follows: Vec<_> = self.ports.iter().map(|port| port.house().hosting().follow()).collect();
        loop {
            follows.iter_mut().for_each(|follow| drop(follow.borrow_and_update()));
            let mut lagging = false;
            for (port, order) in self.owed() {
                if let Err(failure) = port.order(order.clone()).await {
                    let (service, why) = (port.service(), failure.reason().name);
                    tracing::warn!(service, ?order, why, "a move cannot go on yet");
                    lagging = true;
                }
            }
            let again = if lagging { tokio::time::sleep(PAUSE).boxed() } else { future::pending().boxed() };
            let moved = select_all(follows.iter_mut().map(|follow| follow.changed().boxed()));
            tokio::select! {
                () = stop.cancelled() => return,
                (moved, ..) = moved => if moved.is_err() { return },
                () = again => {}
            }
        }
    }

    /// What a service has still to do that others have done.
    fn owed(&self) -> Vec<(&Arc<dyn Port>, Order)> {
        let mut owed = Vec::new();
        for top in self.tops() {
            let seen: Vec<(&Arc<dyn Port>, Arc<Directory>)> =
                self.ports.iter().map(|port| (port, port.house().hosting().now())).collect();
            let tenures = || seen.iter().filter_map(|(_, directory)| directory.tenure(top));
            let Some(ahead) = tenures().max_by_key(|tenure| tenure.turn) else { continue };
            let asked = tenures().find_map(|tenure| tenure.recall.as_ref()).map(|recall| &recall.address);
            for (port, directory) in &seen {
                let (root, behind) = (port.house().root, turn(directory, top) < ahead.turn);
                if top == root {
                    continue;
                }
                let address = ahead.address.clone();
                match directory.tenure(top) {
                    Some(tenure) if tenure.holder == top && tenure.recall.is_none() => {
                        let came_back = (behind && ahead.holder == root).then_some(&ahead.address);
                        if let Some(address) = asked.or(came_back) {
                            owed.push((*port, Order::Recall { top, address: address.clone() }));
                        }
                    }
                    _ if behind && ahead.holder == top && directory.decides(top) => {
                        owed.push((*port, Order::Delegate { top, address }));
                    }
                    _ => {}
                }
            }
        }
        owed
    }
}

fn turn(directory: &Directory, top: UnitCode) -> i64 {
    directory.tenure(top).map_or(0, |tenure| tenure.turn)
}

fn part(port: &dyn Port, top: UnitCode) -> Part {
    let (service, directory) = (port.service(), port.house().hosting().now());
    let tenure = directory.tenure(top).cloned();
    let stage = match &tenure {
        Some(tenure) if tenure.holder != port.house().root => match tenure {
            // What the node above does with it is not told down here.
            _ if top == port.house().root => Stage::Delegated,
            Tenure { recall: Some(_), .. } => Stage::Reclaiming,
            Tenure { turn: 1.., since: 0, .. } => Stage::Delegating,
            _ => Stage::Delegated,
        },
        _ => Stage::Here,
    };
    let mut waits_for = Vec::new();
    match stage {
        Stage::Delegating => waits_for.push(format!("{service}: the node of {top} has not begun yet")),
        Stage::Reclaiming => {
            waits_for.push(format!("{service}: the node of {top} has not given it back yet"));
        }
        Stage::Here if directory.is_awaited_here(top) => {
            waits_for.push(format!("{service}: this node has not begun yet"));
        }
        Stage::Here | Stage::Delegated => {}
    }
    for (_, source, missed) in directory.missed().filter(|(of, ..)| *of == top) {
        if let Some(upto) = missed.upto {
            let heard = missed.heard;
            waits_for.push(format!("{service}: {source} is read again from {heard} to {upto}"));
        }
    }
    Part { service, tenure, stage, waits_for }
}
