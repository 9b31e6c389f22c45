//! What units hold up to others: as it is served and written, and back; and what is asked.

use yishi_intake_domain::exchange::mark::{Command, Event, GIVEN, Mark, Marks, Refusal, Subject, Word};
use yishi_intake_domain::{State, limits};
use yishi_kernel::{Register, RequestId, Timestamp, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject as About};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::Entry;

use super::failure::{invalid, precondition, unknown_matter};
use super::fields::unit_of;
use crate::model::Intake;
use crate::task::{Asked, Task};

fn unit(unit: UnitCode) -> String {
    format!("units/{unit}")
}

pub(crate) fn marks(marks: &Marks) -> Vec<pb::Mark> {
    let served = |(by, mark): (&UnitCode, &Mark)| pb::Mark {
        unit: unit(*by),
        reason: mark.why.clone(),
        mark_time_us: mark.at.as_micros(),
    };
    marks.iter().map(served).collect()
}

/// The marks that [`marks`] wrote.
pub(crate) fn marks_from(served: &[pb::Mark]) -> Option<Marks> {
    let read = |mark: &pb::Mark| {
        let at = Timestamp::from_micros(mark.mark_time_us);
        Some((unit_of("units", &mark.unit)?, Mark { why: mark.reason.clone(), at }))
    };
    served.iter().map(read).collect()
}

fn matter_of(subject: Subject) -> String {
    match subject {
        Subject::Example(matter) => matter.to_string(),
        Subject::Demonstration { .. } => String::new(),
    }
}

/// A row of a list.
pub(crate) fn marked(subject: Subject, said: &Marks) -> pb::MarkedSubject {
    pb::MarkedSubject {
        matter: matter_of(subject),
        village: format!("villages/{}", subject.village()),
        year: subject.year().get().into(),
        marks: marks(said),
    }
}

/// What whoever marks is answered.
pub(crate) fn given(by: UnitCode, subject: Subject, word: &Word) -> pb::GivenMark {
    pb::GivenMark {
        unit: unit(by),
        matter: matter_of(subject),
        village: format!("villages/{}", subject.village()),
        year: subject.year().get().into(),
        lifted: word.lifted,
        reason: word.text.clone(),
    }
}

/// The payload of the event's entry. What a village hears of a matter is a step of the matter's.
pub(crate) fn event(event: &Event) -> pb::Event {
    let said = pb::MarkSaid {
        subject: event.subject.to_string(),
        by: unit(event.by),
        lifted: event.word.lifted,
        reason: event.word.text.clone(),
    };
    let matter = if event.heard { matter_of(event.subject) } else { String::new() };
    let kind = if event.heard { Kind::MarkHeard(said) } else { Kind::MarkGiven(said) };
    pb::Event { matter, kind: Some(kind), ..pb::Event::default() }
}

/// The event of an entry about a mark, or what is wrong with it.
pub(crate) fn event_from(entry: &Entry, told: pb::Event) -> Result<Event, String> {
    let (heard, said) = match told.kind {
        Some(Kind::MarkGiven(said)) => (false, said),
        Some(Kind::MarkHeard(said)) => (true, said),
        _ => return Err("what it holds cannot be read".to_owned()),
    };
    let subject: Subject = said.subject.parse().map_err(|error| format!("{error}"))?;
    let by = unit_of("units", &said.by).ok_or_else(|| format!("{:?} is no unit", said.by))?;
    let word = Word { lifted: said.lifted, text: said.reason };
    let event = Event { subject, by, heard, at: entry.at, word };
    if event.unit() != entry.unit {
        return Err(format!("{subject} is not what {} writes of", entry.unit));
    }
    if event.kind() == entry.kind { Ok(event) } else { Err(format!("it holds {}", event.kind())) }
}

/// What a letter asks of the village that it is addressed to, or what is wrong with it.
pub(crate) fn delivery(event: Event, to: Option<UnitCode>) -> Result<Asked, String> {
    let Event { subject, by, heard, word, .. } = event;
    if heard || to != Some(subject.village()) {
        return Err(format!("it is no {GIVEN} for its addressee"));
    }
    Ok(Asked::Mark(Command::Hear { by, subject, word }))
}

macro_rules! asks {
    ($($request:ident, $rpc:literal, $lifted:literal, |$this:ident, $check:ident| $subject:expr;)*) => {$(
        impl About<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.ExchangeService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                unit_of("units", &self.parent)
            }
        }

        impl Mutation<Intake> for pb::$request {
            type Answer = pb::GivenMark;

            fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let by = checker.unit_name("parent", "units", &self.parent);
                let subject = { let $check = &mut checker; $subject };
                let text = checker.required_text("reason", &self.reason, limits::REASON_CHARS);
                let request_id = checker.request_id("request_id", &self.request_id);
                checker.finish(|| {
                    let word = Word { lifted: $lifted, text: text? };
                    let command = Command::Give { by: by?, subject: subject?, word };
                    Some((request_id?, Task::Asked(Asked::Mark(command))))
                })
            }
        }
    )*};
}

asks! {
    MarkExampleRequest, "MarkExample", false, |r, check| {
        check.matter("matter", &r.matter).map(Subject::Example)
    };
    UnmarkExampleRequest, "UnmarkExample", true, |r, check| {
        check.matter("matter", &r.matter).map(Subject::Example)
    };
    MarkDemonstrationVillageRequest, "MarkDemonstrationVillage", false, |r, check| {
        village_year(check, &r.village, r.year)
    };
    UnmarkDemonstrationVillageRequest, "UnmarkDemonstrationVillage", true, |r, check| {
        village_year(check, &r.village, r.year)
    };
}

impl About<Intake> for pb::ListMarksRequest {
    const RPC: &'static str = "yishi.intake.v1.ExchangeService/ListMarks";
    fn subject(&self, _: &Register) -> Option<UnitCode> {
        unit_of("units", &self.parent)
    }
}

fn village_year(check: &mut Checker, village: &str, year: i32) -> Option<Subject> {
    let village = check.unit_name("village", "villages", village);
    let year = check.year("year", year);
    Some(Subject::Demonstration { village: village?, year: year? })
}

/// The failure for a refusal; `subject` names what it is about.
pub(crate) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::UnknownMatter { matter } => unknown_matter(*matter),
        Refusal::WrongState { state, wanted } => {
            let wanted: Vec<&str> = wanted.iter().copied().map(State::as_str).collect();
            let wrong = Failure::new(&reasons::WRONG_STATE).with("state", state);
            precondition(subject, wrong.with("wanted", wanted.join(" / ")))
        }
        Refusal::NotAMarker { unit } => invalid(
            "parent",
            format!("{unit} 不是县级或以上单位"),
            format!("{unit} is neither a county nor above one"),
        ),
        Refusal::NotBelow { village } => invalid(
            if subject.contains("/matters/") { "matter" } else { "village" },
            format!("{village} 不是本单位的行政村"),
            format!("{village} is no village of the unit"),
        ),
        Refusal::NotMarked { subject: what } => {
            precondition(subject, Failure::new(&reasons::NOT_MARKED).with("subject", what))
        }
        Refusal::YearSettled { village, year } => {
            let settled = Failure::new(&reasons::YEAR_SETTLED).with("unit", village).with("year", year);
            precondition(subject, settled)
        }
    }
}

#[cfg(test)]
mod tests;
