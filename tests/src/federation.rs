//! Several real nodes in this process, each on a database of its own, with lines between them that can be cut.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use yishi_kernel::{Register, UnitCode};
use yishi_proto::admin::v1 as admin;
use yishi_runtime::config::Settings;
use yishi_store::Engine;

use crate::line::{Lets, Line};
use crate::postgres::{Database, Postgres};
use crate::sandbox::{Sandbox, settings};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Nodes by their topmost units.
pub struct Federation<E: Engine> {
    register: Register,
    place: String,
    shape: Vec<UnitCode>,
    nodes: BTreeMap<UnitCode, Sandbox<E>>,
    lines: BTreeMap<UnitCode, Line>,
    /// Kept until the end: they are dropped with these.
    databases: BTreeMap<UnitCode, Database>,
    /// What all nodes are set to beside their places.
    set: fn(&mut Settings),
    folder: tempfile::TempDir,
}

impl<E: Engine> Federation<E> {
    /// Starts nodes with these topmost units; each hosts what no other one below it does. The first one is above all.
    pub async fn start(place: &str, shape: &[UnitCode]) -> Self {
        Self::with(place, shape, |_| {}).await
    }

    /// The same, with settings that all of them share.
    pub async fn with(place: &str, shape: &[UnitCode], set: fn(&mut Settings)) -> Self {
        let register = settings(place, shape[0]).node.register().expect("the repository's own register");
        let mut federation = Self {
            register,
            place: place.to_owned(),
            shape: shape.to_vec(),
            nodes: BTreeMap::new(),
            lines: BTreeMap::new(),
            databases: BTreeMap::new(),
            set,
            folder: tempfile::tempdir().expect("the system has room for a folder"),
        };
        for &unit in shape {
            federation.begin(unit).await;
        }
        federation
    }

    /// The node right above, by its topmost unit.
    fn parent(&self, unit: UnitCode) -> Option<UnitCode> {
        self.register.ancestors(unit).find(|above| self.shape.contains(above))
    }

    /// Starts a node on what it left, or on nothing.
    pub async fn begin(&mut self, unit: UnitCode) {
        let mut settings = settings(&self.home(unit), unit);
        (self.set)(&mut settings);
        settings.node.data_dir = self.data_dir(unit);
        settings.node.delegates =
            self.shape.iter().copied().filter(|other| self.parent(*other) == Some(unit)).collect();
        if let Some(parent) = self.parent(unit) {
            if !self.lines.contains_key(&unit) {
                let line = Line::to(self.node(parent).addresses().address).await;
                self.lines.insert(unit, line);
            }
            settings.link.parent = self.lines[&unit].url();
        }
        let node = Sandbox::<E>::with(settings).await;
        for (below, line) in &self.lines {
            if self.parent(*below) == Some(unit) {
                line.aim(node.addresses().address);
            }
        }
        self.nodes.insert(unit, node);
    }

    /// Where a node's databases are.
    fn home(&mut self, unit: UnitCode) -> String {
        if self.place.starts_with("sqlite://") {
            return format!("sqlite://{}/unused.db", self.data_dir(unit).display());
        }
        let database = self
            .databases
            .entry(unit)
            .or_insert_with(|| Postgres::shared().database(&format!("node_{unit}")));
        database.url().to_owned()
    }

    /// Where a node keeps its files.
    #[must_use]
    pub fn data_dir(&self, unit: UnitCode) -> PathBuf {
        self.folder.path().join(unit.to_string())
    }

    /// The node with this topmost unit.
    #[must_use]
    pub fn node(&self, unit: UnitCode) -> &Sandbox<E> {
        self.nodes.get(&unit).unwrap_or_else(|| panic!("the node of {unit} is not running"))
    }

    /// The node that hosts a unit.
    #[must_use]
    pub fn of(&self, unit: UnitCode) -> &Sandbox<E> {
        let own = std::iter::once(unit).chain(self.register.ancestors(unit));
        let host =
            own.into_iter().find(|above| self.shape.contains(above)).expect("the first one is above all");
        self.node(host)
    }

    /// The line from a node to the one above it.
    #[must_use]
    pub fn line(&self, unit: UnitCode) -> &Line {
        &self.lines[&unit]
    }

    /// All nodes that run.
    pub fn nodes(&self) -> impl Iterator<Item = (&UnitCode, &Sandbox<E>)> {
        self.nodes.iter()
    }

    /// Stops a node in good order.
    pub async fn end(&mut self, unit: UnitCode) {
        self.nodes.remove(&unit).expect("it is running").stop().await;
    }

    /// Moves the clocks of all nodes.
    pub async fn wait_until(&self, to_us: i64) {
        for node in self.nodes.values() {
            node.wait_until(to_us).await;
        }
    }

    /// Waits until whatever was said anywhere is heard wherever it is to be heard.
    pub async fn settled(&self) {
        let settling = async {
            loop {
                let before = self.positions().await;
                for node in self.nodes.values() {
                    node.caught_up().await;
                }
                if self.positions().await == before {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, settling).await.expect("nodes that can talk settle");
    }

    /// How far every database has come.
    pub async fn positions(&self) -> Vec<(UnitCode, String, i64)> {
        let mut positions = Vec::new();
        for (unit, node) in &self.nodes {
            let status = node.admin().get_status(admin::GetStatusRequest {}).await;
            let services = status.expect("an admin listener answers").into_inner().services;
            positions.extend(services.into_iter().map(|service| (*unit, service.service, service.pos)));
        }
        positions
    }

    /// Heals every line.
    pub fn heal(&self) {
        self.lines.values().for_each(|line| line.let_through(Lets::All));
    }

    /// Stops all nodes, from below.
    pub async fn stop(mut self) {
        for unit in self.shape.clone().into_iter().rev() {
            if self.nodes.contains_key(&unit) {
                self.end(unit).await;
            }
        }
    }
}
