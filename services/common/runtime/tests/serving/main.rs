//! A whole server, asked over real connections.

mod calls;
mod limits;
mod probe;
mod raw;
mod stopping;
