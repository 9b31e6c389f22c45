//! Money by chance: in from outside, down and up, to matters, and to villages that are rewarded.

use std::collections::VecDeque;
use std::sync::Arc;

use proptest::prelude::any;
use proptest::test_runner::TestRunner;
use yishi_funding::{Funding, Task};
use yishi_funding_domain::{
    Act, Amount, Amounts, Category, ChannelId, ChannelKind, Command, Delivery, Direction, Earmark, Fact,
    Policy, Remainder, Rules, Terms, World, decide, evolve,
};
use yishi_kernel::{Fen, MatterId, Seeded, Timestamp, UnitCode, Year};
use yishi_runtime::house::House;
use yishi_store::Engine;
use yishi_tests::sandbox::REGION;

use crate::story::{Story, draw, follow, house};

/// 2022-06-01 in China.
const START: Timestamp = Timestamp::from_micros(1_654_012_800_000_000);
const STORIES: usize = 24;
const STEPS: usize = 200;
const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGES: [UnitCode; 2] =
    [UnitCode::new(640_324_100_200).unwrap(), UnitCode::new(640_324_100_201).unwrap()];
const HOLDERS: [UnitCode; 3] = [REGION, CITY, COUNTY];

pub(crate) async fn money_follows<E: Engine>(place: &str) {
    let house = house(place);
    let model = || Funding::new(Arc::clone(&house), policy());
    let play = async |story: &mut Story<'_, E, Funding>, runner: &mut TestRunner| {
        story.now = START;
        let mut purse = Money::new(&house, Seeded::new(draw(runner, &any::<u64>()), "money"));
        for _ in 0..STEPS {
            purse.step(story).await;
        }
    };
    let kinds = follow::<E, _>(place, model, STORIES, play).await;
    assert_eq!(kinds.len(), 20, "{kinds:?}");
}

/// A matter is funded bit by bit, so that there is more to follow.
fn policy() -> Policy {
    Policy { funded_whole: false, ..Policy::default() }
}

fn year() -> Year {
    Year::try_from(2022).unwrap()
}

struct Money<'a> {
    house: &'a House,
    chance: Seeded,
    world: World,
    sent: VecDeque<Delivery>,
    channels: Vec<ChannelId>,
    matters: Vec<MatterId>,
    told: i64,
    asked: u32,
}

impl<'a> Money<'a> {
    fn new(house: &'a House, chance: Seeded) -> Self {
        let (world, sent) = (World::default(), VecDeque::new());
        Self { house, chance, world, sent, channels: Vec::new(), matters: Vec::new(), asked: 0, told: 0 }
    }

    async fn step<E: Engine>(&mut self, story: &mut Story<'_, E, Funding>) {
        let days = [0, 0, 1, 3, 230][usize::try_from(self.chance.below(5)).unwrap()];
        let command = match self.chance.below(25) {
            0 => return story.wait(days).await,
            1 => Some(self.open()),
            2..=9 => self.move_money(),
            10..=15 => self.fund(),
            16 => self.reward(),
            17 => Some(Command::Deliver(self.determine())),
            18 => self.settle(),
            _ => self.arrive(),
        };
        let Some(command) = command else { return };
        let rules = Rules { policy: &policy(), register: &self.house.register };
        for event in decide(&rules, &self.world, &command, story.now).into_iter().flatten() {
            evolve(&mut self.world, &event).unwrap();
            match event.fact {
                Fact::ChannelOpened(channel) => self.channels.push(channel.id),
                Fact::Sent { transfer, channel, .. } => {
                    self.sent.push_back(Delivery::Sent { transfer, channel });
                }
                Fact::Received { transfer, .. } => {
                    self.sent.push_back(Delivery::Received { by: event.unit, transfer: transfer.id });
                }
                Fact::Refused { transfer, problem } => {
                    self.sent.push_back(Delivery::Refused { by: event.unit, transfer: transfer.id, problem });
                }
                _ => {}
            }
        }
        let delivered = matches!(command, Command::Deliver(_));
        story.tell(if delivered { Task::Learned(vec![command]) } else { Task::Asked(command) }).await;
    }

    /// Once in a while intake asks whether the county's money of the year has come to rest.
    fn settle(&mut self) -> Option<Command> {
        self.asked += 1;
        let (unit, year, asked) = (COUNTY, year(), self.asked);
        let asks = self.chance.below(6) == 0;
        asks.then_some(Command::Deliver(Delivery::SettlingRequested { unit, year, asked }))
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        self.chance.pick(all).copied()
    }

    /// The number of the village's next entry.
    fn seq(&mut self) -> i64 {
        self.told += 1;
        self.told
    }

    fn fen(&mut self, most: u64) -> Amount {
        Amount::new(Fen::new(self.chance.range(1..=most).try_into().unwrap())).unwrap()
    }

    fn open(&mut self) -> Command {
        let owner = self.one_of(&HOLDERS).unwrap();
        let kinds = [ChannelKind::Livelihood, ChannelKind::SocialCapital, ChannelKind::Reward];
        let kind = self.one_of(&kinds).unwrap();
        let earmark =
            Earmark { categories: [].into(), area: owner, ceiling_per_matter: None, ceiling_share: None };
        let remainder = self.one_of(Remainder::ALL).unwrap();
        Command::Open {
            owner, year: year(), terms: Terms { title: "资金".into(), kind, earmark, remainder }
        }
    }

    /// In from outside, down, up, or nowhere any more.
    fn move_money(&mut self) -> Option<Command> {
        let channel = self.one_of(&self.channels.clone())?;
        Some(match self.chance.below(8) {
            0..=2 => {
                let (amount, document_sha256) = (self.fen(1_000), [7; 32]);
                Command::Receive { channel, amount, document_sha256 }
            }
            3..=5 => {
                let (from, to) = self.one_of(&[(REGION, CITY), (CITY, COUNTY)])?;
                Command::Appropriate { from, channel, to, amount: self.fen(300) }
            }
            6 => {
                let from = self.one_of(&[CITY, COUNTY])?;
                Command::Return { from, channel, amount: self.fen(60) }
            }
            _ => Command::Lapse { holder: self.one_of(&HOLDERS)?, channel },
        })
    }

    /// Mostly of channels that the county has money of.
    fn fund(&mut self) -> Option<Command> {
        let known: Vec<MatterId> = self.world.matters().map(|matter| matter.matter).collect();
        let matter = self.one_of(&known)?;
        let held =
            self.world.accounts().filter(|(holder, _, held)| *holder == COUNTY && held.free > Fen::ZERO);
        let held: Vec<ChannelId> = held.map(|(_, channel, _)| channel).collect();
        let shares: Vec<ChannelId> = self.world.matter(matter)?.shares.keys().copied().collect();
        let act = match self.chance.below(7) {
            0..=3 => {
                let mut channels = [self.one_of(&held)?, self.one_of(&held)?].to_vec();
                channels.dedup();
                Act::Commit(
                    Amounts::new(channels.into_iter().map(|channel| (channel, self.fen(40)))).unwrap(),
                )
            }
            4 => {
                let amounts = Amounts::new([(self.one_of(&shares)?, self.fen(30))]).unwrap();
                Act::Release { amounts, reason: "节余".into() }
            }
            _ => Act::Pay(Amounts::new([(self.one_of(&shares)?, self.fen(30))]).unwrap()),
        };
        Some(Command::Fund { county: COUNTY, matter, version: None, act })
    }

    fn reward(&mut self) -> Option<Command> {
        let due: Vec<_> = self.world.rewards().map(|reward| (reward.order.clone(), reward.village)).collect();
        let nth = usize::try_from(self.chance.below(due.len().max(1).try_into().unwrap())).unwrap();
        let (order, village) = due.into_iter().nth(nth)?;
        let channel = self.one_of(&self.channels.clone())?;
        Some(Command::PayReward { payer: REGION, order, village, channel })
    }

    /// What intake and appraisal say.
    fn determine(&mut self) -> Delivery {
        let village = self.one_of(&VILLAGES).unwrap();
        let closing = self.matters.get(usize::try_from(self.chance.below(12)).unwrap()).copied();
        match (self.chance.below(4), closing) {
            (0, _) => {
                let order = format!("list-{}", self.chance.below(3)).parse().unwrap();
                let lines = VILLAGES.map(|village| (village, self.fen(50)));
                Delivery::RewardOrdered { payer: REGION, order, lines: lines.into() }
            }
            (1, Some(matter)) => match self.chance.below(3) {
                0 => {
                    Delivery::Revised { matter, cost: self.fen(300).fen(), asked: [].into(), seq: self.seq() }
                }
                1 => Delivery::Opinions { matter, outstanding: ["water".to_owned()].into(), seq: self.seq() },
                _ => Delivery::ClosingRequested { matter },
            },
            _ => {
                let ordinal = u32::try_from(self.matters.len()).unwrap() + 1;
                let matter = MatterId { village, year: year(), ordinal };
                self.matters.push(matter);
                let category = self.one_of(Category::ALL).unwrap();
                let (cost, asked, seq) = (self.fen(300).fen(), [].into(), self.seq());
                Delivery::Determined { matter, category, cost, asked, seq }
            }
        }
    }

    /// What one unit sent another; once in a while it seems to come from the wrong side, and is not taken.
    fn arrive(&mut self) -> Option<Command> {
        let mut delivery = self.sent.pop_front()?;
        if let Delivery::Sent { transfer, .. } = &mut delivery
            && self.chance.below(6) == 0
        {
            transfer.direction = match transfer.direction {
                Direction::Down => Direction::Up,
                Direction::Up => Direction::Down,
            };
        }
        Some(Command::Deliver(delivery))
    }
}
