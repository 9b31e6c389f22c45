//! The intake service: from a farmer's word to a matter done and struck off.
//!
//! A request is authorised and checked ([`yishi_runtime::desk`]), becomes a command (`convert`), is decided by the
//! domain's rules inside the writer (`model`), and is answered with the matter as it then is. Reads go past the writer.

mod bulk;
mod convert;
mod frozen;
mod grpc;
mod model;
mod refused;
pub mod store;
mod succession;
mod support_key;
mod task;

pub use convert::align::concern;
pub use frozen::{MapProblem, map_fits};
pub use grpc::{
    Alignments, Bulk, Dossiers, Exchange, Grpc, JointMatters, Persons, PoliciesInForce, Taxonomies, Works,
    YearBooks,
};
pub use grpc::{
    alignments, bulk, dossiers, exchange, joint_matters, persons, policies, server, taxonomies, works,
    year_books,
};
pub use model::Intake;
pub use refused::Refused;
pub use succession::Successions;
pub use support_key::{SupportKey, SupportKeyError};
pub use task::{Asked, Task, Told, learn, wants_funding, wants_own};
pub use yishi_intake_domain::align::{Department, DepartmentError, Opinions, Row};
pub use yishi_intake_domain::{
    Category, Figures, Policies, Policy, PolicyRow, RowFault, Subcategory, taxonomy,
};
