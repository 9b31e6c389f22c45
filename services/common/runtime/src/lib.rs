//! What every service starts with.
//!
//! | | |
//! |---|---|
//! | [`config`] | what an operator sets, refused with a reason when it cannot work |
//! | [`clock`] | business time, the machine's or moved by hand |
//! | [`telemetry`] | spans, metrics and logs by OTLP |
//! | [`server`] | a listener, its limits, and the layers every call passes |
//! | [`client`] | a channel that notices when the other side is gone |
//! | [`check`] | reads a request's fields and tells all problems at once |
//! | [`access`] | who calls, and the policy of who may |
//! | [`house`] | which units a node hosts, and which it holds copies of |
//! | [`copies`] | what entries of units hosted elsewhere tell, applied all together or not at all |
//! | [`desk`] | authenticate, authorise, validate, and hand over to the writer |
//! | [`errors`] | the table of reasons, and failures in two languages |
//! | [`lifecycle`] | signals, tasks and the exit code |
//!
//! Architecture invariant: nothing here knows a domain, and only the desk and the copies know the
//! store. A service brings its handlers, and this crate brings everything between them and the network.

pub mod access;
pub mod check;
pub mod client;
pub mod clock;
pub mod config;
pub mod copies;
pub mod desk;
pub mod errors;
pub mod house;
pub mod lifecycle;
pub mod server;
pub mod telemetry;
