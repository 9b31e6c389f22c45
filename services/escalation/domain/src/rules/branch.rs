//! A village and all units above it for the tests of the rules, with the post between them.

use std::collections::VecDeque;

use yishi_kernel::{Calendar, Date, MatterId, Register, Timestamp, UnitCode, Year};

use crate::*;

const UNITS: [u64; 5] = [640_324_100_200, 640_324_100_000, 640_324_000_000, 640_300_000_000, 640_000_000_000];
const OTHER_VILLAGE: u64 = 640_381_100_200;
const HEAD: &str = "code,parent,level,name\n640000000000,,region,区\n640300000000,640000000000,city,市\n\
    640381000000,640300000000,county,邻县\n640381100200,640381000000,village,远村\n\
    640324100000,640324000000,township,镇\n640324100200,640324100000,village,村\n";

pub(crate) struct Branch {
    pub(crate) world: World,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
    /// All that was written, in order.
    pub(crate) written: Vec<Event>,
    register: Register,
    start: Timestamp,
    /// Written and addressed, but not yet there.
    post: VecDeque<Event>,
}

pub(crate) fn department(kind: &str) -> Department {
    format!("departments/640000000000/{kind}").parse().unwrap()
}

fn code(number: u64) -> UnitCode {
    UnitCode::new(number).unwrap()
}

/// `2022-03-01`
fn day(text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let month = u8::try_from(month).unwrap().try_into().unwrap();
    Date::from_calendar_date(year.into(), month, day.try_into().unwrap()).unwrap()
}

impl Branch {
    /// At midnight in China.
    pub(crate) fn on(today: &str) -> Self {
        Self::of("640324000000,640300000000,county,县\n", today)
    }

    pub(crate) fn without_a_city(today: &str) -> Self {
        Self::of("640324000000,640000000000,county,县\n", today)
    }

    fn of(county: &str, today: &str) -> Self {
        let start = Timestamp::start_of(day(today));
        Self {
            world: World::default(),
            policy: Policy::default(),
            now: start,
            written: Vec::new(),
            register: Register::parse(&format!("{HEAD}{county}"), "").unwrap(),
            start,
            post: VecDeque::new(),
        }
    }

    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules { policy: &self.policy, register: &self.register, calendar: Calendar::china() }
    }

    pub(crate) fn start(&self) -> Timestamp {
        self.start
    }

    pub(crate) fn go_to(&mut self, today: &str) {
        self.now = Timestamp::start_of(day(today));
    }

    pub(crate) fn end_of(&self, last: &str) -> Timestamp {
        Timestamp::end_of(day(last))
    }

    /// Village, township, county, city, region.
    pub(crate) fn units(&self) -> [UnitCode; 5] {
        UNITS.map(code)
    }

    pub(crate) fn other_village(&self) -> UnitCode {
        code(OTHER_VILLAGE)
    }

    pub(crate) fn matter(&self) -> MatterId {
        MatterId { village: code(UNITS[0]), year: Year::try_from(2022).unwrap(), ordinal: 7 }
    }

    pub(crate) fn desk(&self, unit: UnitCode) -> &Desk {
        self.world.desk(unit, self.matter()).unwrap()
    }

    /// What the matter is to each unit it came to, from the village up.
    pub(crate) fn states(&self) -> Vec<State> {
        let desks = self.units().map(|unit| self.world.desk(unit, self.matter()).map(Desk::state));
        desks.into_iter().flatten().collect()
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        for event in decide(&self.rules(), &self.world, command, self.now)? {
            evolve(&mut self.world, &event).unwrap();
            self.post.extend(event.to.map(|_| event.clone()));
            self.written.push(event);
        }
        Ok(())
    }

    pub(crate) fn open(&mut self) {
        self.run(&Command::Open { matter: self.matter() }).unwrap();
    }

    pub(crate) fn act(&mut self, unit: UnitCode, act: Act) -> Result<(), Refusal> {
        self.run(&Command::Change { unit, matter: self.matter(), version: None, act })
    }

    /// Raises it and delivers all there is.
    pub(crate) fn raise(&mut self, unit: UnitCode) {
        self.act(unit, Act::Raise { reason: "no".into() }).unwrap();
        self.deliver();
    }

    pub(crate) fn deliver(&mut self) {
        while let Some(letter) = self.post.pop_front() {
            self.arrive(letter);
        }
    }

    fn arrive(&mut self, letter: Event) {
        let unit = letter.to.unwrap();
        let number = self.world.heard(unit, letter.unit) + 1;
        self.run(&Command::Arrive { unit, number, letter }).unwrap();
    }

    /// Delivers what is addressed to one unit, and leaves the rest on its way.
    pub(crate) fn deliver_to(&mut self, unit: UnitCode) {
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            self.post.drain(..).partition(|letter| letter.to == Some(unit));
        self.post = elsewhere.into();
        for letter in here {
            self.arrive(letter);
        }
    }

    /// The addressee of the next letter cannot take it.
    pub(crate) fn refuse(&mut self, why: Why) {
        let Event { unit, matter, to, .. } = self.post.pop_front().unwrap();
        let fact = Fact::Refused { why };
        let (from, at) = (to.unwrap(), self.now);
        self.post.push_front(Event { unit: from, matter, at, to: Some(unit), answers: None, fact });
    }

    /// Branches in which the matter is everything it can be to some unit.
    pub(crate) fn in_every_state() -> [Self; 4] {
        let passed = || {
            let mut branch = Self::on("2022-03-01");
            branch.open();
            for unit in branch.units().into_iter().take(4) {
                branch.raise(unit);
            }
            branch
        };
        let (mut returned, mut coordinating, mut resolved) = (passed(), passed(), passed());
        let region = code(UNITS[4]);
        returned.act(region, Act::Return { reason: "no".into() }).unwrap();
        returned.deliver();
        for branch in [&mut coordinating, &mut resolved] {
            branch.act(region, Act::Accept).unwrap();
        }
        coordinating.act(region, Act::Assign { lead: department("water"), helpers: Vec::new() }).unwrap();
        resolved.act(region, Act::Resolve { outcome: "yes".into() }).unwrap();
        [passed(), returned, coordinating, resolved]
    }

    pub(crate) fn every_act() -> Vec<Act> {
        let (reason, water) = (String::from("no"), department("water"));
        vec![
            Act::Raise { reason: reason.clone() },
            Act::Accept,
            Act::Return { reason: reason.clone() },
            Act::AskBack { reason: reason.clone() },
            Act::AnswerAskBack { grant: true, reason: reason.clone() },
            Act::AnswerAskBack { grant: false, reason: reason.clone() },
            Act::Assign { lead: water.clone(), helpers: Vec::new() },
            Act::AnswerAssignment { department: water.clone(), reply: Reply::Accept },
            Act::Report { department: water, text: reason.clone() },
            Act::Resolve { outcome: reason },
        ]
    }
}
