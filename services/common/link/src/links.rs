//! All links of a node: up to its parent, down to its delegates, one for each service.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::codegen::http::Uri;
use yishi_kernel::UnitCode;
use yishi_proto::link::v1::link_service_server::LinkServiceServer;
use yishi_runtime::desk::House;
use yishi_runtime::errors::Failure;
use yishi_store::{ClockKind, Database, Engine, Handle, Model, Position, Source, StoreError, journal};
use yishi_witness::NodeKey;

use crate::accept::{Accept, Below, Line};
use crate::dial::{Dial, LinkState};
use crate::mark::Mark;
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
}

/// The links of a node, before they run.
pub struct Links {
    house: Arc<House>,
    clock: ClockKind,
    parent: Option<Uri>,
    key: Arc<NodeKey>,
    dials: Vec<Dial>,
    below: HashMap<Source, Arc<Below>>,
    ends: Vec<LinkEnd>,
    recoveries: Vec<(Source, Recovery)>,
}

impl Links {
    /// None yet; what the node signs for its parent it signs with the key.
    #[must_use]
    pub fn new(house: Arc<House>, clock: ClockKind, parent: Option<Uri>, key: Arc<NodeKey>) -> Self {
        Self {
            house,
            clock,
            parent,
            key,
            dials: Vec::new(),
            below: HashMap::new(),
            ends: Vec::new(),
            recoveries: Vec::new(),
        }
    }

    /// Whether there is any other node.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.parent.is_none() && self.house.delegates().is_empty()
    }

    /// How far a service's database was ever known to others; none on a node that has no others. To be read before its
    /// writer begins a term, which must be a later one.
    pub fn mark(&self, service: Source, folder: &Path) -> Result<Option<Mark>, LinkError> {
        if self.is_alone() {
            return Ok(None);
        }
        let failed = |error| LinkError::Mark { service, error };
        std::fs::create_dir_all(folder).map_err(failed)?;
        Mark::open(folder.join(format!("{service}.mark"))).map(Some).map_err(failed)
    }

    /// Links a service. A database that is behind its mark writes nothing from now on until it is whole.
    pub async fn add<E: Engine, M: Model<Refusal: Into<Failure>>>(
        &mut self,
        database: &Database<E>,
        handle: &Handle<M>,
        mut mark: Mark,
    ) -> Result<(), LinkError> {
        let restored = match mark.noted() {
            Some(noted) => {
                let mut reader = database.reader().await?;
                let known = journal::knows::<E>(&mut reader, noted).await?;
                reader.done();
                !known
            }
            // Where there is a journal there was a mark, unless the node has only now been given others to talk to: then
            // it compares itself with them once, which costs nothing but that they can be reached.
            None if handle.position().pos > 0 => true,
            None => {
                let noted = mark.note(handle.position());
                noted.map_err(|error| LinkError::Mark { service: M::SERVICE, error })?;
                false
            }
        };
        let mark = Arc::new(Mutex::new(mark));
        let recovery = if restored { self.recover(handle, &mark) } else { Recovery::none() };
        let port: Arc<dyn Port> = Arc::new(Books {
            database: database.clone(),
            handle: handle.clone(),
            house: Arc::clone(&self.house),
            mark,
            key: Arc::clone(&self.key),
        });
        self.link(port, recovery);
        Ok(())
    }

    fn recover<M: Model>(&self, handle: &Handle<M>, mark: &Arc<Mutex<Mark>>) -> Recovery {
        tracing::error!(
            service = M::SERVICE,
            "the database is behind what others know of it: it was restored from a backup, and recovers before it writes"
        );
        handle.recover();
        let (handle, mark) = (handle.clone(), Arc::clone(mark));
        Recovery::begin(self.parent.is_some(), self.house.delegates(), move || {
            let noted = mark.lock().unwrap_or_else(PoisonError::into_inner).reset(handle.position());
            if let Err(error) = noted {
                tracing::error!(%error, "the mark cannot be written; at the next start the database recovers again");
            }
            handle.recovered();
        })
    }

    fn link(&mut self, port: Arc<dyn Port>, recovery: Recovery) {
        let service = port.service();
        let party = Party {
            service,
            clock: self.clock,
            register: Arc::new(self.house.register.clone()),
            root: self.house.root,
            delegates: Arc::new(self.house.delegates().iter().copied().collect()),
            standing: Standing::Whole,
            limits: Limits::default(),
        };
        if let Some(parent) = &self.parent {
            let (delivered, state) =
                (watch::Sender::new(0), watch::Sender::new(LinkState::Down("not dialled yet".to_owned())));
            self.ends.push(LinkEnd {
                service,
                delegate: None,
                state: state.subscribe(),
                delivered: delivered.subscribe(),
                come: port.positions(),
            });
            self.dials.push(Dial {
                port: Arc::clone(&port),
                party: party.clone(),
                parent: parent.clone(),
                recovery: recovery.clone(),
                delivered,
                state,
            });
        }
        let lines: HashMap<UnitCode, Arc<Line>> =
            self.house.delegates().iter().map(|unit| (*unit, Arc::new(Line::default()))).collect();
        for unit in self.house.delegates() {
            let line = &lines[unit];
            self.ends.push(LinkEnd {
                service,
                delegate: Some(*unit),
                state: line.state.subscribe(),
                delivered: line.delivered.subscribe(),
                come: port.positions(),
            });
        }
        self.recoveries.push((service, recovery.clone()));
        self.below.insert(service, Arc::new(Below { port, party, recovery, lines }));
    }

    /// Both ends of every link, as far as they are here.
    #[must_use]
    pub fn ends(&self) -> Vec<LinkEnd> {
        self.ends.clone()
    }

    /// How far each database is after a restore.
    #[must_use]
    pub fn recoveries(&self) -> Vec<(Source, Recovery)> {
        self.recoveries.clone()
    }

    /// What is run for the parent, and what is served to the nodes below; all ends when `stop` is cancelled.
    pub fn begin(
        self,
        stop: &CancellationToken,
    ) -> (
        Vec<impl Future<Output = ()> + Send + use<>>,
        LinkServiceServer<impl yishi_proto::link::v1::link_service_server::LinkService + use<>>,
    ) {
        let dials = self.dials.into_iter().map(|dial| dial.run(stop.clone())).collect();
        let accept = Accept { house: self.house, services: self.below, stop: stop.clone() };
        (dials, accept.server())
    }
}
