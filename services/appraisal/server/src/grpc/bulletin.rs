//! Bulletins: issued with what the node sees of its links, and read past the writer.

use std::ops::RangeInclusive;

use tonic::{Request, Response, Status};
use yishi_appraisal_domain::{Act, Command, NodeBelow, Period, UnitYear};
use yishi_kernel::{UnitCode, Year};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::{Failure, Lang};
use yishi_store::Engine;

use super::checkpoint::{self, Signer};
use super::read::{PAGE_DEFAULT, PAGE_MAX, SEAL};
use crate::convert::{read_bulletin, unknown_bulletin};
use crate::model::{Appraisal, Task};
use crate::render::render;
use crate::store;

const FORMATS: &[&str] = &["TABLE", "CSV", "JSON"];

/// Whether all links to a node below, by its topmost unit, are up.
pub(super) type Linked = dyn Fn(UnitCode) -> bool + Send + Sync;

pub(super) async fn issue<E: Engine>(
    desk: &Desk<E, Appraisal>,
    (linked, signer): (&Linked, &Signer),
    request: Request<pb::IssueBulletinRequest>,
) -> Result<Response<pb::Bulletin>, Status> {
    let delegates = desk.house().delegates();
    let nodes = delegates.iter().map(|&unit| NodeBelow { unit, linked: linked(unit) }).collect();
    let issued = desk.write_knowing(request, |task| with_nodes(task, nodes)).await?;
    if let Err(failure) = checkpoint::sign(desk, signer, issued.get_ref()).await {
        // The bulletin is issued all the same; whoever asks for it again has it signed.
        tracing::error!(%failure, bulletin = issued.get_ref().name, "a bulletin is issued and not signed");
    }
    Ok(issued)
}

fn with_nodes(mut task: Task, nodes: Vec<NodeBelow>) -> Task {
    if let Task::Asked(Command::Ask { about, act: Act::IssueBulletin(order) }) = &mut task {
        let below = |node: &NodeBelow| order.children.iter().any(|child| child.units.contains(&node.unit));
        order.nodes = nodes.into_iter().filter(|node| node.unit != about.unit && below(node)).collect();
    }
    task
}

pub(super) async fn get<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::GetBulletinRequest>,
) -> Result<Response<pb::Bulletin>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let named = read_bulletin(&mut check, "name", &request.name);
    let named = check.finish(|| named)?;
    let bulletin = find::<E>(&mut reader, named, &request.name).await?;
    reader.done();
    Ok(Response::new(bulletin))
}

pub(super) async fn written_out<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::RenderBulletinRequest>,
) -> Result<Response<pb::RenderBulletinResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let named = read_bulletin(&mut check, "name", &request.name);
    let format: Option<pb::BulletinFormat> = check.enumeration("format", request.format, FORMATS);
    let (named, format) = check.finish(|| named.zip(format))?;
    let bulletin = find::<E>(&mut reader, named, &request.name).await?;
    reader.done();
    let written = render(&bulletin, format, Lang::current())?;
    Ok(Response::new(written.unwrap_or_default()))
}

async fn find<E: Engine>(
    conn: &mut E::Connection,
    (about, period): (UnitYear, Period),
    name: &str,
) -> Result<pb::Bulletin, Failure> {
    let found = store::bulletin::<E>(conn, about, period).await.map_err(unreadable)?;
    found.ok_or_else(|| unknown_bulletin(name))
}

/// Keyset pages by year and period, with a token that only this database can have given.
pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::ListBulletinsRequest>,
) -> Result<Response<pb::ListBulletinsResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let years = match request.year {
        0 => Some(i64::from(Year::MIN.get())..=i64::from(Year::MAX.get())),
        year => check.year("year", year).map(|year| just(i64::from(year.get()))),
    };
    let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
    let (unit, years, size) = check.finish(|| Some((unit?, years?, size?)))?;
    let question = format!("{unit} {years:?}");
    let after = match request.page_token.as_str() {
        "" => (0, String::new()),
        token => open(desk, &question, token).ok_or_else(Failure::foreign_page_token)?,
    };
    // One more than asked for tells whether there is a next page.
    let found = store::bulletins::<E>(&mut reader, unit, years, after, size + 1).await;
    let mut bulletins = found.map_err(unreadable)?;
    reader.done();
    let more = bulletins.len() > usize::try_from(size).unwrap_or(usize::MAX);
    if more {
        bulletins.pop();
    }
    for bulletin in &mut bulletins {
        (bulletin.ranked, bulletin.nothing_due, bulletin.no_report) = (Vec::new(), Vec::new(), Vec::new());
    }
    let last = bulletins.last().filter(|_| more);
    let next_page_token =
        last.map(|last| seal(desk, &question, last.year.into(), &last.period)).unwrap_or_default();
    Ok(Response::new(pb::ListBulletinsResponse { bulletins, next_page_token }))
}

fn just(year: i64) -> RangeInclusive<i64> {
    year..=year
}

fn seal<E: Engine>(desk: &Desk<E, Appraisal>, question: &str, year: i64, period: &str) -> String {
    let place = format!("{year}.{period}");
    let digest = desk.digest("page", format!("bulletins {question} {place}").as_bytes());
    format!("{place}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

fn open<E: Engine>(desk: &Desk<E, Appraisal>, question: &str, token: &str) -> Option<(i64, String)> {
    let mut parts = token.split('.');
    let (year, period) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
    (seal(desk, question, year, &period) == token).then_some((year, period))
}
