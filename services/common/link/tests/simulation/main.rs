//! Nodes, networks and disks that fail in every order the seed can think of, around the real machine.
//!
//! A failing schedule is named by its seed; `YISHI_SEED=usual:17 cargo test -p yishi-link --test simulation` (or
//! `rough:17`) replays that one aloud. `YISHI_SCHEDULES` changes how many are run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it did"
)]

mod books;
mod database;
mod dice;
mod fault;
mod life;
mod network;
mod node;
mod oracle;
mod schedule;
mod shell;
mod testimony;
mod tree;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use fault::Fault;
use schedule::Care;
use world::{Tally, World};

fn replay(seed: u64, care: Care, fault: Option<Fault>, loud: bool) -> Result<Tally, String> {
    let run = AssertUnwindSafe(|| World::new(seed, care, fault, loud).run());
    catch_unwind(run).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(text.or(panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default())
    })
}

/// Runs schedules until one fails: the sum of what they came to, or the first failing seed and why.
fn search(count: u64, care: Care, fault: Option<Fault>) -> Result<Tally, (u64, String)> {
    let (next, found) = (AtomicU64::new(0), Mutex::new((Tally::default(), None::<(u64, String)>)));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count || found.lock().unwrap().1.is_some() {
                        return;
                    }
                    let end = replay(seed, care, fault, false);
                    let mut found = found.lock().unwrap();
                    match end {
                        Ok(tally) => found.0.add(&tally),
                        Err(why) if found.1.as_ref().is_none_or(|first| seed < first.0) => {
                            found.1 = Some((seed, why));
                        }
                        Err(_) => {}
                    }
                }
            });
        }
    });
    match found.into_inner().unwrap() {
        (_, Some(failure)) => Err(failure),
        (tally, None) => Ok(tally),
    }
}

fn count(usual: u64) -> u64 {
    std::env::var("YISHI_SCHEDULES").ok().map_or(usual, |count| count.parse().unwrap())
}

fn all_end_well(care: Care, schedules: u64) {
    let name = format!("{care:?}").to_lowercase();
    if let Ok(chosen) = std::env::var("YISHI_SEED") {
        if let Some(seed) = chosen.strip_prefix(&format!("{name}:")) {
            println!("{:?}", replay(seed.parse().unwrap(), care, None, true).unwrap());
        }
        return;
    }
    let began = Instant::now();
    match search(count(schedules), care, None) {
        Ok(tally) => println!("{} {name} schedules in {:.1?}: {tally}", count(schedules), began.elapsed()),
        Err((seed, why)) => panic!("YISHI_SEED={name}:{seed} shows it: {why}"),
    }
}

#[test]
fn whatever_fails_nothing_is_lost_doubled_or_forked() {
    all_end_well(Care::Usual, 5_000);
}

#[test]
fn what_people_do_to_disks_is_never_silent() {
    all_end_well(Care::Rough, 5_000);
}

#[test]
fn each_planted_fault_is_found() {
    for fault in Fault::ALL {
        let Err((seed, why)) = search(500, Care::Usual, Some(fault)) else {
            panic!("{fault:?} is not found by 500 schedules");
        };
        println!("{fault:?} is found by schedule {seed}: {why}");
    }
}
