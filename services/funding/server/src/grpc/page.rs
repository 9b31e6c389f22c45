//! Places in lists, sealed so that only this database can have given them, and only for the same question.

use std::fmt::Display;
use std::str::FromStr;

use yishi_runtime::desk::Desk;
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use crate::model::Funding;

pub(super) const DEFAULT: u32 = 50;
pub(super) const MAX: u32 = 1000;
/// Bytes of the keyed digest that a token carries.
const SEAL: usize = 16;

/// The token of a place.
pub(super) fn seal<E: Engine>(desk: &Desk<E, Funding>, question: &str, place: impl Display) -> String {
    let digest = desk.digest("page", format!("{question} {place}").as_bytes());
    format!("{place}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

/// The place of a token; none for the first page.
pub(super) fn open<E: Engine, P: Display + FromStr>(
    desk: &Desk<E, Funding>,
    question: &str,
    token: &str,
) -> Result<Option<P>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let place = token.rsplit_once('.').and_then(|(place, _)| place.parse().ok());
    let place = place.filter(|place| seal(desk, question, place) == token);
    place.map(Some).ok_or_else(Failure::foreign_page_token)
}
