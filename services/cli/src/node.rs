//! A node that this program starts: a process of its own, which ends with this one.

mod config;

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    process::{Child, ChildStdin, Command},
    time::{sleep, timeout},
};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};
pub(crate) use config::{ANY_PORT, Spec, binary};

/// The whole programme needs every service.
const ROLE: &str = "all";
/// Migrations of a distant database included.
const READY_MAX: Duration = Duration::from_secs(60);
const READY_POLL: Duration = Duration::from_millis(5);
/// Longer than a node gives its own parts to end.
const STOP_MAX: Duration = Duration::from_secs(90);
/// Lines of a failed node's log that are shown.
const LOG_LINES: usize = 20;

/// A node that serves.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    /// The node ends when this closes, however this process ends.
    lifeline: Option<ChildStdin>,
    log: PathBuf,
    /// For callers.
    pub(crate) address: String,
    /// For the operator.
    pub(crate) admin: String,
}

/// What a node writes when it serves.
#[derive(Deserialize)]
struct Ready {
    address: String,
    admin: String,
}

impl Node {
    /// Starts it and waits until it serves.
    pub(crate) async fn start(spec: &Spec, lang: Lang) -> Result<Self, Failure> {
        let (config, ready, log) =
            (spec.room.join("node.toml"), spec.room.join("ready.json"), spec.room.join("node.log"));
        fs::write(&config, spec.config()).map_err(|error| at(&config, &error))?;
        // What a node before this one wrote would be taken for this one's word.
        match fs::remove_file(&ready) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&ready, &error)),
            _ => {}
        }
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
        let file = OpenOptions::new().create(true).append(true).open(&log);
        let file: File = file.map_err(|error| at(&log, &error))?;
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

    /// The process's number, while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until it has ended without being asked to, and says how. May be given up and begun again.
    pub(crate) async fn gone(&mut self, lang: Lang) -> Failure {
        match self.child.wait().await {
            Ok(status) => self.ended(status, lang),
            Err(error) => self.failed(&error.to_string()),
        }
    }

    /// SIGKILL: no goodbye, nothing is written any more.
    pub(crate) async fn kill(mut self) -> Result<(), Failure> {
        self.child.kill().await.map_err(|error| self.failed(&error.to_string()))
    }

    /// Asks it to stop, and says how it ended if not well.
    pub(crate) async fn stop(&mut self, lang: Lang) -> Result<(), Failure> {
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
