//! Escalation as the writer sees it.

use std::sync::Arc;

use prost::Message;
use yishi_escalation_domain::{Command, Key, Policy, Refusal, Rules, decide, needs, reads};
use yishi_kernel::Calendar;
use yishi_runtime::copies::{self, Copied};
use yishi_runtime::desk::House;
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::{self, Entry, Stored};
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert;
use crate::store::{self, Working, Written};

/// Escalation's rules and tables.
#[derive(Debug)]
pub struct Escalation {
    house: Arc<House>,
    policy: Policy,
}

/// Why a task was not done; in the callers' words when it leaves the writer.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The rules said no to a request.
    Rules {
        /// What was asked.
        command: Box<Command>,
        /// Why not.
        refusal: Refusal,
    },
    /// An entry of a journal cannot be read, or does not fit what is known here.
    Unreadable(String),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rules { command, refusal } => convert::failure(&command, &refusal),
            Refused::Unreadable(problem) => {
                tracing::error!(problem, "an entry of a journal cannot be applied");
                Failure::new(&reasons::INTERNAL)
            }
        }
    }
}

impl Escalation {
    /// Escalation for the units of a house.
    #[must_use]
    pub fn new(house: Arc<House>, policy: Policy) -> Self {
        Self { house, policy }
    }

    fn carry_out(
        &self,
        working: &mut Working,
        command: &Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<(), Refused> {
        let rules =
            Rules { policy: &self.policy, register: &self.house.register, calendar: Calendar::china() };
        let events = decide(&rules, &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { command: Box::new(command.clone()), refusal })?;
        for event in events {
            let (unit, to, kind) = (event.unit, event.to, event.fact.kind());
            let payload = convert::event(&event).encode_to_vec();
            let written = Written { event, actor: moment.actor.clone(), payload };
            working.apply(&written).expect("what was just decided fits the world it was decided on");
            entries.push(Draft { unit, to, kind, payload: written.payload });
        }
        Ok(())
    }
}

/// What the writer is handed.
#[derive(Clone, Debug)]
pub enum Task {
    /// A caller's request.
    Asked(Command),
    /// What entries of journals say, in their order.
    Learned(Vec<Command>),
    /// What was written where other units are hosted, in its order.
    Copied(Vec<Copied<Written>>),
    /// An entry that cannot be read: nothing after it may be applied before a person has looked.
    Unreadable(String),
}

impl Task {
    fn commands(&self) -> &[Command] {
        match self {
            Self::Asked(command) => std::slice::from_ref(command),
            Self::Learned(commands) => commands,
            Self::Copied(_) | Self::Unreadable(_) => &[],
        }
    }

    /// What must be seen for it.
    fn keys(&self) -> Vec<Key> {
        match self {
            Self::Copied(copied) => copied.iter().flat_map(|copied| needs(&copied.told.event)).collect(),
            _ => self.commands().iter().flat_map(reads).collect(),
        }
    }
}

/// The entries of intake's journal that escalation learns from: matters of the house's villages that were determined.
pub fn wants_intake(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |Stored { entry, .. }| entry.kind == convert::DETERMINED && house.hosts(entry.unit)
}

/// The entries of escalation's own journal that arrive here: those addressed to a unit of the house.
pub fn wants_own(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |Stored { entry, .. }| {
        !journal::is_own(&entry.kind) && entry.to.is_some_and(|(unit, _)| house.hosts(unit))
    }
}

/// What those entries are to escalation.
#[must_use]
pub fn learn(entries: &[Stored]) -> Task {
    let read = entries.iter().map(|Stored { entry, pos, .. }| {
        convert::delivery(entry).map_err(|problem| format!("position {pos}: {problem}"))
    });
    read.collect::<Result<_, _>>().map_or_else(Task::Unreadable, Task::Learned)
}

fn written(entry: &Entry) -> Result<Written, String> {
    let actor = entry.actor.parse().map_err(|error| format!("{error}"))?;
    Ok(Written { event: convert::event_of(entry)?, actor, payload: entry.payload.clone() })
}

impl Model for Escalation {
    const SERVICE: &'static str = "escalation";
    type Command = Task;
    type Refusal = Refused;
    type Working = Working;

    fn migrations<E: Engine>() -> Vec<sqlx::migrate::Migration> {
        store::migrations::<E>()
    }

    fn copied(entries: &[Entry]) -> Task {
        copies::read(entries, written).map_or_else(Task::Unreadable, Task::Copied)
    }

    async fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        tasks: &[&Task],
    ) -> Result<Working, StoreError> {
        let keys = tasks.iter().flat_map(|task| task.keys()).collect();
        store::load::<E>(conn, &self.house, &keys).await
    }

    fn act(&self, working: &mut Working, task: &Task, moment: &Moment) -> Result<Outcome, Refused> {
        match task {
            Task::Asked(_) | Task::Learned(_) => {}
            Task::Copied(copied) => {
                copies::apply(working, copied, Working::apply).map_err(Refused::Unreadable)?;
            }
            Task::Unreadable(problem) => return Err(Refused::Unreadable(problem.clone())),
        }
        let mut entries = Vec::new();
        for command in task.commands() {
            self.carry_out(working, command, moment, &mut entries)?;
        }
        let mut response = Vec::new();
        if let Task::Asked(Command::Change { unit, matter, .. }) = task
            && let Some(desk) = working.world.desk(*unit, *matter)
        {
            let mut referral = convert::referral(desk);
            convert::tell_light(&mut referral, self.policy.outlook(Calendar::china(), moment.now));
            response = referral.encode_to_vec();
        }
        Ok(Outcome { entries, response })
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, working: Working) -> Result<(), StoreError> {
        store::save::<E>(conn, &self.house, &working).await
    }
}
