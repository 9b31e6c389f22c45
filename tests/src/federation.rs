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
    /// Of these, the ones that the configuration of the node above does not name: units are moved to them.
    later: Vec<UnitCode>,
    nodes: BTreeMap<UnitCode, Sandbox<E>>,
    /// What each node runs in, so that one can be killed.
    machines: BTreeMap<UnitCode, Machine>,
    lines: BTreeMap<UnitCode, Line>,
    /// Kept until the end: they are dropped with these.
    databases: BTreeMap<UnitCode, Database>,
    /// What all nodes are set to beside their places.
    set: fn(&mut Settings),
    /// The divisions and the changes of nodes that go by others than the repository's.
    maps: BTreeMap<UnitCode, (PathBuf, PathBuf)>,
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
            later: Vec::new(),
            nodes: BTreeMap::new(),
            machines: BTreeMap::new(),
            lines: BTreeMap::new(),
            databases: BTreeMap::new(),
            set,
            maps: BTreeMap::new(),
            folder: tempfile::tempdir().expect("the system has room for a folder"),
        };
        for &unit in shape {
            federation.begin(unit).await;
        }
        federation.whole().await;
        federation
    }

    /// Starts one more node, on nothing, below one whose configuration says nothing of it.
    pub async fn add(&mut self, unit: UnitCode, lets: Lets) {
        self.shape.push(unit);
        self.later.push(unit);
        let parent = self.parent(unit).expect("the first one is above all");
        let line = Line::to(self.node(parent).addresses().address).await;
        line.let_through(lets);
        self.lines.insert(unit, line);
        self.begin(unit).await;
    }

    /// Waits until every node has taken in what others hold of it: a new one writes nothing before.
    pub async fn whole(&self) {
        for unit in self.nodes.keys() {
            self.until(*unit, "the node is whole", |status| {
                status.services.iter().all(|service| service.recovery() == admin::Recovery::Whole)
            })
            .await;
        }
    }

    /// Waits until a node says so of itself.
    pub async fn until(&self, unit: UnitCode, what: &str, holds: impl Fn(&admin::NodeStatus) -> bool) {
        let mut office = self.node(unit).admin();
        let mut status = admin::NodeStatus::default();
        let begun = std::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            status = office.get_status(admin::GetStatusRequest {}).await.expect("it answers").into_inner();
            if holds(&status) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{unit}: {what} does not come: {status:#?}");
    }

    /// The nodes that were there from the beginning.
    fn named(&self) -> impl Iterator<Item = UnitCode> {
        self.shape.iter().copied().filter(|unit| !self.later.contains(unit))
    }

    /// The node right above, by its topmost unit.
    fn parent(&self, unit: UnitCode) -> Option<UnitCode> {
        self.register.ancestors(unit).find(|above| self.shape.contains(above))
    }

    /// Starts a node on what it left, or on nothing.
    pub async fn begin(&mut self, unit: UnitCode) {
        let mut settings = settings(&self.home(unit), unit);
        (self.set)(&mut settings);
        if let Some((divisions, changes)) = self.maps.get(&unit).cloned() {
            (settings.node.divisions, settings.node.changes) = (divisions, Some(changes));
        }
        settings.node.data_dir = self.data_dir(unit);
        settings.node.delegates = self.named().filter(|other| self.parent(*other) == Some(unit)).collect();
        if let Some(parent) = self.parent(unit) {
            if !self.lines.contains_key(&unit) {
                let line = Line::to(self.node(parent).addresses().address).await;
                self.lines.insert(unit, line);
            }
            settings.link.parent = self.lines[&unit].url();
        }
        let machine = Machine::default();
        let node = machine.run(Sandbox::<E>::with(settings)).await;
        self.machines.insert(unit, machine);
        for (below, line) in &self.lines {
            if self.parent(*below) == Some(unit) {
                line.aim(node.addresses().address);
            }
        }
        self.nodes.insert(unit, node);
    }

    /// Lets a node go by another map when it starts the next time: divisions, and what became of villages.
    pub fn give_map(&mut self, unit: UnitCode, divisions: PathBuf, changes: PathBuf) {
        self.maps.insert(unit, (divisions, changes));
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
        self.machines.remove(&unit);
    }

    /// Takes from a node that was ended all that it had but its keys.
    pub fn lose(&mut self, unit: UnitCode) {
        self.databases.remove(&unit);
        let files = std::fs::read_dir(self.data_dir(unit)).expect("it was running");
        for file in files.map(|file| file.expect("a folder can be read").path()) {
            if file.extension().is_none_or(|extension| extension != "key") {
                std::fs::remove_file(&file).expect("it is the test's own");
            }
        }
    }

    /// Kills a node in the midst of whatever it does.
    pub async fn kill(&mut self, unit: UnitCode) {
        drop(self.nodes.remove(&unit).expect("it is running"));
        self.machines.remove(&unit).expect("it runs in something").stop_dead().await;
        if let Some(database) = self.databases.get(&unit) {
            // The server needs a moment to notice that nobody is there; this waits for it.
            database.kill_backends();
        }
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

/// A runtime of a node's own.
struct Machine(Option<tokio::runtime::Runtime>);

impl Default for Machine {
    fn default() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self(Some(runtime.expect("the system has room for a thread")))
    }
}

impl Machine {
    async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = self.0.as_ref().expect("it is there until it is stopped");
        runtime.spawn(work).await.expect("a node starts")
    }

    /// Drops every task where it stands.
    async fn stop_dead(mut self) {
        let runtime = self.0.take().expect("it is stopped once");
        let stopped = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE)).await;
        stopped.expect("a runtime can be stopped");
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
