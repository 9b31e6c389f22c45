//! A service whose commands come by chance, and the journal that it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_kernel::{Timestamp, UnitCode};
use yishi_runtime::access::Policy;
use yishi_runtime::house::House;
use yishi_store::journal::{Entry, OPENED};
use yishi_store::{Engine, Location, Model, Moment, Outcome};
use yishi_tests::bare::Bare;
use yishi_tests::copies::{beside, come_to, projections};
use yishi_tests::sandbox::{REGION, settings};

/// The whole region.
pub(crate) fn house(place: &str) -> Arc<House> {
    let register = settings(place, REGION).node.register().expect("the repository's own register");
    Arc::new(House::new(register, Policy::embedded(), REGION, Vec::new()))
}

pub(crate) fn location(place: &str, service: &str) -> Location {
    match place.strip_prefix("sqlite://") {
        Some(file) => Location::File(Path::new(file).with_file_name(format!("{service}.db"))),
        None => Location::Server { url: place.to_owned(), schema: service.to_owned() },
    }
}

/// What happens, as chance has it.
pub(crate) fn draw<T>(runner: &mut TestRunner, what: &impl Strategy<Value = T>) -> T {
    what.new_tree(runner).expect("nothing is sorted out").current()
}

/// A run of a service, in which some commands share a batch.
pub(crate) struct Story<'a, E: Engine, M: Model> {
    pub(crate) own: &'a mut Bare<E, M>,
    pub(crate) now: Timestamp,
    waiting: Vec<M::Command>,
    journal: Vec<Entry>,
    last: BTreeMap<UnitCode, i64>,
}

impl<'a, E: Engine, M: Model> Story<'a, E, M> {
    pub(crate) fn new(own: &'a mut Bare<E, M>) -> Self {
        let now = Timestamp::from_micros(0);
        Self { own, now, waiting: Vec::new(), journal: Vec::new(), last: BTreeMap::new() }
    }

    /// One command more; what it is answered is of no interest.
    pub(crate) async fn tell(&mut self, command: M::Command) {
        self.waiting.push(command);
        if self.waiting.len() > self.journal.len() % 7 {
            self.flush().await;
        }
    }

    pub(crate) async fn wait(&mut self, days: i64) {
        self.flush().await;
        self.now = self.now.checked_add_days(days).unwrap();
    }

    async fn flush(&mut self) {
        let commands = std::mem::take(&mut self.waiting);
        let actor = format!("officer-{}", self.journal.len()).parse().unwrap();
        let moment = Moment { now: self.now, actor, heard: Arc::default() };
        for outcome in self.own.batch(&commands, &moment).await.into_iter().flatten() {
            self.write(outcome, &moment);
        }
    }

    fn write(&mut self, outcome: Outcome, moment: &Moment) {
        for draft in outcome.entries {
            let seq = self.last.entry(draft.unit).or_default();
            let mut next = |kind: &str, payload| {
                *seq += 1;
                Entry {
                    unit: draft.unit,
                    epoch: 1,
                    seq: *seq,
                    at: moment.now,
                    actor: moment.actor.to_string(),
                    kind: kind.to_owned(),
                    to: draft.to.map(|unit| (unit, 1)),
                    payload,
                }
            };
            if self.journal.len().is_multiple_of(50) {
                self.journal.push(next(OPENED, b"not for services".to_vec()));
            }
            self.journal.push(next(draft.kind, draft.payload));
        }
    }

    pub(crate) async fn end(mut self) -> Vec<Entry> {
        self.flush().await;
        self.journal
    }
}

/// Plays some stories, and has each followed; answers which kinds of entries there were.
pub(crate) async fn follow<E: Engine, M: Model>(
    place: &str,
    make: impl Fn() -> M,
    stories: usize,
    play: impl AsyncFn(&mut Story<'_, E, M>, &mut TestRunner),
) -> BTreeSet<String>
where
    M::Refusal: std::fmt::Debug,
{
    let at = location(place, M::SERVICE);
    let mut own = Bare::<E, M>::open(&at, &make).await;
    let mut copy = Bare::<E, M>::open(&beside(&at), &make).await;
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut kinds = BTreeSet::new();
    for _ in 0..stories {
        own.begin().await;
        let mut story = Story::new(&mut own);
        play(&mut story, &mut runner).await;
        let journal = story.end().await;
        let there = projections(M::SERVICE, own.contents().await);
        own.roll_back().await;
        come_to(&mut copy, &journal, &there).await;
        kinds.extend(journal.into_iter().map(|entry| entry.kind));
    }
    kinds.remove(OPENED);
    kinds
}
