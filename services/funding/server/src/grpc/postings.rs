//! `ListPostings`: read from the unit's journal, which is where postings are.

use tonic::{Request, Response, Status};
use yishi_funding_domain::ChannelId;
use yishi_kernel::MatterId;
use yishi_proto::funding::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::{Engine, journal};

use super::page;
use crate::convert;
use crate::model::Funding;
use crate::store::corrupt;

/// Entries read for a page at most, whether they are asked for or not.
const ENTRIES_MAX: u32 = 4_000;
/// Entries read at once.
const ENTRIES: std::ops::RangeInclusive<u32> = 100..=1_000;

/// Which postings are asked for.
#[derive(Debug)]
struct Filter {
    channel: Option<ChannelId>,
    matter: Option<MatterId>,
}

impl Filter {
    fn read(check: &mut Checker, request: &pb::ListPostingsRequest) -> Option<Self> {
        let channel = match request.channel.as_str() {
            "" => Some(None),
            name => convert::channel_name(check, "channel", name).map(Some),
        };
        let matter = match request.matter.as_str() {
            "" => Some(None),
            name => check.matter("matter", name).map(Some),
        };
        Some(Self { channel: channel?, matter: matter? })
    }

    fn wants(&self, record: &pb::PostingRecord) -> bool {
        let of_channel = |id: ChannelId| {
            let name = id.to_string();
            record.posting.iter().flat_map(|posting| &posting.lines).any(|line| line.channel == name)
        };
        self.matter.is_none_or(|matter| record.matter == matter.to_string())
            && self.channel.is_none_or(of_channel)
    }
}

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::ListPostingsRequest>,
) -> Result<Response<pb::ListPostingsResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let size = check.page_size("page_size", request.page_size, page::DEFAULT, page::MAX);
    let filter = Filter::read(&mut check, &request);
    let (unit, size, filter) = check.finish(|| Some((unit?, size?, filter?)))?;
    let question = format!("postings {unit} {filter:?}");
    let mut after: i64 = page::open(desk, &question, &request.page_token)?.unwrap_or(0);

    let (mut postings, mut left) = (Vec::new(), ENTRIES_MAX);
    let ended = loop {
        let at_once = size.clamp(*ENTRIES.start(), *ENTRIES.end()).min(left);
        let entries =
            journal::of_unit::<E>(&mut reader, unit, after, at_once.into()).await.map_err(unreadable)?;
        let last_ones = entries.len() < at_once as usize;
        for entry in entries.into_iter().map(|stored| stored.entry) {
            if postings.len() >= size as usize {
                break;
            }
            after = entry.seq;
            let record =
                convert::record(&entry).map_err(|problem| unreadable(corrupt("journal", problem)))?;
            postings.extend(record.filter(|record| filter.wants(record)));
        }
        left -= at_once;
        if postings.len() >= size as usize || left == 0 {
            break false;
        }
        if last_ones {
            break true;
        }
    };
    reader.done();
    let next_page_token = if ended { String::new() } else { page::seal(desk, &question, after) };
    Ok(Response::new(pb::ListPostingsResponse { postings, next_page_token }))
}
