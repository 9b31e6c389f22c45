//! Units that know only their own desks, and the links between them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yishi_escalation_domain::{
    Act, Answered, Command, Event, Fact, Key, Policy, Refusal, World, decide, evolve, needs, reads, touches,
};
use yishi_kernel::{MatterId, Timestamp, UnitCode};

use crate::chance::Step;
use crate::hops::Hops;
use crate::tree::Tree;

/// 2022-01-20, noon in China: the Spring Festival is near.
const START: Timestamp = Timestamp::from_micros(1_642_651_200_000_000);

/// What a link can do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// What arrived before comes once more as if it were new: under a number of its own.
    Renumbered,
    /// The last letter of a batch is lost.
    Lossy,
    /// A batch arrives in the wrong order.
    Shuffled,
}

/// All that one unit ever sent to another, and how much of it has arrived.
#[derive(Debug, Default)]
pub(crate) struct Way {
    sent: Vec<Event>,
    arrived: usize,
}

impl Way {
    pub(crate) fn on_the_way(&self) -> &[Event] {
        &self.sent[self.arrived..]
    }
}

pub(crate) struct Run<'a> {
    pub(crate) world: World,
    pub(crate) events: Vec<Event>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) ways: BTreeMap<(UnitCode, UnitCode), Way>,
    pub(crate) hops: Hops,
    tree: &'a Tree,
    policy: &'a Policy,
    fault: Fault,
    now: Timestamp,
}

impl<'a> Run<'a> {
    pub(crate) fn new(tree: &'a Tree, policy: &'a Policy, fault: Fault) -> Self {
        Self {
            world: World::default(),
            events: Vec::new(),
            refusals: Vec::new(),
            ways: BTreeMap::new(),
            hops: Hops::default(),
            tree,
            policy,
            fault,
            now: START,
        }
    }

    pub(crate) fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Wait { days } => {
                self.now = self.now.checked_add_days(days).unwrap();
                Ok(())
            }
            Step::Open { nth } => {
                let matter = *pick(&self.tree.matters(), nth).unwrap();
                self.command(&Command::Open { matter })
            }
            Step::Act { act, aimed, nth, version } => {
                let (unit, matter) = self.place(&act, aimed, nth);
                self.command(&Command::Change { unit, matter, version, act })
            }
            Step::Carry { nth, count, again } => {
                let ways: Vec<_> = self.ways.keys().copied().collect();
                pick(&ways, nth).map_or(Ok(()), |way| self.carry(*way, count, again))
            }
        }
    }

    fn place(&self, act: &Act, aimed: bool, nth: usize) -> (UnitCode, MatterId) {
        let meant = self.world.desks().filter(|desk| aimed && act.wanted().contains(&desk.state()));
        let meant: Vec<_> = meant.map(|desk| (desk.unit, desk.matter)).collect();
        let (units, matters) = (self.tree.units(), self.tree.matters());
        pick(&meant, nth)
            .copied()
            .unwrap_or_else(|| (*pick(&units, nth).unwrap(), *pick(&matters, nth / units.len()).unwrap()))
    }

    /// At least once on the way, exactly once in effect: what arrived before is known by its number.
    fn carry(&mut self, way: (UnitCode, UnitCode), count: usize, again: usize) -> Result<(), TestCaseError> {
        let Way { sent, arrived } = &self.ways[&way];
        let before = *arrived;
        let (from, until) = (before.saturating_sub(again), sent.len().min(before + count));
        let mut letters: Vec<(usize, Event)> =
            (from..until).map(|number| (number, sent[number].clone())).collect();
        match self.fault {
            Fault::Lossy if again == 0 => drop(letters.pop()),
            Fault::Shuffled => letters.reverse(),
            _ => {}
        }
        for (place, letter) in letters {
            self.ways.get_mut(&way).unwrap().arrived = before.max(place + 1);
            let number = match self.fault {
                Fault::Renumbered => self.world.heard(way.1, way.0) + 1,
                _ => i64::try_from(place).unwrap() + 1,
            };
            self.command(&Command::Arrive { unit: way.1, number, letter })?;
        }
        self.ways.get_mut(&way).unwrap().arrived = until;
        Ok(())
    }

    /// All links work until nothing is on the way any more.
    pub(crate) fn drain(&mut self) -> Result<(), TestCaseError> {
        // Each act of an officer leads to a bounded number of letters; nothing is sent to and fro for ever.
        let limit = 100 * (self.events.len() + 1);
        while let Some(way) = self.next_way() {
            prop_assert!(self.events.len() < limit, "the units never stop writing to each other");
            self.carry(way, 1, 0)?;
        }
        Ok(())
    }

    /// All that was ever sent is delivered again, as to who has forgotten how far it had read: nothing follows.
    pub(crate) fn again(&mut self) -> Result<(), TestCaseError> {
        let (world, written) = (self.world.clone(), self.events.len());
        let ways: Vec<_> = self.ways.iter().map(|(way, letters)| (*way, letters.arrived)).collect();
        for (way, arrived) in ways {
            self.ways.get_mut(&way).unwrap().arrived = 0;
            self.carry(way, arrived, 0)?;
        }
        prop_assert_eq!(self.events.len(), written, "something followed once more");
        prop_assert!(self.world == world);
        Ok(())
    }

    fn next_way(&self) -> Option<(UnitCode, UnitCode)> {
        self.ways.iter().find(|(_, way)| !way.on_the_way().is_empty()).map(|(ends, _)| *ends)
    }

    fn command(&mut self, command: &Command) -> Result<(), TestCaseError> {
        let (unit, matter, letter) = match command {
            Command::Open { matter } => (matter.village, *matter, None),
            Command::Change { unit, matter, .. } => (*unit, *matter, None),
            Command::Arrive { unit, number, letter } => {
                (*unit, letter.matter, Some(Answered { from: letter.unit, number: *number }))
            }
        };
        let rules = self.tree.rules(unit, self.policy);
        let seen = self.seen(reads(command));
        let decided = decide(&rules, &seen, command, self.now);
        prop_assert_eq!(&decide(&rules, &self.world, command, self.now), &decided, "looked at another desk");
        let arrives = matches!(command, Command::Arrive { .. });
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => {
                prop_assert!(!arrives, "an arrival was refused: {refusal:?}");
                self.refusals.push(refusal);
                return Ok(());
            }
        };
        let new = letter.filter(|letter| letter.number > self.world.heard(unit, letter.from));
        prop_assert_eq!(
            arrives && events.is_empty(),
            arrives && new.is_none(),
            "{:?} arrived in vain",
            command
        );
        for (nth, event) in events.iter().enumerate() {
            prop_assert_eq!(event.answers, new.filter(|_| nth == 0), "the first tells what it answers");
        }
        let due = rules.due(self.now);
        for event in events {
            prop_assert_eq!((event.unit, event.matter), (unit, matter), "wrote into another unit's journal");
            self.apply(event, due)?;
        }
        Ok(())
    }

    fn seen(&self, keys: Vec<Key>) -> World {
        let mut seen = World::default();
        for key in keys {
            match key {
                Key::Desk(unit, matter) => {
                    self.world.desk(unit, matter).cloned().into_iter().for_each(|desk| seen.put(desk));
                }
                Key::Heard(unit, from) => seen.hear(unit, from, self.world.heard(unit, from)),
            }
        }
        seen
    }

    fn apply(&mut self, event: Event, due: Timestamp) -> Result<(), TestCaseError> {
        let (unit, matter) = (event.unit, event.matter);
        let before = self.world.desk(unit, matter).cloned();
        let heard = event.answers.map(|letter| Key::Heard(unit, letter.from));
        let needed: Vec<Key> = std::iter::once(Key::Desk(unit, matter)).chain(heard).collect();
        prop_assert_eq!(needs(&event), needed);
        if let Err(misfit) = evolve(&mut self.world, &event) {
            return Err(TestCaseError::fail(misfit.to_string()));
        }
        let after = self.world.desk(unit, matter);
        let touched = touches(&event).contains(&Key::Desk(unit, matter));
        prop_assert_eq!(before.as_ref() != after, touched, "{:?}", event);
        if let (Some(before), Some(after)) = (&before, after) {
            prop_assert_eq!(before == after, before.version == after.version);
        }
        if let Fact::Offered { due: given, .. }
        | Fact::Accepted { due: given }
        | Fact::Regained { due: given, .. }
        | Fact::Bounced { due: given, .. } = &event.fact
        {
            prop_assert_eq!(*given, due, "days are counted from the entry into the state");
            prop_assert_eq!(after.and_then(|desk| desk.due()).map(|first| first <= due), Some(true));
        }
        self.hops.note(&event, self.tree)?;
        if let Some(to) = event.to {
            self.ways.entry((unit, to)).or_default().sent.push(event.clone());
        }
        self.events.push(event);
        Ok(())
    }
}

fn pick<T>(all: &[T], nth: usize) -> Option<&T> {
    all.get(nth.checked_rem(all.len())?)
}
