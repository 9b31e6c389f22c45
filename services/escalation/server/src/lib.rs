//! The escalation service: who answers for a matter, level by level.
//!
//! A request is authorised and checked ([`yishi_runtime::desk`]), becomes a command (`convert`), is decided by the
//! domain's rules inside the writer (`model`), and is answered with the referral as it then is. What units tell each
//! other arrives the same way for all: an entry of this service's own journal that is addressed to a unit of this node
//! comes back as a delivery ([`wants_own`]). What is overdue is raised by a timer where policy says so ([`Overdue`]). Reads go past the writer.

mod convert;
mod grpc;
mod model;
mod overdue;
pub mod store;

pub use convert::{Concern, concern};
pub use grpc::{Grpc, server};
pub use model::{Escalation, Refused, Task, learn, wants_intake, wants_own};
pub use overdue::Overdue;
pub use yishi_escalation_domain::Policy;
