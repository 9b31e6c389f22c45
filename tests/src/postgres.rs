//! PostgreSQL from the system's binaries: clusters that end with the process that started them.

mod binaries;
mod cluster;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use cluster::Cluster;

/// A cluster of our own on 127.0.0.1, with fsync on unless a setting says otherwise. It ends on drop.
#[derive(Debug)]
pub struct Postgres {
    cluster: Cluster,
    databases: AtomicU32,
}

impl Postgres {
    /// The cluster that all tests of this process share. It does not wait for the disk, and must not be crashed.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::private(&[("fsync", "off"), ("full_page_writes", "off")]))
    }

    /// A cluster for one test or bench; `settings` are lines of `postgresql.conf` and win over the fixture's own.
    pub fn private(settings: &[(&str, &str)]) -> Self {
        Self { cluster: Cluster::create(settings), databases: AtomicU32::new(0) }
    }

    /// A new, empty database; `hint` shows in its name.
    pub fn database(&self, hint: &str) -> Database {
        let ordinal = self.databases.fetch_add(1, Ordering::Relaxed);
        let hint: String =
            hint.chars().filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_')).take(40).collect();
        let name = format!("t{ordinal}_{hint}");
        self.cluster.server().ask("postgres", &format!("CREATE DATABASE {name}"));
        Database { url: self.cluster.server().url(&name), name, server: self.cluster.server().clone() }
    }

    /// Stops all server processes at once, without a checkpoint: what was acknowledged is only in the WAL.
    pub fn crash(&self) {
        self.cluster.stop();
    }

    /// Starts after [`Postgres::crash`], at the same address, and returns when recovery is done.
    pub fn start(&self) {
        self.cluster.restart();
    }

    /// Where the server keeps its data: the disk to probe.
    pub fn folder(&self) -> &std::path::Path {
        self.cluster.folder()
    }
}

/// One database of a cluster.
#[derive(Debug)]
pub struct Database {
    url: String,
    name: String,
    server: cluster::Server,
}

impl Database {
    /// `postgres://…`, with nothing secret in it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends every session on this database and returns how many there were.
    pub fn kill_backends(&self) -> usize {
        // The second argument waits, in milliseconds, until the session is really gone.
        let killed = self.server.ask(
            "postgres",
            &format!(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = '{}'",
                self.name
            ),
        );
        killed.parse().unwrap_or_else(|_| panic!("psql answered {killed:?} instead of a number of sessions"))
    }
}
