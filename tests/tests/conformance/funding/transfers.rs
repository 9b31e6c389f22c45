//! Money goes down level by level, and back up the same way.
//!
//! TOO_MANY_TRANSFERS has no case: a unit would have to send a million transfers first, and the policy of a node
//! has no setting for less. The rule is tested with a smaller bound where it is.

use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox};

use super::asks::{appropriate, give_back, only_in, plain};
use super::budgets::LastYear;
use super::{CITY, COUNTY, MILLION, OTHER_COUNTY, TOWNSHIP, act, funded, nowhere};
use crate::cases::{Ready, Refused, Who};
use crate::walk::NOWHERE;

/// A county of another city.
const FAR_COUNTY: UnitCode = UnitCode::new(640_104_000_000).unwrap();

pub(super) async fn appropriated<E: Engine>(sandbox: &Sandbox<E>) -> Ready {
    let channel = funded(sandbox, CITY, plain(), MILLION).await;
    Ready::new(Who::officer(CITY), &appropriate(CITY, &channel, COUNTY, MILLION))
}

pub(super) async fn appropriations_refused<E: Engine>(
    sandbox: &Sandbox<E>,
    last_year: &LastYear,
) -> Vec<Refused> {
    let channel = funded(sandbox, CITY, plain(), MILLION).await;
    let elsewhere = funded(sandbox, CITY, only_in(plain(), OTHER_COUNTY), MILLION).await;
    let own = funded(sandbox, COUNTY, plain(), MILLION).await;
    let no = |reason, from, channel: &str, to, fen| {
        Refused::new(Who::officer(from), reason, &appropriate(from, channel, to, fen))
    };
    let astray = |from, channel, to| no("NOT_RIGHT_BELOW", from, channel, to, 1);
    vec![
        astray(CITY, &channel, CITY),
        astray(CITY, &channel, REGION),
        astray(CITY, &channel, TOWNSHIP),
        astray(CITY, &channel, FAR_COUNTY),
        astray(COUNTY, &own, OTHER_COUNTY),
        // Right below, and no county or above.
        astray(COUNTY, &own, TOWNSHIP),
        // A unit that can hold no money gives none to itself either.
        astray(TOWNSHIP, &own, TOWNSHIP),
        no("UNIT_UNKNOWN", CITY, &channel, NOWHERE, 1),
        no("CHANNEL_NOT_FOUND", CITY, &nowhere(CITY), COUNTY, 1),
        no("YEAR_OVER", CITY, &last_year.city, COUNTY, 1),
        no("OUTSIDE_EARMARK", CITY, &elsewhere, COUNTY, 1),
        no("INSUFFICIENT_FUNDS", CITY, &channel, COUNTY, MILLION + 1),
        // What others have is not free here.
        no("INSUFFICIENT_FUNDS", CITY, &own, COUNTY, 1),
    ]
}

/// Money of a year that is over goes nowhere but back.
pub(super) fn returned(last_year: &LastYear) -> Ready {
    Ready::new(Who::officer(COUNTY), &give_back(COUNTY, &last_year.passed_down, MILLION))
}

pub(super) async fn returns_refused<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Refused> {
    let channel = passed_down(sandbox, plain()).await;
    let own = funded(sandbox, COUNTY, plain(), MILLION).await;
    let no = |reason, from, channel: &str, fen| {
        Refused::new(Who::officer(from), reason, &give_back(from, channel, fen))
    };
    vec![
        no("OWN_CHANNEL", COUNTY, &own, 1),
        no("OWN_CHANNEL", CITY, &channel, 1),
        no("CHANNEL_NOT_FOUND", COUNTY, &nowhere(CITY), 1),
        no("INSUFFICIENT_FUNDS", COUNTY, &channel, MILLION + 1),
        // Neither got anything of it, and the region has nobody above either.
        no("INSUFFICIENT_FUNDS", OTHER_COUNTY, &channel, 1),
        no("INSUFFICIENT_FUNDS", REGION, &channel, 1),
    ]
}

/// A channel of the city, all of whose money the county has.
pub(super) async fn passed_down<E: Engine>(sandbox: &Sandbox<E>, channel: pb::Channel) -> String {
    let channel = funded(sandbox, CITY, channel, MILLION).await;
    let _: pb::Transfer =
        act(sandbox, CITY, "Appropriate", &appropriate(CITY, &channel, COUNTY, MILLION)).await;
    sandbox.caught_up().await;
    channel
}
