//! `ListReferrals`: keyset pages with a token that only this database can have given.

use tonic::{Request, Response, Status};
use yishi_kernel::Clock;
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use crate::convert::{states_mask, tell_overdue};
use crate::model::Escalation;
use crate::store::{self, Cursor, Filter};

const PAGE_DEFAULT: u32 = 50;
const PAGE_MAX: u32 = 1000;
/// Bytes of the keyed digest that a token carries.
const SEAL: usize = 16;
const STATES: &[&str] = &["OFFERED", "HANDLED", "RAISED", "PASSED", "RETURNED", "COORDINATING", "RESOLVED"];

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Escalation>,
    clock: &dyn Clock,
    request: Request<pb::ListReferralsRequest>,
) -> Result<Response<pb::ListReferralsResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
    let year = match request.year {
        0 => Some(None),
        year => check.year("year", year).map(|year| Some(i64::from(year.get()))),
    };
    let states: Vec<Option<pb::ReferralState>> =
        request.states.iter().map(|state| check.enumeration("states", *state, STATES)).collect();
    let states: Option<Vec<pb::ReferralState>> = states.into_iter().collect();
    let (unit, size, filter) = check.finish(|| {
        let filter = Filter {
            open_only: request.roll_up,
            year: year?,
            states: states_mask(&states?),
            overdue_only: request.overdue_only,
        };
        Some((unit?, size?, filter))
    })?;
    // What a token was given for: the same question, whatever the size of its pages.
    let question = format!("{unit} {filter:?}");
    let after = match request.page_token.as_str() {
        "" => None,
        token => Some(open(desk, &question, token).ok_or_else(Failure::foreign_page_token)?),
    };
    let mut units = if request.roll_up { desk.house().register.subtree(unit) } else { vec![unit] };
    units.sort_unstable();
    let now = clock.now();
    let (mut referrals, next) =
        store::list::<E>(&mut reader, &units, filter, now, after, size).await.map_err(unreadable)?;
    reader.done();
    referrals.iter_mut().for_each(|referral| tell_overdue(referral, now));
    let next_page_token = next.map(|cursor| seal(desk, &question, cursor)).unwrap_or_default();
    Ok(Response::new(pb::ListReferralsResponse { referrals, next_page_token }))
}

fn seal<E: Engine>(desk: &Desk<E, Escalation>, question: &str, cursor: Cursor) -> String {
    let Cursor { due_us, unit, village, year, ordinal } = cursor;
    let due = due_us.map(|due| due.to_string()).unwrap_or_default();
    let place = format!("{due}.{unit}.{village}.{year}.{ordinal}");
    let digest = desk.digest("page", format!("{question} {place}").as_bytes());
    format!("{place}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

fn open<E: Engine>(desk: &Desk<E, Escalation>, question: &str, token: &str) -> Option<Cursor> {
    let mut parts = token.split('.');
    let due_us = match parts.next()? {
        "" => None,
        due => Some(due.parse().ok()?),
    };
    let cursor = Cursor {
        due_us,
        unit: parts.next()?.parse().ok()?,
        village: parts.next()?.parse().ok()?,
        year: parts.next()?.parse().ok()?,
        ordinal: parts.next()?.parse().ok()?,
    };
    (seal(desk, question, cursor) == token).then_some(cursor)
}
