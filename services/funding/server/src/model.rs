//! Funding as the writer sees it.

use std::sync::Arc;

use prost::Message;
use yishi_funding_domain::{
    ChannelId, Command, Event, Key, Policy, Refusal, Rules, TransferId, World, decide, needs, reads,
    reads_then,
};
use yishi_kernel::UnitCode;
use yishi_runtime::copies::{self, Copied};
use yishi_runtime::desk::House;
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::{Entry, Stored};
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert::{self, About};
use crate::store::{self, Working};

/// Funding's rules and tables.
#[derive(Debug)]
pub struct Funding {
    house: Arc<House>,
    policy: Policy,
}

/// Why a task was not done; in the callers' words when it leaves the writer.
#[derive(Clone, Debug)]
pub struct Refused(Why);

#[derive(Clone, Debug)]
enum Why {
    /// The rules said no to a request.
    Rules { about: About, refusal: Refusal },
    /// An entry cannot be read, or does not fit what is known here.
    Unreadable(String),
}

impl From<Refused> for Failure {
    fn from(Refused(why): Refused) -> Self {
        match why {
            Why::Rules { about, refusal } => convert::failure(about, &refusal),
            Why::Unreadable(problem) => {
                tracing::error!(problem, "an entry cannot be applied");
                Failure::new(&reasons::INTERNAL)
            }
        }
    }
}

impl Funding {
    /// Funding for the units of a house.
    #[must_use]
    pub fn new(house: Arc<House>, policy: Policy) -> Self {
        Self { house, policy }
    }

    fn carry_out(
        &self,
        working: &mut Working,
        command: &Command,
        moment: &Moment,
    ) -> Result<Vec<Draft>, Refused> {
        let rules = Rules { policy: &self.policy, register: &self.house.register };
        let events = decide(&rules, &working.world, command, moment.now).map_err(|refusal| {
            Refused(match About::of(command) {
                Some(about) => Why::Rules { about, refusal },
                None => Why::Unreadable(format!("{command:?} was refused: {refusal:?}")),
            })
        })?;
        let draft = |event| {
            let applied = working.apply(&self.house, &event);
            applied.expect("what was just decided fits the world it was decided on");
            let (unit, to, kind) = (event.unit, event.to, event.fact.kind());
            Draft { unit, to, kind, payload: convert::event(&event).encode_to_vec() }
        };
        Ok(events.into_iter().map(draft).collect())
    }
}

/// What the writer is handed.
#[derive(Clone, Debug)]
pub enum Task {
    /// A caller's request.
    Asked(Command),
    /// What entries of others say, and entries addressed to units hosted here, in their order.
    Learned(Vec<Command>),
    /// What was decided where other units are hosted, in its order.
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

    /// What must be seen for it, as far as it says so itself.
    fn keys(&self) -> Vec<Key> {
        match self {
            Self::Copied(copied) => copied.iter().flat_map(|copied| needs(&copied.told)).collect(),
            _ => self.commands().iter().flat_map(reads).collect(),
        }
    }
}

/// The entries of intake that concern the counties hosted here.
pub fn wants_intake(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |stored| convert::concerns_intake(&house, &stored.entry)
}

/// The entries of appraisal that concern payers hosted here.
pub fn wants_appraisal(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |stored| convert::concerns_appraisal(&house, &stored.entry)
}

/// The entries of funding itself that are money, or answers about money, for units hosted here.
pub fn wants_own(house: &Arc<House>) -> impl Fn(&Stored) -> bool + Send + Sync + use<> {
    let house = Arc::clone(house);
    move |stored| convert::concerns_own(&house, &stored.entry)
}

/// What those entries are to funding, of whichever journal.
#[must_use]
pub fn learn(entries: &[Stored]) -> Task {
    let read = entries.iter().filter_map(|Stored { entry, pos, .. }| {
        let read = convert::delivery(entry).map(|delivery| delivery.map(Command::Deliver));
        read.map_err(|problem| format!("position {pos}: {problem}")).transpose()
    });
    read.collect::<Result<_, _>>().map_or_else(Task::Unreadable, Task::Learned)
}

/// What a request is answered with, after it was carried out.
fn answer(world: &World, command: &Command) -> Option<Vec<u8>> {
    Some(match command {
        Command::Open { owner, year, .. } => {
            let ordinal = world.book(*owner, *year).channels;
            let id = ChannelId { owner: *owner, year: *year, ordinal };
            convert::channel(world.channel(id)?).encode_to_vec()
        }
        Command::Receive { channel, .. } => holding(world, channel.owner, *channel)?,
        Command::Lapse { holder, channel } => holding(world, *holder, *channel)?,
        Command::Appropriate { from, channel, .. } | Command::Return { from, channel, .. } => {
            let ordinal = world.book(*from, channel.year).transfers;
            let id = TransferId { from: *from, year: channel.year, ordinal };
            convert::transfer(world.transfer(*from, id)?).encode_to_vec()
        }
        Command::Fund { matter, .. } => convert::matter(world.matter(*matter)?).encode_to_vec(),
        Command::PayReward { order, village, .. } => {
            convert::reward(world.reward(order, *village)?).encode_to_vec()
        }
        Command::Deliver(_) => return None,
    })
}

fn holding(world: &World, holder: UnitCode, channel: ChannelId) -> Option<Vec<u8>> {
    let kind = world.channel(channel)?.terms.kind;
    Some(convert::holding(holder, channel, kind, &world.account(holder, channel)).encode_to_vec())
}

impl Model for Funding {
    const SERVICE: &'static str = "funding";
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
        let mut working = Working::default();
        let first = tasks.iter().flat_map(|task| task.keys()).collect();
        let register = &self.house.register;
        store::load::<E>(conn, register, &mut working, first).await?;
        let commands = tasks.iter().flat_map(|task| task.commands());
        let then = commands.flat_map(|command| reads_then(&working.world, command)).collect();
        store::load::<E>(conn, register, &mut working, then).await?;
        Ok(working)
    }

    fn act(&self, working: &mut Working, task: &Task, moment: &Moment) -> Result<Outcome, Refused> {
        match task {
            Task::Asked(_) | Task::Learned(_) => {}
            Task::Copied(copied) => {
                let follow = |working: &mut Working, event: &Event| working.apply(&self.house, event);
                let copies = copies::apply(working, copied, follow);
                copies.map_err(|problem| Refused(Why::Unreadable(problem)))?;
            }
            Task::Unreadable(problem) => return Err(Refused(Why::Unreadable(problem.clone()))),
        }
        let mut outcome = Outcome { entries: Vec::new(), response: Vec::new() };
        for command in task.commands() {
            outcome.entries.extend(self.carry_out(working, command, moment)?);
            outcome.response = answer(&working.world, command).unwrap_or_default();
        }
        Ok(outcome)
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, working: Working) -> Result<(), StoreError> {
        store::save::<E>(conn, &working).await
    }
}
