//! Intake as the writer sees it.

use std::sync::Arc;

use prost::Message;
use yishi_intake_domain::{Command, Policy, Refusal, decide, evolve, touches};
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::House;
use yishi_runtime::errors::Failure;
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert;
use crate::store::{self, Working};

/// Intake's rules and tables.
#[derive(Debug)]
pub struct Intake {
    house: Arc<House>,
    policy: Policy,
}

/// Why a command was not done; in the callers' words when it leaves the writer.
#[derive(Clone, Debug)]
pub struct Refused {
    command: Option<MatterId>,
    refusal: Refusal,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        convert::failure(refused.command, &refused.refusal)
    }
}

impl Intake {
    /// Intake for the units of a house.
    #[must_use]
    pub fn new(house: Arc<House>, policy: Policy) -> Self {
        Self { house, policy }
    }
}

impl Model for Intake {
    const SERVICE: &'static str = "intake";
    type Command = Command;
    type Refusal = Refused;
    type Working = Working;

    fn migrations<E: Engine>() -> Vec<sqlx::migrate::Migration> {
        store::migrations::<E>()
    }

    async fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        commands: &[&Command],
    ) -> Result<Working, StoreError> {
        store::load::<E>(conn, commands).await
    }

    fn act(&self, working: &mut Working, command: &Command, moment: &Moment) -> Result<Outcome, Refused> {
        let about = match command {
            Command::Propose { .. } => None,
            Command::Change { matter, .. } => Some(*matter),
        };
        let events = decide(&self.policy, &working.world, command, moment.now)
            .map_err(|refusal| Refused { command: about, refusal })?;
        let mut entries = Vec::with_capacity(events.len());
        for event in &events {
            evolve(&mut working.world, event)
                .expect("what was just decided fits the world it was decided on");
            working.touched.extend(touches(event));
            entries.push(Draft {
                unit: event.matter.village,
                to: None,
                kind: event.fact.kind(),
                payload: convert::event(event).encode_to_vec(),
            });
        }
        let about = events.first().map(|event| event.matter).or(about);
        let matter = about.and_then(|id| working.world.matter(id));
        let response = matter.map(convert::matter).unwrap_or_else(pb::Matter::default).encode_to_vec();
        Ok(Outcome { entries, response })
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, working: Working) -> Result<(), StoreError> {
        store::save::<E>(conn, &self.house, &working).await
    }
}
