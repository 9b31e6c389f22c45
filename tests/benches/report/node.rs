//! A node as its users run it: the release binary, a process of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use yishi_proto::admin::v1::GetStatusRequest;
use yishi_proto::admin::v1::admin_service_client::AdminServiceClient;

use crate::region;

const READY_MAX: Duration = Duration::from_secs(20);

/// A running node. It ends when this is dropped, and also when the bench dies before that: its standard input ends.
pub(crate) struct Node {
    process: Child,
    pub(crate) address: SocketAddr,
    admin: SocketAddr,
    /// From the start of the process until it said that it serves.
    pub(crate) ready_after: Duration,
}

/// A node's place in a tree of nodes.
#[derive(Default)]
pub(crate) struct Place<'a> {
    pub(crate) unit: &'a str,
    pub(crate) delegates: &'a [&'a str],
    /// `http://…`, or empty for the topmost one.
    pub(crate) parent: String,
    /// 0 for any that is free.
    pub(crate) port: u16,
}

#[derive(Deserialize)]
struct Ready {
    address: SocketAddr,
    admin: SocketAddr,
}

impl Node {
    /// Starts a node for the whole region; without a URL its books are SQLite files in `folder`.
    pub(crate) fn start(folder: &Path, database_url: &str) -> anyhow::Result<Self> {
        Self::linked(folder, database_url, &Place { unit: "640000000000", ..Place::default() })
    }

    /// Starts a node at a place in a tree of nodes.
    pub(crate) fn linked(folder: &Path, database_url: &str, place: &Place<'_>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let ready_file = folder.join("ready.json");
        drop(std::fs::remove_file(&ready_file));
        // A list cannot be said in a variable.
        let config = folder.join("delegates.toml");
        std::fs::write(&config, format!("[node]\ndelegates = {:?}\n", place.delegates))?;
        let [divisions, neighbours] = region::files();
        // In a session of its own, as a service is: a busy machine shares its time between sessions, and the
        // database has its own too.
        let mut command = Command::new("setsid");
        command.arg(binary()?).arg("all").arg("--ends-with-stdin").arg("--ready-file").arg(&ready_file);
        command.arg("--config").arg(&config);
        command.env("YISHI__NODE__UNIT", place.unit).env("YISHI__NODE__DATA_DIR", folder);
        command.env("YISHI__LINK__PARENT", &place.parent);
        command.env("YISHI__NODE__DIVISIONS", divisions).env("YISHI__NODE__NEIGHBOURS", neighbours);
        command.env("YISHI__DATABASE__URL", database_url);
        command.env("YISHI__LISTEN__ADDRESS", format!("127.0.0.1:{}", place.port));
        command.env("YISHI__LISTEN__ADMIN", "127.0.0.1:0");
        // In season whatever day it is.
        command.env("YISHI__CLOCK__KIND", "manual").env("YISHI__CLOCK__START", "2021-12-01");
        command.env("YISHI__TELEMETRY__LOG", "error");
        let started = Instant::now();
        let mut process =
            command.stdin(Stdio::piped()).spawn().context("setsid, which is part of util-linux")?;
        while !ready_file.exists() {
            if let Some(code) = process.try_wait()? {
                bail!("the node ended with {code} before it served");
            }
            ensure!(started.elapsed() < READY_MAX, "the node does not serve after {READY_MAX:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
        let ready_after = started.elapsed();
        let Ready { address, admin } = serde_json::from_slice(&std::fs::read(&ready_file)?)?;
        Ok(Self { process, address, admin, ready_after })
    }

    /// The services it hosts, as it tells its operator.
    pub(crate) async fn services(&self) -> anyhow::Result<Vec<String>> {
        let status = self.operator().await?.get_status(GetStatusRequest {}).await?.into_inner();
        Ok(status.services.into_iter().map(|status| status.service).collect())
    }

    /// The admin service.
    pub(crate) async fn operator(&self) -> anyhow::Result<AdminServiceClient<tonic::transport::Channel>> {
        Ok(AdminServiceClient::connect(format!("http://{}", self.admin)).await?)
    }

    /// Memory that is really there, in MB.
    pub(crate) fn resident_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kilobytes.context("/proc tells VmRSS")?.parse::<f64>()? / 1024.0)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Not politely: it would wait for our own connections. Nothing to do about a node that is gone already.
        let _gone = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// `make bench` builds it beside the bench: `target/release`, seen from `target/release/deps`.
fn binary() -> anyhow::Result<PathBuf> {
    let bench = std::env::current_exe()?;
    let folder = bench.parent().and_then(Path::parent).context("a bench lies two folders deep")?;
    let binary = folder.join("yishi-node");
    ensure!(binary.is_file(), "{} is missing: cargo build --release -p yishi-node", binary.display());
    Ok(binary)
}
