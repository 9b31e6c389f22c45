//! A matter's entries in its village's journal, in windows of it.

use yishi_kernel::{MatterId, Timestamp, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_store::journal::{self, Hash, Stored};
use yishi_store::{Engine, Model as _, StoreError};

use crate::model::Intake;

/// Entries that one page looks at.
const WINDOW: i64 = 500;

/// A part of a journal, and what it follows.
#[derive(Debug)]
pub(crate) struct Window {
    /// The number of its first entry.
    pub(crate) first: i64,
    /// The chain before that.
    pub(crate) before: Hash,
    /// What it holds, in order.
    pub(crate) entries: Vec<Stored>,
    /// The number of the last entry that can be about the matter.
    pub(crate) last: i64,
}

/// The entries after a number, or from the matter's first one on.
///
/// No table says which entries are about a matter: they lie between the times at which it was proposed and last changed,
/// and whoever checks the chain wants those between as well.
pub(crate) async fn window<E: Engine>(
    conn: &mut E::Connection,
    id: MatterId,
    matter: &pb::Matter,
    after: Option<i64>,
) -> Result<Window, StoreError> {
    let unit = id.village;
    let first = match after {
        Some(seq) => seq + 1,
        None => journal::first_since::<E>(conn, unit, Timestamp::from_micros(matter.create_time_us)).await?,
    };
    let last = journal::first_since::<E>(conn, unit, until(matter)).await? - 1;
    let wanted = (last - first + 1).clamp(0, WINDOW);
    if first <= 1 {
        let entries = journal::of_unit::<E>(conn, unit, 0, wanted).await?;
        return Ok(Window { first: 1, before: journal::genesis(Intake::SERVICE, unit), entries, last });
    }
    let mut entries = journal::of_unit::<E>(conn, unit, first - 2, wanted + 1).await?;
    if entries.first().is_none_or(|stored| stored.entry.seq != first - 1) {
        let problem = format!("entry {} of {unit} is missing", first - 1);
        return Err(StoreError::Corrupt { table: "journal", problem });
    }
    let before = entries.remove(0).chain;
    Ok(Window { first, before, entries, last })
}

/// The first instant at which nothing is about the matter any more. A request to end it may have been taken back from
/// whoever had it, and then stands later in the journal than the time of which it speaks.
fn until(matter: &pb::Matter) -> Timestamp {
    let waits = matter.ending.as_ref().is_some_and(|asked| asked.answer_time_us == 0);
    Timestamp::from_micros(if waits { i64::MAX } else { matter.update_time_us.saturating_add(1) })
}

/// The last entry of an instant of which something holds.
pub(crate) async fn last_at<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    at: Timestamp,
    wanted: impl Fn(&Stored) -> bool,
) -> Result<Option<Stored>, StoreError> {
    let mut before = journal::first_since::<E>(conn, unit, at).await? - 1;
    let mut found = None;
    loop {
        let entries = journal::of_unit::<E>(conn, unit, before, WINDOW).await?;
        let Some(last) = entries.last() else { return Ok(found) };
        let later = last.entry.at > at;
        before = last.entry.seq;
        let of_then = entries.into_iter().filter(|stored| stored.entry.at == at);
        found = of_then.filter(|stored| wanted(stored)).last().or(found);
        if later {
            return Ok(found);
        }
    }
}
