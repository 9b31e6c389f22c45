//! Intake as the writer sees it.

use std::sync::Arc;

use prost::Message;
use yishi_intake_domain::exchange::mark;
use yishi_intake_domain::joint::{self, Follow};
use yishi_intake_domain::{
    Command, Event, Fact, Key, Policies, Policy, Supporter, align, book, decide, exchange, map,
};
use yishi_kernel::{Level, Sealed, Timestamp, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::copies::{self, Copied};
use yishi_runtime::desk::House;
use yishi_store::journal::Entry;
use yishi_store::{Draft, Engine, Model, Moment, Outcome, StoreError};

use crate::convert;
use crate::refused::{About, Refused};
use crate::store::{self, Working};
use crate::support_key::SupportKey;
use crate::task::{Asked, Task, Told};

/// Intake's rules and tables.
#[derive(Debug)]
pub struct Intake {
    house: Arc<House>,
    policies: Arc<Policies>,
    support_key: Option<Arc<SupportKey>>,
}

const FITS: &str = "what was just decided fits the world it was decided on";

impl Intake {
    /// Intake for the units of a house.
    #[must_use]
    pub fn new(house: Arc<House>, policies: impl Into<Arc<Policies>>) -> Self {
        Self { house, policies: policies.into(), support_key: None }
    }

    /// The same, which knows supporters again that were written down by their tokens.
    #[must_use]
    pub fn knowing_tokens(self, support_key: Arc<SupportKey>) -> Self {
        Self { support_key: Some(support_key), ..self }
    }

    /// Tells how they would be written down now.
    fn salt(&self, working: &mut Working) {
        let Some(support_key) = &self.support_key else { return };
        for (matter, token) in working.world.tokens() {
            let salted = support_key.supporter(&self.house.register, matter, &token);
            working.world.put_salted(matter.village, matter.year, Supporter::Plain(token), salted);
        }
    }

    /// What a unit goes by in a year.
    fn policy(&self, unit: UnitCode, year: Year) -> &Policy {
        &self.policies.of(&self.house.register, unit, year).policy
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
            Asked::Exchange(command) => record(working, command, moment, entries),
            Asked::Mark(command) => self.mark(working, command, moment, entries),
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
        map::Rules { register: &self.house.register }
    }

    fn change_matter(
        &self,
        working: &mut Working,
        command: &Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<Vec<u8>, Refused> {
        let (about, village, year) = match command {
            Command::Propose { village, year, .. } => (About::Village(*village), *village, *year),
            Command::Change { matter, .. } => (About::Matter(*matter), matter.village, matter.year),
            Command::Delivery(delivery) => {
                let matter = delivery.matter();
                (About::Matter(matter), matter.village, matter.year)
            }
        };
        map::may(&self.map(), &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        let events = decide(self.policy(village, year), &working.world, command, moment.now)
            .map_err(|refusal| Refused::Rules { about, refusal })?;
        let mut id = match about {
            About::Matter(matter) => Some(matter),
            _ => None,
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
        Ok(id.and_then(|id| working.answer(id)).map(<[u8]>::to_vec).unwrap_or_default())
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
        let policy = self.policy(command.village(), command.matter().year);
        let rules = joint::Rules { policy, register: &self.house.register };
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

    fn mark(
        &self,
        working: &mut Working,
        command: &mark::Command,
        moment: &Moment,
        entries: &mut Vec<Draft>,
    ) -> Result<Vec<u8>, Refused> {
        let (mark::Command::Give { by, subject, word } | mark::Command::Hear { by, subject, word }) = command;
        let about = About::Marked(*subject);
        let event = mark::decide(&self.house.register, &working.world, command, moment.now)
            .map_err(|refusal| Refused::Marks { about, refusal })?;
        if let Some(event) = event {
            let (unit, kind) = (event.unit(), event.kind());
            let to = (!event.heard).then(|| subject.village());
            let payload = convert::mark::event(&event).encode_to_vec();
            working.apply(&Told::Mark(event)).expect(FITS);
            entries.push(Draft { unit, to, kind, payload });
        }
        Ok(convert::mark::given(*by, *subject, word).encode_to_vec())
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
        let (about, unit, year) = match command {
            book::Command::Open { book } | book::Command::Change { book, .. } => {
                (About::Book(*book), book.unit, book.year)
            }
            book::Command::Hear(heard) => {
                let book = heard.book();
                (About::Book(book), book.unit, book.year)
            }
            book::Command::AnswerEnding { by, matter, .. }
            | book::Command::GiveOpinion { by, matter, .. } => (About::Matter(*matter), *by, matter.year),
        };
        working.recount(&self.house, command);
        let rules = book::Rules { policy: self.policy(unit, year), register: &self.house.register };
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

/// Carries out a command about what a unit held.
fn record(
    working: &mut Working,
    command: &exchange::Command,
    moment: &Moment,
    entries: &mut Vec<Draft>,
) -> Result<Vec<u8>, Refused> {
    let mut about = match command {
        exchange::Command::Record { unit, .. } => About::Unit(*unit),
        exchange::Command::Change { activity, .. } => About::Activity(*activity),
    };
    let event = exchange::decide(&working.world, command, moment.now)
        .map_err(|refusal| Refused::Exchange { about, refusal })?;
    if let Some(event) = event {
        let (unit, kind) = (event.activity.unit, event.fact.kind());
        about = About::Activity(event.activity);
        let payload = convert::exchange::event(&event).encode_to_vec();
        working.apply(&Told::Activity(event)).expect(FITS);
        entries.push(Draft { unit, to: None, kind, payload });
    }
    Ok(working.served(about))
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
            About::Activity(id) => {
                let held = world.activity(id);
                held.map(|held| convert::exchange::activity(held).encode_to_vec())
            }
            About::Village(_) | About::Unit(_) | About::Marked(_) => None,
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

    fn sealed(task: &Task) -> Option<&Sealed> {
        match task {
            Task::Asked(Asked::Matter(command)) => command.sealed(),
            _ => None,
        }
    }

    fn copied(entries: &[Entry]) -> Task {
        copies::read(entries, convert::told_from).map_or_else(Task::Unreadable, Task::Copied)
    }

    async fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        tasks: &[&Task],
    ) -> Result<Working, StoreError> {
        let keys: Vec<Key> = tasks.iter().flat_map(|task| task.keys()).collect();
        let mut working = store::load::<E>(conn, &self.house, keys).await?;
        self.salt(&mut working);
        Ok(working)
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
