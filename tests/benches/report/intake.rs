//! Callers of intake.

use std::sync::Arc;

use anyhow::Context as _;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{IntoRequest as _, Request};
use uuid::Uuid;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::intake_service_client::IntakeServiceClient;
use yishi_proto::intake::v1::{Category, Matter, ProposeMatterRequest};

use crate::node::Node;

const CONNECTIONS: usize = 2;
/// As many as a node takes at once. Callers share a connection as long as it takes them all, which spares both
/// ends a system call for most answers.
const CALLS_A_CONNECTION: usize = 256;

/// The year that proposals are made for.
pub(crate) const YEAR: i32 = 2022;

/// Connections to a node.
#[derive(Clone)]
pub(crate) struct Intake(Arc<Vec<IntakeServiceClient<Channel>>>);

impl Intake {
    pub(crate) async fn of(node: &Node) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(format!("http://{}", node.address))?;
        let mut clients = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            clients.push(IntakeServiceClient::new(endpoint.connect().await?));
        }
        Ok(Self(Arc::new(clients)))
    }

    /// The connection of a caller.
    pub(crate) fn client(&self, caller: usize) -> IntakeServiceClient<Channel> {
        self.0[caller / CALLS_A_CONNECTION].clone()
    }
}

/// Officers of each village, who propose in turn.
#[derive(Clone)]
pub(crate) struct Villages(Arc<Vec<(String, MetadataValue<Ascii>)>>);

impl Villages {
    pub(crate) fn new(villages: &[UnitCode]) -> anyhow::Result<Self> {
        let named = villages.iter().map(|village| {
            let code = village.to_string();
            Ok((format!("villages/{code}"), code.parse().context("a unit code is ASCII")?))
        });
        Ok(Self(Arc::new(named.collect::<anyhow::Result<_>>()?)))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The `ordinal`-th proposal: all over the region, and in every category.
    pub(crate) async fn propose(&self, intake: &Intake, caller: usize, ordinal: u64) -> anyhow::Result<()> {
        // A prime that does not divide the number of villages leads to each of them, in leaps.
        let at = usize::try_from(ordinal.wrapping_mul(1009))? % self.len();
        let (parent, unit) = &self.0[at];
        let category = i32::try_from(ordinal % 5)? + Category::Infrastructure as i32;
        let request = as_officer(unit, proposal(parent.clone(), category));
        intake.client(caller).propose_matter(request).await.context("ProposeMatter")?;
        Ok(())
    }
}

/// A request with the three headers of the development identity.
pub(crate) fn as_officer<T>(unit: &MetadataValue<Ascii>, message: T) -> Request<T> {
    let mut request = message.into_request();
    let headers = request.metadata_mut();
    headers.insert("yishi-unit", unit.clone());
    headers.insert("yishi-role", MetadataValue::from_static("officer"));
    headers.insert("yishi-actor", MetadataValue::from_static("bench"));
    request
}

/// A proposal of the usual length.
pub(crate) fn proposal(parent: String, category: i32) -> ProposeMatterRequest {
    let matter = Matter {
        title: "硬化三组入户道路".into(),
        description: "三组四十二户门前为土路，雨天泥泞，老人和学生出行不便；拟硬化道路一点二公里，宽三米五。"
            .into(),
        category,
        subcategory: "village_road".into(),
        cost_estimate_fen: 48_000_000,
        households: 42,
        persons: 163,
        place: "三组".into(),
        ..Matter::default()
    };
    ProposeMatterRequest {
        parent,
        year: YEAR,
        matter: Some(matter),
        request_id: Uuid::new_v4().to_string(),
        contact: None,
    }
}
