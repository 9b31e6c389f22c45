//! What a service plugs into the writer.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::migrate::Migration;
use yishi_kernel::{Actor, Sealed, Timestamp, UnitCode};

use super::handle::Position;
use crate::StoreError;
use crate::engine::Engine;
use crate::journal::Entry;

/// When, by whom, and what was heard of others by then. The only time a rule ever sees.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Business time; never goes back within a database.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
    /// Up to where each source was heard, what stands earlier in the same batch included: the cut at which whatever is
    /// summed up now is summed up.
    pub heard: Arc<HashMap<String, Position>>,
}

/// An entry to be: the writer numbers, dates and hashes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// In whose journal.
    pub unit: UnitCode,
    /// Addressed to whom, if to anybody.
    pub to: Option<UnitCode>,
    /// A stable name such as `intake.proposed`.
    pub kind: &'static str,
    /// Protobuf bytes of the service's event.
    pub payload: Vec<u8>,
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In order; may be of several units.
    pub entries: Vec<Draft>,
    /// The answer to the caller, kept to answer the same again.
    pub response: Vec<u8>,
}

/// A service's rules and tables, as the writer sees them.
pub trait Model: Send + Sync + 'static {
    /// Lower-case name; part of every hash, and the name of the schema or file.
    const SERVICE: &'static str;
    /// What a caller wants done.
    type Command: Send + Sync + 'static;
    /// Why it was not done. Not an error of the program.
    type Refusal: Clone + Send + 'static;
    /// The rows that one batch of commands speaks of.
    type Working: Send;

    /// The service's own tables; versions from 100 on (below are the store's).
    fn migrations<E: Engine>() -> Vec<Migration>;

    /// Reads what these commands speak of: one query a kind, two rounds at most.
    fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        commands: &[&Self::Command],
    ) -> impl Future<Output = Result<Self::Working, StoreError>> + Send;

    /// Decides and applies one command. Pure; a refusal leaves `working` as it was.
    fn act(
        &self,
        working: &mut Self::Working,
        command: &Self::Command,
        moment: &Moment,
    ) -> Result<Outcome, Self::Refusal>;

    /// What a command brings that is kept beside the last of its entries, sealed; few do.
    fn sealed(_command: &Self::Command) -> Option<&Sealed> {
        None
    }

    /// What entries of units that other nodes host are to this service: their effect on the rows, and nothing else.
    fn copied(entries: &[Entry]) -> Self::Command;

    /// Writes each changed row once, from its final state.
    fn save<E: Engine>(
        &self,
        conn: &mut E::Connection,
        working: Self::Working,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
