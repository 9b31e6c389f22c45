//! Villages that merge and split by chance in the middle of their seasons, each on a node of its own: letters come late and in
//! any order. No place in a year's tree ever has more matters than policy allows.
#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

use proptest::prelude::*;
use yishi_intake_domain::map::{self, Fact, Rules, Succession};
use yishi_intake_domain::{
    Act, Category, Command, Content, Meeting, MeetingKind, MeetingPapers, Policy, Refusal, World, decide,
    evolve,
};
use yishi_kernel::{ChangeKind, Date, Fen, MatterId, Register, Seeded, Timestamp, UnitCode, Year};

const TOWNSHIP: &str = "code,parent,level,name,valid_from,valid_to
640000000000,,region,宁夏,,
640324000000,640000000000,county,同心,,
640324100000,640324000000,township,豫海,,
";
/// The first village merges into the second in the season, the second into the third in the season too, and the fourth is
/// split after it; the fifth is one of its parts and answers for it.
const VILLAGES: [(u64, &str, &str); 6] = [
    (1, "", "2021-12-19"),
    (2, "", "2022-01-31"),
    (3, "", ""),
    (4, "", "2022-05-31"),
    (5, "2022-06-01", ""),
    (6, "2022-06-01", ""),
];
const CHANGES: &str = "effective,kind,old,new,answers
2021-12-20,merge,640324100201,640324100202,
2022-02-01,merge,640324100202,640324100203,
2022-06-01,split,640324100204,640324100205 640324100206,640324100205
";

fn code(nth: u64) -> UnitCode {
    UnitCode::new(640_324_100_200 + nth).unwrap()
}

fn year() -> Year {
    Year::try_from(2022).unwrap()
}

fn day(text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let month = u8::try_from(month).unwrap().try_into().unwrap();
    Date::from_calendar_date(year.into(), month, day.try_into().unwrap()).unwrap()
}

/// All villages, each deciding on what it has heard so far.
struct Map {
    register: Register,
    policy: Policy,
    world: World,
    now: Timestamp,
    letters: Vec<(UnitCode, Succession)>,
}

impl Map {
    fn on(today: &str) -> Self {
        let village = |(nth, from, to): (u64, &str, &str)| {
            format!("{},640324100000,village,村,{from},{to}\n", code(nth))
        };
        let divisions = format!("{TOWNSHIP}{}", VILLAGES.map(village).concat());
        let register = Register::parse_with_changes(&divisions, "", CHANGES).unwrap();
        let mut map = Self {
            register,
            policy: Policy::default(),
            world: World::default(),
            now: Timestamp::from_micros(0),
            letters: Vec::new(),
        };
        map.go_to(today);
        map
    }

    fn go_to(&mut self, today: &str) {
        self.now = self.now.max(Timestamp::start_of(day(today)));
    }

    fn rules(&self) -> Rules<'_> {
        Rules { register: &self.register }
    }

    fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        map::may(&self.rules(), &self.world, command, self.now)?;
        for event in decide(&self.policy, &self.world, command, self.now)? {
            evolve(&mut self.world, &event).unwrap();
        }
        Ok(())
    }

    fn act(&mut self, matter: MatterId, act: Act) -> Result<(), Refusal> {
        self.run(&Command::Change { matter, version: None, act })
    }

    fn propose(&mut self, nth: u64) -> Result<MatterId, Refusal> {
        let (village, year) = (code(nth), year());
        let content = Content {
            title: "修村道".into(),
            description: "硬化主干道三公里".into(),
            category: Category::Infrastructure,
            subcategory: "village_road".parse().unwrap(),
            cost_estimate: Fen::new(700),
            households: 200,
            persons: 700,
            place: String::new(),
        };
        let proposer = "officer".parse().unwrap();
        self.run(&Command::Propose { village, year, content, proposer, contact: None })?;
        Ok(MatterId { village, year, ordinal: self.world.village_year(village, year).proposals })
    }

    fn meeting(&self) -> Act {
        Act::Deliberate(Meeting {
            kind: MeetingKind::VillagersAssembly,
            held_on: self.now.date(),
            entitled: 30,
            present: 25,
            in_favour: 20,
            against: 5,
            abstaining: 0,
            minutes_sha256: [7; 32],
            papers: MeetingPapers::default(),
        })
    }

    /// A matter that hangs out.
    fn hang_out(&mut self, nth: u64) -> MatterId {
        let matter = self.propose(nth).unwrap();
        let meeting = self.meeting();
        self.act(matter, meeting).unwrap();
        self.act(matter, Act::Publish).unwrap();
        matter
    }

    /// The village's node looks whether the day has come.
    fn succeed(&mut self, nth: u64) -> usize {
        let village = code(nth);
        let year = self.rules().year_told(village, self.now.date());
        self.tell(&map::Command::Succeed { village, year })
    }

    fn tell(&mut self, command: &map::Command) -> usize {
        let events = map::decide(&self.rules(), &self.world, command, self.now);
        for event in &events {
            map::evolve(&mut self.world, event).unwrap();
            self.letters.extend(event.to.map(|to| (to, *event.fact.told())));
        }
        events.len()
    }

    fn deliver(&mut self, nth: usize) -> usize {
        let (unit, told) = self.letters.remove(nth);
        self.tell(&map::Command::Hear { unit, told })
    }

    fn determined(&self, nth: u64) -> usize {
        self.world.determined(code(nth), year()).count()
    }
}

const DETERMINE: Act = Act::Determine { due: None };

#[test]
fn a_closed_village_fixes_nothing_and_carries_on_what_it_has_fixed() {
    let mut map = Map::on("2021-12-01");
    let (fixed, hanging) = (map.hang_out(1), map.hang_out(1));
    let proposed = map.propose(1).unwrap();
    map.go_to("2021-12-10");
    map.act(fixed, DETERMINE).unwrap();
    map.act(hanging, Act::Object { text: "绕远".into(), objector: "v".parse().unwrap() }).unwrap();
    map.go_to("2021-12-20");
    let closed = |successor| {
        Err(Refusal::VillageSucceeded {
            village: code(1),
            day: day("2021-12-20"),
            successor: code(successor),
        })
    };
    assert_eq!(map.propose(1).map(|_| ()), closed(2));
    let meeting = map.meeting();
    for (matter, act) in [
        (proposed, meeting),
        (proposed, Act::Support { supporter: "v".parse().unwrap(), formerly: None }),
        (proposed, Act::Merge { into: hanging }),
        (proposed, Act::Publish),
        (hanging, DETERMINE),
    ] {
        assert_eq!(map.act(matter, act), closed(2));
    }
    // What hangs out is answered and turned down; what is fixed is carried on.
    map.act(hanging, Act::Answer { objection: 1, answer: "已核实".into(), upheld: false }).unwrap();
    map.act(hanging, Act::Decline { reason: "并村".into() }).unwrap();
    map.act(proposed, Act::Withdraw { reason: "并村".into() }).unwrap();
    let done = yishi_intake_domain::Progress {
        percent: 100,
        spent: Fen::ZERO,
        text: "完工".into(),
        papers_sha256: vec![],
        papers: vec![],
    };
    map.act(fixed, Act::Progress(done)).unwrap();
    // When the successor is closed itself, its own successor answers.
    map.go_to("2022-02-01");
    assert_eq!(map.propose(1).map(|_| ()), closed(3));
    map.act(fixed, Act::Complete { text: "通车".into() }).unwrap();
    map.act(fixed, Act::Accept).unwrap();
}

#[test]
fn a_village_is_there_from_its_first_day_on() {
    let mut map = Map::on("2021-12-01");
    // The tree of 2022 is made without it: its first year is the next one.
    let not_yet = |from| Err(Refusal::VillageNotYet { village: code(5), day: day(from) });
    assert_eq!(map.propose(5).map(|_| ()), not_yet("2022-06-01"));
    map.go_to("2022-06-01");
    assert_eq!(map.propose(5).map(|_| ()), not_yet("2022-11-01"));
}

#[test]
fn what_a_village_used_is_used_up_for_its_successor() {
    let mut map = Map::on("2021-12-01");
    let (first, second) = (map.hang_out(1), map.hang_out(2));
    map.go_to("2021-12-10");
    map.act(first, DETERMINE).unwrap();
    map.go_to("2021-12-20");
    let unheard = Refusal::PredecessorUnheard { village: code(1), year: year() };
    assert_eq!(map.act(second, DETERMINE), Err(unheard));
    assert_eq!((map.succeed(1), map.succeed(1)), (1, 0), "it says so once");
    assert_eq!(map.letters[0].0, code(2));
    let told = map.letters[0].1;
    assert_eq!((told.kind, told.year, told.slots, told.villages), (ChangeKind::Merge, Some(year()), 1, 1));
    assert_eq!(map.deliver(0), 1);
    assert_eq!(map.tell(&map::Command::Hear { unit: code(2), told }), 0, "who has heard does not hear again");
    assert_eq!(map.act(second, DETERMINE), Err(Refusal::SlotTaken { taken: 1, allowed: 1 }));
}

#[test]
fn a_year_whose_tree_has_the_village_is_its_own() {
    let mut map = Map::on("2022-02-20");
    let (closed, other) = (map.hang_out(4), map.hang_out(3));
    map.go_to("2022-03-01");
    map.act(closed, DETERMINE).unwrap();
    map.go_to("2022-06-01");
    assert_eq!(map.succeed(4), 1);
    let (to, told) = map.letters[0];
    assert_eq!(
        (to, told.year, told.slots),
        (code(5), Year::try_from(2023).ok(), 0),
        "the year stays as it was"
    );
    map.deliver(0);
    // The first and the second village went into the third before the tree was made, and used nothing.
    assert_eq!(
        map.act(other, DETERMINE),
        Err(Refusal::PredecessorUnheard { village: code(1), year: year() })
    );
    assert_eq!(map.succeed(1) + map.succeed(2), 2);
    assert!(map.letters.iter().all(|(to, _)| *to == code(3)), "straight to who answers");
    map.deliver(0);
    map.deliver(0);
    assert_eq!(map.act(other, DETERMINE), Ok(()));
}

#[test]
fn what_comes_late_is_passed_on_and_counts_once() {
    for told_before in [false, true] {
        let mut map = Map::on("2021-12-01");
        let (first, third) = (map.hang_out(1), map.hang_out(3));
        map.go_to("2021-12-10");
        map.act(first, DETERMINE).unwrap();
        map.go_to("2021-12-20");
        map.succeed(1);
        if told_before {
            map.deliver(0);
        }
        map.go_to("2022-02-01");
        map.succeed(2);
        while !map.letters.is_empty() {
            let early = map.inherited_of_third();
            assert!(map.act(third, DETERMINE).is_err(), "{early}");
            map.deliver(0);
        }
        assert_eq!(map.inherited_of_third(), "1 of 2 villages", "{told_before}");
        assert_eq!(map.act(third, DETERMINE), Err(Refusal::SlotTaken { taken: 1, allowed: 1 }));
    }
}

impl Map {
    /// Matters fixed by whoever has the same place in the year's tree, as far as is known today.
    fn in_place(&self, village: UnitCode) -> usize {
        let there = |nth: &u64| self.rules().in_place_of(code(*nth), year(), self.now.date()) == village;
        (1..=6).filter(there).map(|nth| self.determined(nth)).sum()
    }

    fn inherited_of_third(&self) -> String {
        let inherited = self.world.inherited(code(3), year());
        format!("{} of {} villages", inherited.slots, inherited.villages)
    }
}

#[test]
fn what_cannot_have_happened_changes_nothing() {
    let mut map = Map::on("2021-12-20");
    map.succeed(1);
    let (before, told) = (map.world.clone(), map.letters[0].1);
    let events =
        [(code(1), Fact::Succeeded(told)), (code(2), Fact::Succeeded(told)), (code(1), Fact::Heard(told))];
    for (unit, fact) in events {
        let event = map::Event { unit, to: None, at: map.now, fact };
        assert!(map::evolve(&mut map.world, &event).is_err(), "{unit} {fact:?}");
        assert_eq!(map.world, before);
    }
}

proptest! {
    /// Whatever is proposed and when, and however late letters come: who fixes a matter has the only one in its place of the
    /// year's tree. (Two villages that have one each may merge; nothing is fixed on top of that.)
    #[test]
    fn no_place_has_more_than_policy_allows(seed: u64) {
        let mut chance = Seeded::new(seed, "map");
        let mut map = Map::on("2021-11-10");
        let mut hanging: Vec<MatterId> = Vec::new();
        let days = ["2021-11-10", "2021-11-20", "2021-12-01", "2021-12-19", "2021-12-20", "2022-01-10", "2022-01-31",
                    "2022-02-01", "2022-02-10", "2022-02-28", "2022-03-01", "2022-03-20", "2022-06-01", "2022-07-01"];
        for day in days {
            map.go_to(day);
            for _ in 0..8 {
                match chance.below(4) {
                    0 => {
                        let nth = 1 + chance.below(6);
                        if map.propose(nth).is_ok() {
                            let ordinal = map.world.village_year(code(nth), year()).proposals;
                            let matter = MatterId { village: code(nth), year: year(), ordinal };
                            let meeting = map.meeting();
                            map.act(matter, meeting).unwrap();
                            map.act(matter, Act::Publish).unwrap();
                            hanging.push(matter);
                        }
                    }
                    1 => {
                        let matter = chance.pick(&hanging).copied();
                        let fixed = matter.filter(|matter| map.act(*matter, DETERMINE).is_ok());
                        if let Some(matter) = fixed {
                            prop_assert_eq!(map.in_place(matter.village), 1, "{} on {}", matter, day);
                        }
                    }
                    2 => { map.succeed(1 + chance.below(6)); }
                    _ => {
                        if !map.letters.is_empty() {
                            let nth = usize::try_from(chance.below(u64::try_from(map.letters.len()).unwrap())).unwrap();
                            map.deliver(nth);
                        }
                    }
                }
            }
        }
    }
}
