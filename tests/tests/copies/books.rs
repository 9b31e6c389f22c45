//! Year books by chance: opened, audited, announced, settled and corrected, over matters that begin and end.

use std::sync::Arc;

use proptest::prelude::any;
use proptest::test_runner::TestRunner;
use yishi_intake::{Asked, Intake, Task};
use yishi_intake_domain::book::{self, BookId, Heard, Place, Rules, Service};
use yishi_intake_domain::{
    Act, Category, Command, Content, Delivery, Ending, Meeting, MeetingKind, MeetingPapers, Policy, Progress,
    World, decide, evolve,
};
use yishi_kernel::{Fen, MatterId, Seeded, Timestamp, UnitCode, Year};
use yishi_runtime::house::House;
use yishi_store::Engine;

use crate::story::{Story, draw, follow, house};

/// 2021-12-01, noon in China.
const START: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);
const STORIES: usize = 12;
const STEPS: usize = 150;
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

pub(crate) async fn books_follow<E: Engine>(place: &str) {
    let house = house(place);
    let model = || Intake::new(Arc::clone(&house), Policy::default());
    let play = async |story: &mut Story<'_, E, Intake>, runner: &mut TestRunner| {
        story.now = START;
        let chance = Seeded::new(draw(runner, &any::<u64>()), "books");
        let mut books = Books { house: &house, chance, world: World::default() };
        for matter in [1, 2] {
            books.matter(story, matter).await;
        }
        story.wait(120).await;
        for _ in 0..STEPS {
            let asked = books.chosen();
            books.tell(story, asked).await;
        }
    };
    let kinds = follow::<E, _>(place, model, STORIES, play).await;
    let of_books = [
        "year_book_opened",
        "year_end_announced",
        "year_end_told",
        "finding_recorded",
        "finding_answered",
        "year_settling_requested",
        "year_settling_held",
        "year_settled",
        "year_corrected",
        "ending_answered",
        "ending_requested",
    ];
    for kind in of_books {
        assert!(kinds.contains(&format!("intake.{kind}")), "{kind} is not among {kinds:?}");
    }
}

struct Books<'a> {
    house: &'a House,
    chance: Seeded,
    world: World,
}

fn year() -> Year {
    Year::try_from(2022).unwrap()
}

impl Books<'_> {
    async fn tell<E: Engine>(&mut self, story: &mut Story<'_, E, Intake>, asked: Asked) {
        let policy = Policy::default();
        let heard = match &asked {
            Asked::Matter(command) => {
                for event in decide(&policy, &self.world, command, story.now).into_iter().flatten() {
                    evolve(&mut self.world, &event).unwrap();
                }
                matches!(command, Command::Delivery(_))
            }
            Asked::Joint(_) | Asked::Exchange(_) | Asked::Mark(_) | Asked::Map(_) => {
                unreachable!("these have stories of their own")
            }
            Asked::Book(command) => {
                let rules = Rules { policy: &policy, register: &self.house.register };
                for event in book::decide(&rules, &self.world, command, story.now).into_iter().flatten() {
                    book::evolve(&mut self.world, &event).unwrap();
                }
                matches!(command, book::Command::Hear(_))
            }
        };
        story.tell(if heard { Task::Learned(vec![asked]) } else { Task::Asked(asked) }).await;
    }

    /// A proposal of the village's that hangs out; one of them is determined later.
    async fn matter<E: Engine>(&mut self, story: &mut Story<'_, E, Intake>, ordinal: u32) {
        let (village, year) = (VILLAGE, year());
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
        let meeting = Meeting {
            kind: MeetingKind::VillagersAssembly,
            held_on: story.now.date(),
            entitled: 30,
            present: 25,
            in_favour: 20,
            against: 5,
            abstaining: 0,
            minutes_sha256: [7; 32],
            papers: MeetingPapers::default(),
        };
        let proposer = "officer".parse().unwrap();
        self.tell(story, Command::Propose { village, year, content, proposer, contact: None }.into()).await;
        for act in [Act::Deliberate(meeting), Act::Publish] {
            let matter = MatterId { village, year, ordinal };
            self.tell(story, Command::Change { matter, version: None, act }.into()).await;
        }
    }

    fn below(&mut self, most: u64) -> u32 {
        u32::try_from(self.chance.below(most)).unwrap()
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        *self.chance.pick(all).unwrap()
    }

    fn chosen(&mut self) -> Asked {
        let units = [COUNTY, TOWNSHIP, VILLAGE, VILLAGE];
        let book = BookId { unit: self.one_of(&units), year: year() };
        match self.below(12) {
            0..=2 => self.work(),
            3 => book::Command::Open { book }.into(),
            4 => self.heard(),
            _ => {
                let act = self.act(book);
                book::Command::Change { book, version: None, act }.into()
            }
        }
    }

    fn act(&mut self, book: BookId) -> book::Act {
        match self.below(10) {
            0..=2 => book::Act::Announce,
            3 => book::Act::RecordFinding { text: "台账不全".into() },
            4..=6 => book::Act::AnswerFinding { finding: self.below(5), answer: "已补".into() },
            7 | 8 => {
                let open = |unit: &UnitCode| {
                    let below = self.world.book(BookId { unit: *unit, ..book });
                    below.is_none_or(|below| below.state() != book::State::Settled)
                };
                let missing = self.house.register.children(book.unit).iter().copied().filter(open);
                book::Act::Settle { missing: missing.map(|unit| (unit, "失联".into())).collect() }
            }
            _ => {
                let (service, seq) = (self.one_of(Service::ALL), 7);
                book::Act::Correct {
                    corrects: Place { service, unit: VILLAGE, seq },
                    text: "金额应为三万元".into(),
                }
            }
        }
    }

    /// The ledger's answer, or the year end.
    fn heard(&mut self) -> Asked {
        let book = BookId { unit: COUNTY, year: year() };
        let asked = self.world.book(book).map_or(0, |book| book.asked);
        match self.below(6) {
            0 => Heard::MoneyRests { book, asked },
            1..=4 => {
                let (in_transit, unpaid) = (Fen::new(1), Fen::new(2));
                Heard::MoneyMoves { book, asked, in_transit, matters: 1, unpaid }
            }
            _ => Heard::YearEnd { book: BookId { unit: VILLAGE, ..book }, by: TOWNSHIP },
        }
        .into()
    }

    /// Something that is done to a matter.
    fn work(&mut self) -> Asked {
        let (ordinal, number) = (1 + self.below(2), 1 + self.below(2));
        let matter = MatterId { village: VILLAGE, year: year(), ordinal };
        let reason = String::from("冬季无法施工");
        let ending = self.one_of(Ending::ALL);
        let progress = Progress {
            percent: 40,
            spent: Fen::new(7),
            text: "路基".into(),
            papers_sha256: Vec::new(),
            papers: Vec::new(),
        };
        let act = match self.below(6) {
            0 => Act::Determine { due: None },
            1 => Act::Progress(progress),
            2 => Act::RequestEnding { ending, reason },
            3 => {
                let (by, granted) = (TOWNSHIP, self.below(3) > 0);
                return book::Command::AnswerEnding { by, matter, version: None, granted, reason }.into();
            }
            4 => {
                let (by, granted) = (TOWNSHIP, self.below(3) > 0);
                return Delivery::EndingAnswered { matter, by, number, granted, reason }.into();
            }
            _ => Act::Update(Default::default()),
        };
        Command::Change { matter, version: None, act }.into()
    }
}
