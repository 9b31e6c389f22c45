//! Why the rules of alignment said no, in the callers' words.

use yishi_intake_domain::align::Refusal;
use yishi_runtime::errors::{Failure, reasons};

use super::super::failure::precondition;

/// The failure for a refusal; `subject` names the matter that it is about.
pub(in crate::convert) fn failure(subject: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::UnknownCondition { department, condition } => Failure::new(&reasons::CONDITION_NOT_FOUND)
            .with("department", department)
            .with("condition", condition)
            .with("matter", subject),
        Refusal::ConditionMet { department, condition } => {
            let met = Failure::new(&reasons::CONDITION_MET).with("department", department);
            precondition(subject, met.with("condition", condition))
        }
        Refusal::ConditionsOpen { open } => {
            precondition(subject, Failure::new(&reasons::CONDITIONS_OPEN).with("open", open))
        }
    }
}
