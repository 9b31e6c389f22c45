//! Why the rules of joint matters said no, in the callers' words.

use yishi_intake_domain::joint::{CATEGORIES, ParticipationId, Refusal, State};
use yishi_runtime::errors::{Failure, Lang, Reason, reasons};

use super::super::failure::{invalid, precondition};

/// There is no such participation.
pub(crate) fn unknown(participation: ParticipationId) -> Failure {
    let failure = Failure::new(&reasons::PARTICIPATION_NOT_FOUND).with("participation", participation);
    failure.resource("yishi.intake.v1.Participation", participation)
}

/// The failure for a refusal; `subject` names the matter, or the participation, that it is about.
pub(crate) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    let no = |reason: &'static Reason| Failure::new(reason);
    let standing = |failure| precondition(subject, failure);
    match refusal {
        Refusal::Matter(refusal) => super::super::failure(subject, refusal),
        Refusal::UnknownParticipation { participation } => unknown(*participation),
        Refusal::WrongState { state, wanted } => {
            let wanted: Vec<&str> = wanted.iter().copied().map(State::as_str).collect();
            standing(
                no(&reasons::PARTICIPATION_STATE).with("state", state).with("wanted", wanted.join(" / ")),
            )
        }
        Refusal::CategoryNotAllowed { category } => {
            let allowed = CATEGORIES.map(|category| category.as_str()).join(" / ");
            let failure = no(&reasons::JOINT_CATEGORY_NOT_ALLOWED).with("category", category);
            standing(failure.with("allowed", allowed))
        }
        Refusal::NamedTwice { village } => {
            invalid("shares", format!("{village} 出现两次"), format!("{village} is named twice"))
        }
        Refusal::NotNeighbours { village } => standing(no(&reasons::NOT_NEIGHBOURS).with("village", village)),
        Refusal::SharesDoNotSum { cost, estimate, credit } => {
            let failure = no(&reasons::SHARES_DO_NOT_SUM).with("cost", cost);
            let failure = failure.with("estimate", estimate).with("credit", credit);
            let (zh, en) = (failure.text(Lang::Zh), failure.text(Lang::En));
            failure.field("shares", zh, en)
        }
        Refusal::NotPlanned => standing(no(&reasons::NOT_PLANNED_TOGETHER).with("matter", subject)),
        Refusal::NotDeliberated => standing(no(&reasons::NOT_DELIBERATED)),
    }
}
