//! Appraisal as the writer sees it.

use std::sync::Arc;

use prost::Message;
use yishi_appraisal_domain::{
    Act, AsOf, Command, Cut, Event, Key, Policy, Position, Refusal, UnitYear, World, count, decide, needs,
    reads,
};
use yishi_runtime::copies::{self, Copied};
use yishi_runtime::desk::House;
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::{Entry, Stored};
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert;
use crate::store::{self, Working};

/// Appraisal's rules and tables.
#[derive(Debug, Default)]
pub struct Appraisal {
    policy: Policy,
}

/// Why a task was not done; in the callers' words when it leaves the writer.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The rules said no to a request.
    Rules {
        /// What it is about.
        about: UnitYear,
        /// Why.
        refusal: Refusal,
    },
    /// An entry cannot be read, or does not fit what is known here.
    Unreadable(String),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rules { about, refusal } => convert::failure(about, &refusal),
            Refused::Unreadable(problem) => {
                tracing::error!(problem, "an entry cannot be applied");
                Failure::new(&reasons::INTERNAL)
            }
        }
    }
}

impl Appraisal {
    /// Appraisal by a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy }
    }

    fn carry_out(
        &self,
        working: &mut Working,
        command: &Command,
        moment: &Moment,
    ) -> Result<Vec<Draft>, Refused> {
        let about = match command {
            Command::Ask { about, .. } => *about,
            Command::Learn(delivery) => delivery.about(),
        };
        let events = decide(&self.policy, &working.world, command, as_of(moment))
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        let mut entries = Vec::new();
        for event in &events {
            working.apply(event).expect("what was just decided fits the world it was decided on");
            if let Some((kind, payload)) = event.fact.kind().zip(convert::event(&working.world, event)) {
                let (unit, to) = (event.about.unit, event.to());
                entries.push(Draft { unit, to, kind, payload: payload.encode_to_vec() });
            }
        }
        Ok(entries)
    }
}

/// What the writer is handed.
#[derive(Clone, Debug)]
pub enum Task {
    /// A caller's request.
    Asked(Command),
    /// What other services' entries say, in their order.
    Learned(Vec<Command>),
    /// What was decided where other units are hosted, in its order. Tokens stay there, and what was heard of other services
    /// there is heard of them here too.
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

/// When a command is decided, and what was heard of others by then.
fn as_of(moment: &Moment) -> AsOf {
    let heard = |source| {
        let heard = moment.heard.get(source);
        heard.map(|heard| Position { epoch: heard.epoch, pos: heard.pos }).unwrap_or_default()
    };
    let cut = Cut { intake: heard("intake"), escalation: heard("escalation"), funding: heard("funding") };
    AsOf { now: moment.now, cut }
}

/// The entries of intake, escalation and funding that appraisal learns from.
pub fn wants(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |Stored { entry, .. }| convert::concerns(&house, entry)
}

/// Those among them that only the node of their unit learns from; all others every node does, wherever a unit is hosted.
pub fn wants_hosted(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |Stored { entry, .. }| convert::concerns_hosted(&house, entry)
}

/// What those entries are to appraisal.
pub fn learn(house: &Arc<House>) -> impl Fn(&[Stored]) -> Task + Send + Sync + 'static {
    let house = Arc::clone(house);
    move |entries| {
        let read = entries.iter().filter_map(|Stored { entry, pos, .. }| {
            let read = convert::delivery(&house, entry);
            read.map_err(|problem| format!("position {pos}: {problem}")).transpose()
        });
        let deliveries = read.chain(convert::report(&house, entries).into_iter().map(Ok));
        let commands = deliveries.map(|delivery| delivery.map(Command::Learn)).collect::<Result<_, _>>();
        commands.map_or_else(Task::Unreadable, Task::Learned)
    }
}

/// What became of a batch of forms; only to be told before its tokens are spent.
fn counted(world: &World, command: &Command) -> Option<Vec<u8>> {
    let Command::Ask { about, act: Act::CountForms(batch) } = command else { return None };
    Some(convert::counted(&count(world, *about, batch).forms).encode_to_vec())
}

/// What any other request is answered with, after it was carried out.
fn answer(world: &World, command: &Command, moment: &Moment) -> Option<Vec<u8>> {
    let Command::Ask { about, act } = command else { return None };
    let about = *about;
    Some(match act {
        Act::FreezeScheme(_) => convert::scheme(about, world.scheme(about)?, moment.now).encode_to_vec(),
        Act::CountForms(_) => return None,
        Act::Rank { .. } => convert::ranking(about, world.ranking(about)?).encode_to_vec(),
        Act::IssueRewards(_) | Act::ConfirmRewards { .. } => {
            convert::reward_list(about, world.list(about)?, world.rewards(about).copied().collect())
                .encode_to_vec()
        }
        Act::IssueBulletin(order) => {
            convert::bulletin(about, world.bulletin(about, order.period)?).encode_to_vec()
        }
        Act::KeepCheckpoint(_) => return None,
    })
}

impl Model for Appraisal {
    const SERVICE: &'static str = "appraisal";
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
            let counted = counted(&working.world, command);
            outcome.entries.extend(self.carry_out(working, command, moment)?);
            outcome.response =
                counted.or_else(|| answer(&working.world, command, moment)).unwrap_or_default();
        }
        Ok(outcome)
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, working: Working) -> Result<(), StoreError> {
        store::save::<E>(conn, &working).await
    }
}
