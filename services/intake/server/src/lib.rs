//! The intake service: from a farmer's word to a matter done and struck off.
//!
//! A request is authorised and checked ([`yishi_runtime::desk`]), becomes a command (`convert`), is decided by the
//! domain's rules inside the writer (`model`), and is answered with the matter as it then is. Reads go past the writer.

mod convert;
mod frozen;
mod grpc;
mod model;
pub mod store;
mod succession;
mod task;

pub use convert::align::concern;
pub use frozen::{MapProblem, map_fits};
pub use grpc::{Alignments, Dossiers, Grpc, JointMatters, Works, YearBooks};
pub use grpc::{alignments, dossiers, joint_matters, server, works, year_books};
pub use model::{Intake, Refused};
pub use succession::Successions;
pub use task::{Asked, Task, Told, learn, wants_funding, wants_own};
pub use yishi_intake_domain::align::{Department, DepartmentError, Opinions, Row};
pub use yishi_intake_domain::{Category, Policy, Subcategory};
