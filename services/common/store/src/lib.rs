//! Two engines, one journal, one writer.
//!
//! Everything that changes in a service goes one way: a command is handed to the [`Writer`]'s own task, decided in
//! memory by the service's [`Model`], and written in one transaction with its journal entries, its request row and its
//! projections. Nothing else writes.
//!
//! A service plugs in by implementing [`Model`]: which tables it needs ([`Model::migrations`]), how the rows that a
//! batch of commands speaks of are read ([`Model::load`]), what a command does to them ([`Model::act`], pure), and how
//! the changed rows are written back ([`Model::save`]). Four things to note:
//!
//! * `act` leaves the working set as it was when it refuses; the writer decides the next command on the same set.
//! * SQL is written once, in `.sql` files, in the dialect that SQLite and PostgreSQL share, and runs through
//!   [`Engine`]; rows travel as one bound JSON value ([`Rows`]).
//! * Time and chance come in as parameters ([`Moment`]); the store takes a [`yishi_kernel::Clock`].
//! * A refused command leaves no trace: no entry, no request row, no projection.

#[doc(hidden)]
pub use sqlx;

mod database;
mod digest;
pub mod directory;
mod engine;
mod error;
mod hosting;
pub mod journal;
mod rows;
pub mod sealed;
pub mod statements;
mod verify;
pub mod witness;
mod writer;

pub use ::hex::encode as to_hex;
pub use database::{Database, Location, Options, Reader};
pub use digest::DigestKey;
pub use directory::{Directory, Elsewhere, Order, Tenure, Unmovable};
pub use engine::{Codec, Engine, col};
pub use error::StoreError;
pub use hosting::Hosting;
pub use rows::{Columns, Rows, column, hex};
pub use verify::{Badness, FirstBad, Report, verify};
pub use writer::{
    Answer, Ask, ClockKind, Delivery, Draft, Handle, Inflow, Lane, Model, Moment, Outcome, Position, Reading,
    Rejection, Source, Tail, Tuning, Unfit, Writer, WriterEnd,
};
