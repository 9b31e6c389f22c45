//! Putting a node together: clock, house, services, two listeners, and the order in which they stop.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use yishi_appraisal::{Appraisal, Policy as AppraisalPolicy};
use yishi_escalation::{Escalation, Policy as EscalationPolicy};
use yishi_funding::{Funding, Policy as FundingPolicy};
use yishi_intake::Intake;
use yishi_kernel::{Clock, Register};
use yishi_link::LinkState;
use yishi_proto::admin::v1::admin_service_server::AdminServiceServer;
use yishi_proto::journal::v1::journal_service_server::JournalServiceServer;
use yishi_runtime::access::Policy;
use yishi_runtime::clock::NodeClock;
use yishi_runtime::config::Settings;
use yishi_runtime::desk::House;
use yishi_runtime::lifecycle::{Lifecycle, Signals};
use yishi_runtime::server::{Health, Server, Services};
use yishi_seal::Keyring;
use yishi_store::Engine;
use yishi_witness::NodeKey;

use crate::admin::{Admin, Ties};
use crate::books::Books;
use crate::policies::policies;
use crate::shelf::Shelved;
use crate::support_key;
use crate::taxonomies::taxonomies;
use crate::witness;

/// Beyond what the listeners take to drain: the writer's last batch, and closing the databases.
const STOP_MAX: Duration = Duration::from_secs(60);

/// Where a node listens.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Addresses {
    /// For callers.
    pub address: SocketAddr,
    /// For the operator.
    pub admin: SocketAddr,
}

/// A node that serves.
pub struct Node {
    addresses: Addresses,
    lifecycle: Lifecycle,
    shelves: Vec<Arc<dyn Shelved>>,
}

impl Node {
    /// Opens the books and serves; the engine is chosen here and nowhere else.
    pub async fn start(settings: Settings, register: Register) -> anyhow::Result<Self> {
        if settings.database.url.expose().is_empty() {
            on::<sqlx::Sqlite>(settings, register).await
        } else {
            on::<sqlx::Postgres>(settings, register).await
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Its tasks, for one more that lives and ends with them.
    #[must_use]
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// Serves until a signal, or until a task of it fails.
    pub async fn run(self, signals: Signals) -> ExitCode {
        let code = self.lifecycle.run(signals, STOP_MAX).await;
        close(&self.shelves).await;
        code
    }

    /// Stops without a signal; answers whether all came to a good end.
    pub async fn stop(self) -> bool {
        let well = self.lifecycle.finish(STOP_MAX).await;
        close(&self.shelves).await;
        well
    }
}

async fn close(shelves: &[Arc<dyn Shelved>]) {
    for shelf in shelves {
        shelf.close().await;
    }
}

/// Whether bulletins are made of what a service tells.
fn told_by(service: &str) -> bool {
    matches!(service, "intake" | "escalation" | "funding")
}

async fn on<E: Engine>(settings: Settings, register: Register) -> anyhow::Result<Node> {
    let clock = Arc::new(NodeClock::new(&settings.clock));
    // One for each service: units are moved service by service. What they have in common is there once.
    let (register, policy) = (Arc::new(register), Arc::new(Policy::embedded()));
    let (root, delegates) = (settings.node.unit, settings.node.delegates.clone());
    let furnish = || {
        let (register, policy) = (Arc::clone(&register), Arc::clone(&policy));
        Arc::new(House::new(register, policy, root, delegates.clone()).by(Arc::clone(&clock) as _))
    };
    let server = Server::bind(settings.listen.address, &settings.grpc).await?;
    let admin = Server::bind(settings.listen.admin, &settings.grpc).await?;
    let addresses = Addresses { address: server.address(), admin: admin.address() };
    let lifecycle = Lifecycle::default();
    let health = Health::default();

    let key = NodeKey::open(&settings.node.data_dir.join("node.key"))?;
    tracing::info!(key = %key.public(), "the node signs with this key");
    let persons = Arc::new(Keyring::open_in(&settings.node.data_dir)?);
    let mut books = Books::new(settings, Arc::clone(&clock), furnish(), lifecycle.clone(), Arc::new(key));
    let services = Services::new(&health)
        .with_reflection(books.settings.grpc.reflection)
        .with_identity(books.settings.identity.kind);
    let limits = books.settings.grpc.clone();
    let house = furnish();
    let taxonomies = taxonomies(&books.settings.intake, &house.register)?;
    let policies = Arc::new(policies(&books.settings.intake, &house.register, Arc::clone(&taxonomies))?);
    if !books.settings.link.parent.is_empty() && !support_key::is_there(&books.settings.node.data_dir) {
        tracing::warn!(
            "there is no support.key: a new one is made. If other nodes hosted these units before, put there what `yishi-node all \
             --support-key-for {root}` prints at the node above, or villagers could back a proposal twice"
        );
    }
    let support_key = Arc::new(support_key::open(&books.settings.node.data_dir, root)?);
    let intake =
        Intake::new(Arc::clone(&house), Arc::clone(&policies)).knowing_tokens(Arc::clone(&support_key));
    let intake = books.open::<E, _>(house, intake).await?;
    let mut reader = intake.database.reader().await?;
    let fits = yishi_intake::map_fits::<E>(&mut reader, &intake.house).await;
    reader.done();
    if let Err(problem) = fits {
        // Nothing was served yet; whoever tries again finds the books free.
        books.writers.cancel();
        lifecycle.finish(STOP_MAX).await;
        return Err(problem).context("comparing the map with the books of intake");
    }
    let policy = EscalationPolicy {
        raise_overdue: books.settings.escalation.raise_overdue.iter().copied().collect(),
        ..EscalationPolicy::default()
    };
    let house = furnish();
    let escalation = books.open::<E, _>(Arc::clone(&house), Escalation::new(house, policy.clone())).await?;
    let house = furnish();
    let funding =
        books.open::<E, _>(Arc::clone(&house), Funding::new(house, FundingPolicy::default())).await?;
    let appraisal = books.open::<E, _>(furnish(), Appraisal::new(AppraisalPolicy::default())).await?;

    // Who learns from whom. A service that follows itself gets what is addressed to units of this node.
    books.follow(&funding, &intake, yishi_intake::wants_funding, yishi_intake::learn);
    books.follow(&intake, &intake, yishi_intake::wants_own, yishi_intake::learn);
    books.follow(&intake, &escalation, yishi_escalation::wants_intake, yishi_escalation::learn);
    books.follow(&escalation, &escalation, yishi_escalation::wants_own, yishi_escalation::learn);
    books.follow(&intake, &funding, yishi_funding::wants_intake, yishi_funding::learn);
    books.follow(&appraisal, &funding, yishi_funding::wants_appraisal, yishi_funding::learn);
    books.follow(&funding, &funding, yishi_funding::wants_own, yishi_funding::learn);
    let house = Arc::clone(&appraisal.house);
    let (all, hosted) = (|| yishi_appraisal::wants(&house), yishi_appraisal::wants_hosted);
    books.follow_more(&intake, &appraisal, all(), hosted, yishi_appraisal::learn(&house));
    books.follow_more(&escalation, &appraisal, all(), hosted, yishi_appraisal::learn(&house));
    books.follow_more(&funding, &appraisal, all(), hosted, yishi_appraisal::learn(&house));
    books.raise_overdue(&escalation, policy.clone());
    books.close_villages(&intake);
    books.journals.open_to_departments("escalation", yishi_escalation::concern);
    books.journals.open_to_departments("intake", yishi_intake::concern);

    let ends = books.links.ends();
    let linked = move |node| {
        let ends = ends.now();
        let mut lines = ends.iter().filter(|end| end.delegate == Some(node) && told_by(end.service));
        lines.all(|line| matches!(*line.state.borrow(), LinkState::Up))
    };
    let signer = witness::signer(&books.shelves, &house, &books.key);
    let recall = witness::recall(appraisal.database.clone());
    let clock: Arc<dyn Clock> = Arc::clone(&books.clock) as _;
    let intake = books.desk(intake);
    let services = services
        .with(yishi_intake::server(
            intake.clone(),
            Arc::clone(&policies),
            Arc::clone(&persons),
            support_key,
            &limits,
        ))
        .with(yishi_intake::bulk(
            intake.clone(),
            Arc::clone(&policies),
            Arc::clone(&persons),
            Arc::clone(&clock),
            &limits,
        ))
        .with(yishi_intake::persons(intake.clone(), persons, &limits))
        .with(yishi_intake::joint_matters(intake.clone(), &limits))
        .with(yishi_intake::year_books(intake.clone(), &limits))
        .with(yishi_intake::dossiers(intake.clone(), &limits))
        .with(yishi_intake::works(intake.clone(), &limits))
        .with(yishi_intake::policies(intake.clone(), policies, Arc::clone(&clock), &limits))
        .with(yishi_intake::exchange(intake.clone(), &limits))
        .with(yishi_intake::taxonomies(intake.clone(), taxonomies, &limits))
        .with(yishi_intake::alignments(intake, Arc::clone(&clock), &limits))
        .with(yishi_escalation::server(books.desk(escalation), clock, policy, &limits))
        .with(yishi_funding::server(books.desk(funding), &limits))
        .with(yishi_appraisal::server(books.desk(appraisal), linked, signer, &limits))
        .with(
            JournalServiceServer::new(books.journals).max_decoding_message_size(limits.message_in_bytes_max),
        );
    books.barrier.link(books.links.ends());
    let moves = books.links.moves();
    let ties = Ties {
        links: books.links.ends(),
        recoveries: books.links.recoveries(),
        moves: moves.clone(),
        address: addresses.address,
    };
    let (mut tasks, accept) = books.links.begin(&lifecycle.stop());
    tasks.push(Box::pin(moves.run(lifecycle.stop())));
    let services = services.with(accept);
    for task in tasks {
        lifecycle.spawn("link", async move {
            task.await;
            Ok::<_, Infallible>(())
        });
    }

    let administration = Admin::new(
        E::NAME,
        Arc::clone(&books.clock),
        house,
        books.shelves.clone(),
        books.barrier,
        ties,
        (books.key.public(), recall),
    );
    let administration =
        Services::new(&health).with(AdminServiceServer::new(administration)).with_reflection(true);
    let (stop, writers) = (lifecycle.stop(), books.writers.clone());
    lifecycle.spawn("listener", async move {
        server.serve(services, stop).await;
        // Calls have ended, so nobody asks the writers any more.
        writers.cancel();
        Ok::<_, Infallible>(())
    });
    let stop = lifecycle.stop();
    lifecycle.spawn("admin listener", async move {
        admin.serve(administration, stop).await;
        Ok::<_, Infallible>(())
    });
    health.ready(true);
    tracing::info!(address = %addresses.address, admin = %addresses.admin, unit = %root, engine = E::NAME, "serving");
    Ok(Node { addresses, lifecycle, shelves: books.shelves })
}
