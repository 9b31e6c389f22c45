//! `make bench`: what the node does, each figure as a ratio to a limit measured in the same run.
//!
//! A rate alone says more about the day and the machine than about the program. So the limit is what the database
//! gives to its own load generator or to its own driver, the two are measured in turn, round by round, and the
//! median of the rounds' ratios counts. With `--gate` a median below its floor makes the run fail.
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "measurements are floats, and the table is what the run is for"
)]

mod footprint;
mod intake;
mod link;
mod load;
mod node;
mod pgbench;
mod propose;
mod raw_sqlite;
mod reads;
mod region;
mod table;

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use table::Table;
use yishi_tests::postgres::Postgres;

const REPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bench/report.json");

/// The server that both sides of a pair use, so that it need not be tuned to be fair, only not to be crippled.
const SERVER: &[(&str, &str)] = &[
    ("shared_buffers", "2GB"),
    ("wal_compression", "lz4"),
    ("synchronous_commit", "on"),
    // A checkpoint in one window and not in its pair's would be measured as a difference.
    ("max_wal_size", "16GB"),
    ("checkpoint_timeout", "1h"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let (mut gate, mut only) = (false, None);
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--bench" => {}
            "--gate" => gate = true,
            word if !word.starts_with('-') => only = Some(word.to_owned()),
            word => bail!("{word}: write --gate, or a part of the rows' names, or nothing"),
        }
    }
    let mut table = Table::new(only);
    footprint::rows(&mut table).await?;
    propose::on_sqlite(&mut table).await?;
    link::rows(&mut table).await?;
    if table.wants_any(&propose::POSTGRES) || table.wants_any(&reads::ROWS) {
        let server = Postgres::private(SERVER);
        propose::on_postgres(&mut table, &server).await?;
        reads::rows(&mut table, &server).await?;
    }
    table.write(Path::new(REPORT))?;
    let missed = table.missed();
    for row in &missed {
        println!("below its floor: {row}");
    }
    Ok(if gate && !missed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
