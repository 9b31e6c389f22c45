//! Intake as the writer sees it.

use std::fmt;
use std::sync::Arc;

use prost::Message;
use yishi_intake_domain::{Command, Delivery, Event, Key, Policy, Refusal, decide, needs, reads};
use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::copies::{self, Copied};
use yishi_runtime::desk::House;
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::{Entry, Stored};
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert;
use crate::store::{self, Working};

/// Intake's rules and tables.
#[derive(Debug)]
pub struct Intake {
    house: Arc<House>,
    policy: Policy,
}

/// What a command is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// A village, for what is not a matter yet.
    Village(UnitCode),
    /// A matter.
    Matter(MatterId),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Village(village) => write!(f, "villages/{village}"),
            Self::Matter(matter) => matter.fmt(f),
        }
    }
}

/// Why a task was not done; in the callers' words when it leaves the writer.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The rules said no to a request.
    Rules {
        /// What it is about.
        about: About,
        /// Why.
        refusal: Refusal,
    },
    /// An entry cannot be read, or does not fit what is known here.
    Unreadable(String),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rules { about, refusal } => convert::failure(&about.to_string(), &refusal),
            Refused::Unreadable(problem) => {
                tracing::error!(problem, "an entry cannot be applied");
                Failure::new(&reasons::INTERNAL)
            }
        }
    }
}

impl Intake {
    /// Intake for the units of a house.
    #[must_use]
    pub fn new(house: Arc<House>, policy: Policy) -> Self {
        Self { house, policy }
    }

    fn carry_out(
        &self,
        working: &mut Working,
        command: &Command,
        moment: &Moment,
        mut entries: Vec<Draft>,
    ) -> Result<Outcome, Refused> {
        let about = match command {
            Command::Propose { village, .. } => About::Village(*village),
            Command::Change { matter, .. } | Command::Delivery(Delivery::Settled { matter, .. }) => {
                About::Matter(*matter)
            }
        };
        let events = decide(&self.policy, &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        for event in &events {
            working.apply(event).expect("what was just decided fits the world it was decided on");
            entries.push(Draft {
                unit: event.matter.village,
                to: None,
                kind: event.fact.kind(),
                payload: convert::event(event).encode_to_vec(),
            });
        }
        let id = match (events.first(), about) {
            (Some(event), _) => Some(event.matter),
            (None, About::Matter(matter)) => Some(matter),
            (None, About::Village(_)) => None,
        };
        let matter = id.and_then(|id| working.world.matter(id));
        let response = matter.map(convert::matter).unwrap_or_else(pb::Matter::default).encode_to_vec();
        Ok(Outcome { entries, response })
    }
}

/// What the writer is handed.
#[derive(Clone, Debug)]
pub enum Task {
    /// A caller's request.
    Asked(Command),
    /// What other services' entries say, in their order.
    Learned(Vec<Command>),
    /// What was decided where other villages are hosted, in its order.
    Copied(Vec<Copied<Event>>),
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
            Self::Copied(copied) => copied.iter().flat_map(|copied| needs(&copied.told)).collect(),
            _ => self.commands().iter().flat_map(reads).collect(),
        }
    }
}

/// The entries of funding that intake learns from: what it wrote to villages hosted here.
pub fn wants(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + 'static {
    let house = Arc::clone(house);
    move |Stored { entry, .. }| {
        convert::concerns(&entry.kind) && entry.to.is_some_and(|(village, _)| house.hosts(village))
    }
}

/// What those entries are to intake.
#[must_use]
pub fn learn(entries: &[Stored]) -> Task {
    let read = entries.iter().filter_map(|Stored { entry, pos, .. }| {
        let read = convert::delivery(&entry.kind, &entry.payload);
        read.map_err(|problem| format!("position {pos}: {problem}")).transpose()
    });
    read.collect::<Result<_, _>>().map_or_else(Task::Unreadable, Task::Learned)
}

impl Model for Intake {
    const SERVICE: &'static str = "intake";
    type Command = Task;
    type Refusal = Refused;
    type Working = Working;

    fn migrations<E: Engine>() -> Vec<sqlx::migrate::Migration> {
        store::migrations::<E>()
    }

    fn copied(entries: &[Entry]) -> Task {
        copies::read(entries, convert::event_from).map_or_else(Task::Unreadable, Task::Copied)
    }

    async fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        tasks: &[&Task],
    ) -> Result<Working, StoreError> {
        store::load::<E>(conn, tasks.iter().flat_map(|task| task.keys()).collect()).await
    }

    fn act(&self, working: &mut Working, task: &Task, moment: &Moment) -> Result<Outcome, Refused> {
        match task {
            Task::Asked(_) | Task::Learned(_) => {}
            Task::Copied(copied) => {
                copies::apply(working, copied, Working::apply).map_err(Refused::Unreadable)?;
            }
            Task::Unreadable(problem) => return Err(Refused::Unreadable(problem.clone())),
        }
        let mut outcome = Outcome { entries: Vec::new(), response: Vec::new() };
        for command in task.commands() {
            outcome = self.carry_out(working, command, moment, outcome.entries)?;
        }
        Ok(outcome)
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, working: Working) -> Result<(), StoreError> {
        store::save::<E>(conn, &self.house, &working).await
    }
}
