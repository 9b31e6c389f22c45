//! The journal: every change of a unit, in order, each entry bound to all before it.

mod batch;
mod compare;
mod entry;
mod read;
mod since;

pub(crate) use batch::{Batch, ElsewhereRow, EntryRow, HeadMove, RequestRow, WayMove};
pub use compare::{addressed_after, chains_at, dense_after, first_lacking, first_lacking_letter, way_ends};
pub use entry::{Chain, Entry, Foreign, Hash, OPENED, READOPTED, Stored, genesis};
pub use read::{after, extent, heads, knows, of_unit, walk, ways};
pub(crate) use read::{elsewhere, letters, unit_number};
pub use since::first_since;
