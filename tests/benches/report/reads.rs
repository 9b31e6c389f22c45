//! Reads through gRPC, beside pgbench with the same statements.

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tonic::metadata::MetadataValue;
use yishi_kernel::{Level, Register, UnitCode};
use yishi_proto::intake::v1::{
    GetMatterRequest, GetProgressReportRequest, ListMattersRequest, Matter, MatterState,
};
use yishi_tests::postgres::{Database, Postgres};
use yishi_tests::sqlite::Folder;

use crate::intake::{Intake, YEAR, as_officer, proposal};
use crate::load;
use crate::node::Node;
use crate::pgbench::{Script, script};
use crate::region::{longest_run, number, register, villages};
use crate::table::{Aim, Better, Pair, ROUNDS, Table};

const GET: Aim = Aim { name: "get", unit: "calls/s", better: Better::More, floor: Some(0.25) };
const LIST: Aim = Aim { name: "list_100", unit: "calls/s", better: Better::More, floor: Some(0.35) };
/// At most one and a half times as long.
const REPORT: Aim = Aim { name: "region_report_1m", unit: "us", better: Better::Less, floor: Some(0.667) };

/// All rows of this file; each needs a server.
pub(crate) const ROWS: [Aim; 3] = [GET, LIST, REPORT];

const CALLERS: usize = 64;
const CONNECTIONS: u16 = 8;
const REGION: &str = "640000000000";

/// Villages with matters, so that the two databases hold 10 thousand and 1 million.
const SEEDED: usize = 2000;
const FEW: i64 = 5;
const MANY: i64 = 500;

const SELECT_ONE: &str = include_str!("../../../services/intake/server/src/store/sql/matter_get.sql");
const SELECT_PAGE: &str = include_str!("../../../services/intake/server/src/store/sql/matter_list.sql");
/// As the server asks for the first page of a unit.
const VILLAGES_A_PAGE: usize = 32;
const PAGE: i32 = 100;

pub(crate) async fn rows(table: &mut Table, server: &Postgres) -> anyhow::Result<()> {
    if !table.wants_any(&ROWS) {
        return Ok(());
    }
    let register = register()?;
    let few = Books::with(server, &register, FEW).await?;
    if table.wants(&GET) {
        get(table, &few, longest_run(&villages(&register)[..SEEDED])).await?;
    }
    if table.wants(&LIST) {
        list(table, &few, &register).await?;
    }
    if table.wants(&REPORT) {
        let many = Books::with(server, &register, MANY).await?;
        report(table, &few, &many).await?;
    }
    Ok(())
}

async fn get(table: &mut Table, books: &Books, villages: &[UnitCode]) -> anyhow::Result<()> {
    let (first, count) = (villages[0].as_u64(), villages.len() as u64);
    let draw = format!(
        "\\set unit {first} + random(0, {})\n\\set ordinal random(1, {FEW})\n{}",
        count - 1,
        script(SELECT_ONE, &[":unit", "2022", ":ordinal"])
    );
    let draw = books.script(&draw)?;
    let few = FEW.unsigned_abs();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let limit = books.pgbench(draw.path(), &[]).await?;
        let intake = books.intake.clone();
        let ours = load::rate(CALLERS, move |caller, n| {
            let name = format!("villages/{}/matters/2022-{}", first + n % count, 1 + n / count % few);
            let mut client = intake.client(caller);
            async move {
                client.get_matter(at_region(GetMatterRequest { name })).await?;
                Ok(())
            }
        });
        rounds.push(Pair { ours: ours.await?, limit });
    }
    table.add(&GET, &rounds, "");
    Ok(())
}

async fn list(table: &mut Table, books: &Books, register: &Register) -> anyhow::Result<()> {
    let seeded = &villages(register)[..SEEDED];
    let below = |county: UnitCode| -> Vec<UnitCode> {
        seeded.iter().copied().filter(|village| register.is_within(*village, county)).collect()
    };
    let counties = register.at_level(Level::County).map(|county| county.code);
    let county = counties.max_by_key(|county| below(*county).len());
    let county = county.context("a region has counties")?;
    let keys: serde_json::Map<_, _> = below(county)
        .iter()
        .take(VILLAGES_A_PAGE)
        .enumerate()
        .map(|(at, village)| (at.to_string(), serde_json::json!({ "unit": number(*village) })))
        .collect();
    let keys = serde_json::Value::Object(keys).to_string();
    let statement = script(SELECT_PAGE, &[":keys", "0", "0", "0", "NULL", "NULL", "0", "100"]);
    let page = books.script(&statement)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let limit = books.pgbench(page.path(), &[("keys", keys.clone())]).await?;
        let intake = books.intake.clone();
        let ours = load::rate(CALLERS, move |caller, _| {
            let parent = format!("units/{county}");
            let request = ListMattersRequest { parent, page_size: PAGE, ..Default::default() };
            let mut client = intake.client(caller);
            async move {
                let page = client.list_matters(at_region(request)).await?.into_inner();
                anyhow::ensure!(page.matters.len() == 100, "a page of {}", page.matters.len());
                Ok(())
            }
        });
        rounds.push(Pair { ours: ours.await?, limit });
    }
    table.add(&LIST, &rounds, "");
    Ok(())
}

/// How long one caller waits for the region's report, with a hundred times the matters and with as many.
async fn report(table: &mut Table, few: &Books, many: &Books) -> anyhow::Result<()> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(Pair { ours: many.report_us().await?, limit: few.report_us().await? });
    }
    table.add(&REPORT, &rounds, "");
    Ok(())
}

/// A node on a database whose matters were put there by SQL, as the writer would have left them.
struct Books {
    database: Database,
    _node: Node,
    _data: Folder,
    intake: Intake,
}

impl Books {
    async fn with(server: &Postgres, register: &Register, each: i64) -> anyhow::Result<Self> {
        let (database, data) = (server.database("reads"), Folder::new());
        let node = Node::start(data.path(), database.url())?;
        seed(&database, register, each).await?;
        let intake = Intake::of(&node).await?;
        Ok(Self { database, _node: node, _data: data, intake })
    }

    fn script(&self, text: &str) -> anyhow::Result<tempfile::NamedTempFile> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), text)?;
        Ok(file)
    }

    async fn pgbench(&self, file: &std::path::Path, values: &[(&str, String)]) -> anyhow::Result<f64> {
        Script { file, url: self.database.url(), schema: "intake", values }.rate(CONNECTIONS).await
    }

    async fn report_us(&self) -> anyhow::Result<f64> {
        let intake = self.intake.clone();
        let rate = load::rate(1, move |caller, _| {
            let unit = format!("units/{REGION}");
            let mut client = intake.client(caller);
            async move {
                let request = at_region(GetProgressReportRequest { unit, year: YEAR });
                let report = client.get_progress_report(request).await?.into_inner();
                anyhow::ensure!(!report.by_state.is_empty(), "the report is empty");
                Ok(())
            }
        });
        Ok(1e6 / rate.await?)
    }
}

fn at_region<T>(message: T) -> tonic::Request<T> {
    as_officer(&MetadataValue::from_static(REGION), message)
}

async fn seed(database: &Database, register: &Register, each: i64) -> anyhow::Result<()> {
    let villages = &villages(register)[..SEEDED];
    let codes: Vec<i64> = villages.iter().map(|village| number(*village)).collect();
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for village in villages {
        for unit in register.ancestors(*village) {
            if register.level(unit).is_some_and(|level| level >= Level::County) {
                below.push(number(*village));
                above.push(number(unit));
            }
        }
    }
    let mut connection = PgConnection::connect(database.url()).await?;
    sqlx::raw_sql("SET search_path = intake").execute(&mut connection).await?;
    let matters = include_str!("sql/seed_matters.sql");
    sqlx::query(matters).bind(codes).bind(each).bind(record()).execute(&mut connection).await?;
    let tally = include_str!("sql/seed_tally.sql");
    sqlx::query(tally).bind(below).bind(above).execute(&mut connection).await?;
    sqlx::raw_sql(AssertSqlSafe("VACUUM ANALYZE")).execute(&mut connection).await?;
    Ok(())
}

/// What is served of every seeded matter.
fn record() -> Vec<u8> {
    let request = proposal("villages/640324100200".into(), 1);
    let matter = Matter {
        name: "villages/640324100200/matters/2022-1".into(),
        state: MatterState::Proposed as i32,
        proposer: "bench".into(),
        etag: "1".into(),
        create_time_us: 1_638_288_000_000_000,
        update_time_us: 1_638_288_000_000_000,
        ..request.matter.unwrap_or_default()
    };
    prost::Message::encode_to_vec(&matter)
}
