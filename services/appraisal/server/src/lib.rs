//! The appraisal service: satisfaction forms, the yearly ranking of villages, and the rewards for the best of them; and
//! bulletins, which say during the year how far the units are.
//!
//! A request is authorised and checked ([`yishi_runtime::desk`]), becomes a command (`convert`), is decided by the
//! domain's rules inside the writer (`model`), and is answered from what the rules left. What intake, escalation and funding say
//! in their journals arrives as deliveries ([`wants`], [`learn`]). Reads go past the writer.

mod convert;
mod grpc;
mod model;
mod render;
pub mod store;

pub use grpc::{Grpc, checkpoints, names_a_bulletin, server};
pub use model::{Appraisal, Refused, Task, learn, wants, wants_hosted};
pub use yishi_appraisal_domain::Policy;
