//! Tokens of pages, which only this database can have given, each for its own question.

use yishi_runtime::desk::Desk;
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use crate::model::Escalation;
use crate::store::Cursor;

pub(super) const DEFAULT: u32 = 50;
pub(super) const MAX: u32 = 1000;
/// Bytes of the keyed digest that a token carries.
const SEAL: usize = 16;

/// Where the page of a token begins; `question` is what it must have been given for, whatever the size of its pages.
pub(super) fn open<E: Engine>(
    desk: &Desk<E, Escalation>,
    question: &str,
    token: &str,
) -> Result<Option<Cursor>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let cursor = read(token).filter(|cursor| seal(desk, question, *cursor) == token);
    cursor.map(Some).ok_or_else(Failure::foreign_page_token)
}

/// The token of the page after a cursor.
pub(super) fn seal<E: Engine>(desk: &Desk<E, Escalation>, question: &str, cursor: Cursor) -> String {
    let Cursor { due_us, unit, village, year, ordinal } = cursor;
    let due = due_us.map(|due| due.to_string()).unwrap_or_default();
    let place = format!("{due}.{unit}.{village}.{year}.{ordinal}");
    let digest = desk.digest("page", format!("{question} {place}").as_bytes());
    format!("{place}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

fn read(token: &str) -> Option<Cursor> {
    let mut parts = token.split('.');
    let due_us = match parts.next()? {
        "" => None,
        due => Some(due.parse().ok()?),
    };
    Some(Cursor {
        due_us,
        unit: parts.next()?.parse().ok()?,
        village: parts.next()?.parse().ok()?,
        year: parts.next()?.parse().ok()?,
        ordinal: parts.next()?.parse().ok()?,
    })
}
