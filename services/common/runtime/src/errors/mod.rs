//! How a service says no: one table of reasons, one builder, two languages.
//!
//! # Refusing
//!
//! ```
//! use yishi_runtime::errors::{Failure, reasons};
//!
//! let refuse = Failure::new(&reasons::UNIT_NOT_HOSTED).with("unit", "640324100200");
//! let status: tonic::Status = refuse.into();
//! assert_eq!(status.code(), tonic::Code::NotFound);
//! ```
//!
//! Every fact given by `with` fills the placeholder of its name in both texts and travels as metadata of the
//! `google.rpc.ErrorInfo`. A new reason is a row in [`reasons`]; the page `services/errors.md` follows from it.

mod failure;
mod language;
mod page;
mod problem;
pub mod reasons;

pub use failure::Failure;
pub use language::Lang;
pub use page::page;
pub use problem::FieldProblem;
pub use reasons::Reason;

/// The `domain` of every `google.rpc.ErrorInfo` of the suite.
pub const DOMAIN: &str = "yishi";
