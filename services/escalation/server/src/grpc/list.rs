//! `ListReferrals`: keyset pages.

use tonic::{Request, Response, Status};
use yishi_escalation_domain::Outlook;
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::convert::{levels_mask, states_mask, tell_light};
use crate::model::Escalation;
use crate::store::{self, Filter, Lights};

use super::page;

const LEVELS: &[&str] = &["VILLAGE", "TOWNSHIP", "COUNTY", "CITY", "REGION"];
const STATES: &[&str] = &["OFFERED", "HANDLED", "RAISED", "PASSED", "RETURNED", "COORDINATING", "RESOLVED"];

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Escalation>,
    outlook: Outlook,
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
    let levels: Vec<Option<pb::Level>> =
        request.levels.iter().map(|level| check.enumeration("levels", *level, LEVELS)).collect();
    let levels: Option<Vec<pb::Level>> = levels.into_iter().collect();
    let (unit, size, filter) = check.finish(|| {
        let filter = Filter {
            open_only: request.roll_up,
            year: year?,
            states: states_mask(&states?),
            levels: levels_mask(&levels?),
            overdue_only: request.overdue_only,
        };
        Some((unit?, size?, filter))
    })?;
    // What a token was given for: the same question, whatever the size of its pages.
    let question = format!("{unit} {filter:?} {}", request.with_counts);
    let after = page::open(desk, &question, &request.page_token)?;
    let mut units = if request.roll_up { desk.house().register.subtree(unit) } else { vec![unit] };
    units.sort_unstable();
    let counts = match request.with_counts {
        false => None,
        true => Some(store::count::<E>(&mut reader, &units, filter, outlook).await.map_err(unreadable)?),
    };
    let (mut referrals, next) =
        store::list::<E>(&mut reader, &units, filter, outlook.now, after, size).await.map_err(unreadable)?;
    reader.done();
    referrals.iter_mut().for_each(|referral| tell_light(referral, outlook));
    let next_page_token = next.map(|cursor| page::seal(desk, &question, cursor)).unwrap_or_default();
    let counts = counts.map(|Lights { red, yellow, green }| pb::ReferralCounts {
        referrals: red + yellow + green,
        red,
        yellow,
        green,
    });
    Ok(Response::new(pb::ListReferralsResponse { referrals, next_page_token, counts }))
}
