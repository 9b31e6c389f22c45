//! Ten thousand random sequences of commands, each step compared with a small model that shares nothing with the rules.
//!
//! `YISHI_SEED=17 cargo test -p yishi-intake-domain --test machine` draws other ones. What fails is shrunk, and told as the
//! steps that lead there.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

mod matter;
mod real;
mod small;
mod step;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use real::Real;
use small::{Figures, Small};
use step::{Step, drawn};

const SEQUENCES: u32 = 10_000;
const STEPS: usize = 100;

/// How often each kind of step was done, and how often refused for which reason.
type Seen = BTreeMap<String, u32>;

fn figures(drawn: u8) -> Figures {
    Figures {
        matters: 1 + usize::from(drawn % 2),
        additional: usize::from(drawn / 2 % 2),
        industry_only: drawn & 4 == 0,
        asks: drawn & 8 == 0,
        pace: if drawn & 16 == 0 { 144 } else { 240 },
    }
}

/// Runs a sequence through both; the steps so far and what differs, if something does.
fn run(figures: Figures, sequence: &[[u8; 4]], seen: &mut Seen) -> Result<(), String> {
    let (mut small, mut real) = (Small::new(figures), Real::new(figures));
    let mut story = Vec::new();
    for bytes in sequence {
        let Some((at, step)) = drawn(*bytes, &small) else { continue };
        let today = small.today;
        let (told, answered) = match &step {
            Step::Wait(days) => {
                small.today += days;
                (Ok(()), Ok(()))
            }
            Step::Settle(village, year) => {
                if small.may_settle(*village, *year) {
                    small.settled.insert((*village, *year));
                    real.settle(*village, *year);
                }
                (Ok(()), Ok(()))
            }
            Step::Propose(village, year, category) => {
                (small.propose(*village, *year, *category), real.propose(*village, *year, *category, today))
            }
            about => (small.step(at, about), real.step(at, about, today)),
        };
        let kind = format!("{step:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        *seen.entry(told.map_or_else(str::to_owned, |()| kind)).or_default() += 1;
        story.push(format!("day {today}, matter {at}: {step:?} -> {told:?}"));
        let differs = match told.map_err(str::to_owned) == answered {
            true => real.differs(&small),
            false => Some(format!("the rules say {answered:?}")),
        };
        if let Some(differs) = differs {
            return Err(format!("{figures:?}\n{}\n{differs}", story.join("\n")));
        }
    }
    Ok(())
}

#[test]
fn ten_thousand_sequences_go_as_the_small_model_says() {
    let seed = std::env::var("YISHI_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()).unwrap_or(1);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let sequences = (any::<u8>(), prop::collection::vec(any::<[u8; 4]>(), 0..STEPS));
    let seen = RefCell::new(Seen::new());
    let outcome = runner.run(&sequences, |(drawn, sequence)| {
        run(figures(drawn), &sequence, &mut seen.borrow_mut()).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("seed {seed}:\n{why}"),
        Err(TestError::Abort(why)) => panic!("seed {seed}: {why}"),
    }
    // Sequences mean little if chance leads to some steps and refusals only.
    let seen = seen.into_inner();
    let rare: Vec<_> = seen.iter().filter(|(_, times)| **times < 5).collect();
    assert!(rare.is_empty(), "{rare:?}");
    assert_eq!(seen.len(), STEPS_AND_REFUSALS, "{seen:?}");
}

/// 26 kinds of steps, and 39 reasons to refuse one.
const STEPS_AND_REFUSALS: usize = 26 + 39;
