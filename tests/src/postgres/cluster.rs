//! One cluster: made, started, crashed, started again, and never left behind.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::binaries;

/// Below the range from which the system hands out ports, so that nobody is given ours while the server is down.
const PORTS: std::ops::Range<u32> = 20_000..32_000;
const PORTS_TRIED_MAX: u32 = 50;
const SECONDS_MAX: &str = "60";
const USER: &str = "yishi";

/// What it takes to call a server.
#[derive(Clone, Debug)]
pub(super) struct Server {
    binaries: PathBuf,
    folder: PathBuf,
    account: Option<(u32, u32)>,
    /// The process group of everything that works on the folder: the watchdog's, once it is there.
    group: i32,
    port: u32,
}

impl Server {
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs one statement and returns its answer, by the socket in our folder: no other server can answer.
    pub(super) fn ask(&self, database: &str, statement: &str) -> String {
        let mut psql = self.command(&self.binaries.join("psql"));
        psql.env("PGHOST", &self.folder).env("PGPORT", self.port.to_string());
        psql.envs([("PGUSER", USER), ("PGDATABASE", database), ("PGCONNECT_TIMEOUT", SECONDS_MAX)]);
        let answer = expect_success(psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement]));
        String::from_utf8_lossy(&answer.stdout).trim().to_owned()
    }

    fn pg_ctl(&self, verb: &str) -> Command {
        let mut pg_ctl = self.command(&self.binaries.join("pg_ctl"));
        pg_ctl.args([verb, "-s", "-w", "-t", SECONDS_MAX, "-D"]).arg(self.data());
        pg_ctl
    }

    fn start(&self) -> Output {
        // So that the log tells about this start only. At the first there is none.
        let _removed = fs::remove_file(self.folder.join("log"));
        let mut start = self.pg_ctl("start");
        start.arg("-l").arg(self.folder.join("log")).args(["-o", &format!("-p {}", self.port)]);
        output(&mut start)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// A command that is not root, finds no `PG*` variables of the caller, and stands where it may read.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs([("PATH", "/usr/bin:/bin"), ("LC_ALL", "C")]).current_dir(&self.folder);
        command.stdin(Stdio::null()).process_group(self.group);
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

/// A running server, its folder, and the watchdog that ends both.
#[derive(Debug)]
pub(super) struct Cluster {
    server: Server,
    _watchdog: Watchdog,
}

impl Cluster {
    pub(super) fn create(settings: &[(&str, &str)]) -> Self {
        let (binaries, account) = (binaries::folder(), binaries::other_than_root());
        let made = tempfile::Builder::new().prefix("yishi-postgres-").tempdir();
        let folder = made.expect("a test can make a folder").keep();
        if let Some((user, group)) = account {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("root can give a folder away");
        }
        let mut server = Server { binaries, folder, account, group: 0, port: 0 };
        // Before the first file: whatever fails from here on is cleared away.
        let watchdog = Watchdog::set(&server);
        server.group = watchdog.group();

        let mut initdb = server.command(&server.binaries.join("initdb"));
        initdb.arg("-D").arg(server.data()).args([
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        expect_success(&mut initdb);
        configure(&server, settings);
        start_on_a_free_port(&mut server);
        Self { server, _watchdog: watchdog }
    }

    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    pub(super) fn folder(&self) -> &Path {
        &self.server.folder
    }

    pub(super) fn stop(&self) {
        expect_success(self.server.pg_ctl("stop").args(["-m", "immediate"]));
    }

    pub(super) fn restart(&self) {
        let started = self.server.start();
        assert!(started.status.success(), "the server did not start again:\n{}", self.server.log());
    }
}

fn configure(server: &Server, settings: &[(&str, &str)]) {
    let folder = server.folder.display().to_string();
    let own = [
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", folder.as_str()),
        ("max_connections", "200"),
        ("timezone", "UTC"),
        ("fsync", "on"),
    ];
    let mut conf = fs::OpenOptions::new().append(true).open(server.data().join("postgresql.conf"));
    let conf = conf.as_mut().expect("initdb wrote postgresql.conf");
    for (name, value) in own.iter().chain(settings) {
        writeln!(conf, "{name} = '{value}'").expect("the disk has room for a line");
    }
}

/// PostgreSQL cannot ask the system for a port: look for a free one, and go on if somebody else was faster.
fn start_on_a_free_port(server: &mut Server) {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    for _ in 0..PORTS_TRIED_MAX {
        // Processes that start at the same time should not look in the same order.
        let step = std::process::id().wrapping_mul(37).wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + step % (PORTS.end - PORTS.start);
        let number = u16::try_from(port).expect("PORTS ends below 65536");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_err() {
            continue;
        }
        server.port = port;
        if server.start().status.success() {
            return;
        }
        let log = server.log();
        assert!(log.contains("could not bind"), "the server did not start:\n{log}");
    }
    panic!("no free port among {PORTS_TRIED_MAX} tried in {PORTS:?} on 127.0.0.1");
}

/// A shell that waits for the end of its input, then stops all that works on the folder and removes it.
///
/// Only this process holds the other end, so the input ends when it does: after a panic, an abort or a kill too.
/// The shell leads a group of its own, because Ctrl-C goes to the whole group of the test.
#[derive(Debug)]
struct Watchdog {
    shell: Child,
    input: Option<ChildStdin>,
}

impl Watchdog {
    /// A killed initdb may still be clearing up when the folder is removed, hence the second try.
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        cat
        kill -TERM 0
        "$1/pg_ctl" stop -s -w -m immediate -D "$2/data"
        cd /
        rm -rf "$2" || { sleep 1; rm -rf "$2"; }"#;

    fn set(server: &Server) -> Self {
        let mut shell = server.command(Path::new("/bin/sh"));
        shell.args(["-c", Self::SCRIPT, "watchdog"]).arg(&server.binaries).arg(&server.folder);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = shell.spawn().expect("a system has /bin/sh");
        let input = shell.stdin.take();
        Self { shell, input }
    }

    fn group(&self) -> i32 {
        i32::try_from(self.shell.id()).expect("Linux numbers processes with positive 32-bit integers")
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.input = None;
        // Nothing to do about a watchdog that is gone already.
        let _gone = self.shell.wait();
    }
}

fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|problem| panic!("{} did not run: {problem}", command.get_program().display()))
}

fn expect_success(command: &mut Command) -> Output {
    let output = output(command);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}:\n{said}", output.status);
    output
}
