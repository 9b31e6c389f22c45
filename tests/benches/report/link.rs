//! What a link carries, and how long a matter takes over five nodes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::time::sleep;
use tonic::metadata::{Ascii, MetadataValue};
use uuid::Uuid;
use yishi_proto::admin::v1::{
    AdvanceClockRequest, BarrierRequest, GetStatusRequest, Recovery, SkipRecoveryRequest,
};
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::escalation::v1::{GetReferralRequest, RaiseMatterRequest};
use yishi_proto::intake::v1 as intake;
use yishi_tests::sandbox::{Asks, OPENS};
use yishi_tests::sqlite::Folder;

use crate::intake::{Intake, Villages, as_officer};
use crate::load;
use crate::node::{Node, Place};
use crate::region;
use crate::table::{Aim, Better, Pair, ROUNDS, Table, median};

const BACKLOG: Aim = Aim { name: "link_backlog", unit: "entries/s", better: Better::More, floor: Some(1.0) };
const ESCALATION: Aim =
    Aim { name: "raise_over_five_nodes", unit: "ms", better: Better::Less, floor: Some(1.0) };

/// What a link has to carry at the least, and what a matter may take at the most.
const BACKLOG_MIN: f64 = 5_000.0;
const ESCALATION_MAX_MS: f64 = 50.0;

const REGION: &str = "640000000000";
const CITY: &str = "640300000000";
const COUNTY: &str = "640324000000";
const TOWNSHIP: &str = "640324100000";
const VILLAGE: &str = "640324100200";
const ENTRIES: i64 = 10_000;
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn rows(table: &mut Table) -> anyhow::Result<()> {
    if table.wants(&BACKLOG) {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(Pair { ours: backlog().await?, limit: BACKLOG_MIN });
        }
        table.add(&BACKLOG, &rounds, "");
    }
    if table.wants(&ESCALATION) {
        let times = escalations().await?;
        let rounds: Vec<Pair> =
            times.into_iter().map(|ours| Pair { ours, limit: ESCALATION_MAX_MS }).collect();
        table.add(&ESCALATION, &rounds, "");
    }
    Ok(())
}

/// A port that nobody has at the moment, below those that the kernel gives to whoever dials.
fn free_port() -> anyhow::Result<u16> {
    let free = (20_000..30_000).find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.context("a free port")
}

/// Entries a second that arrive at a node above which was away while they were written.
async fn backlog() -> anyhow::Result<f64> {
    let folder = Folder::new();
    let port = free_port()?;
    let place = Place { unit: COUNTY, parent: format!("http://127.0.0.1:{port}"), ..Place::default() };
    let county = Node::linked(&folder.path().join("county"), "", &place)?;
    let villages: Vec<_> = region::villages(&region::register()?)
        .into_iter()
        .filter(|village| village.to_string().starts_with(&COUNTY[..6]))
        .collect();
    let (intake, villages) = (Intake::of(&county).await?, Villages::new(&villages)?);
    let mut operator = county.operator().await?;
    // A new node writes nothing before it has asked the one above, which is not there yet.
    for service in county.services().await? {
        let ask = SkipRecoveryRequest { service, node: "units/parent".to_owned() };
        operator.skip_recovery(ask).await?;
    }
    let mut written = 0;
    let mut ordinal = 0;
    while written < ENTRIES {
        let (intake, villages) = (intake.clone(), villages.clone());
        let first = ordinal;
        load::rate(256, move |caller, n| {
            let (intake, villages) = (intake.clone(), villages.clone());
            async move { villages.propose(&intake, caller, first + n).await }
        })
        .await?;
        ordinal += 1_000_000;
        written = pos(&mut operator).await?;
    }
    let place = Place { unit: REGION, delegates: &[COUNTY], port, ..Place::default() };
    let above = Node::linked(&folder.path().join("region"), "", &place)?;
    let mut operator = above.operator().await?;
    let asked = Instant::now();
    // From the first entries on: when the node below dials again is a matter of its pauses.
    let (mut began, mut before) = (None, 0);
    loop {
        ensure!(asked.elapsed() < PATIENCE, "the backlog does not arrive: {before} of {written}");
        let come = pos(&mut operator).await?;
        if come > 0 && began.is_none() {
            (began, before) = (Some(Instant::now()), come);
        }
        if let Some(began) = began.filter(|_| come >= written) {
            return Ok((come - before) as f64 / began.elapsed().as_secs_f64());
        }
        sleep(Duration::from_millis(2)).await;
    }
}

/// Waits until a new node has asked the one above.
async fn whole(node: &Node) -> anyhow::Result<()> {
    let (mut operator, asked) = (node.operator().await?, Instant::now());
    loop {
        let status = operator.get_status(GetStatusRequest {}).await?.into_inner();
        if status.services.iter().all(|service| service.recovery() == Recovery::Whole) {
            return Ok(());
        }
        ensure!(asked.elapsed() < PATIENCE, "the node above does not answer");
        sleep(Duration::from_millis(2)).await;
    }
}

async fn pos(
    operator: &mut yishi_proto::admin::v1::admin_service_client::AdminServiceClient<
        tonic::transport::Channel,
    >,
) -> anyhow::Result<i64> {
    let status = operator.get_status(GetStatusRequest {}).await?.into_inner();
    let intake = status.services.iter().find(|service| service.service == "intake");
    Ok(intake.context("a node hosts intake")?.pos)
}

/// How long a matter takes from its village to the region, each unit on a node of its own, in milliseconds.
async fn escalations() -> anyhow::Result<Vec<f64>> {
    const BRANCH: [&str; 5] = [REGION, CITY, COUNTY, TOWNSHIP, VILLAGE];
    let folder = Folder::new();
    let mut nodes: Vec<Node> = Vec::new();
    for (at, unit) in BRANCH.into_iter().enumerate() {
        let parent = nodes.last().map(|node| format!("http://{}", node.address)).unwrap_or_default();
        let delegates: Vec<&str> = BRANCH.get(at + 1).copied().into_iter().collect();
        let place = Place { unit, delegates: &delegates, parent, port: 0 };
        nodes.push(Node::linked(&folder.path().join(unit), "", &place)?);
    }
    for node in &nodes {
        whole(node).await?;
    }
    let [topmost, .., village] = &nodes[..] else { anyhow::bail!("five nodes") };
    let matters = determined(village, ROUNDS).await?;
    topmost.operator().await?.barrier(BarrierRequest {}).await?;
    let mut desks = Vec::new();
    for node in &nodes {
        desks.push(EscalationServiceClient::connect(format!("http://{}", node.address)).await?);
    }
    let mut times = Vec::new();
    for matter in &matters {
        let id = matter.replace("villages/", "").replace("/matters/", "-");
        let name = |unit: &str| format!("units/{unit}/referrals/{id}");
        // The village's desk knows of a matter a moment after it was determined.
        known(&mut desks[4], VILLAGE, &name(VILLAGE)).await?;
        let began = Instant::now();
        for hop in (1..BRANCH.len()).rev() {
            let (unit, above) = (BRANCH[hop], BRANCH[hop - 1]);
            let raise = RaiseMatterRequest {
                name: name(unit),
                reason: "本级无力承担".to_owned(),
                request_id: Uuid::new_v4().to_string(),
                etag: String::new(),
            };
            desks[hop].raise_matter(as_officer(&code(unit)?, raise)).await?;
            known(&mut desks[hop - 1], above, &name(above)).await?;
        }
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    ensure!(median(times.iter().copied()) > 0.0, "time passes");
    Ok(times)
}

fn code(unit: &str) -> anyhow::Result<MetadataValue<Ascii>> {
    unit.parse().context("a unit code is ASCII")
}

/// Waits until a unit knows of a matter.
async fn known(
    desk: &mut EscalationServiceClient<tonic::transport::Channel>,
    unit: &str,
    name: &str,
) -> anyhow::Result<()> {
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        let ask = as_officer(&code(unit)?, GetReferralRequest { name: name.to_owned() });
        match desk.get_referral(ask).await {
            Ok(_) => return Ok(()),
            Err(status) if status.code() == tonic::Code::NotFound => sleep(Duration::from_micros(500)).await,
            Err(status) => return Err(status.into()),
        }
    }
    anyhow::bail!("{name} does not arrive")
}

/// A determined matter of the village for each of so many years.
async fn determined(node: &Node, years: usize) -> anyhow::Result<Vec<String>> {
    let mut office =
        intake::intake_service_client::IntakeServiceClient::connect(format!("http://{}", node.address))
            .await?;
    let mut operator = node.operator().await?;
    let village = VILLAGE.parse().context("a village")?;
    let officer = code(VILLAGE)?;
    let mut matters = Vec::new();
    for round in 0..years {
        let year = 2022 + i32::try_from(round)?;
        let day = format!("{}{}", year - 1, &OPENS[4..]);
        let opens = time::Date::from_calendar_date(year - 1, time::Month::December, 1)?;
        let opens = yishi_kernel::Timestamp::start_of(opens);
        operator.advance_clock(AdvanceClockRequest { to_us: opens.as_micros() }).await?;
        let proposal = Asks::propose_this(village, year, Asks::matter("硬化村道"));
        let name = office.propose_matter(as_officer(&officer, proposal)).await?.into_inner().name;
        office.record_deliberation(as_officer(&officer, Asks::deliberate(&name, &day, (30, 24, 20)))).await?;
        let noticed = office.publish_notice(as_officer(&officer, Asks::publish(&name))).await?.into_inner();
        let ends = noticed.notice.context("a notice")?.earliest_end_time_us;
        operator.advance_clock(AdvanceClockRequest { to_us: ends }).await?;
        let ask =
            intake::DetermineMatterRequest { due_day: format!("{year}-09-30"), ..Asks::determine(&name) };
        office.determine_matter(as_officer(&officer, ask)).await?;
        matters.push(name);
    }
    Ok(matters)
}
