//! The node of a replay: a process of its own, which ends with this one.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{
    process::{Child, ChildStdin, Command},
    time::{sleep, timeout},
};
use yishi_kernel::{Date, UnitCode};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};

/// The whole programme needs every service.
const ROLE: &str = "all";
/// Migrations of a distant database included.
const READY_MAX: Duration = Duration::from_secs(60);
const READY_POLL: Duration = Duration::from_millis(5);
/// Longer than a node gives its own parts to end.
const STOP_MAX: Duration = Duration::from_secs(90);
/// Lines of a failed node's log that are shown.
const LOG_LINES: usize = 20;

/// What a node is started with.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) binary: PathBuf,
    /// The folder of all its files.
    pub(super) room: PathBuf,
    pub(super) unit: UnitCode,
    pub(super) divisions: PathBuf,
    pub(super) neighbours: PathBuf,
    pub(super) database_url: Option<String>,
    /// Where its clock begins.
    pub(super) start: Date,
}

/// A node that serves.
#[derive(Debug)]
pub(super) struct Node {
    child: Child,
    /// The node ends when this closes, however this process ends.
    lifeline: Option<ChildStdin>,
    log: PathBuf,
    /// For callers.
    pub(super) address: String,
    /// For the operator.
    pub(super) admin: String,
}

/// The part of a node's configuration that is not default.
#[derive(Serialize)]
struct Config<'a> {
    node: NodeConfig<'a>,
    listen: ListenConfig,
    clock: ClockConfig,
}

#[derive(Serialize)]
struct NodeConfig<'a> {
    unit: UnitCode,
    divisions: &'a Path,
    neighbours: &'a Path,
    data_dir: &'a Path,
}

#[derive(Serialize)]
struct ListenConfig {
    address: &'static str,
    admin: &'static str,
}

#[derive(Serialize)]
struct ClockConfig {
    kind: &'static str,
    start: String,
}

/// What a node writes when it serves.
#[derive(Deserialize)]
struct Ready {
    address: String,
    admin: String,
}

impl Node {
    /// Starts it and waits until it serves.
    pub(super) async fn start(spec: Spec, lang: Lang) -> Result<Self, Failure> {
        let (config, ready, log) =
            (spec.room.join("node.toml"), spec.room.join("ready.json"), spec.room.join("node.log"));
        fs::write(&config, spec.config()).map_err(|error| at(&config, &error))?;
        let mut command = Command::new(&spec.binary);
        command
            .arg(ROLE)
            .arg("--config")
            .arg(&config)
            .arg("--ready-file")
            .arg(&ready)
            .arg("--ends-with-stdin");
        // A node that is someone else's business must not leak its settings into this one.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"YISHI_"))
        {
            command.env_remove(name);
        }
        if let Some(url) = &spec.database_url {
            // It may hold a password, which must not lie in a file.
            command.env("YISHI__DATABASE__URL", url);
        }
        let file = File::create(&log).map_err(|error| at(&log, &error))?;
        let output = file.try_clone().map_err(|error| at(&log, &error))?;
        // Out of the terminal's process group: Ctrl-C is for this process, which then stops the node in order.
        command.stdin(Stdio::piped()).stdout(output).stderr(file).process_group(0).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| not_started(&spec.binary, &error, lang))?;
        let mut node =
            Node { lifeline: child.stdin.take(), child, log, address: String::new(), admin: String::new() };
        let Ready { address, admin } = match timeout(READY_MAX, node.ready(&ready, lang)).await {
            Ok(answer) => answer?,
            Err(_) => {
                let text = lang.pick("节点未在 60 秒内就绪", "the node did not serve within 60 s");
                return Err(node.failed(text));
            }
        };
        (node.address, node.admin) = (address, admin);
        Ok(node)
    }

    /// The file appears whole, by a rename.
    async fn ready(&mut self, file: &Path, lang: Lang) -> Result<Ready, Failure> {
        loop {
            match fs::read(file) {
                Ok(text) => return serde_json::from_slice(&text).map_err(|error| at(file, &error.into())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(at(file, &error)),
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(self.ended(status, lang));
            }
            sleep(READY_POLL).await;
        }
    }

    /// Asks it to stop, and says how it ended if not well.
    pub(super) async fn stop(&mut self, lang: Lang) -> Result<(), Failure> {
        drop(self.lifeline.take());
        match timeout(STOP_MAX, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(self.ended(status, lang)),
            Ok(Err(error)) => Err(self.failed(&error.to_string())),
            // Dropping the child kills it.
            Err(_) => {
                Err(self.failed(lang.pick("节点未在 90 秒内停止", "the node did not stop within 90 s")))
            }
        }
    }

    fn ended(&self, status: ExitStatus, lang: Lang) -> Failure {
        self.failed(&lang.pick(format!("节点已退出（{status}）"), format!("the node ended ({status})")))
    }

    /// With the end of its log, which may be gone a moment later.
    fn failed(&self, text: &str) -> Failure {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = &lines[lines.len().saturating_sub(LOG_LINES)..];
        Failure::new(Exit::Internal, [&[text], tail].concat().join("\n  "))
    }
}

impl Spec {
    fn config(&self) -> String {
        let config = Config {
            node: NodeConfig {
                unit: self.unit,
                divisions: &self.divisions,
                neighbours: &self.neighbours,
                data_dir: &self.room.join("data"),
            },
            listen: ListenConfig { address: "127.0.0.1:0", admin: "127.0.0.1:0" },
            clock: ClockConfig { kind: "manual", start: self.start.to_string() },
        };
        toml::to_string(&config).expect("texts make a TOML file")
    }
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Internal, format!("{}: {error}", path.display()))
}

fn not_started(binary: &Path, error: &io::Error, lang: Lang) -> Failure {
    let binary = binary.display();
    let text = lang.pick(
        format!("无法启动 {binary}：{error}；请先用 cargo build -p yishi-node 构建，或用 --node-binary 指定"),
        format!("cannot start {binary}: {error}; build it by cargo build -p yishi-node, or name it by --node-binary"),
    );
    Failure::new(Exit::Usage, text)
}

#[cfg(test)]
mod tests;
