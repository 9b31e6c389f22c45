//! A township for the tests of the rules, with the village that the rules of matters are tested on.

use yishi_kernel::{Register, UnitCode};

use super::{Rules, decide};
use crate::book::{Act, Book, BookId, Command, Event, Refusal, evolve};
use crate::rules::village::Village;

const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
";
pub(crate) const COUNTY: u64 = 640_324_000_000;
pub(crate) const TOWNSHIP: u64 = 640_324_100_000;
pub(crate) const VILLAGE: u64 = 640_324_100_200;
pub(crate) const OTHER: u64 = 640_324_100_201;

pub(crate) fn code(unit: u64) -> UnitCode {
    UnitCode::new(unit).unwrap()
}

pub(crate) struct Township {
    pub(crate) village: Village,
    register: Register,
}

impl Township {
    pub(crate) fn on(today: &str) -> Self {
        Self { village: Village::on(today), register: Register::parse(DIVISIONS, "").unwrap() }
    }

    pub(crate) fn id(&self, unit: u64) -> BookId {
        BookId { unit: code(unit), year: self.village.id(1).year }
    }

    pub(crate) fn book(&self, unit: u64) -> &Book {
        self.village.world.book(self.id(unit)).unwrap()
    }

    pub(crate) fn follows(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let rules = Rules { policy: &self.village.policy, register: &self.register };
        decide(&rules, &self.village.world, command, self.village.now)
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        for event in self.follows(command)? {
            evolve(&mut self.village.world, &event).unwrap();
        }
        Ok(())
    }

    pub(crate) fn open(&mut self, unit: u64) -> Result<(), Refusal> {
        self.run(&Command::Open { book: self.id(unit) })
    }

    pub(crate) fn change(&self, unit: u64, act: Act) -> Command {
        Command::Change { book: self.id(unit), version: None, act }
    }

    pub(crate) fn act(&mut self, unit: u64, act: Act) -> Result<(), Refusal> {
        self.run(&self.change(unit, act))
    }

    /// A village that has nothing in the year.
    pub(crate) fn settle_village(&mut self, unit: u64) {
        self.open(unit).unwrap();
        self.act(unit, Act::Announce).unwrap();
        self.act(unit, Act::Settle { missing: [].into() }).unwrap();
    }
}
