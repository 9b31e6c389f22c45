//! Which entries concern a department of a county.

use prost::Message as _;
use yishi_intake_domain::align::Department;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::requests::named;

const REQUESTED: &str = "intake.opinions_requested";
const GIVEN: &str = "intake.opinion_given";

/// Tells of an entry whether it concerns a department.
pub(super) type Concern = Box<dyn FnMut(&Entry) -> bool + Send + Sync>;

/// What tells of each entry of a county, or to it, whether it concerns a department of the county: that the department is
/// asked about a matter, and what it has said. None for a name that is no department's.
pub fn concern(department: &str) -> Option<Concern> {
    let (county, kind) = named(department)?;
    Some(Box::new(move |entry| concerns(county, &kind, entry)))
}

fn concerns(county: UnitCode, department: &Department, entry: &Entry) -> bool {
    let is_asked = entry.kind == REQUESTED && entry.to.is_some_and(|(to, _)| to == county);
    let has_said = entry.kind == GIVEN && entry.unit == county;
    if !is_asked && !has_said {
        return false;
    }
    // What cannot be read tells nobody anything.
    let is_it = |kind: &String| kind.parse().is_ok_and(|kind: Department| kind == *department);
    match pb::Event::decode(entry.payload.as_slice()).ok().and_then(|event| event.kind) {
        Some(Kind::OpinionsRequested(told)) => told.departments.iter().any(is_it),
        Some(Kind::OpinionGiven(told)) => is_it(&told.department),
        _ => false,
    }
}
