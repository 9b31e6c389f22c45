//! `ListChannels`: keyset pages by name.

use tonic::{Request, Response, Status};
use yishi_funding_domain::ChannelId;
use yishi_proto::funding::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use super::page;
use crate::convert::CHANNEL_KINDS;
use crate::model::Funding;
use crate::store::{self, Filter};

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::ListChannelsRequest>,
) -> Result<Response<pb::ListChannelsResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let size = check.page_size("page_size", request.page_size, page::DEFAULT, page::MAX);
    let year = match request.year {
        0 => Some(None),
        year => check.year("year", year).map(|year| Some(i64::from(year.get()))),
    };
    let kind = match request.kind {
        0 => Some(None),
        kind => check.enumeration("kind", kind, CHANNEL_KINDS).map(|kind: pb::ChannelKind| Some(kind as i64)),
    };
    let (unit, size, filter) = check.finish(|| Some((unit?, size?, Filter { year: year?, kind: kind? })))?;
    let question = format!("channels {unit} {filter:?}");
    let after: Option<ChannelId> = page::open(desk, &question, &request.page_token)?;
    let channels = store::channels::<E>(&mut reader, unit, filter, after, size).await.map_err(unreadable)?;
    reader.done();
    let full = channels.len() >= size as usize;
    let last = channels.last().filter(|_| full).map(|channel| channel.name.as_str());
    let next_page_token = last.map(|place| page::seal(desk, &question, place)).unwrap_or_default();
    Ok(Response::new(pb::ListChannelsResponse { channels, next_page_token }))
}
