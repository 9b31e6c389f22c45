//! Durable proposals through gRPC, on both engines.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use tempfile::TempDir;
use tokio::task::JoinSet;
use yishi_tests::postgres::{Database, Postgres};
use yishi_tests::probe::fdatasync;
use yishi_tests::sqlite::Folder;

use crate::intake::{Intake, Villages};
use crate::load;
use crate::node::Node;
use crate::pgbench::Script;
use crate::raw_sqlite::{self, Raw, SIZES, Sizes};
use crate::region;
use crate::table::{Aim, Better, Pair, ROUNDS, Table, median};

const CTE: Aim =
    Aim { name: "propose_postgres_cte", unit: "calls/s", better: Better::More, floor: Some(1.0) };
const STATEMENTS: Aim =
    Aim { name: "propose_postgres_statements", unit: "calls/s", better: Better::More, floor: Some(2.0) };
const ALONE: Aim = Aim { name: "propose_one_caller", unit: "calls/s", better: Better::More, floor: None };
const SQLITE: Aim = Aim { name: "propose_sqlite", unit: "calls/s", better: Better::More, floor: Some(0.3) };

/// The rows that need a server.
pub(crate) const POSTGRES: [Aim; 3] = [CTE, STATEMENTS, ALONE];

const CALLERS: [usize; 3] = [90, 256, 512];
const CALLERS_SQLITE: usize = 256;
/// PostgreSQL is best with few; which number is best differs from machine to machine.
const CONNECTIONS: [u16; 3] = [8, 16, 32];

const TABLES: [&str; 3] = [
    include_str!("../../../services/common/store/migrations/postgres/0001_journal.sql"),
    include_str!("../../../services/intake/server/migrations/postgres/0100_matter.sql"),
    include_str!("sql/lean_tables.sql"),
];

/// Our node and pgbench on one server: pgbench does head, entry, request and matter, and neither counts nor chains.
pub(crate) async fn on_postgres(table: &mut Table, server: &Postgres) -> anyhow::Result<()> {
    if !table.wants_any(&POSTGRES) {
        return Ok(());
    }
    let (data, database) = (Folder::new(), server.database("propose"));
    let node = Node::start(data.path(), database.url())?;
    let load = Load::on(&node).await?;
    load.every_village_once().await?;
    let sizes = measure(&database).await?;
    let lean = Lean::new(server, sizes).await?;

    let (mut cte, mut statements, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    let mut disk = Vec::new();
    for _ in 0..ROUNDS {
        disk.push(fdatasync(server.folder(), 101)?);
        let limit = lean.best_of("lean_cte.sql", &CONNECTIONS).await?;
        let mut ours = 0.0_f64;
        for callers in CALLERS {
            ours = ours.max(load.rate(callers).await?);
        }
        cte.push(Pair { ours, limit });
        let limit = lean.best_of("lean_statements.sql", &CONNECTIONS).await?;
        statements.push(Pair { ours, limit });
        let limit = lean.best_of("lean_statements.sql", &[1]).await?;
        alone.push(Pair { ours: load.rate(1).await?, limit });
    }
    for (aim, rounds) in [(CTE, cte), (STATEMENTS, statements), (ALONE, alone)] {
        table.add(&aim, &rounds, &beside(&disk));
    }
    Ok(())
}

/// Our node and the raw driver, each on a new file in every round, because a file grows slower with its size.
pub(crate) async fn on_sqlite(table: &mut Table) -> anyhow::Result<()> {
    if !table.wants(&SQLITE) {
        return Ok(());
    }
    let (mut rounds, mut disk) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (ours, raw) = (Folder::new(), Folder::new());
        disk.push(fdatasync(raw.path(), 101)?);
        let node = Node::start(ours.path(), "")?;
        let load = Load::on(&node).await?;
        load.every_village_once().await?;
        let rate = load.rate(CALLERS_SQLITE).await?;
        drop(node);
        let villages = region::villages(&region::register()?);
        let limit = tokio::task::spawn_blocking(move || {
            let sizes = raw_sqlite::sizes(&ours.file("intake.db"))?;
            Raw::new(&raw.file("raw.db"), &villages, sizes)?.rate(load::WINDOW)
        });
        rounds.push(Pair { ours: rate, limit: limit.await?? });
    }
    table.add(&SQLITE, &rounds, &beside(&disk));
    Ok(())
}

/// Callers who propose.
struct Load {
    intake: Intake,
    villages: Villages,
}

impl Load {
    async fn on(node: &Node) -> anyhow::Result<Self> {
        let villages = Villages::new(&region::villages(&region::register()?))?;
        Ok(Self { intake: Intake::of(node).await?, villages })
    }

    async fn rate(&self, callers: usize) -> anyhow::Result<f64> {
        let (intake, villages) = (self.intake.clone(), self.villages.clone());
        load::rate(callers, move |caller, ordinal| {
            let (intake, villages) = (intake.clone(), villages.clone());
            async move { villages.propose(&intake, caller, ordinal).await }
        })
        .await
    }

    /// The first entry of a village in a writer's term brings another one along; that is not what is measured.
    async fn every_village_once(&self) -> anyhow::Result<()> {
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS_SQLITE {
            let (intake, villages) = (self.intake.clone(), self.villages.clone());
            callers.spawn(async move {
                for ordinal in (caller..villages.len()).step_by(CALLERS_SQLITE) {
                    villages.propose(&intake, caller, ordinal as u64).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(ended) = callers.join_next().await {
            ended??;
        }
        Ok(())
    }
}

/// The tables of the store and of intake once more, for pgbench alone.
struct Lean {
    database: Database,
    scripts: TempDir,
    values: [(&'static str, String); 3],
}

impl Lean {
    async fn new(server: &Postgres, sizes: Sizes) -> anyhow::Result<Self> {
        let database = server.database("lean");
        let mut connection = PgConnection::connect(database.url()).await?;
        for text in TABLES {
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
        }
        let scripts = tempfile::tempdir()?;
        for (name, text) in [
            ("lean_cte.sql", include_str!("sql/lean_cte.sql")),
            ("lean_statements.sql", include_str!("sql/lean_statements.sql")),
        ] {
            std::fs::write(scripts.path().join(name), text)?;
        }
        let Sizes { payload, response, record } = sizes;
        let values = [("payload", payload), ("response", response), ("record", record)]
            .map(|(name, size)| (name, size.to_string()));
        Ok(Self { database, scripts, values })
    }

    async fn best_of(&self, script: &str, connections: &[u16]) -> anyhow::Result<f64> {
        let file = self.scripts.path().join(script);
        let script = Script { file: &file, url: self.database.url(), schema: "public", values: &self.values };
        script.best_of(connections).await
    }
}

/// How long the variable columns are, so that both sides write as much.
async fn measure(database: &Database) -> anyhow::Result<Sizes> {
    let mut connection = PgConnection::connect(database.url()).await?;
    sqlx::raw_sql("SET search_path = intake").execute(&mut connection).await?;
    let row = sqlx::query(SIZES).fetch_one(&mut connection).await?;
    let size = |column: &str| anyhow::Ok(usize::try_from(row.try_get::<i64, _>(column)?)?);
    Ok(Sizes { payload: size("payload")?, response: size("response")?, record: size("record")? })
}

fn beside(disk: &[Duration]) -> String {
    let middle = median(disk.iter().map(|time| time.as_secs_f64() * 1e3));
    format!("fdatasync {middle:.2} ms")
}
