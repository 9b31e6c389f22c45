//! Random commands in random batches with restarts in between, against a model that is a map and a list.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use prost::Message;
use yishi_kernel::UnitCode;
use yishi_store::journal::{OPENED, Stored};
use yishi_store::{Engine, Lane, Rejection, Tuning};
use yishi_tests::both_engines;
use yishi_tests::postgres::Postgres;
use yishi_tests::purse::{
    CAPACITY_FEN, Command, Desk, Moved, Office, PATIENCE, Queued, Refusal, Verdict, request_id, unit,
};

const UNITS: u64 = 4;

/// A command among purses numbered from 0.
#[derive(Clone, Copy, Debug)]
enum Draw {
    Deposit(u64, i64),
    Transfer(u64, u64, i64),
    Look(u64),
    Panic(u64),
    Spoil(u64),
    /// An earlier request of the case once more, as it was.
    Again(prop::sample::Index),
    /// An earlier request's id, with another content.
    Reused(prop::sample::Index),
}

#[derive(Clone, Debug)]
enum Step {
    /// Handed over to a writer at work, which cuts it into batches as it likes.
    Flow(Vec<Draw>),
    /// Handed over before a new writer begins: one batch.
    Restart(Vec<Draw>),
}

fn draw() -> impl Strategy<Value = Draw> {
    let fen = prop_oneof![0..1_000_i64, 0..CAPACITY_FEN];
    prop_oneof![
        6 => (0..UNITS, fen.clone()).prop_map(|(unit, fen)| Draw::Deposit(unit, fen)),
        6 => (0..UNITS, 0..UNITS, fen).prop_map(|(from, to, fen)| Draw::Transfer(from, to, fen)),
        1 => (0..UNITS).prop_map(Draw::Look),
        1 => (0..UNITS).prop_map(Draw::Panic),
        1 => (0..UNITS).prop_map(Draw::Spoil),
        3 => any::<prop::sample::Index>().prop_map(Draw::Again),
        1 => any::<prop::sample::Index>().prop_map(Draw::Reused),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let draws = || prop::collection::vec(draw(), 1..14);
    prop::collection::vec(prop_oneof![draws().prop_map(Step::Flow), draws().prop_map(Step::Restart)], 1..7)
}

type Request = (u64, Command);

/// Unit, kind, addressee, fen.
type Told = (UnitCode, &'static str, Option<UnitCode>, i64);

/// What is true of the database, kept in memory.
#[derive(Default)]
struct Truth {
    fen: HashMap<UnitCode, i64>,
    /// With the balance that was answered.
    done: HashMap<u64, (Command, i64)>,
    entries: Vec<(Told, u64)>,
    asked: Vec<Request>,
}

/// What the rules say, and the entries it leads to.
fn decide(purses: &HashMap<UnitCode, i64>, command: &Command) -> Result<Vec<Told>, Rejection<Refusal>> {
    let held = |unit: &UnitCode| purses.get(unit).copied().unwrap_or(0);
    let room =
        |fen: i64| if fen <= CAPACITY_FEN { Ok(()) } else { Err(Rejection::Refused(Refusal::Overfull)) };
    match *command {
        Command::Deposit { unit, fen } => {
            room(held(&unit) + fen)?;
            Ok(vec![(unit, "purse.deposited", None, fen)])
        }
        Command::Transfer { from, fen, .. } if held(&from) < fen => {
            Err(Rejection::Refused(Refusal::Overdrawn))
        }
        Command::Transfer { from, to, fen } => {
            room(if from == to { held(&to) } else { held(&to) + fen })?;
            Ok(vec![(from, "purse.sent", Some(to), fen), (to, "purse.received", None, fen)])
        }
        Command::Look { .. } => Ok(Vec::new()),
        Command::Panic { .. } => Err(Rejection::Poisonous("its rule panicked")),
        Command::Spoil { .. } => Err(Rejection::Poisonous("the database refused it")),
        Command::Copied(_) => unreachable!("nobody asks for copies"),
    }
}

impl Truth {
    /// What a draw is after all that was asked before.
    fn request(&mut self, draw: Draw) -> Request {
        let fresh = self.asked.len() as u64;
        let earlier = &self.asked;
        let request = match draw {
            Draw::Deposit(ordinal, fen) => (fresh, Command::Deposit { unit: unit(ordinal), fen }),
            Draw::Transfer(from, to, fen) => {
                (fresh, Command::Transfer { from: unit(from), to: unit(to), fen })
            }
            Draw::Look(ordinal) => (fresh, Command::Look { unit: unit(ordinal) }),
            Draw::Panic(ordinal) => (fresh, Command::Panic { unit: unit(ordinal) }),
            Draw::Spoil(ordinal) => (fresh, Command::Spoil { unit: unit(ordinal) }),
            Draw::Again(index) if !earlier.is_empty() => index.get(earlier).clone(),
            Draw::Reused(index) if !earlier.is_empty() => {
                let (request, command) = index.get(earlier);
                (*request, Command::Deposit { unit: command.unit(), fen: 1_234 })
            }
            Draw::Again(_) | Draw::Reused(_) => (fresh, Command::Look { unit: unit(0) }),
        };
        self.asked.push(request.clone());
        request
    }

    /// Compares a verdict with what should be, and takes in what was done. `together` are the ones handed over at the
    /// same time before it, with their verdicts: in one batch a repeat has the first one's answer, refused or not.
    fn hear(&mut self, request: u64, command: &Command, verdict: &Verdict, together: &[(Request, Verdict)]) {
        if let Some((done, balance)) = self.done.get(&request) {
            if done == command {
                let answer = verdict.as_ref().unwrap_or_else(|error| panic!("{command:?}: {error:?}"));
                assert!(answer.repeated, "{command:?} was done before");
                assert_eq!(answer.response, balance.to_be_bytes());
            } else {
                assert_eq!(verdict, &Err(Rejection::RequestIdReused));
            }
            return;
        }
        let before =
            || together.iter().filter(|((id, other), _)| *id == request && other.unit() == command.unit());
        let decided = decide(&self.fen, command);
        match (decided, verdict) {
            (Ok(entries), Ok(answer)) => {
                assert!(!answer.repeated, "{command:?} was not done before");
                for (unit, kind, to, fen) in entries {
                    *self.fen.entry(unit).or_insert(0) += if kind == "purse.sent" { -fen } else { fen };
                    self.entries.push(((unit, kind, to, fen), request));
                }
                let balance = self.fen.get(&command.unit()).copied().unwrap_or(0);
                assert_eq!(answer.response, balance.to_be_bytes());
                self.done.insert(request, (command.clone(), balance));
            }
            (Err(expected), Err(rejection)) if expected == *rejection => {}
            (_, Err(Rejection::RequestIdReused)) => assert!(before().any(|((_, other), _)| other != command)),
            (decided, verdict) => assert!(
                before().any(|((_, other), first)| other == command && first == verdict && verdict.is_err()),
                "{command:?} should be {decided:?} and is {verdict:?}"
            ),
        }
    }
}

/// Verdicts of each sort, so that a run that tried nothing is noticed.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    repeated: usize,
    refused: usize,
    poisonous: usize,
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Ok(answer) if answer.repeated => self.repeated += 1,
            Ok(_) => self.done += 1,
            Err(Rejection::Poisonous(_)) => self.poisonous += 1,
            Err(_) => self.refused += 1,
        }
    }
}

async fn case<E: Engine>(office: &Office<E>, steps: Vec<Step>, tally: &RefCell<Tally>) {
    let mut truth = Truth::default();
    let mut running = office.start().await;
    for step in steps {
        let (Step::Flow(draws) | Step::Restart(draws)) = step.clone();
        let requests: Vec<Request> = draws.into_iter().map(|draw| truth.request(draw)).collect();
        let queued = if matches!(step, Step::Restart(_)) {
            running.stop().await;
            let opening = office.open().await;
            let queued = queue(&opening.desk, &requests).await;
            running = opening.start();
            queued
        } else {
            queue(&running.desk, &requests).await
        };
        let heard: Vec<(Request, Verdict)> = requests.into_iter().zip(queued.verdicts().await).collect();
        for (index, ((request, command), verdict)) in heard.iter().enumerate() {
            truth.hear(*request, command, verdict, &heard[..index]);
            tally.borrow_mut().count(verdict);
        }
    }
    running.stop().await;

    let mut books = office.books().await;
    let entries = books.audited().await;
    let told = entries.iter().filter(|stored| stored.entry.kind != OPENED).map(told);
    let expected = truth.entries.iter().map(|(told, request)| (*told, request_id(*request).to_string()));
    assert!(told.eq(expected.map(|((unit, kind, to, fen), id)| (unit, kind.to_owned(), to, fen, id))));
    assert_eq!(books.count().await.requests, i64::try_from(truth.done.len()).unwrap());
    assert!(truth.fen.iter().all(|(unit, fen)| (0..=CAPACITY_FEN).contains(fen) && unit.as_u64() > 0));
    let balances = books.balances().await;
    assert!(balances.iter().all(|(unit, fen)| truth.fen.get(unit) == Some(fen)), "{balances:?}");
    assert_eq!(balances.len(), truth.fen.len());
}

async fn queue(desk: &Desk, requests: &[Request]) -> Queued {
    let asks = requests.iter().map(|(request, command)| desk.ask(*request, command.clone()));
    desk.queue(Lane::Officers, asks).await
}

fn told(stored: &Stored) -> (UnitCode, String, Option<UnitCode>, i64, String) {
    let entry = &stored.entry;
    let fen = Moved::decode(entry.payload.as_slice()).unwrap().fen;
    (entry.unit, entry.kind.clone(), entry.to.map(|(to, _)| to), fen, stored.traceparent.clone().unwrap())
}

/// Each case has a database of its own, so that a smaller one can be looked for after a failure.
fn fresh(place: &str, ordinal: usize) -> String {
    match place.starts_with("sqlite:") {
        true => format!("{place}_{ordinal}"),
        false => Postgres::shared().database("model").url().to_owned(),
    }
}

fn run<E: Engine>(place: &str, cases: u32, shared_text: bool) {
    let tuning = Tuning { share: [5; 4], patience: PATIENCE, shared_text, ..Tuning::default() };
    let (tally, databases) = (RefCell::new(Tally::default()), Cell::new(0));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&steps(), |steps| {
        databases.set(databases.get() + 1);
        let office = Office::<E>::tuned(&fresh(place, databases.get()), tuning);
        tokio::runtime::Handle::current().block_on(case(&office, steps, &tally));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    let Tally { done, repeated, refused, poisonous } = tally.into_inner();
    assert!([done, repeated, refused, poisonous].iter().all(|count| *count > 0), "some sort never came");
}

async fn whatever_is_asked<E: Engine>(place: &str) {
    let cases = E::choose(24, 10);
    tokio::task::block_in_place(|| run::<E>(place, cases, false));
}

async fn whatever_is_asked_in_the_shared_text<E: Engine>(place: &str) {
    let cases = E::choose(4, 8);
    tokio::task::block_in_place(|| run::<E>(place, cases, true));
}

both_engines!(whatever_is_asked, whatever_is_asked_in_the_shared_text);
