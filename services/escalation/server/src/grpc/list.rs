//! `ListReferrals`: keyset pages.

use tonic::{Request, Response, Status};
use yishi_kernel::Clock;
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::convert::{states_mask, tell_overdue};
use crate::model::Escalation;
use crate::store::{self, Filter};

use super::page;

const STATES: &[&str] = &["OFFERED", "HANDLED", "RAISED", "PASSED", "RETURNED", "COORDINATING", "RESOLVED"];

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Escalation>,
    clock: &dyn Clock,
    request: Request<pb::ListReferralsRequest>,
) -> Result<Response<pb::ListReferralsResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("parent", "units", &request.parent);
    let size = check.page_size("page_size", request.page_size, page::DEFAULT, page::MAX);
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
    let after = page::open(desk, &question, &request.page_token)?;
    let mut units = if request.roll_up { desk.house().register.subtree(unit) } else { vec![unit] };
    units.sort_unstable();
    let now = clock.now();
    let (mut referrals, next) =
        store::list::<E>(&mut reader, &units, filter, now, after, size).await.map_err(unreadable)?;
    reader.done();
    referrals.iter_mut().for_each(|referral| tell_overdue(referral, now));
    let next_page_token = next.map(|cursor| page::seal(desk, &question, cursor)).unwrap_or_default();
    Ok(Response::new(pb::ListReferralsResponse { referrals, next_page_token }))
}
