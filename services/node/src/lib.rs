//! A node put together. The program around it is thin; whoever wants a real node inside another program, as tests
//! do, starts the same [`Node`] here.

mod admin;
mod books;
mod delegation;
mod host;
mod opinions;
mod policies;
mod shelf;
pub mod support_key;
mod taxonomies;
mod witness;

pub use host::{Addresses, Node};
