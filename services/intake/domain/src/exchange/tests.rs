use super::*;
use crate::World;
use crate::book::{self, Settlement, Snapshot};
use crate::limits::ACTIVITIES;
use crate::rules::village::{actor, day};

const NOON: i64 = 12 * 3_600 * 1_000_000;

/// A unit that keeps what follows.
struct Unit {
    world: World,
    now: Timestamp,
}

fn unit() -> UnitCode {
    UnitCode::new(640_324_000_000).unwrap()
}

fn year() -> Year {
    Year::try_from(2022).unwrap()
}

fn activity(ordinal: u32) -> ActivityId {
    ActivityId { unit: unit(), year: year(), ordinal }
}

fn talk(held: &str, participants: u32) -> Content {
    Content {
        kind: ActivityKind::Talk,
        day: day(held),
        participants,
        speakers: [actor("s-1")].into(),
        title: "政策宣讲".into(),
        text: String::new(),
        papers: vec![],
    }
}

impl Unit {
    fn new() -> Self {
        let now = Timestamp::from_micros(Timestamp::start_of(day("2022-03-01")).as_micros() + NOON);
        Self { world: World::default(), now }
    }

    fn run(&mut self, command: &Command) -> Result<bool, Refusal> {
        let event = decide(&self.world, command, self.now)?;
        event.iter().for_each(|event| evolve(&mut self.world, event).unwrap());
        Ok(event.is_some())
    }

    fn record(&mut self, content: Content) -> Result<bool, Refusal> {
        self.run(&Command::Record { unit: unit(), year: year(), content })
    }

    fn act(&mut self, ordinal: u32, act: Act) -> Result<bool, Refusal> {
        self.run(&Command::Change { activity: activity(ordinal), version: None, act })
    }
}

fn correct(content: Content) -> Act {
    Act::Correct { content, reason: "人数有误".into() }
}

fn withdraw() -> Act {
    Act::Withdraw { reason: "重复登记".into() }
}

#[test]
fn an_activity_has_one_name() {
    let name = "units/640324000000/activities/2022-7";
    assert_eq!(name.parse::<ActivityId>().unwrap().to_string(), name);
    for wrong in ["", "units/640324000000/activities/2022-0", "units/640324000000/activities/2022-+1"] {
        assert!(wrong.parse::<ActivityId>().is_err(), "{wrong}");
    }
}

#[test]
fn what_was_held_is_numbered_and_what_is_planned_is_not_recorded() {
    let mut office = Unit::new();
    let tomorrow = Refusal::Day { day: day("2022-03-02"), latest: day("2022-03-01") };
    assert_eq!(office.record(talk("2022-03-02", 40)), Err(tomorrow.clone()));
    office.record(talk("2022-03-01", 40)).unwrap();
    office.record(talk("2021-12-01", 30)).unwrap();
    assert_eq!(office.world.activity(activity(2)).unwrap().content.participants, 30);
    assert_eq!(office.act(1, correct(talk("2022-03-02", 40))), Err(tomorrow));
    office.world.put_activities_of(unit(), year(), ACTIVITIES);
    assert_eq!(office.record(talk("2022-03-01", 1)), Err(Refusal::TooMany { limit: ACTIVITIES }));
}

#[test]
fn what_was_wrong_is_corrected_and_what_was_withdrawn_is_not() {
    let mut office = Unit::new();
    let unknown = Err(Refusal::UnknownActivity { activity: activity(1) });
    assert_eq!(office.act(1, withdraw()), unknown);
    office.record(talk("2022-03-01", 40)).unwrap();
    assert_eq!(office.act(1, correct(talk("2022-03-01", 40))), Ok(false), "nothing is different");
    assert_eq!(office.act(1, correct(talk("2022-03-01", 50))), Ok(true));
    let seen = Some(1);
    let stale = Command::Change { activity: activity(1), version: seen, act: withdraw() };
    assert_eq!(office.run(&stale), Err(Refusal::Stale { seen: 1, current: 2 }));
    office.act(1, withdraw()).unwrap();
    let withdrawn = Err(Refusal::Withdrawn { activity: activity(1) });
    assert_eq!(office.act(1, withdraw()), withdrawn);
    assert_eq!(office.act(1, correct(talk("2022-03-01", 60))), withdrawn);
    let kept = office.world.activity(activity(1)).unwrap();
    assert_eq!((kept.content.participants, kept.correction.as_deref()), (50, Some("人数有误")));
}

#[test]
fn a_settled_year_takes_nothing() {
    let mut office = Unit::new();
    office.record(talk("2022-03-01", 40)).unwrap();
    let id = BookId { unit: unit(), year: year() };
    let mut book = book::Book::new(id, office.now);
    let snapshot = Snapshot::of(id, vec![], vec![]);
    book.settlement = Settlement::Settled { missing: Default::default(), snapshot, at: office.now };
    office.world.put_book(book);
    let settled = Err(Refusal::YearSettled { unit: unit(), year: year() });
    assert_eq!(office.record(talk("2022-03-01", 40)), settled);
    assert_eq!(office.act(1, correct(talk("2022-03-01", 50))), settled);
    assert_eq!(office.act(1, withdraw()), settled);
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let mut office = Unit::new();
    let event = |ordinal, fact| Event { activity: activity(ordinal), at: office.now, fact };
    let (recorded, reason) = (Fact::Recorded(talk("2022-03-01", 1)), String::from("no"));
    let (second, again) = (event(2, recorded.clone()), event(1, recorded));
    let withdrawn = event(1, Fact::Withdrawn { reason });
    assert!(evolve(&mut office.world, &second).is_err(), "numbers have no holes");
    assert!(evolve(&mut office.world, &withdrawn).is_err());
    evolve(&mut office.world, &again).unwrap();
    assert!(evolve(&mut office.world, &again).is_err());
    evolve(&mut office.world, &withdrawn).unwrap();
    assert!(evolve(&mut office.world, &withdrawn).is_err());
}
