//! PostgreSQL's own load generator: the limit of what goes through the same server.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// Seconds of one window; pgbench knows whole ones only.
const SECONDS: &str = "1";

/// A script, and with what it is run.
pub(crate) struct Script<'s> {
    pub(crate) file: &'s Path,
    pub(crate) url: &'s str,
    pub(crate) schema: &'s str,
    /// `:name` in the script.
    pub(crate) values: &'s [(&'s str, String)],
}

impl Script<'_> {
    /// Transactions a second with the best of these numbers of connections, each measured in a window of its own.
    pub(crate) async fn best_of(&self, connections: &[u16]) -> anyhow::Result<f64> {
        let mut best = 0.0_f64;
        for connections in connections {
            best = best.max(self.rate(*connections).await?);
        }
        Ok(best)
    }

    /// Transactions a second, the time to connect left out.
    pub(crate) async fn rate(&self, connections: u16) -> anyhow::Result<f64> {
        let mut command = Command::new("pgbench");
        command.args(["--no-vacuum", "--protocol=prepared", "--time", SECONDS]);
        command.args([
            "--client",
            &connections.to_string(),
            "--jobs",
            if connections > 1 { "2" } else { "1" },
        ]);
        for (name, value) in self.values {
            command.args(["--define", &format!("{name}={value}")]);
        }
        command.arg("--file").arg(self.file).arg(self.url);
        command.env("PGOPTIONS", format!("-c search_path={} -c jit=off", self.schema));
        let output = tokio::task::spawn_blocking(move || command.output()).await?;
        let output = output.context("pgbench, which comes with PostgreSQL's server")?;
        let (said, complained) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "pgbench {}: {complained}", self.file.display());
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rate| rate.split_whitespace().next());
        Ok(rate.with_context(|| format!("pgbench tells no tps: {said}"))?.parse()?)
    }
}

/// The statement that the node runs, with its parameters replaced by what pgbench is to put there.
pub(crate) fn script(statement: &str, values: &[&str]) -> String {
    let numbered = values.iter().enumerate().rev();
    let text =
        numbered.fold(statement.to_owned(), |text, (at, value)| text.replace(&format!("${}", at + 1), value));
    format!("{};\n", text.trim())
}
