//! A region for the tests of the rules: it runs commands and keeps what follows.

use proptest::prelude::*;
use yishi_kernel::{Date, Fen, MatterId, Timestamp, UnitCode, Year};

use crate::*;

pub(crate) struct Region {
    pub(crate) world: World,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
    pub(crate) about: UnitYear,
    pub(crate) events: Vec<Event>,
}

/// `2022-03-01`
pub(crate) fn day(text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let month = u8::try_from(month).unwrap().try_into().unwrap();
    Date::from_calendar_date(year.into(), month, day.try_into().unwrap()).unwrap()
}

pub(crate) fn year() -> Year {
    Year::try_from(2022).unwrap()
}

pub(crate) fn category() -> Category {
    Category::Industry
}

pub(crate) fn village(nth: u64) -> UnitCode {
    UnitCode::new(640_324_000_000 + nth).unwrap()
}

/// Forms with these tokens that answer everything the same.
pub(crate) fn batch(tokens: &[u8], grade: u8) -> Batch {
    let answers = Answers::new([grade; 5]).unwrap();
    let forms = tokens.iter().map(|&token| Form { token: TokenHash::new([token; 32]), answers }).collect();
    Batch { forms, ..Batch::default() }
}

/// So many villages, equal in all but their codes.
pub(crate) fn standings(villages: u64) -> Vec<Ranked> {
    let figures = (0..villages).map(|nth| (village(nth), Inputs::default())).collect();
    appraise(&Scheme::default(), year(), &figures).standings
}

/// Figures that can be: no more closed or completed than determined, no more paid than committed.
pub(crate) fn inputs() -> impl Strategy<Value = Inputs> {
    let survey = prop::collection::vec(1..=5_u8, 0..60).prop_map(|grades| {
        let survey = |survey: Survey, grade| survey.with(Answers::new([grade; 5]).unwrap()).unwrap();
        grades.into_iter().fold(Survey::default(), survey)
    });
    (0..5_u32, any::<[u32; 4]>(), 0..1_000_i64, any::<u32>(), survey).prop_map(
        |(determined, [completed, on_time, closed, settled], committed, paid, survey)| {
            let up_to = |most: u32, chance: u32| chance % (most + 1);
            let completed = up_to(determined, completed);
            let on_time = up_to(completed, on_time);
            Inputs {
                determined,
                on_time,
                late: completed - on_time,
                closed: up_to(completed, closed),
                settled: up_to(completed, settled),
                paid: Fen::new(i64::from(paid) % (committed + 1)),
                committed: Fen::new(committed),
                survey,
            }
        },
    )
}

impl Region {
    /// At noon in China.
    pub(crate) fn on(today: &str) -> Self {
        let about = UnitYear { unit: UnitCode::new(640_000_000_000).unwrap(), year: year() };
        let (world, policy) = (World::default(), Policy::default());
        let mut region = Self { world, policy, now: Timestamp::from_micros(0), about, events: Vec::new() };
        region.go_to(today);
        region
    }

    /// Three villages, of which the third is the best and the first two are equals, and a list of two.
    pub(crate) fn with_a_list() -> Self {
        let mut region = Self::on("2023-01-05");
        region.learn(2, News::Determined { due: day("2022-12-31"), category: category() });
        region.rank(3);
        let terms = RewardTerms { winners: 2, each: Fen::new(50), pool: Fen::new(100) };
        region.ask(Act::IssueRewards(terms)).unwrap();
        region
    }

    pub(crate) fn with_an_order() -> Self {
        let mut region = Self::with_a_list();
        region.go_to("2023-02-01");
        region.ask(Act::ConfirmRewards { version: None }).unwrap();
        region
    }

    pub(crate) fn go_to(&mut self, today: &str) {
        const NOON: i64 = 12 * 3_600 * 1_000_000;
        self.now = Timestamp::from_micros(Timestamp::start_of(day(today)).as_micros() + NOON);
    }

    pub(crate) fn village(&self, nth: u64) -> UnitYear {
        UnitYear { unit: village(nth), year: self.about.year }
    }

    pub(crate) fn inputs(&self, nth: u64) -> Inputs {
        self.world.inputs(self.village(nth))
    }

    pub(crate) fn list(&self) -> &RewardList {
        self.world.list(self.about).unwrap()
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        for event in decide(&self.policy, &self.world, command, self.now)? {
            evolve(&mut self.world, &event).unwrap();
            self.events.push(event);
        }
        Ok(())
    }

    pub(crate) fn ask(&mut self, act: Act) -> Result<(), Refusal> {
        self.run(&Command::Ask { about: self.about, act })
    }

    pub(crate) fn count(&mut self, nth: u64, batch: &Batch) -> Result<(), Refusal> {
        self.run(&Command::Ask { about: self.village(nth), act: Act::CountForms(batch.clone()) })
    }

    pub(crate) fn rank(&mut self, villages: u64) {
        self.ask(Act::FreezeScheme(Scheme::default())).unwrap();
        self.ask(Act::Rank { villages: (0..villages).map(village).collect(), merged: vec![] }).unwrap();
    }

    pub(crate) fn learn(&mut self, nth: u64, news: News) {
        let matter = MatterId { village: village(nth), year: self.about.year, ordinal: 1 };
        self.run(&Command::Learn(Delivery::Matter { matter, news })).unwrap();
    }

    pub(crate) fn pay(&mut self, nth: u64, amount: i64) {
        let (list, amount) = (self.about, Fen::new(amount));
        self.run(&Command::Learn(Delivery::RewardPaid { list, village: village(nth), amount })).unwrap();
    }
}
