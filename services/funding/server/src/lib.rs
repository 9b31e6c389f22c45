//! The funding service: money follows the matter, from a channel down to the village, to the fen.
//!
//! A request is authorised and checked ([`yishi_runtime::desk`]), becomes a command (`convert`), is decided by the
//! domain's rules inside the writer (`model`), and is answered from what the rules left. What intake and appraisal say
//! in their journals, and what other units send to units hosted here, arrives as deliveries ([`wants_intake`],
//! [`wants_appraisal`], [`wants_own`], [`learn`]). Reads go past the writer.

mod convert;
mod grpc;
mod model;
pub mod store;

pub use grpc::{Grpc, server};
pub use model::{Funding, Refused, Task, learn, wants_appraisal, wants_intake, wants_own};
pub use yishi_funding_domain::Policy;
