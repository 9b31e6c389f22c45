//! A real node for a test: all of it, in this process, on a database of the test's.
//!
//! A [`Sandbox`] hosts the real Ningxia on a manual clock. A [`Village`] does through the public API what its office
//! would; the [`Books`] are read past the node, to see what it left there; [`retell`] tells the matters anew from
//! nothing but the journal.

mod asks;
mod audit;
mod books;
mod retelling;
mod signature;
mod stages;
mod together;
mod village;
mod wire;

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tonic::transport::Channel;
use yishi_kernel::{Date, Level, Register, Timestamp, UnitCode};
use yishi_node::{Addresses, Node};
use yishi_proto::admin::v1 as admin;
use yishi_proto::admin::v1::admin_service_client::AdminServiceClient;
use yishi_proto::intake::v1::intake_service_client::IntakeServiceClient;
use yishi_runtime::access::{Caller, Policy, Role};
use yishi_runtime::config::{OpinionRow, Settings};
use yishi_runtime::house::House;
use yishi_store::{Engine, Location};

pub use asks::{Asks, DUE, REJECTED, YEAR, fresh_id};
pub use audit::{in_short, list};
pub use books::{Books, Contents, Trace, contents};
pub use retelling::{Retold, retell};
pub use signature::{Intake, Signature, as_caller, as_department};
pub use stages::STATES;
pub use together::{Joint, Together, participation};
pub use village::Village;
pub use wire::Wire;

/// The region of the register in this repository.
pub const REGION: UnitCode = UnitCode::new(640_000_000_000).expect("it has 12 digits");

/// The services of a node, as it lists them.
pub const SERVICES: [&str; 4] = ["appraisal", "escalation", "funding", "intake"];

/// Until a node is started whose databases are in no folder.
const ELSEWHERE: &str = "unused";

/// The day on which a sandbox opens: in the season of [`YEAR`].
pub const OPENS: &str = "2021-12-01";

/// A node on a database of the test's. It ends with the test's runtime, if not before.
pub struct Sandbox<E: Engine> {
    /// What the node was started with.
    pub settings: Settings,
    /// The units there are.
    pub register: Register,
    node: Node,
    /// Where the node keeps its files, if its databases are elsewhere.
    folder: Option<TempDir>,
    engine: PhantomData<fn() -> E>,
}

/// A file of the register in this repository.
#[must_use]
pub fn divisions(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/divisions").join(file)
}

/// The settings of a node at a database URL, which hosts the units from `root` on.
#[must_use]
pub fn settings(place: &str, root: UnitCode) -> Settings {
    let file = place.strip_prefix("sqlite://").map(Path::new);
    let folder = file.and_then(Path::parent).unwrap_or(Path::new(ELSEWHERE));
    let url = if file.is_some() { "" } else { place };
    let divided = |file| divisions(file).display().to_string();
    let variables = [
        ("NODE__UNIT", root.to_string()),
        ("NODE__DIVISIONS", divided("ningxia.csv")),
        ("NODE__NEIGHBOURS", divided("ningxia-neighbours.csv")),
        ("NODE__DATA_DIR", folder.display().to_string()),
        ("LISTEN__ADDRESS", "127.0.0.1:0".to_owned()),
        ("LISTEN__ADMIN", "127.0.0.1:0".to_owned()),
        ("DATABASE__URL", url.to_owned()),
        ("CLOCK__KIND", "manual".to_owned()),
        ("CLOCK__START", OPENS.to_owned()),
    ];
    let variables = variables.map(|(name, value)| (format!("YISHI__{name}"), value));
    Settings::load_with(&[], variables).expect("a node can work with these")
}

/// Settings by which these departments of a county must agree to every matter of its villages.
pub fn ask(settings: &mut Settings, departments: &[&str]) {
    let departments = departments.iter().map(|kind| (*kind).to_owned()).collect();
    settings.intake.opinions = vec![OpinionRow { departments, ..OpinionRow::default() }];
}

impl<E: Engine> Sandbox<E> {
    /// A node that hosts the whole region.
    pub async fn start(place: &str) -> Self {
        Self::with(settings(place, REGION)).await
    }

    /// A node as set.
    pub async fn with(settings: Settings) -> Self {
        Self::with_files(settings, None).await
    }

    async fn with_files(mut settings: Settings, folder: Option<TempDir>) -> Self {
        let fresh = || tempfile::tempdir().expect("the system has room for a folder");
        let folder = folder.or_else(|| (settings.node.data_dir == Path::new(ELSEWHERE)).then(fresh));
        if let Some(folder) = &folder {
            settings.node.data_dir = folder.path().to_owned();
        }
        let register = settings.node.register().expect("the repository's own register");
        let node = Node::start(settings.clone(), register.clone()).await;
        let node = node.unwrap_or_else(|error| panic!("the node does not start: {error:#}"));
        Self { settings, register, node, folder, engine: PhantomData }
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.node.addresses()
    }

    /// A new connection to the public listener; it is made when first used.
    #[must_use]
    pub fn channel(&self) -> Channel {
        channel(self.addresses().address)
    }

    /// A client of intake for a caller, on a connection of its own.
    #[must_use]
    pub fn intake(&self, caller: &Caller) -> Intake {
        IntakeServiceClient::with_interceptor(self.channel(), Signature::of(caller))
    }

    /// A client of intake for an officer of a unit.
    #[must_use]
    pub fn officer(&self, unit: UnitCode) -> Intake {
        self.intake(&as_caller(unit, Role::Officer))
    }

    /// What the people of a village do.
    #[must_use]
    pub fn village(&self, code: UnitCode) -> Village {
        let committee = self.intake(&as_caller(code, Role::Supervisor));
        Village { code, office: self.officer(code), committee, ripe: Vec::new() }
    }

    /// The villages of the register, in the order of their codes.
    #[must_use]
    pub fn villages(&self) -> Vec<UnitCode> {
        let mut villages: Vec<UnitCode> =
            self.register.at_level(Level::Village).map(|village| village.code).collect();
        villages.sort_unstable();
        villages
    }

    /// A new connection to the admin listener.
    #[must_use]
    pub fn admin_channel(&self) -> Channel {
        channel(self.addresses().admin)
    }

    /// A client of the admin listener.
    #[must_use]
    pub fn admin(&self) -> AdminServiceClient<Channel> {
        AdminServiceClient::new(self.admin_channel())
    }

    /// Moves the business clock to the beginning of a day.
    pub async fn go_to(&self, day: Date) {
        self.wait_until(Timestamp::start_of(day).as_micros()).await;
    }

    /// Moves the business clock to an instant.
    pub async fn wait_until(&self, to_us: i64) {
        let clock = self.admin().advance_clock(admin::AdvanceClockRequest { to_us }).await;
        assert_eq!(clock.expect("a manual clock can be moved forward").into_inner().now_us, to_us);
    }

    /// Waits until every service has heard what the others said.
    pub async fn caught_up(&self) {
        let mut barrier = tonic::Request::new(admin::BarrierRequest {});
        // A line that was cut one way is noticed when nothing is heard for a while.
        barrier.set_timeout(std::time::Duration::from_secs(60));
        let barrier = self.admin().barrier(barrier).await;
        barrier.expect("whatever was said is heard in time");
    }

    /// Has the node walk its journals, and panics unless all is well; answers how many entries each service has.
    pub async fn verified(&self) -> BTreeMap<String, i64> {
        let verdicts = self.admin().verify_journals(admin::VerifyJournalsRequest {}).await;
        let verdicts = verdicts.expect("journals can be walked").into_inner().verdicts;
        assert_eq!(
            verdicts.iter().map(|verdict| verdict.service.as_str()).collect::<Vec<_>>(),
            SERVICES,
            "each service has a journal"
        );
        for verdict in &verdicts {
            assert_eq!(verdict.first_bad_entry, None, "{}", verdict.service);
            let (chains, entries) = (verdict.chains_verified, verdict.entries_checked);
            // A node with a parent may hold letters, which are in no chain of its own.
            let alone = self.settings.link.parent.is_empty();
            assert!(
                !alone || (chains > 0) == (entries > 0),
                "{}: entries are in chains: {verdict:?}",
                verdict.service
            );
        }
        verdicts.into_iter().map(|verdict| (verdict.service, verdict.entries_checked)).collect()
    }

    /// The books of a service, read past the node.
    pub async fn books(&self, service: &str) -> Books<E> {
        Books::open(&self.location(service)).await
    }

    /// What its services know of units.
    #[must_use]
    pub fn house(&self) -> Arc<House> {
        let root = self.settings.node.unit;
        Arc::new(House::new(self.register.clone(), Policy::embedded(), root, Vec::new()))
    }

    /// Where the database of a service is.
    #[must_use]
    pub fn location(&self, service: &str) -> Location {
        match self.settings.database.url.expose() {
            "" => Location::File(self.settings.node.data_dir.join(format!("{service}.db"))),
            url => Location::Server { url: url.to_owned(), schema: service.to_owned() },
        }
    }

    /// Stops the node and starts it again on what it left.
    pub async fn restart(mut self) -> Self {
        let (settings, folder) = (self.settings.clone(), self.folder.take());
        self.stop().await;
        Self::with_files(settings, folder).await
    }

    /// Stops the node; it must come to a good end.
    pub async fn stop(self) {
        assert!(self.node.stop().await, "the node did not come to a good end");
    }
}

fn channel(address: std::net::SocketAddr) -> Channel {
    Channel::from_shared(format!("http://{address}")).expect("an address makes a URI").connect_lazy()
}
