//! Why the rules of books said no, in the callers' words.

use yishi_intake_domain::book::{BookId, Refusal, State};
use yishi_runtime::errors::{Failure, Reason, reasons};

use super::super::failure::{invalid, precondition, unknown_matter};
use super::super::fields::etag;

/// There is no such book.
pub(crate) fn unknown(book: BookId) -> Failure {
    let failure = Failure::new(&reasons::YEAR_BOOK_NOT_FOUND).with("book", book);
    failure.resource("yishi.intake.v1.YearBook", book)
}

/// The failure for a refusal; `subject` names the book, or the matter, that it is about.
pub(crate) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    let no = |reason: &'static Reason| Failure::new(reason);
    let standing = |failure| precondition(subject, failure);
    match refusal {
        Refusal::UnknownBook { book } => unknown(*book),
        Refusal::UnknownMatter { matter } => unknown_matter(*matter),
        Refusal::Stale { current, .. } => no(&reasons::STALE_ETAG).with("current", etag(*current)),
        Refusal::WrongState { state, wanted } => {
            let wanted: Vec<&str> = wanted.iter().copied().map(State::as_str).collect();
            standing(no(&reasons::YEAR_BOOK_STATE).with("state", state).with("wanted", wanted.join(" / ")))
        }
        Refusal::AlreadyOpened { at } => no(&reasons::YEAR_BOOK_OPENED).with("book", subject).with("at", at),
        Refusal::SeasonNotOver { closes, today } => {
            standing(no(&reasons::SEASON_NOT_OVER).with("closes", closes).with("today", today))
        }
        Refusal::AlreadyAnnounced { at } => standing(no(&reasons::YEAR_END_ANNOUNCED).with("at", at)),
        Refusal::NotAnnounced => standing(no(&reasons::YEAR_END_NOT_ANNOUNCED)),
        Refusal::TooManyFindings { limit } => standing(no(&reasons::TOO_MANY_FINDINGS).with("limit", limit)),
        Refusal::UnknownFinding { finding } => {
            no(&reasons::FINDING_NOT_FOUND).with("finding", finding).with("book", subject)
        }
        Refusal::FindingAnswered { finding } => {
            standing(no(&reasons::FINDING_ANSWERED).with("finding", finding))
        }
        Refusal::FindingsOpen { open } => standing(no(&reasons::FINDING_OPEN).with("open", open.len())),
        Refusal::MattersOpen { open } => standing(no(&reasons::MATTERS_OPEN).with("open", open.len())),
        Refusal::JointOpen { plans, participations } => {
            standing(no(&reasons::JOINT_OPEN).with("plans", plans).with("participations", participations))
        }
        Refusal::NotBelow { unit } => invalid(
            "missing",
            format!("{unit} 不是本单位的直接下级"),
            format!("{unit} is not right below the unit"),
        ),
        Refusal::NotMissing { unit } => standing(no(&reasons::UNIT_NOT_MISSING).with("unit", unit)),
        Refusal::BelowOpen { units } => {
            let first = units.first().map(ToString::to_string).unwrap_or_default();
            standing(no(&reasons::UNITS_UNSETTLED).with("open", units.len()).with("first", first))
        }
        Refusal::TooManyCorrections { limit } => {
            standing(no(&reasons::TOO_MANY_CORRECTIONS).with("limit", limit))
        }
        Refusal::OutsideBook { unit } => invalid(
            "corrects.unit",
            format!("{unit} 不是本单位或其下级"),
            format!("{unit} is neither the book's unit nor below it"),
        ),
        Refusal::EndingNotRequested { matter } => {
            standing(no(&reasons::ENDING_NOT_REQUESTED).with("matter", matter))
        }
        Refusal::OpinionNotAsked { matter, department } => {
            let nobody = no(&reasons::OPINION_NOT_ASKED).with("matter", matter);
            standing(nobody.with("department", department))
        }
    }
}
