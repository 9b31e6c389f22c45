//! A county with one township of two villages, and what it has come to.

use std::sync::OnceLock;

use proptest::prelude::*;
use yishi_intake_domain::book::{self, BookId, Fact, Heard, Rules};
use yishi_intake_domain::{
    Act, Command, Delivery, Event, Key, Policy, Refusal, State, World, decide, evolve, reads,
};
use yishi_kernel::{MatterId, Register, Timestamp, Year};

use crate::chance;
use crate::commands::{Step, answer, village};

pub(crate) const COUNTY: u64 = 640_324_000_000;
pub(crate) const TOWNSHIP: u64 = 640_324_100_000;
pub(crate) const VILLAGE: u64 = 640_324_100_200;
pub(crate) const UNITS: [u64; 4] = [COUNTY, TOWNSHIP, VILLAGE, 640_324_100_201];

const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
";

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

pub(crate) fn register() -> &'static Register {
    static REGISTER: OnceLock<Register> = OnceLock::new();
    REGISTER.get_or_init(|| Register::parse(DIVISIONS, "").unwrap())
}

pub(crate) fn year() -> Year {
    Year::try_from(2022).unwrap()
}

/// What has happened.
pub(crate) struct County {
    pub(crate) world: World,
    pub(crate) books: Vec<book::Event>,
    pub(crate) refusals: Vec<Refusal>,
    policy: Policy,
    told: Vec<Told>,
    now: Timestamp,
}

enum Told {
    Matter(Event),
    Book(book::Event),
}

impl County {
    pub(crate) fn new(policy: Policy) -> Self {
        let (world, books, refusals) = (World::default(), Vec::new(), Vec::new());
        Self { world, books, refusals, policy, told: Vec::new(), now: START }
    }

    /// The same, from what was written.
    pub(crate) fn told_again(&self) -> World {
        let mut world = World::default();
        for told in &self.told {
            match told {
                Told::Matter(event) => evolve(&mut world, event).unwrap(),
                Told::Book(event) => book::evolve(&mut world, event).unwrap(),
            }
        }
        world
    }

    pub(crate) fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Matter(chance::Step::Wait { days }) => self.now = self.now.checked_add_days(days).unwrap(),
            Step::Matter(chance::Step::Run { mut command, aimed, nth, held_days_ago }) => {
                if let Command::Change { act: Act::Deliberate(meeting), .. } = &mut command {
                    meeting.held_on = self.now.checked_add_days(-held_days_ago).unwrap().date();
                }
                if aimed {
                    self.aim(&mut command, nth);
                }
                self.matter(&command)?;
            }
            Step::Book { mut command, arrives } => {
                if let book::Command::Hear(heard) = &mut command {
                    self.aim_answer(heard, arrives);
                }
                self.book(&command, arrives)?;
            }
            Step::Answer { granted } => {
                let waits = self
                    .world
                    .matters()
                    .find(|matter| matter.id.village == village() && matter.ending_waits().is_some());
                if let Some(matter) = waits.map(|matter| matter.id) {
                    self.book(&answer(matter, granted), true)?;
                }
            }
        }
        Ok(())
    }

    fn aim(&self, command: &mut Command, nth: usize) {
        let (matter, wanted): (&mut MatterId, &[State]) = match command {
            Command::Propose { .. } => return,
            Command::Change { matter, act, .. } => (matter, act.wanted()),
            Command::Delivery(delivery) => {
                let wanted = delivery.wanted();
                let (Delivery::Settled { matter, .. }
                | Delivery::EndingAnswered { matter, .. }
                | Delivery::OpinionGiven { matter, .. }) = delivery;
                (matter, wanted)
            }
        };
        let fit: Vec<_> = self.world.matters().filter(|matter| wanted.contains(&matter.state())).collect();
        if let Some(nth) = nth.checked_rem(fit.len()) {
            *matter = fit[nth].id;
        }
    }

    /// Turns an answer to the question that the county's book waits for, or to another one.
    fn aim_answer(&self, heard: &mut Heard, right: bool) {
        let waiting = self.world.book(heard.book()).map_or(0, |book| book.asked);
        if let (Heard::MoneyRests { asked, .. } | Heard::MoneyMoves { asked, .. }, true) = (heard, right) {
            *asked = waiting;
        }
    }

    fn matter(&mut self, command: &Command) -> Result<(), TestCaseError> {
        let decided = decide(&self.policy, &self.world, command, self.now);
        let seen = self.restricted(&reads(command));
        prop_assert_eq!(&decide(&self.policy, &seen, command, self.now), &decided);
        match decided {
            Ok(events) => {
                for event in events {
                    evolve(&mut self.world, &event).unwrap();
                    self.told.push(Told::Matter(event));
                }
            }
            Err(refusal) => self.refusals.push(refusal),
        }
        Ok(())
    }

    fn book(&mut self, command: &book::Command, arrives: bool) -> Result<(), TestCaseError> {
        let rules = Rules { policy: &self.policy, register: register() };
        let decided = book::decide(&rules, &self.world, command, self.now);
        let seen = self.restricted(&book::reads(command));
        prop_assert_eq!(&book::decide(&rules, &seen, command, self.now), &decided, "it reads more");
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => {
                prop_assert!(
                    !matches!(command, book::Command::Hear(_)),
                    "refused what is heard: {refusal:?}"
                );
                return Ok(());
            }
        };
        for event in &events {
            let before = self.world.clone();
            book::evolve(&mut self.world, event).unwrap();
            self.check_reach(&before, event)?;
            self.told.push(Told::Book(event.clone()));
            self.books.push(event.clone());
        }
        if arrives {
            for event in &events {
                self.arrive(event)?;
            }
        }
        Ok(())
    }

    /// An event needs no more than it says to be applied elsewhere, and changes nothing else.
    fn check_reach(&self, before: &World, event: &book::Event) -> Result<(), TestCaseError> {
        let touched = book::touches(event);
        let mut copy = restricted(before, &touched);
        book::evolve(&mut copy, event).unwrap();
        prop_assert_eq!(restricted(&copy, &touched), restricted(&self.world, &touched));
        for book in self.world.books() {
            let changed = before.book(book.id) != Some(book);
            prop_assert_eq!(changed, touched.contains(&Key::Book(book.id)), "{:?}", event);
        }
        Ok(())
    }

    /// A letter comes twice.
    fn arrive(&mut self, event: &book::Event) -> Result<(), TestCaseError> {
        for _ in 0..2 {
            match (&event.fact, event.to) {
                (Fact::Told, Some(unit)) => {
                    let heard = Heard::YearEnd { book: BookId { unit, ..event.book }, by: event.book.unit };
                    self.book(&book::Command::Hear(heard), true)?;
                }
                (Fact::EndingAnswered { matter, number, granted, reason }, Some(_)) => {
                    let (by, reason) = (event.book.unit, reason.clone());
                    let (matter, number, granted) = (*matter, *number, *granted);
                    let heard = Delivery::EndingAnswered { matter, by, number, granted, reason };
                    self.matter(&Command::Delivery(heard))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn restricted(&self, keys: &[Key]) -> World {
        restricted(&self.world, keys)
    }
}

/// Only what these keys name.
fn restricted(world: &World, keys: &[Key]) -> World {
    let mut seen = World::default();
    let put = |seen: &mut World, id| world.book(id).into_iter().for_each(|book| seen.put_book(book.clone()));
    for key in keys {
        match key {
            Key::Matter(id) => world.matter(*id).into_iter().for_each(|one| seen.put_matter(one.clone())),
            Key::VillageYear(village, year) => {
                seen.put_village_year(*village, *year, world.village_year(*village, *year));
            }
            Key::Supporter(matter, actor) if world.is_supporter(*matter, actor) => {
                seen.put_supporter(*matter, actor.clone());
            }
            Key::Supporter(..) | Key::Photograph(..) | Key::Opinions(_) | Key::Successions(_) => {}
            Key::Activity(_) | Key::Activities(..) | Key::Marks(_) => {}
            Key::Supporters(matter) => {
                world.supporters(*matter).for_each(|actor| seen.put_supporter(*matter, actor.clone()));
            }
            Key::Participation(id) => {
                world.participation(*id).into_iter().for_each(|part| seen.put_participation(part.clone()));
            }
            Key::Book(id) => put(&mut seen, *id),
            Key::BooksBelow(unit, year) => {
                for &unit in register().children(*unit) {
                    put(&mut seen, BookId { unit, year: *year });
                }
            }
            Key::Determined(village, year) => {
                world.determined(*village, *year).for_each(|matter| seen.put_matter(matter.clone()));
            }
            Key::Totals(id) => seen.put_totals(*id, world.totals(*id).to_vec()),
        }
    }
    seen
}
