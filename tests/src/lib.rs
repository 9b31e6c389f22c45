//! Fixtures shared by the tests and the bench: two engines, a real node on either, and a look at the disk below them.
//!
//! A story is written once, over any engine, and [`both_engines!`] runs it on a fresh SQLite file and on a fresh
//! PostgreSQL database. PostgreSQL comes from the system's binaries: the first test that asks starts a cluster,
//! and the cluster is gone when the test process is, however it ended.

pub mod bare;
pub mod collector;
pub mod copies;
pub mod engines;
pub mod fault_proxy;
pub mod federation;
pub mod line;
pub mod postgres;
pub mod probe;
pub mod program;
pub mod purse;
pub mod redelivery;
pub mod rewriting;
pub mod sandbox;
pub mod sqlite;
