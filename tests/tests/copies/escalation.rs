//! Referrals by chance, as the model test of the domain has it, on three branches of the real region.

#[path = "../../../services/escalation/domain/tests/model/chance.rs"]
mod chance;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use proptest::test_runner::TestRunner;
use yishi_escalation::{Escalation, Task};
use yishi_escalation_domain::{Act, Command, Event, Fact, Policy, Rules, Why, World, decide, evolve};
use yishi_kernel::{Calendar, MatterId, Timestamp, UnitCode, Year};
use yishi_runtime::house::House;
use yishi_store::Engine;

use crate::story::{Story, draw, follow, house};
use chance::Step;

/// 2022-01-20, noon in China: the Spring Festival is near.
const START: Timestamp = Timestamp::from_micros(1_642_651_200_000_000);
const STORIES: usize = 20;
/// Two villages of one township, and one of another city.
const VILLAGES: [u64; 3] = [640_324_100_200, 640_324_100_201, 640_121_100_200];

pub(crate) async fn escalations_follow<E: Engine>(place: &str) {
    let house = house(place);
    let model = |policy| Escalation::new(Arc::clone(&house), policy);
    let play = async |story: &mut Story<'_, E, Escalation>, runner: &mut TestRunner| {
        let policy = draw(runner, &chance::policy());
        story.own.model = model(policy.clone());
        story.now = START;
        let mut branches = Branches::new(&house, policy);
        for step in [draw(runner, &chance::steps()), draw(runner, &chance::steps())].concat() {
            branches.step(story, step).await;
        }
    };
    let kinds = follow::<E, _>(place, || model(Policy::default()), STORIES, play).await;
    assert_eq!(kinds.len(), 20, "{kinds:?}");
}

struct Branches<'a> {
    house: &'a House,
    policy: Policy,
    world: World,
    /// Letters that wait, by sender and receiver.
    ways: BTreeMap<(UnitCode, UnitCode), VecDeque<Event>>,
    matters: Vec<MatterId>,
    units: Vec<UnitCode>,
}

impl<'a> Branches<'a> {
    fn new(house: &'a House, policy: Policy) -> Self {
        let villages = VILLAGES.map(|code| UnitCode::new(code).unwrap());
        let year = Year::try_from(2022).unwrap();
        let matters =
            villages.into_iter().zip(1..).map(|(village, ordinal)| MatterId { village, year, ordinal });
        let mut units: Vec<UnitCode> =
            villages.iter().flat_map(|village| house.register.ancestors(*village)).collect();
        units.extend(villages);
        units.sort_unstable();
        units.dedup();
        assert!(units.len() > 7, "the villages are in the register: {units:?}");
        Self {
            house,
            policy,
            world: World::default(),
            ways: BTreeMap::new(),
            matters: matters.collect(),
            units,
        }
    }

    async fn step<E: Engine>(&mut self, story: &mut Story<'_, E, Escalation>, step: Step) {
        match step {
            Step::Wait { days } => story.wait(days).await,
            Step::Open { nth } => {
                let matter = self.matters[nth % self.matters.len()];
                self.learn(story, vec![Command::Open { matter }]).await;
            }
            Step::Act { act, aimed, nth, version } => {
                let (unit, matter) = self.place(&act, aimed, nth);
                let command = Command::Change { unit, matter, version, act };
                self.mirror(&command, story.now);
                story.tell(Task::Asked(command)).await;
            }
            // A follower hands over nothing twice, so what would come again is more that comes.
            Step::Carry { nth, count, again } => {
                let waiting: Vec<_> = self.ways.iter_mut().filter(|(_, way)| !way.is_empty()).collect();
                let Some(which) = nth.checked_rem(waiting.len()) else { return };
                let (&(_, unit), way) = waiting.into_iter().nth(which).unwrap();
                let letters = way.drain(..(count + again).min(way.len()));
                let mut letters: Vec<(UnitCode, Event)> = letters.map(|letter| (unit, letter)).collect();
                self.go_astray(&mut letters, nth);
                let commands = self.numbered(letters);
                self.learn(story, commands).await;
            }
        }
    }

    /// Once in a while what is raised comes to the wrong unit, or is answered by one that does not take it.
    fn go_astray(&self, letters: &mut [(UnitCode, Event)], nth: usize) {
        let Some((unit, letter)) = letters.first_mut() else { return };
        if !matches!(letter.fact, Fact::Raised { .. }) {
            return;
        }
        match (nth / 1_000 % 40, self.house.register.parent(*unit)) {
            (0, Some(above)) => *unit = above,
            (1, _) => {
                let fact = Fact::Refused { why: Why::NotBelow };
                let answer = Event { unit: *unit, to: Some(letter.unit), fact, ..letter.clone() };
                (*unit, *letter) = (letter.unit, answer);
            }
            _ => {}
        }
    }

    /// Each as the next on its way.
    fn numbered(&self, letters: Vec<(UnitCode, Event)>) -> Vec<Command> {
        let mut numbers = BTreeMap::new();
        let arrive = |(unit, letter): (UnitCode, Event)| {
            let heard = self.world.heard(unit, letter.unit);
            let number = numbers.entry((unit, letter.unit)).or_insert(heard);
            *number += 1;
            Command::Arrive { unit, number: *number, letter }
        };
        letters.into_iter().map(arrive).collect()
    }

    async fn learn<E: Engine>(&mut self, story: &mut Story<'_, E, Escalation>, commands: Vec<Command>) {
        commands.iter().for_each(|command| self.mirror(command, story.now));
        story.tell(Task::Learned(commands)).await;
    }

    fn place(&self, act: &Act, aimed: bool, nth: usize) -> (UnitCode, MatterId) {
        let meant = self.world.desks().filter(|desk| aimed && act.wanted().contains(&desk.state()));
        let meant: Vec<_> = meant.map(|desk| (desk.unit, desk.matter)).collect();
        match nth.checked_rem(meant.len()) {
            Some(nth) => meant[nth],
            None => (self.units[nth % self.units.len()], self.matters[nth % self.matters.len()]),
        }
    }

    /// What the service will do, so that chance knows what can come next.
    fn mirror(&mut self, command: &Command, now: Timestamp) {
        let rules =
            Rules { policy: &self.policy, register: &self.house.register, calendar: Calendar::china() };
        for event in decide(&rules, &self.world, command, now).into_iter().flatten() {
            evolve(&mut self.world, &event).unwrap();
            if let Some(to) = event.to {
                self.ways.entry((event.unit, to)).or_default().push_back(event);
            }
        }
    }
}
