//! Purses: the smallest aggregate that shows whether a writer and its journal can be trusted.
//!
//! A [`Purse`] is a model with two honest commands, one that only looks, one that panics and one that the table refuses.
//! An [`Office`] opens and starts real writers on a database of the test's, a [`Desk`] submits commands to them, and the
//! [`Books`] are read and checked without any code of the writer's.
//!
//! What is queued between [`Office::open`] and [`Opening::start`] is one batch: no test here waits and hopes.

mod audit;
mod books;
mod desk;
mod office;
mod rules;
mod ticks;

pub use audit::sound;
pub use books::{Books, Count};
pub use desk::{Desk, Queued, Verdict, request_id};
pub use office::{Office, Opening, PATIENCE, Running, location};
pub use rules::{CAPACITY_FEN, Command, Moved, Purse, Refusal, STATEMENTS};
pub use ticks::Ticks;

use yishi_kernel::UnitCode;

/// The n-th unit of the tests' village group.
#[must_use]
pub fn unit(ordinal: u64) -> UnitCode {
    UnitCode::new(640_324_100_200 + ordinal).expect("an ordinal is far below the 12 digits of a code")
}
