//! A folder, a register, free ports, and both programs.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const REGION: &str = "640000000000";
pub(crate) const COUNTY: &str = "640100000000";
pub(crate) const VILLAGE: &str = "640100000001";

/// The second village has no node of its own.
const REGISTER: &str = "code,parent,level,name\n640000000000,,region,区\n\
    640100000000,640000000000,county,县\n640100000001,640100000000,village,甲\n\
    640100000002,640100000000,village,乙\n";

/// Nothing in these tests takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Three for each of three nodes.
const PORTS: u16 = 9;

/// Tests of one process get ports apart; those of several processes, most likely.
static NEXT: AtomicU16 = AtomicU16::new(0);

pub(crate) struct Ground {
    _folder: TempDir,
    room: String,
    register: String,
    base_port: u16,
    node: PathBuf,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name).to_str().unwrap().to_owned();
        let (room, register) = (path("federation"), path("register.csv"));
        fs::write(&register, REGISTER).unwrap();
        Self { room, register, base_port: free_ports(), node: node_program(), _folder: folder }
    }

    pub(crate) fn base_port(&self) -> u16 {
        self.base_port
    }

    /// The federation's folder.
    pub(crate) fn room(&self) -> &str {
        &self.room
    }

    pub(crate) fn register(&self) -> &str {
        &self.register
    }

    pub(crate) fn node(&self) -> &str {
        self.node.to_str().unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yishi"));
        command.args(["--lang", "en"]).args(words).stdin(Stdio::null());
        command
    }

    /// What it prints, or what it says when it fails.
    pub(crate) fn yishi(&self, words: &[&str]) -> Result<String, String> {
        let output = self.command(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// How a walk over the whole federation ends, and what it says.
    pub(crate) fn verify(&self) -> (Option<i32>, String) {
        let words = ["verify", "--federation", "--dir", self.room()];
        let output = self.command(&words).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    }

    /// Where a node keeps the database of a service.
    pub(crate) fn database(&self, node: &str, service: &str) -> PathBuf {
        Path::new(self.room()).join(node).join("data").join(format!("{service}.db"))
    }

    /// A command to the federation, which does it.
    pub(crate) fn say(&self, words: &[&str]) {
        let said = self.yishi(&[&["federation"], words, &["--dir", self.room()]].concat());
        assert_eq!(said.as_deref(), Ok("done\n"), "{words:?}");
    }

    /// The nodes as `status` shows them, from the top.
    pub(crate) fn nodes(&self) -> Vec<Value> {
        let text = self.yishi(&["federation", "status", "-o", "json", "--dir", self.room()]).unwrap();
        let object: Value = serde_json::from_str(&text).unwrap();
        object["nodes"].as_array().unwrap().clone()
    }

    pub(crate) fn until(&self, holds: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let late = Instant::now() + PATIENCE;
        loop {
            let nodes = self.nodes();
            if holds(&nodes) {
                return nodes;
            }
            assert!(Instant::now() < late, "{nodes:?}");
            sleep(LOOK_EVERY);
        }
    }

    /// Starts a federation of the branch of the first village, and waits until it serves.
    pub(crate) fn up(&self, words: &[&str]) -> Up {
        let base = self.base_port.to_string();
        let (node, register) = (self.node(), self.register());
        let mut command = self.command(&["federation", "up", "--dir", self.room(), "--base-port", &base]);
        command.args(["--divisions", register, "--branch", VILLAGE, "--node-binary", node]).args(words);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.starts_with("3 nodes serve"), "{first}");
        Up(child)
    }

    /// Whether none of these nodes' processes is there any more, after a while.
    pub(crate) fn gone(&self, nodes: &[Value]) -> bool {
        let late = Instant::now() + PATIENCE;
        let there = |node: &Value| {
            let name = format!("/proc/{}/comm", node["pid"]);
            fs::read_to_string(name).is_ok_and(|name| name.trim() == "yishi-node")
        };
        while nodes.iter().any(there) {
            if Instant::now() > late {
                return false;
            }
            sleep(LOOK_EVERY);
        }
        true
    }
}

fn free_ports() -> u16 {
    let own = u16::try_from(std::process::id() % 1_000).unwrap() * PORTS;
    for _ in 0..1_000 {
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let base = 20_000 + (own + nth * PORTS) % (12_000 - PORTS);
        if (base..base + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return base;
        }
    }
    panic!("no free ports");
}

/// Built with the workspace's tests; whoever tests this crate alone may have to build it.
fn node_program() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_yishi")).with_file_name("yishi-node");
    if !program.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo).args(["build", "-p", "yishi-node"]).status().unwrap();
        assert!(built.success() && program.is_file());
    }
    program
}

/// `yishi federation up`, in the foreground.
pub(crate) struct Up(Child);

impl Up {
    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&self) {
        assert!(Command::new("kill").arg("-INT").arg(self.0.id().to_string()).status().unwrap().success());
    }

    pub(crate) fn ended(mut self) -> ExitStatus {
        let late = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < late, "it does not end");
            sleep(LOOK_EVERY);
        }
    }
}

/// A test that fails leaves nothing running: the nodes end with it.
impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
