//! The binary as an operator runs it: started, asked to end, killed, and started on what it left.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod heads;
mod killed;
mod program;
mod started;
