use std::{collections::HashMap, error::Error, fmt, time::Duration};

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt};
use yishi_kernel::{Date, UnitCode};

use super::{DOMAIN, FieldProblem, Lang, Reason, reasons};
use crate::telemetry;

/// Details travel in a header, and peers refuse long ones (some from 8 KiB on, base64 included), so a failure
/// carries no more text than this of its lists and of each fact. `count` tells how many problems there were.
const LIST_BYTES_MAX: usize = 3 * 1024;
const FACT_CHARS_MAX: usize = 200;

/// Why a request is refused; turns into a [`Status`] with standard details.
#[derive(Debug, Clone)]
pub struct Failure(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    reason: &'static Reason,
    facts: Vec<(&'static str, String)>,
    fields: Vec<FieldProblem>,
    preconditions: Vec<(&'static str, FieldProblem)>,
    resource: Option<(&'static str, String)>,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure for this reason of the table.
    pub fn new(reason: &'static Reason) -> Self {
        Self(Box::new(Parts {
            reason,
            facts: Vec::new(),
            fields: Vec::new(),
            preconditions: Vec::new(),
            resource: None,
            retry_after: None,
        }))
    }

    /// The failure of a request by no fault of its own: the operator reads the cause, the caller does not.
    pub fn internal(doing: &'static str, cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(doing, error = %Chain(cause), "request failed");
        Self::new(&reasons::INTERNAL)
    }

    /// The failure of a page token that this service did not give for the same question.
    pub fn foreign_page_token() -> Self {
        Self::new(&reasons::PAGE_TOKEN_INVALID).field(
            "page_token",
            "应原样填写上一页给出的 next_page_token，其他条件不变；第一页留空",
            "copy the next_page_token of the page before and keep all filters, or leave it empty for the first page",
        )
    }

    /// A village is closed, and another answers for what it left open.
    #[must_use]
    pub fn village_succeeded(village: UnitCode, day: Date, successor: UnitCode) -> Self {
        let failure = Self::new(&reasons::VILLAGE_SUCCEEDED).with("village", village).with("day", day);
        let failure = failure.with("successor", successor);
        let (zh, en) = (failure.text(Lang::Zh), failure.text(Lang::En));
        failure.precondition(reasons::VILLAGE_SUCCEEDED.name, format!("villages/{village}"), zh, en)
    }

    /// What the framework says of a message that it cannot take; `None` if it says something else.
    pub fn unread(status: &Status) -> Option<Self> {
        let reason = match status.code() {
            Code::Internal => &reasons::MESSAGE_MALFORMED,
            Code::OutOfRange | Code::ResourceExhausted => &reasons::MESSAGE_TOO_LARGE,
            _ => return None,
        };
        Some(Self::new(reason).with("detail", status.message()))
    }

    /// A fact: fills `{name}` in both texts and is kept as metadata.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string().chars().take(FACT_CHARS_MAX).collect();
        self.0.facts.push((name, value));
        self
    }

    /// A field that is wrong, with what would be right in Chinese and English.
    pub fn field(mut self, field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.0.fields.push(FieldProblem::new(field, zh, en));
        self
    }

    /// Several fields that are wrong.
    pub fn violations(mut self, problems: impl IntoIterator<Item = FieldProblem>) -> Self {
        self.0.fields.extend(problems);
        self
    }

    /// A precondition that does not hold: its type, what it is about, and how to meet it.
    pub fn precondition(
        mut self,
        kind: &'static str,
        subject: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        self.0.preconditions.push((kind, FieldProblem::new(subject, zh, en)));
        self
    }

    /// The resource the failure is about.
    pub fn resource(mut self, kind: &'static str, name: impl fmt::Display) -> Self {
        self.0.resource = Some((kind, name.to_string()));
        self
    }

    /// When trying again makes sense.
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.0.retry_after = Some(pause);
        self
    }

    /// The reason.
    pub fn reason(&self) -> &'static Reason {
        self.0.reason
    }

    /// The fields that are wrong.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.0.fields
    }

    /// The text in a language, with its facts.
    pub fn text(&self, lang: Lang) -> String {
        let reason = self.0.reason;
        fill(if lang == Lang::En { reason.en } else { reason.zh }, &self.0.facts)
    }

    /// The status for a caller who reads this language.
    pub fn into_status(self, lang: Lang) -> Status {
        let (message, localized) = (self.text(Lang::En), self.text(lang));
        let Parts { reason, facts, fields, preconditions, resource, retry_after } = *self.0;

        let facts: HashMap<String, String> =
            facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut details = ErrorDetails::with_error_info(reason.name, DOMAIN, facts);
        details.set_localized_message(lang.tag(), localized);

        let mut room = LIST_BYTES_MAX;
        let mut fits = |problem: &FieldProblem| {
            let bytes = problem.field.len() + problem.zh.len() + problem.en.len();
            room.checked_sub(bytes).inspect(|left| room = *left).is_some()
        };
        let fields: Vec<_> = fields.into_iter().take_while(&mut fits).map(violation).collect();
        let preconditions: Vec<_> = preconditions
            .into_iter()
            .take_while(|(_, problem)| fits(problem))
            .map(|(kind, problem)| PreconditionViolation::new(kind, &problem.field, both(&problem)))
            .collect();
        if !fields.is_empty() {
            details.set_bad_request(fields);
        }
        if !preconditions.is_empty() {
            details.set_precondition_failure(preconditions);
        }
        if let Some((kind, name)) = resource {
            details.set_resource_info(kind, name, "", "");
        }
        if let Some(pause) = retry_after {
            details.set_retry_info(Some(pause));
        }
        if let Some(trace_id) = telemetry::current_trace_id() {
            details.set_request_info(trace_id, "");
        }
        Status::with_error_details(reason.code, message, details)
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        failure.into_status(Lang::current())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.reason.name, self.text(Lang::En))
    }
}

impl Error for Failure {}

/// A detail has one description; ours says it twice, so that no reader needs a second look-up.
fn both(problem: &FieldProblem) -> String {
    format!("{} / {}", problem.zh, problem.en)
}

fn violation(problem: FieldProblem) -> FieldViolation {
    let description = both(&problem);
    FieldViolation::new(problem.field, description)
}

/// Replaces each `{name}` by its fact, in one pass: a fact that holds braces is not read again.
fn fill(template: &str, facts: &[(&'static str, String)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        match facts.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.push('?'),
        }
        rest = after;
    }
    text + rest
}

struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
