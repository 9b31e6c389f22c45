//! A village for the tests of the rules: it runs commands and keeps what follows.

use yishi_kernel::{Actor, Date, Fen, MatterId, PersonId, Sealed, Timestamp, UnitCode, Year};

use crate::*;

pub(crate) struct Village {
    pub(crate) world: World,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
}

/// `2022-03-01`
pub(crate) fn day(text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let month = u8::try_from(month).unwrap().try_into().unwrap();
    Date::from_calendar_date(year.into(), month, day.try_into().unwrap()).unwrap()
}

/// A meeting at which whoever was not for it was against it.
pub(crate) fn meeting(held_on: &str, entitled: u32, present: u32, in_favour: u32) -> Meeting {
    Meeting {
        kind: MeetingKind::VillagersAssembly,
        held_on: day(held_on),
        entitled,
        present,
        in_favour,
        against: present - in_favour,
        abstaining: 0,
        minutes_sha256: [7; 32],
        papers: MeetingPapers::default(),
    }
}

pub(crate) fn content() -> Content {
    Content {
        title: "修村道".into(),
        description: "硬化主干道三公里".into(),
        category: Category::Infrastructure,
        subcategory: "village_road".parse().unwrap(),
        cost_estimate: Fen::new(120_000_000),
        households: 200,
        persons: 700,
        place: String::new(),
    }
}

/// A report that so much of the work is done.
pub(crate) fn report(percent: u8) -> Progress {
    let (spent, text) = (Fen::new(i64::from(percent) * 1_000_000), "路基已完成".into());
    Progress { percent, spent, text, papers_sha256: vec![[5; 32]], papers: vec![] }
}

/// The village's township.
pub(crate) fn above() -> UnitCode {
    UnitCode::new(640_324_100_000).unwrap()
}

/// A villager, by the first bytes of the name.
pub(crate) fn supporter(name: &str) -> Supporter {
    let mut digest = [0; 16];
    digest.iter_mut().zip(name.bytes()).for_each(|(digest, byte)| *digest = byte);
    Supporter::Salted(digest)
}

pub(crate) fn actor(name: &str) -> Actor {
    name.parse().unwrap()
}

impl Village {
    /// At noon in China.
    pub(crate) fn on(today: &str) -> Self {
        let mut village =
            Self { world: World::default(), policy: Policy::default(), now: Timestamp::from_micros(0) };
        village.go_to(today);
        village
    }

    pub(crate) fn go_to(&mut self, today: &str) {
        const NOON: i64 = 12 * 3_600 * 1_000_000;
        self.now = Timestamp::from_micros(Timestamp::start_of(day(today)).as_micros() + NOON);
    }

    pub(crate) fn id(&self, ordinal: u32) -> MatterId {
        let village = UnitCode::new(640_324_100_200).unwrap();
        MatterId { village, year: Year::try_from(2022).unwrap(), ordinal }
    }

    pub(crate) fn matter(&self, id: MatterId) -> &Matter {
        self.world.matter(id).unwrap()
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        for event in decide(&self.policy, &self.world, command, self.now)? {
            evolve(&mut self.world, &event).unwrap();
        }
        Ok(())
    }

    pub(crate) fn act(&mut self, matter: MatterId, act: Act) -> Result<(), Refusal> {
        self.run(&Command::Change { matter, version: None, act })
    }

    pub(crate) fn try_propose(&mut self) -> Result<MatterId, Refusal> {
        let MatterId { village, year, .. } = self.id(1);
        let (content, proposer) = (content(), actor("officer"));
        self.run(&Command::Propose { village, year, content, proposer, contact: None })?;
        Ok(self.id(self.world.village_year(village, year).proposals))
    }

    pub(crate) fn propose(&mut self) -> MatterId {
        self.try_propose().unwrap()
    }

    pub(crate) fn support(&mut self, matter: MatterId, villager: &str) -> Result<(), Refusal> {
        self.act(matter, Act::Support { supporter: supporter(villager), formerly: None })
    }

    pub(crate) fn deliberate_again(&mut self, matter: MatterId) {
        let held = Meeting { held_on: self.now.date(), ..meeting("2021-12-01", 30, 25, 20) };
        self.act(matter, Act::Deliberate(held)).unwrap();
    }

    pub(crate) fn publish(&mut self, matter: MatterId) {
        self.act(matter, Act::Publish).unwrap();
    }

    /// A new matter that a meeting decided for.
    pub(crate) fn deliberate(&mut self) -> MatterId {
        let matter = self.propose();
        self.deliberate_again(matter);
        matter
    }

    /// A new matter that hangs out.
    pub(crate) fn notice(&mut self) -> MatterId {
        let matter = self.deliberate();
        self.publish(matter);
        matter
    }

    /// A new matter that is fixed for its year, whatever else the village has in it.
    pub(crate) fn determine(&mut self) -> MatterId {
        self.policy.matters_per_village_year = u16::MAX;
        self.go_to("2021-12-01");
        let matter = self.notice();
        self.go_to("2022-01-10");
        self.act(matter, Act::Determine { due: None }).unwrap();
        matter
    }

    /// A new matter with so much of the work done.
    pub(crate) fn start(&mut self, percent: u8) -> MatterId {
        let matter = self.determine();
        self.act(matter, Act::Progress(report(percent))).unwrap();
        matter
    }

    /// A new matter that is declared done.
    pub(crate) fn complete(&mut self) -> MatterId {
        let matter = self.start(100);
        self.act(matter, Act::Complete { text: "道路通车".into() }).unwrap();
        matter
    }

    /// A new matter that is struck off.
    pub(crate) fn close(&mut self) -> MatterId {
        let matter = self.complete();
        self.act(matter, Act::Accept).unwrap();
        self.act(matter, Act::RequestClosing).unwrap();
        self.run(&Command::Delivery(Delivery::Settled { matter, paid: Fen::new(1) })).unwrap();
        matter
    }

    /// A matter ends with the township's leave.
    pub(crate) fn end(&mut self, matter: MatterId, ending: Ending) {
        self.act(matter, Act::RequestEnding { ending, reason: "no".into() }).unwrap();
        let (by, number, granted, reason) = (above(), 1, true, "yes".into());
        let answer = Delivery::EndingAnswered { matter, by, number, granted, reason };
        self.run(&Command::Delivery(answer)).unwrap();
    }

    pub(crate) fn object(&mut self, matter: MatterId) -> Result<(), Refusal> {
        self.act(matter, Act::Object { text: "路线绕远".into(), objector: actor("v1") })
    }

    pub(crate) fn answer(&mut self, matter: MatterId, objection: u32, upheld: bool) -> Result<(), Refusal> {
        self.act(matter, Act::Answer { objection, answer: "已核实".into(), upheld })
    }

    /// One matter in each state there is so far, in the order of the states.
    pub(crate) fn with_a_matter_in_every_state() -> Self {
        let mut village = Self::on("2021-12-01");
        let proposed = village.propose();
        village.deliberate();
        village.notice();
        village.determine();
        village.start(100);
        village.complete();
        village.close();
        village.go_to("2021-12-01");
        let (merged, declined, withdrawn) = (village.propose(), village.propose(), village.propose());
        village.act(merged, Act::Merge { into: proposed }).unwrap();
        village.act(declined, Act::Decline { reason: "no".into() }).unwrap();
        village.act(withdrawn, Act::Withdraw { reason: "no".into() }).unwrap();
        village.go_to("2022-01-10");
        for ending in [Ending::Cancelled, Ending::CarriedOver] {
            let matter = village.start(40);
            village.end(matter, ending);
        }
        village
    }

    pub(crate) fn every_act(&self) -> Vec<Act> {
        vec![
            Act::Update(Amendment::default()),
            Act::Support { supporter: supporter("a"), formerly: None },
            Act::Merge { into: self.id(1) },
            Act::Decline { reason: "no".into() },
            Act::Withdraw { reason: "no".into() },
            Act::Deliberate(meeting("2021-12-01", 30, 25, 20)),
            Act::Publish,
            Act::Object { text: "no".into(), objector: actor("a") },
            Act::Answer { objection: 1, answer: "yes".into(), upheld: true },
            Act::Determine { due: None },
            Act::Progress(report(100)),
            Act::Complete { text: "done".into() },
            Act::Accept,
            Act::RequestClosing,
            Act::RequestEnding { ending: Ending::Cancelled, reason: "no".into() },
            Act::Contact(contact::Act::Keep(Box::new(Sealed {
                person: PersonId::from_random_bytes([1; 16]),
                key: [1; Sealed::KEY_BYTES],
                record: vec![1],
            }))),
            Act::Contact(contact::Act::Erase),
            Act::Contact(contact::Act::Reveal),
            Act::Doing(doing::Act::NameOfficer { unit: above(), officer: actor("o-1") }),
            Act::Doing(doing::Act::RefuseAcceptance { text: "no".into() }),
        ]
    }
}
