//! `yishi status` and `yishi trust`: what an operator asks a node on its admin listener.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
    time::Duration,
};

use tonic::Response;
use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::admin::v1 as pb;
use yishi_witness::PublicKey;

use crate::{
    failure::{Exit, Failure},
    figures::count,
    lang::Lang,
    remote::{Admin, Remote},
};

const STATUS_DEADLINE: Duration = Duration::from_secs(10);
/// A walk through every journal may take minutes; a node grants five at most.
const VERIFY_DEADLINE: Duration = Duration::from_secs(290);
/// What services tell each other they tell within milliseconds; after this something is stuck.
const BARRIER_DEADLINE: Duration = Duration::from_secs(60);
/// Between two looks at a node that others are to give something to.
const WHOLE_PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug, clap::Args)]
pub(crate) struct Address {
    /// The node's admin listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18641")]
    pub(crate) admin: String,
}

pub(crate) async fn status(node: &Address, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&node.admin, 1, lang)?;
    let status = get_status(&remote).await.map_err(|failure| failure.about(&node.admin))?;
    let clock = status.clock.unwrap_or_default();
    let kind = match clock.kind() {
        pb::ClockKind::Manual => lang.pick("手动", "manual"),
        pb::ClockKind::System => lang.pick("系统", "system"),
        pb::ClockKind::Unspecified => "?",
    };
    let (units, now) = (count(status.units.into()), Timestamp::from_micros(clock.now_us));
    let mut text = lang.pick(
        format!(
            "yishi {}，{}，{}（共 {units} 个单位）\n业务时间 {now}（{kind}）\n",
            status.version, status.engine, status.root_unit
        ),
        format!(
            "yishi {} on {}, {} ({units} units)\nbusiness time {now} ({kind})\n",
            status.version, status.engine, status.root_unit
        ),
    );
    for service in &status.services {
        let (entries, units) = (count(service.entries), count(service.units));
        text += &lang.pick(
            format!(
                "{}：第 {} 纪元，位置 {}，{units} 个单位的账簿共 {entries} 条\n",
                service.service, service.epoch, service.pos
            ),
            format!(
                "{}: epoch {}, position {}, {entries} entries in the journals of {units} units\n",
                service.service, service.epoch, service.pos
            ),
        );
    }
    text += &keys(&status, lang);
    print(&text)?;
    Ok(Exit::Good)
}

/// Says by which key a node right below is known from now on.
#[derive(Debug, clap::Args)]
pub(crate) struct Trust {
    /// The topmost unit of the node below: 12 digits.
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    /// Its public key, as `yishi status` shows it there.
    #[arg(value_name = "HEX")]
    key: PublicKey,
    #[command(flatten)]
    node: Address,
}

pub(crate) async fn trust(Trust { unit, key, node }: &Trust, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&node.admin, 1, lang)?;
    let request = pb::TrustKeyRequest { node: format!("units/{unit}"), key: key.as_bytes().to_vec() };
    let answer = remote.admin(STATUS_DEADLINE, request, Admin::trust_key).await;
    answer.map_err(|failure| failure.about(&node.admin))?;
    print(&lang.pick(format!("已认定 {unit} 的公钥\n"), format!("{unit} is known by this key now\n")))?;
    Ok(Exit::Good)
}

/// With which key a node signs, and by which keys it knows the nodes below.
fn keys(status: &pb::NodeStatus, lang: Lang) -> String {
    let own = hex::encode(&status.key);
    let mut text = lang.pick(format!("签名公钥 {own}\n"), format!("signs with the key {own}\n"));
    let below = status.links.iter().filter(|link| !link.trusted_key.is_empty());
    let below: BTreeSet<_> = below.map(|link| (&link.delegate, hex::encode(&link.trusted_key))).collect();
    for (node, key) in below {
        text += &lang.pick(
            format!("认定下级 {node} 的公钥为 {key}\n"),
            format!("knows the node below, {node}, by the key {key}\n"),
        );
    }
    text
}

pub(crate) async fn get_status(remote: &Remote) -> Result<pb::NodeStatus, Failure> {
    remote.admin(STATUS_DEADLINE, pb::GetStatusRequest {}, Admin::get_status).await
}

/// Waits until a node lacks nothing that others hold of it; until then it writes nothing.
pub(crate) async fn whole(remote: &Remote) -> Result<(), Failure> {
    let waiting = async {
        loop {
            let status = get_status(remote).await?;
            if status.services.iter().all(|service| service.recovery() == pb::Recovery::Whole) {
                return Ok(());
            }
            tokio::time::sleep(WHOLE_PAUSE).await;
        }
    };
    tokio::time::timeout(BARRIER_DEADLINE, waiting).await.unwrap_or_else(|_| {
        Err(Failure::new(Exit::Unavailable, "it still waits for what other nodes hold of it"))
    })
}

pub(crate) async fn verify_journals(remote: &Remote) -> Result<pb::VerifyJournalsResponse, Failure> {
    remote.admin(VERIFY_DEADLINE, pb::VerifyJournalsRequest {}, Admin::verify_journals).await
}

pub(crate) async fn advance_clock(remote: &Remote, to: Timestamp) -> Result<(), Failure> {
    let request = pb::AdvanceClockRequest { to_us: to.as_micros() };
    remote.admin(STATUS_DEADLINE, request, Admin::advance_clock).await.map(drop)
}

/// Waits until all services know what all others did, and says how far each is.
pub(crate) async fn barrier(remote: &Remote) -> Result<Vec<pb::ServiceStatus>, Failure> {
    let answer = remote.admin(BARRIER_DEADLINE, pb::BarrierRequest {}, Admin::barrier).await?;
    Ok(answer.services)
}

/// What a node holds, in parts.
pub(crate) async fn list_heads(remote: &Remote) -> Result<Vec<pb::ListHeadsResponse>, Failure> {
    let read = async |admin: &mut Admin, request| {
        let mut parts = admin.list_heads(request).await?.into_inner();
        let mut all = Vec::new();
        while let Some(part) = parts.message().await? {
            all.push(part);
        }
        Ok(Response::new(all))
    };
    remote.admin(VERIFY_DEADLINE, pb::ListHeadsRequest::default(), read).await
}

/// Writes an answer to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::new(Exit::Internal, format!("standard output: {error}")))
}
