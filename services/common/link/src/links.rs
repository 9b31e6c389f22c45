//! All links of a node: up to its parent, down to its delegates, one for each service.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::codegen::http::Uri;
use yishi_kernel::UnitCode;
use yishi_proto::link::v1::link_service_server::LinkServiceServer;
use yishi_runtime::desk::House;
use yishi_runtime::errors::Failure;
use yishi_store::{
    ClockKind, Database, Directory, Engine, Handle, Model, Position, Source, StoreError, journal,
};
use yishi_witness::NodeKey;

use crate::accept::{Accept, Below};
use crate::dial::{Dial, LinkState};
use crate::keeper::Keeper;
use crate::mark::Mark;
use crate::moves::Moves;
use crate::port::{Books, Port};
use crate::protocol::{Limits, Party, Standing};
use crate::recovery::Recovery;

/// Why a link cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The mark beside the database cannot be read or written.
    #[error("the mark of {service}")]
    Mark {
        /// Whose.
        service: Source,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// The database cannot be asked whether it is behind its mark.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One end of one service's link, for people and for the barrier.
#[derive(Clone)]
pub struct LinkEnd {
    /// Whose journals.
    pub service: Source,
    /// The node at the other end by its topmost unit, none for the parent.
    pub delegate: Option<UnitCode>,
    /// How it is.
    pub state: watch::Receiver<LinkState>,
    /// Up to where the other side has applied all that is for it.
    pub delivered: watch::Receiver<i64>,
    /// How far this side's database has come.
    pub come: watch::Receiver<Position>,
    /// Who decides for what: when that changes there may be other links.
    pub moves: watch::Receiver<Arc<Directory>>,
}

/// Both ends of every link, as far as they are here; they come and go as units are moved.
#[derive(Clone, Default)]
pub struct Ends {
    up: Vec<LinkEnd>,
    below: Vec<Arc<Below>>,
}

impl Ends {
    /// As they are now.
    #[must_use]
    pub fn now(&self) -> Vec<LinkEnd> {
        let below = self.below.iter().flat_map(|below| {
            let moves = below.port.house().hosting().follow();
            let end = |unit| {
                let line = below.line(unit);
                let end = end(&*below.port, Some(unit), &line.state, &line.delivered);
                LinkEnd { moves: moves.clone(), ..end }
            };
            below.port.house().delegates().into_iter().map(end).collect::<Vec<_>>()
        });
        // What was moved before is known already.
        let up = self.up.iter().cloned().map(|mut end| {
            end.moves.mark_unchanged();
            end
        });
        up.chain(below).collect()
    }

    /// Those over which something has to come yet: a node whose own unit is elsewhere owes its parent nothing.
    pub(crate) fn in_use(&self) -> Vec<LinkEnd> {
        let owes = |service| {
            let mut houses = self.below.iter().filter(|below| below.port.service() == service);
            houses.any(|below| below.port.house().hosts(below.party.root))
        };
        self.now().into_iter().filter(|end| end.delegate.is_some() || owes(end.service)).collect()
    }
}

fn end(
    port: &dyn Port,
    delegate: Option<UnitCode>,
    state: &watch::Sender<LinkState>,
    delivered: &watch::Sender<i64>,
) -> LinkEnd {
    LinkEnd {
        service: port.service(),
        delegate,
        state: state.subscribe(),
        delivered: delivered.subscribe(),
        come: port.positions(),
        moves: port.house().hosting().follow(),
    }
}

/// How a database stands when its writer begins.
#[derive(Clone, Copy)]
enum Begin {
    /// Nobody holds anything of it that it lacks.
    Whole,
    /// The node's own unit is elsewhere.
    Away,
    /// Others may hold what it lacks: it is new, or was restored.
    Incomplete,
}

/// The links of a node, before they run.
pub struct Links {
    clock: ClockKind,
    parent: Option<Uri>,
    key: Arc<NodeKey>,
    dials: Vec<Dial>,
    keepers: Vec<Keeper>,
    below: Vec<Arc<Below>>,
    up: Vec<LinkEnd>,
}

impl Links {
    /// None yet; what the node signs for its parent it signs with the key.
    #[must_use]
    pub fn new(clock: ClockKind, parent: Option<Uri>, key: Arc<NodeKey>) -> Self {
        Self { clock, parent, key, dials: Vec::new(), keepers: Vec::new(), below: Vec::new(), up: Vec::new() }
    }

    /// How far a service's database was ever known to others. To be read before its writer begins a term, which must be a
    /// later one.
    pub fn mark(&self, service: Source, folder: &Path) -> Result<Mark, LinkError> {
        Mark::open(folder.join(format!("{service}.mark"))).map_err(|error| LinkError::Mark { service, error })
    }

    /// Links a service. A database that is behind its mark writes nothing from now on until it is whole; nor does a new one
    /// below a parent before that was asked whether it holds anything of it.
    pub async fn add<E: Engine, M: Model<Refusal: Into<Failure>>>(
        &mut self,
        house: &Arc<House>,
        database: &Database<E>,
        handle: &Handle<M>,
        mut mark: Mark,
    ) -> Result<(), LinkError> {
        let (is_below, is_new) = (self.parent.is_some(), handle.position().pos == 0);
        let restored = match mark.noted() {
            // Nobody could know more.
            _ if !is_below && house.delegates().is_empty() => false,
            Some(noted) => {
                let mut reader = database.reader().await?;
                let known = journal::knows::<E>(&mut reader, noted).await?;
                reader.done();
                !known
            }
            // Where there is a journal there was a mark, unless the node has only now been given others to talk to: then
            // it compares itself with them once, which costs nothing but that they can be reached.
            None if !is_new => true,
            None => {
                if !is_below {
                    let noted = mark.note(handle.position());
                    noted.map_err(|error| LinkError::Mark { service: M::SERVICE, error })?;
                }
                false
            }
        };
        if restored {
            tracing::error!(
                service = M::SERVICE,
                "the database is behind what others know of it: it was restored from a backup, and recovers before it writes"
            );
        }
        let mark = Arc::new(Mutex::new(mark));
        // A node whose unit is elsewhere is compared anew when it comes back; until then the writer itself sees to it that
        // nothing is written for it.
        let standing = match (restored || is_below && is_new, is_below && !house.hosts(house.root)) {
            (true, _) => Begin::Incomplete,
            (false, true) => Begin::Away,
            (false, false) => Begin::Whole,
        };
        let recovery = self.recovery(house, handle, &mark, standing);
        let port: Arc<dyn Port> = Arc::new(Books {
            database: database.clone(),
            handle: handle.clone(),
            house: Arc::clone(house),
            mark,
            key: Arc::clone(&self.key),
        });
        self.link(port, recovery);
        Ok(())
    }

    fn recovery<M: Model>(
        &self,
        house: &Arc<House>,
        handle: &Handle<M>,
        mark: &Arc<Mutex<Mark>>,
        begin: Begin,
    ) -> Recovery {
        let (home, handle, mark) = (Arc::clone(house), handle.clone(), Arc::clone(mark));
        let below = Arc::clone(house);
        let delegates = move || below.delegates();
        let ready = move || home.hosts(home.root);
        let writes = handle.clone();
        let done = move || {
            let noted = mark.lock().unwrap_or_else(PoisonError::into_inner).reset(writes.position());
            if let Err(error) = noted {
                tracing::error!(%error, "the mark cannot be written; at the next start the database recovers again");
            }
            writes.recovered();
        };
        match begin {
            Begin::Whole => return Recovery::whole(delegates, ready, done),
            Begin::Away => {}
            Begin::Incomplete => handle.recover(),
        }
        Recovery::begin(self.parent.is_some(), delegates, ready, done)
    }

    fn link(&mut self, port: Arc<dyn Port>, recovery: Recovery) {
        let house = Arc::clone(port.house());
        let party = Party {
            service: port.service(),
            clock: self.clock,
            register: Arc::clone(&house.register),
            root: house.root,
            delegates: Arc::default(),
            standing: Standing::Whole,
            limits: Limits::default(),
        };
        if let Some(parent) = &self.parent {
            let (delivered, state) =
                (watch::Sender::new(0), watch::Sender::new(LinkState::Down("not dialled yet".to_owned())));
            self.up.push(end(&*port, None, &state, &delivered));
            self.dials.push(Dial {
                port: Arc::clone(&port),
                party: party.clone(),
                parent: parent.clone(),
                recovery: recovery.clone(),
                delivered,
                state,
            });
        }
        self.keepers.push(Keeper { port: Arc::clone(&port), recovery: recovery.clone() });
        self.below.push(Arc::new(Below::new(port, party, recovery)));
    }

    /// Both ends of every link, as far as they are here.
    #[must_use]
    pub fn ends(&self) -> Ends {
        Ends { up: self.up.clone(), below: self.below.clone() }
    }

    /// How far each database is after a restore.
    #[must_use]
    pub fn recoveries(&self) -> Vec<(Source, Recovery)> {
        self.below.iter().map(|below| (below.port.service(), below.recovery.clone())).collect()
    }

    /// Moving units between this node and those right below.
    #[must_use]
    pub fn moves(&self) -> Moves {
        Moves::new(self.below.iter().map(|below| Arc::clone(&below.port)).collect())
    }

    /// What is run, and what is served to the nodes below; all ends when `stop` is cancelled.
    pub fn begin(
        self,
        stop: &CancellationToken,
    ) -> (
        Vec<BoxFuture<'static, ()>>,
        LinkServiceServer<impl yishi_proto::link::v1::link_service_server::LinkService + use<>>,
    ) {
        let dials = self.dials.into_iter().map(|dial| dial.run(stop.clone()).boxed());
        let keepers = self.keepers.into_iter().map(|keeper| keeper.run(stop.clone()).boxed());
        let services = self.below.into_iter().map(|below| (below.port.service(), below)).collect();
        (dials.chain(keepers).collect(), Accept { services, stop: stop.clone() }.server())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_at_an_end_waits_for_the_next_move_and_not_for_an_old_one() {
        let (moves, followed) = watch::channel(Arc::<Directory>::default());
        let up = LinkEnd {
            service: "intake",
            delegate: None,
            state: watch::channel(LinkState::Up).1,
            delivered: watch::channel(0).1,
            come: watch::channel(Position { epoch: 1, pos: 0 }).1,
            moves: followed,
        };
        let ends = Ends { up: vec![up], below: Vec::new() };
        moves.send_replace(Arc::default());
        let now = ends.now().remove(0);
        assert!(!now.moves.has_changed().unwrap());
        moves.send_replace(Arc::default());
        assert!(now.moves.has_changed().unwrap());
    }
}
