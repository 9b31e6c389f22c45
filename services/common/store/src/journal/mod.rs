//! The journal: every change of a unit, in order, each entry bound to all before it.

mod batch;
mod compare;
mod entry;
mod read;
mod since;

pub(crate) use batch::{Batch, ElsewhereRow, EntryRow, HeadMove, RequestRow, WayMove};
pub use compare::{addressed_after, chains_at, dense_after, first_lacking, first_lacking_letter, way_ends};
pub use entry::{Chain, Entry, Foreign, Hash, MOVED, OPENED, READOPTED, RECALLED, Stored, genesis, is_own};
pub use read::{after, extent, heads, heads_at, knows, of_unit, walk, ways};
pub(crate) use read::{elsewhere, hash_from, letters, unit_from, unit_number};
pub use since::first_since;
