//! Why the rules of exchange said no, in the callers' words.

use yishi_intake_domain::exchange::{ActivityId, Refusal};
use yishi_runtime::errors::{Failure, reasons};

use super::super::failure::{invalid, precondition};
use super::super::fields::etag;

/// There is no such activity.
pub(crate) fn unknown(activity: ActivityId) -> Failure {
    let failure = Failure::new(&reasons::ACTIVITY_NOT_FOUND).with("activity", activity);
    failure.resource("yishi.intake.v1.Activity", activity)
}

/// The failure for a refusal; `subject` names the activity, or the unit, that it is about.
pub(crate) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::UnknownActivity { activity } => unknown(*activity),
        Refusal::Stale { current, .. } => Failure::new(&reasons::STALE_ETAG).with("current", etag(*current)),
        Refusal::Withdrawn { activity } => {
            precondition(subject, Failure::new(&reasons::ACTIVITY_WITHDRAWN).with("activity", activity))
        }
        Refusal::Day { day, latest } => invalid(
            "content.day",
            format!("{day} 晚于今天 {latest}"),
            format!("{day} is after today, {latest}"),
        ),
        Refusal::TooMany { limit } => {
            precondition(subject, Failure::new(&reasons::TOO_MANY_ACTIVITIES).with("limit", limit))
        }
        Refusal::YearSettled { unit, year } => {
            let settled = Failure::new(&reasons::YEAR_SETTLED).with("unit", unit).with("year", year);
            precondition(subject, settled)
        }
    }
}
