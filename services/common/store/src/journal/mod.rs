//! The journal: every change of a unit, in order, each entry bound to all before it.

mod batch;
mod entry;
mod read;

pub(crate) use batch::{Batch, EntryRow, HeadMove, RequestRow, WayMove};
pub use entry::{Chain, Entry, Hash, OPENED, Stored, genesis};
pub use read::{after, extent, knows, of_unit, walk};
pub(crate) use read::{heads, unit_number, ways};
