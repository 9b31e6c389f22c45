//! Intake as the writer sees it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use prost::Message;
use yishi_intake_domain::joint::{self, Follow, ParticipationId};
use yishi_intake_domain::{Act, Command, Event, Fact, Policy, Refusal, align, book, decide, map};
use yishi_kernel::{Level, MatterId, Timestamp, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::copies::{self, Copied};
use yishi_runtime::desk::House;
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::journal::Entry;
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert;
use crate::store::{self, Working};
use crate::task::{Asked, Task, Told};

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
    /// A village's part in the matter of another.
    Participation(ParticipationId),
    /// A year book.
    Book(book::BookId),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Village(village) => write!(f, "villages/{village}"),
            Self::Matter(matter) => matter.fmt(f),
            Self::Participation(participation) => participation.fmt(f),
            Self::Book(book) => book.fmt(f),
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
    /// The rules of joint matters did.
    Joint {
        /// What it is about.
        about: About,
        /// Why.
        refusal: joint::Refusal,
    },
    /// The rules of books did.
    Books {
        /// What it is about.
        about: About,
        /// Why.
        refusal: book::Refusal,
    },
    /// An entry cannot be read, or does not fit what is known here.
    Unreadable(String),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rules { about, refusal } => convert::failure(&about.to_string(), &refusal),
            Refused::Joint { about, refusal } => convert::joint::failure(&about.to_string(), &refusal),
            Refused::Books { about, refusal } => convert::book::failure(&about.to_string(), &refusal),
            Refused::Unreadable(problem) => {
                tracing::error!(problem, "an entry cannot be applied");
                Failure::new(&reasons::INTERNAL)
            }
        }
    }
}

const FITS: &str = "what was just decided fits the world it was decided on";

impl Intake {
    /// Intake for the units of a house.
    #[must_use]
    pub fn new(house: Arc<House>, policy: Policy) -> Self {
        Self { house, policy }
    }

    /// Carries a command out, and answers what the caller is answered with.
    fn carry_out(
        &self,
        working: &mut Working,
        asked: &Asked,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<Vec<u8>, Refused> {
        match asked {
            Asked::Matter(command) => self.change_matter(working, command, moment, entries),
            Asked::Joint(command) => self.plan_together(working, command, moment, entries),
            Asked::Book(command) => self.keep_book(working, command, moment, entries),
            Asked::Map(command) => {
                self.change_map(working, command, moment, entries);
                Ok(Vec::new())
            }
        }
    }

    fn change_map(
        &self,
        working: &mut Working,
        command: &map::Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) {
        for event in map::decide(&self.map(), &working.world, command, moment.now) {
            let (unit, to, kind) = (event.unit, event.to, event.fact.kind());
            let payload = convert::map::event(&event).encode_to_vec();
            working.apply(&Told::Map(event)).expect(FITS);
            entries.push(Draft { unit, to, kind, payload });
        }
    }

    fn map(&self) -> map::Rules<'_> {
        map::Rules { policy: &self.policy, register: &self.house.register }
    }

    fn change_matter(
        &self,
        working: &mut Working,
        command: &Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<Vec<u8>, Refused> {
        let about = match command {
            Command::Propose { village, .. } => About::Village(*village),
            Command::Change { matter, .. } => About::Matter(*matter),
            Command::Delivery(delivery) => About::Matter(delivery.matter()),
        };
        map::may(&self.map(), &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        let policy = self.policy_for(command);
        let events = decide(&policy, &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        let mut id = match about {
            About::Matter(matter) => Some(matter),
            About::Village(_) | About::Participation(_) | About::Book(_) => None,
        };
        let asked = events.iter().find_map(|event| match &event.fact {
            Fact::Align(fact @ align::Fact::OpinionsRequested { .. }) => Some(fact.clone()),
            _ => None,
        });
        for event in events {
            id.get_or_insert(event.matter);
            let mut told = convert::event(&event);
            if let Some(asked) = &asked {
                convert::align::name_departments(&mut told, asked);
            }
            entries.push(self.write_matter(working, event, &told));
        }
        let matter = id.and_then(|id| working.world.matter(id));
        Ok(matter.map(convert::matter).unwrap_or_else(pb::Matter::default).encode_to_vec())
    }

    /// Applies an event of a matter, and drafts its entry.
    fn write_matter(&self, working: &mut Working, event: Event, told: &pb::Event) -> Draft {
        let (unit, kind) = (event.matter.village, event.fact.kind());
        let to = match &event.fact {
            // Who decides about an ending has it addressed to it, and so has whoever is asked for an opinion.
            Fact::EndingRequested { .. } => self.house.register.parent(unit),
            Fact::Align(align::Fact::OpinionsRequested { .. }) => {
                self.house.register.ancestor_at(unit, Level::County)
            }
            Fact::Joint(fact) => fact.to(),
            _ => None,
        };
        working.apply(&Told::Matter(event)).expect(FITS);
        Draft { unit, to, kind, payload: told.encode_to_vec() }
    }

    fn plan_together(
        &self,
        working: &mut Working,
        command: &joint::Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<Vec<u8>, Refused> {
        let about = match command {
            joint::Command::Invite { matter, .. } | joint::Command::Release { matter, .. } => {
                About::Matter(*matter)
            }
            joint::Command::HearPartner { participation, .. } => About::Matter(participation.matter),
            joint::Command::Change { participation, .. } | joint::Command::HearLead { participation, .. } => {
                About::Participation(*participation)
            }
        };
        map::may_together(&self.map(), &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        let rules = joint::Rules { policy: &self.policy, register: &self.house.register };
        let follows = joint::decide(&rules, &working.world, command, moment.now)
            .map_err(|refusal| Refused::Joint { about, refusal })?;
        for follow in follows {
            entries.push(match follow {
                Follow::Matter(event) => {
                    let told = convert::event(&event);
                    self.write_matter(working, event, &told)
                }
                Follow::Participation(event) => {
                    let (unit, to, kind) = (event.participation.village, event.to(), event.fact.kind());
                    let payload = convert::joint::event(&event).encode_to_vec();
                    working.apply(&Told::Participation(event)).expect(FITS);
                    Draft { unit, to, kind, payload }
                }
            });
        }
        Ok(working.served(about))
    }

    /// The policy as it is for the matter's village, where that makes a difference.
    fn policy_for(&self, command: &Command) -> Cow<'_, Policy> {
        let asks = |act: &Act| matches!(act, Act::Determine { .. } | Act::Align(align::Act::Revise(_)));
        let Command::Change { matter, act, .. } = command else { return Cow::Borrowed(&self.policy) };
        if self.policy.opinions.rows.is_empty() || !asks(act) {
            return Cow::Borrowed(&self.policy);
        }
        let register = &self.house.register;
        let opinions = self.policy.opinions.of(|unit| register.is_within(matter.village, unit));
        Cow::Owned(Policy { opinions, ..self.policy.clone() })
    }

    /// A node below that has another register goes on as by its own; what it wrote is kept, and its operator is to hear of it.
    fn tell_older_maps(&self, copied: &[Copied<Told>]) {
        let register = &self.house.register;
        if register.changes().is_empty() {
            return;
        }
        let closed = |village, at: Timestamp| register.closed(village, at.date()).is_some();
        for one in copied.iter().filter(|one| convert::map::is_of_an_older_map(&one.told, closed)) {
            tracing::warn!(entry = %one, "a village that is closed goes on: its node has an older node.changes");
        }
    }

    fn keep_book(
        &self,
        working: &mut Working,
        command: &book::Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<Vec<u8>, Refused> {
        let about = match command {
            book::Command::Open { book } | book::Command::Change { book, .. } => About::Book(*book),
            book::Command::Hear(heard) => About::Book(heard.book()),
            book::Command::AnswerEnding { matter, .. } | book::Command::GiveOpinion { matter, .. } => {
                About::Matter(*matter)
            }
        };
        working.recount(&self.house, &self.policy, command);
        let rules = book::Rules { policy: &self.policy, register: &self.house.register };
        let events = book::decide(&rules, &working.world, command, moment.now)
            .map_err(|refusal| Refused::Books { about, refusal })?;
        for event in events {
            let (unit, to, kind) = (event.book.unit, event.to, event.fact.kind());
            let payload = convert::book::event(&event).encode_to_vec();
            working.apply(&Told::Book(event)).expect(FITS);
            entries.push(Draft { unit, to, kind, payload });
        }
        Ok(working.served(about))
    }
}

impl Working {
    /// What a caller is answered with: what its request was about, as it then is.
    fn served(&self, about: About) -> Vec<u8> {
        let world = &self.world;
        match about {
            About::Book(book) => world.book(book).map(|book| convert::book::book(book).encode_to_vec()),
            About::Matter(matter) => {
                world.matter(matter).map(|matter| convert::matter(matter).encode_to_vec())
            }
            About::Participation(id) => {
                let part = world.participation(id);
                part.map(|part| convert::joint::participation(part).encode_to_vec())
            }
            About::Village(_) => None,
        }
        .unwrap_or_default()
    }
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
        copies::read(entries, convert::told_from).map_or_else(Task::Unreadable, Task::Copied)
    }

    async fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        tasks: &[&Task],
    ) -> Result<Working, StoreError> {
        let keys = tasks.iter().flat_map(|task| task.keys()).collect();
        store::load::<E>(conn, &self.house, &self.policy, keys).await
    }

    fn act(&self, working: &mut Working, task: &Task, moment: &Moment) -> Result<Outcome, Refused> {
        match task {
            Task::Asked(_) | Task::Learned(_) => {}
            Task::Copied(copied) => {
                self.tell_older_maps(copied);
                copies::apply(working, copied, Working::apply).map_err(Refused::Unreadable)?;
            }
            Task::Unreadable(problem) => return Err(Refused::Unreadable(problem.clone())),
        }
        let mut outcome = Outcome { entries: Vec::new(), response: Vec::new() };
        for command in task.commands() {
            outcome.response = self.carry_out(working, command, moment, &mut outcome.entries)?;
        }
        Ok(outcome)
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, working: Working) -> Result<(), StoreError> {
        store::save::<E>(conn, &self.house, &working).await
    }
}
