//! `ListAssignments`: of the referrals that departments are at work on, those that one of them has.

use tonic::{Request, Response, Status};
use yishi_escalation_domain::Department;
use yishi_kernel::{Clock, Timestamp};
use yishi_proto::escalation::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{self, Desk, unreadable};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::{Engine, StoreError};

use crate::convert::{self, Name};
use crate::model::Escalation;
use crate::store::{self, Cursor, Filter};

use super::page;

/// Referrals read at once at the least: a unit has far fewer at work than there are assignments in its history.
const LOOK: usize = 64;

/// What must hold of a listed assignment.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    unanswered_only: bool,
    overdue_only: bool,
}

pub(super) async fn list<E: Engine>(
    desk: &Desk<E, Escalation>,
    clock: &dyn Clock,
    request: Request<pb::ListAssignmentsRequest>,
) -> Result<Response<pb::ListAssignmentsResponse>, Status> {
    let caller = desk::caller(&request)?;
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let department = convert::department(&mut check, "parent", &request.parent);
    let size = check.page_size("page_size", request.page_size, page::DEFAULT, page::MAX);
    let year = match request.year {
        0 => Some(None),
        year => check.year("year", year).map(|year| Some(i64::from(year.get()))),
    };
    let (department, size, year) = check.finish(|| Some((department?, size? as usize, year?)))?;
    if !caller.speaks_for(&request.parent) {
        return Err(Failure::new(&reasons::PERMISSION_DENIED).into());
    }
    let wanted = Wanted { unanswered_only: request.unanswered_only, overdue_only: request.overdue_only };
    let states = convert::states_mask(&[pb::ReferralState::Coordinating]);
    let filter = Filter { year, states, ..Filter::default() };
    let question = format!("{department} {year:?} {wanted:?}");
    let mut after = page::open(desk, &question, &request.page_token)?;
    let (now, mut assignments) = (clock.now(), Vec::new());
    let limit = u32::try_from(size.max(LOOK)).unwrap_or(page::MAX);
    let next = loop {
        let units = [department.unit()];
        let (referrals, next) =
            store::list::<E>(&mut reader, &units, filter, now, after, limit).await.map_err(unreadable)?;
        let mut full = None;
        for referral in referrals {
            let place = place(&referral).map_err(unreadable)?;
            assignments.extend(assigned(referral, &department, wanted, now));
            if assignments.len() == size {
                full = Some(place);
                break;
            }
        }
        match (full, next) {
            (Some(place), _) => break Some(place),
            (None, None) => break None,
            (None, next) => after = next,
        }
    };
    reader.done();
    let next_page_token = next.map(|cursor| page::seal(desk, &question, cursor)).unwrap_or_default();
    Ok(Response::new(pb::ListAssignmentsResponse { assignments, next_page_token }))
}

/// Where a referral that is due stands in lists.
fn place(referral: &pb::Referral) -> Result<Cursor, StoreError> {
    let name: Result<Name, ()> = referral.name.parse();
    let Name { unit, matter } = name.map_err(|()| StoreError::Corrupt {
        table: "referral",
        problem: format!("{} is no name", referral.name),
    })?;
    Ok(Cursor {
        due_us: Some(referral.due_time_us),
        unit: unit.as_u64(),
        village: matter.village.as_u64(),
        year: matter.year.get(),
        ordinal: matter.ordinal,
    })
}

/// What of it is asked of the department, if anything.
fn assigned(
    mut referral: pb::Referral,
    department: &Department,
    wanted: Wanted,
    now: Timestamp,
) -> Option<pb::AssignedReferral> {
    let name = department.to_string();
    let all = referral.lead.iter().map(|lead| (true, lead));
    let mut all = all.chain(referral.helpers.iter().map(|helper| (false, helper)));
    let (leads, assignment) = all.find(|(_, assignment)| assignment.department == name)?;
    let (leads, assignment) = (leads, assignment.clone());
    let due = match assignment.reply() {
        pb::AssignmentReply::Unspecified => assignment.due_time_us,
        pb::AssignmentReply::Accepted => referral.standing.as_ref().map_or(i64::MAX, |who| who.due_time_us),
        pb::AssignmentReply::Declined => i64::MAX,
    };
    let overdue = now.as_micros() > due;
    let unanswered = assignment.reply() == pb::AssignmentReply::Unspecified;
    if (wanted.unanswered_only && !unanswered) || (wanted.overdue_only && !overdue) {
        return None;
    }
    convert::tell_overdue(&mut referral, now);
    Some(pb::AssignedReferral { assignment: Some(assignment), leads, overdue, referral: Some(referral) })
}
