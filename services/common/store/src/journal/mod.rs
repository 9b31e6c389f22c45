//! The journal: every change of a unit, in order, each entry bound to all before it.

mod batch;
mod entry;
mod read;

pub(crate) use batch::{Batch, ElsewhereRow, EntryRow, HeadMove, RequestRow, WayMove};
pub use entry::{Chain, Entry, Foreign, Hash, OPENED, Stored, genesis};
pub use read::{after, extent, first_lacking, first_lacking_letter, heads, knows, of_unit, walk, ways};
pub(crate) use read::{elsewhere, letter, letters, unit_number};
