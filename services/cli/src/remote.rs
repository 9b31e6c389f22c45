//! Calls to a node: who calls, how long it may take, and trying again where that is safe.

mod retry;

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tonic::{
    Request, Response, Status,
    metadata::{Ascii, MetadataMap, MetadataValue},
    transport::{Channel, Endpoint},
};
use yishi_kernel::UnitCode;
use yishi_proto::{
    admin::v1::admin_service_client::AdminServiceClient,
    appraisal::v1::appraisal_service_client::AppraisalServiceClient,
    escalation::v1::escalation_service_client::EscalationServiceClient,
    funding::v1::funding_service_client::FundingServiceClient,
    intake::v1::{
        bulk_service_client::BulkServiceClient, dossier_service_client::DossierServiceClient,
        exchange_service_client::ExchangeServiceClient, intake_service_client::IntakeServiceClient,
        person_service_client::PersonServiceClient, policy_service_client::PolicyServiceClient,
        taxonomy_service_client::TaxonomyServiceClient,
    },
};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};
use retry::Patience;

pub(crate) type Intake = IntakeServiceClient<Channel>;
pub(crate) type Bulk = BulkServiceClient<Channel>;
pub(crate) type Dossiers = DossierServiceClient<Channel>;
pub(crate) type Persons = PersonServiceClient<Channel>;
pub(crate) type Policies = PolicyServiceClient<Channel>;
pub(crate) type Exchange = ExchangeServiceClient<Channel>;
pub(crate) type Taxonomies = TaxonomyServiceClient<Channel>;
pub(crate) type Escalation = EscalationServiceClient<Channel>;
pub(crate) type Funding = FundingServiceClient<Channel>;
pub(crate) type Appraisal = AppraisalServiceClient<Channel>;
pub(crate) type Admin = AdminServiceClient<Channel>;

/// A node is asked again with the same `request_id` after this, and answers what it did.
const DEADLINE: Duration = Duration::from_secs(20);

/// A client of one service.
pub(crate) trait Client {
    fn over(channel: Channel) -> Self;
}

macro_rules! clients {
    ($($client:ty),*) => {$(
        impl Client for $client {
            fn over(channel: Channel) -> Self {
                Self::new(channel)
            }
        }
    )*};
}

clients!(
    Intake, Bulk, Dossiers, Persons, Policies, Exchange, Taxonomies, Escalation, Funding, Appraisal, Admin
);

/// Somebody who acts for a unit.
#[derive(Debug)]
pub(crate) struct Caller(MetadataMap);

impl Caller {
    /// Who does the unit's business.
    pub(crate) fn officer(unit: UnitCode) -> Self {
        Self::new(unit, "officer")
    }

    /// Who watches it: in a village the supervision committee.
    pub(crate) fn supervisor(unit: UnitCode) -> Self {
        Self::new(unit, "supervisor")
    }

    /// A department of a unit, which answers for itself.
    pub(crate) fn department(unit: UnitCode, kind: &str) -> Self {
        let mut caller = Self::new(unit, "department");
        let kind = MetadataValue::<Ascii>::try_from(kind).expect("kinds are plain ASCII");
        caller.0.insert("yishi-department", kind);
        caller
    }

    /// Under an id that tells nothing about a person.
    fn new(unit: UnitCode, role: &'static str) -> Self {
        let value = |text: String| MetadataValue::<Ascii>::try_from(text).expect("codes are plain ASCII");
        let mut metadata = MetadataMap::new();
        metadata.insert("yishi-unit", value(unit.to_string()));
        metadata.insert("yishi-role", MetadataValue::from_static(role));
        metadata.insert("yishi-actor", value(format!("{role}:{unit}")));
        Self(metadata)
    }
}

/// A listener of a node. Every attempt is counted.
#[derive(Debug)]
pub(crate) struct Remote {
    channels: Vec<Channel>,
    turn: AtomicUsize,
    rpcs: AtomicU64,
    patience: Patience,
    lang: Lang,
}

impl Remote {
    /// Connects when first asked, over so many connections in turn.
    pub(crate) fn new(address: &str, connections: usize, lang: Lang) -> Result<Self, Failure> {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).map_err(|error| {
            let text = lang.pick(
                format!("{address:?} 不是地址（{error}）：应为 主机:端口，如 127.0.0.1:18641"),
                format!("{address:?} is no address ({error}): write HOST:PORT, as in 127.0.0.1:18641"),
            );
            Failure::new(Exit::Usage, text)
        })?;
        let endpoint = endpoint
            .connect_timeout(Duration::from_secs(5))
            // Without pings a call on a half-open connection hangs for a quarter of an hour.
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        let channels = (0..connections.max(1)).map(|_| endpoint.connect_lazy()).collect();
        let (turn, rpcs) = (AtomicUsize::new(0), AtomicU64::new(0));
        Ok(Self { channels, turn, rpcs, patience: Patience::SHORT, lang })
    }

    /// Puts up with a node that is away for as long as it takes to start it again.
    pub(crate) fn patient(self) -> Self {
        Self { patience: Patience::LONG, ..self }
    }

    /// How many calls were made, repeats included.
    pub(crate) fn rpcs(&self) -> u64 {
        self.rpcs.load(Ordering::Relaxed)
    }

    /// Asks a service on somebody's behalf.
    pub(crate) async fn ask<C: Client, Q: Clone, A>(
        &self,
        caller: &Caller,
        question: Q,
        method: impl AsyncFn(&mut C, Request<Q>) -> Result<Response<A>, Status>,
    ) -> Result<A, Failure> {
        self.call(&caller.0, DEADLINE, question, method).await
    }

    /// Asks the admin service, which is served to whoever reaches its listener.
    pub(crate) async fn admin<Q: Clone, A>(
        &self,
        deadline: Duration,
        question: Q,
        method: impl AsyncFn(&mut Admin, Request<Q>) -> Result<Response<A>, Status>,
    ) -> Result<A, Failure> {
        self.call(&MetadataMap::new(), deadline, question, method).await
    }

    /// Whatever is asked may be asked again: it reads, or carries a `request_id`, or is done once by its nature.
    async fn call<C: Client, Q: Clone, A>(
        &self,
        metadata: &MetadataMap,
        deadline: Duration,
        question: Q,
        method: impl AsyncFn(&mut C, Request<Q>) -> Result<Response<A>, Status>,
    ) -> Result<A, Failure> {
        let (mut attempt, began) = (0, Instant::now());
        loop {
            let mut request = Request::new(question.clone());
            *request.metadata_mut() = metadata.clone();
            request.metadata_mut().insert("accept-language", MetadataValue::from_static(self.lang.tag()));
            request.set_timeout(deadline);
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.channels.len();
            self.rpcs.fetch_add(1, Ordering::Relaxed);
            let status = match method(&mut C::over(self.channels[turn].clone()), request).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) => status,
            };
            match self.patience.pause(&status, attempt, began.elapsed()) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(Failure::refused(&status, self.lang)),
            }
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests;
