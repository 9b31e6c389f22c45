//! Page tokens that only this database can have given, for pages that go on after a number.

use yishi_runtime::desk::Desk;
use yishi_store::Engine;

use super::list::SEAL;
use crate::model::Intake;

/// The token that goes on after this number with this question.
pub(super) fn seal<E: Engine>(desk: &Desk<E, Intake>, question: &str, last: u64) -> String {
    let digest = desk.digest("page", format!("{question} {last}").as_bytes());
    format!("{last}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

/// The number in a token, if it was given for this question.
pub(super) fn open<E: Engine>(desk: &Desk<E, Intake>, question: &str, token: &str) -> Option<u64> {
    let last = token.split('.').next()?.parse().ok()?;
    (seal(desk, question, last) == token).then_some(last)
}
