//! `ListMatters`: keyset pages with a token that only this database can have given.

use tonic::{Request, Response, Status};
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::joint as parts;
use crate::convert::filter::{self, CATEGORIES, STATES};
use crate::convert::joint::part_states_mask;
use crate::convert::{in_short, states_mask};
use crate::model::Intake;
use crate::store::joint::{self, PartFilter};
use crate::store::{self, Cursor, Filter, Paging};

pub(super) const PAGE_DEFAULT: u32 = 50;
pub(super) const PAGE_MAX: u32 = 1000;
/// Matters that are looked at for one page of those that pass a filter.
const SCAN_MAX: u32 = 5000;
/// Bytes of the keyed digest that a token carries.
pub(super) const SEAL: usize = 16;
/// States in which a village takes part in the matter of another, whatever became of that since.
const TAKING_PART: [pb::ParticipationState; 4] = [
    pb::ParticipationState::Determined,
    pb::ParticipationState::Closed,
    pb::ParticipationState::Cancelled,
    pb::ParticipationState::CarriedOver,
];
pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Intake>,
    request: Request<pb::ListMattersRequest>,
) -> Result<Response<pb::ListMattersResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
    let year = match request.year {
        0 => Some(None),
        year => check.year("year", year).map(|year| Some(i64::from(year.get()))),
    };
    let states: Option<Vec<pb::MatterState>> =
        request.states.iter().map(|state| check.enumeration("states", *state, STATES)).collect();
    let category = match request.category {
        0 => Some(None),
        value => check.enumeration("category", value, CATEGORIES).map(|c: pb::Category| Some(c as i64)),
    };
    let passing = filter::filter(&mut check, "filter", &request.filter);
    let (unit, size, filter, passing) = check.finish(|| {
        let filter = Filter { year: year?, category: category?, states: states_mask(&states?) };
        Some((unit?, size?, filter, passing?))
    })?;
    // What a token was given for: the same question, whatever the size of its pages.
    let with = if request.with_predecessors { " with predecessors" } else { "" };
    let question = format!("{unit} {filter:?} {passing:?}{with}");
    let after = match request.page_token.as_str() {
        "" => None,
        token => Some(open(desk, &question, token).ok_or_else(Failure::foreign_page_token)?),
    };
    let mut villages = store::villages(desk.house(), unit);
    let mut participations = match villages.as_slice() {
        // What fills slots of its year is bounded by them; what it is only asked about has a list of its own.
        [village]
            if *village == unit
                && after.is_none()
                && filter.states == 0
                && filter.category.is_none()
                && passing.is_empty() =>
        {
            let filter = PartFilter { year: filter.year, states: part_states_mask(&TAKING_PART) };
            joint::list::<E>(&mut reader, &villages, filter, None, PAGE_MAX).await.map_err(unreadable)?.0
        }
        _ => Vec::new(),
    };
    participations.iter_mut().for_each(parts::in_short);
    let mut paging = Paging::of_all(after, size);
    if !passing.is_empty() {
        paging.scan = SCAN_MAX;
    }
    let passes = |matter: &pb::Matter| passing.matches(&filter::Seen(matter));
    if request.with_predecessors {
        let house = desk.house();
        villages.extend(house.register.answers_for(unit, house.today()).map(|change| change.old));
        villages.sort_unstable();
    }
    let (mut matters, next) =
        store::list::<E>(&mut reader, &villages, filter, passes, paging).await.map_err(unreadable)?;
    let shown = matters.iter().filter(|matter| super::work::may_have_photographs(matter));
    let ids = shown.filter_map(|matter| matter.name.parse::<MatterId>().ok());
    let sharing = store::sharing::<E>(&mut reader, ids).await.map_err(unreadable)?;
    reader.done();
    for matter in &mut matters {
        shorten(matter);
        matter.photographs_reused = matter.name.parse().is_ok_and(|id| sharing.contains(&id));
    }
    let next_page_token = next.map(|cursor| seal(desk, &question, cursor)).unwrap_or_default();
    Ok(Response::new(pb::ListMattersResponse { matters, next_page_token, participations }))
}

/// Leaves out what lists do not tell.
pub(super) fn shorten(matter: &mut pb::Matter) {
    matter.description.clear();
    matter.objections.clear();
    if let Some(progress) = &mut matter.progress {
        progress.text.clear();
        progress.papers_sha256.clear();
        progress.papers.clear();
    }
    if let Some(completion) = &mut matter.completion {
        completion.text.clear();
    }
    in_short(matter);
}

pub(super) fn seal<E: Engine>(desk: &Desk<E, Intake>, question: &str, cursor: Cursor) -> String {
    let Cursor { village, year, ordinal } = cursor;
    let place = format!("{village}.{year}.{ordinal}");
    let digest = desk.digest("page", format!("{question} {place}").as_bytes());
    format!("{place}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

pub(super) fn open<E: Engine>(desk: &Desk<E, Intake>, question: &str, token: &str) -> Option<Cursor> {
    let mut parts = token.split('.');
    let cursor = Cursor {
        village: parts.next()?.parse().ok()?,
        year: parts.next()?.parse().ok()?,
        ordinal: parts.next()?.parse().ok()?,
    };
    (seal(desk, question, cursor) == token).then_some(cursor)
}
