use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::Serialize;
use yishi_kernel::{Timestamp, UnitCode};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};

/// Loopback, and whatever port is free.
pub(crate) const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What a node is started with.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub(crate) binary: PathBuf,
    /// The folder of all its files.
    pub(crate) room: PathBuf,
    /// The topmost unit it hosts.
    pub(crate) unit: UnitCode,
    /// The topmost units of the nodes right below it.
    pub(crate) delegates: Vec<UnitCode>,
    /// Where it reaches the node above; the topmost one has none.
    pub(crate) parent: Option<SocketAddr>,
    pub(crate) divisions: PathBuf,
    pub(crate) neighbours: PathBuf,
    pub(crate) changes: PathBuf,
    pub(crate) database_url: Option<String>,
    /// Where callers find it.
    pub(crate) address: SocketAddr,
    /// Where the operator finds it.
    pub(crate) admin: SocketAddr,
    /// Where a clock begins that is moved by hand; without it the machine's clock counts.
    pub(crate) start: Option<Timestamp>,
}

/// The part of a node's configuration that is not default.
#[derive(Serialize)]
struct Config<'a> {
    node: NodeConfig<'a>,
    listen: ListenConfig,
    link: LinkConfig,
    clock: ClockConfig,
}

#[derive(Serialize)]
struct NodeConfig<'a> {
    unit: UnitCode,
    divisions: &'a Path,
    neighbours: &'a Path,
    changes: &'a Path,
    data_dir: &'a Path,
    delegates: &'a [UnitCode],
}

#[derive(Serialize)]
struct ListenConfig {
    address: SocketAddr,
    admin: SocketAddr,
}

#[derive(Serialize)]
struct LinkConfig {
    parent: String,
}

#[derive(Serialize)]
struct ClockConfig {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
}

impl Spec {
    /// The configuration file.
    pub(super) fn config(&self) -> String {
        let config = Config {
            node: NodeConfig {
                unit: self.unit,
                divisions: &self.divisions,
                neighbours: &self.neighbours,
                changes: &self.changes,
                data_dir: &self.room.join("data"),
                delegates: &self.delegates,
            },
            listen: ListenConfig { address: self.address, admin: self.admin },
            link: LinkConfig {
                parent: self.parent.map(|parent| format!("http://{parent}")).unwrap_or_default(),
            },
            clock: ClockConfig {
                kind: if self.start.is_some() { "manual" } else { "system" },
                start: self.start.map(|start| start.to_string()),
            },
        };
        toml::to_string(&config).expect("texts make a TOML file")
    }
}

/// The node's program: the one that was named, or the one beside this program.
pub(crate) fn binary(named: Option<&Path>, lang: Lang) -> Result<PathBuf, Failure> {
    let beside = || {
        let here = std::env::current_exe().map_err(|error| {
            let text = lang.pick("找不到本程序所在目录", "cannot tell where this program lies");
            Failure::new(Exit::Internal, format!("{text}: {error}"))
        })?;
        Ok(here.with_file_name("yishi-node"))
    };
    named.map_or_else(beside, |named| Ok(named.to_owned()))
}
