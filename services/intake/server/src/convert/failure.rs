//! Why the rules said no, in the callers' words.

use yishi_intake_domain::{MergeProblem, Refusal, State};
use yishi_kernel::MatterId;
use yishi_runtime::errors::{Failure, Lang, Reason, reasons};

/// The failure for a refusal; `subject` names the matter, or the village, that it is about.
pub(crate) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::UnknownMatter { matter } => unknown_matter(*matter),
        Refusal::Stale { current, .. } => {
            Failure::new(&reasons::STALE_ETAG).with("current", super::fields::etag(*current))
        }
        Refusal::AlreadySupported { .. } => Failure::new(&reasons::ALREADY_SUPPORTED),
        Refusal::UnknownObjection { objection } => {
            Failure::new(&reasons::OBJECTION_NOT_FOUND).with("objection", objection).with("matter", subject)
        }
        Refusal::MorePresentThanEntitled { present, entitled } => invalid(
            "deliberation.present",
            format!("到会 {present} 人，多于应到 {entitled} 人"),
            format!("{present} present are more than the {entitled} entitled"),
        ),
        Refusal::VotesDoNotAddUp { votes, present } => invalid(
            "deliberation.in_favour",
            format!("赞成、反对、弃权合计 {votes}，应等于到会 {present}"),
            format!("votes and abstentions are {votes}; they must add up to the {present} present"),
        ),
        Refusal::MeetingDay { held_on, earliest, latest } => invalid(
            "deliberation.held_on",
            format!("{held_on} 不在 {earliest} 至 {latest} 之间"),
            format!("{held_on} is not from {earliest} to {latest}"),
        ),
        Refusal::DueDay { due, earliest, latest } => invalid(
            "due_day",
            format!("{due} 不在 {earliest} 至 {latest} 之间"),
            format!("{due} is not from {earliest} to {latest}"),
        ),
        Refusal::Unlisted(unlisted) => super::taxonomy::unlisted(unlisted),
        Refusal::VillageSucceeded { village, day, successor } => {
            Failure::village_succeeded(*village, *day, *successor)
        }
        Refusal::Doing(refusal) => super::doing::failure(subject, refusal),
        Refusal::Align(refusal) => super::align::failure(subject, refusal),
        Refusal::Contact(refusal) => super::person::failure(subject, *refusal),
        _ => precondition(subject, stands_in_the_way(refusal, subject)),
    }
}

/// There is no such matter.
pub(super) fn unknown_matter(matter: MatterId) -> Failure {
    let failure = Failure::new(&reasons::MATTER_NOT_FOUND).with("matter", matter);
    failure.resource("yishi.intake.v1.Matter", matter)
}

/// The refusals that pass when the state of things changes.
fn stands_in_the_way(refusal: &Refusal, subject: &str) -> Failure {
    let no = |reason: &'static Reason| Failure::new(reason);
    match refusal {
        Refusal::WrongState { state, wanted } => {
            let wanted: Vec<&str> = wanted.iter().copied().map(State::as_str).collect();
            no(&reasons::WRONG_STATE).with("state", state).with("wanted", wanted.join(" / "))
        }
        Refusal::OutOfSeason { village, year, opens, closes, today } => no(&reasons::OUT_OF_SEASON)
            .with("unit", village)
            .with("year", year)
            .with("opens", opens)
            .with("closes", closes)
            .with("today", today),
        Refusal::TooManyProposals { limit } => no(&reasons::TOO_MANY_PROPOSALS).with("limit", limit),
        Refusal::TooManySupporters { limit } => no(&reasons::TOO_MANY_SUPPORTERS).with("limit", limit),
        Refusal::MergeTarget { into, problem } => {
            let (zh, en) = merge_problem(*problem);
            no(&reasons::MERGE_TARGET_INVALID).with("matter", subject).with("target", into).precondition(
                "MERGE_TARGET",
                into.to_string(),
                zh,
                en,
            )
        }
        Refusal::TooManyObjections { limit } => no(&reasons::TOO_MANY_OBJECTIONS).with("limit", limit),
        Refusal::ObjectionAnswered { objection } => {
            no(&reasons::OBJECTION_ANSWERED).with("objection", objection)
        }
        Refusal::ObjectionsOpen { open } => no(&reasons::OBJECTION_OPEN).with("open", open.len()),
        Refusal::NoticeRunning { earliest_end } => no(&reasons::NOTICE_RUNNING).with("ends", earliest_end),
        Refusal::YearOver { year, today } => no(&reasons::YEAR_OVER).with("year", year).with("today", today),
        Refusal::SlotTaken { taken, allowed } => {
            no(&reasons::SLOT_TAKEN).with("taken", taken).with("allowed", allowed)
        }
        Refusal::NumbersUsedUp => no(&reasons::NUMBERS_USED_UP),
        Refusal::ProgressBackwards { percent, reached } => {
            no(&reasons::PROGRESS_BACKWARDS).with("percent", percent).with("reached", reached)
        }
        Refusal::WorkUnfinished { percent } => no(&reasons::WORK_UNFINISHED).with("percent", percent),
        Refusal::AlreadyAccepted { at } => no(&reasons::ALREADY_ACCEPTED).with("at", at),
        Refusal::NotAccepted => no(&reasons::NOT_ACCEPTED),
        Refusal::ClosingRequested { at } => no(&reasons::CLOSING_REQUESTED).with("at", at),
        Refusal::EndingRequested { at } => no(&reasons::ENDING_REQUESTED).with("at", at),
        Refusal::PlannedTogether => no(&reasons::PLANNED_TOGETHER),
        Refusal::NotAgreed { villages } => {
            let first = villages.first().map(ToString::to_string).unwrap_or_default();
            no(&reasons::JOINT_NOT_AGREED).with("open", villages.len()).with("first", first)
        }
        Refusal::YearSettled { village, year } => {
            no(&reasons::YEAR_SETTLED).with("unit", village).with("year", year)
        }
        Refusal::VillageNotYet { village, day } => {
            no(&reasons::VILLAGE_NOT_YET).with("village", village).with("day", day)
        }
        Refusal::PredecessorUnheard { village, year } => {
            no(&reasons::PREDECESSORS_UNHEARD).with("village", village).with("year", year)
        }
        // `failure` has told these already.
        Refusal::UnknownMatter { .. }
        | Refusal::Stale { .. }
        | Refusal::AlreadySupported { .. }
        | Refusal::UnknownObjection { .. }
        | Refusal::MorePresentThanEntitled { .. }
        | Refusal::VotesDoNotAddUp { .. }
        | Refusal::MeetingDay { .. }
        | Refusal::DueDay { .. }
        | Refusal::Unlisted(_)
        | Refusal::VillageSucceeded { .. }
        | Refusal::Doing(_)
        | Refusal::Align(_)
        | Refusal::Contact(_) => no(&reasons::INTERNAL),
    }
}

fn merge_problem(problem: MergeProblem) -> (String, String) {
    match problem {
        MergeProblem::Unknown => ("没有该事项".into(), "there is no such matter".into()),
        MergeProblem::Itself => ("不能并入自身".into(), "a matter cannot be merged into itself".into()),
        MergeProblem::Elsewhere => {
            ("只能并入同村同年的事项".into(), "the other must be of the same village and year".into())
        }
        MergeProblem::State(state) => {
            (format!("对方处于 {state}，应为 PROPOSED"), format!("the other is {state}; it must be PROPOSED"))
        }
    }
}

pub(super) fn invalid(field: &str, zh: String, en: String) -> Failure {
    Failure::new(&reasons::INVALID_FIELDS).with("count", 1).field(field, zh, en)
}

/// Says the same once more as `google.rpc.PreconditionFailure`, which generic clients show.
pub(crate) fn precondition(subject: &str, failure: Failure) -> Failure {
    let (kind, zh, en) = (failure.reason().name, failure.text(Lang::Zh), failure.text(Lang::En));
    failure.precondition(kind, subject, zh, en)
}
