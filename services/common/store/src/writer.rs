//! The one task that writes.
//!
//! It takes whatever waits, reads the rows that these commands speak of, decides one command after the other in memory,
//! writes everything in one transaction and answers each caller. One fsync serves many callers; an idle node does not wait.
//!
//! Nobody else holds a transaction: a gRPC handler's future may be dropped at any moment by a stranger's RST_STREAM.

mod attempt;
mod cursors;
mod directory;
mod handle;
mod heads;
mod inflow;
mod lanes;
mod model;
pub(crate) mod postgres;
mod readopted;
pub(crate) mod shared;
mod tail;
mod task;
mod term;

pub use handle::{Answer, Ask, Delivery, Handle, Position, Reading, Rejection, Source};
pub use inflow::{Inflow, Unfit};
pub use lanes::{Lane, Tuning};
pub use model::{Draft, Model, Moment, Outcome};
pub use tail::Tail;
pub use task::{Writer, WriterEnd};
pub use term::ClockKind;

/// What a batch's write changed, to be compared with what it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Position before the batch's first entry.
    pub(crate) base: i64,
}
