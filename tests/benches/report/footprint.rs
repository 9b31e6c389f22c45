//! What a node costs that nobody calls.

use std::time::Duration;

use anyhow::ensure;
use tokio::time::sleep;
use yishi_tests::sandbox::SERVICES;
use yishi_tests::sqlite::Folder;

use crate::node::Node;
use crate::table::{Aim, Better, Pair, ROUNDS, Table};

const MEMORY: Aim = Aim { name: "idle_resident", unit: "MB", better: Better::Less, floor: Some(1.0) };
const READY: Aim = Aim { name: "ready", unit: "s", better: Better::Less, floor: Some(1.0) };

const MEMORY_MAX_MB: f64 = 40.0;
const READY_MAX_S: f64 = 0.3;
/// After what is done once at the start.
const SETTLED: Duration = Duration::from_millis(300);

/// Each round on a new folder: the tables are made too.
pub(crate) async fn rows(table: &mut Table) -> anyhow::Result<()> {
    if !table.wants_any(&[MEMORY, READY]) {
        return Ok(());
    }
    let (mut memory, mut ready) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = Folder::new();
        let node = Node::start(folder.path(), "")?;
        sleep(SETTLED).await;
        memory.push(Pair { ours: node.resident_mb()?, limit: MEMORY_MAX_MB });
        ready.push(Pair { ours: node.ready_after.as_secs_f64(), limit: READY_MAX_S });
        // Asked last: before it was measured nobody had called it.
        let hosted = node.services().await?;
        ensure!(hosted == SERVICES, "a node of {hosted:?} was measured, and not of all services");
    }
    table.add(&MEMORY, &memory, "");
    table.add(&READY, &ready, "");
    Ok(())
}
