//! Random commands about the matters and the books of one county: a settled year never changes.

#![expect(clippy::unwrap_used, reason = "the helpers of a test, too, fail by panicking")]

#[path = "../model/chance.rs"]
#[expect(dead_code, reason = "the work on one matter is the model test's")]
mod chance;
mod commands;
mod county;

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yishi_intake_domain::book::{self, BookId, Settlement, State};
use yishi_intake_domain::{Matter, Policy, Refusal, World};

use chance::policy;
use commands::{Step, steps};
use county::{County, register};

/// What may never change again: each settled book but for its corrections, and the matters of each settled village.
fn settled(world: &World) -> (Vec<book::Book>, Vec<Matter>) {
    let books = world.books().filter(|book| book.state() == State::Settled).map(|book| book::Book {
        corrections: Vec::new(),
        version: 0,
        updated: book.created,
        ..book.clone()
    });
    let is_settled = |matter: &&Matter| {
        let id = BookId { unit: matter.id.village, year: matter.id.year };
        world.book(id).is_some_and(|book| book.state() == State::Settled)
    };
    // A person can be erased, and looked up, at any time: the year is as it was.
    let but_for_the_contact =
        |matter: &Matter| Matter { contact: None, version: 0, updated: matter.created, ..matter.clone() };
    (books.collect(), world.matters().filter(is_settled).map(but_for_the_contact).collect())
}

fn run(policy: Policy, steps: Vec<Step>) -> Result<County, TestCaseError> {
    let mut county = County::new(policy);
    for step in steps {
        let before = settled(&county.world);
        county.step(step)?;
        let after = settled(&county.world);
        prop_assert!(before.0.iter().all(|book| after.0.contains(book)), "a settled book has changed");
        prop_assert!(before.1.iter().all(|matter| after.1.contains(matter)), "a settled matter has changed");
        check(&county.world)?;
    }
    Ok(county)
}

/// Nothing is settled before what it stands on, and every digest is that of what stands beside it.
fn check(world: &World) -> Result<(), TestCaseError> {
    for book in world.books() {
        if let Some((_, snapshot)) = &book.opening {
            prop_assert!(snapshot.is_whole(book.id));
        }
        let Settlement::Settled { missing, snapshot, .. } = &book.settlement else { continue };
        prop_assert!(snapshot.is_whole(book.id) && book.announced.is_some());
        prop_assert_eq!(book.open_findings().count(), 0);
        prop_assert!(world.determined(book.id.unit, book.id.year).all(|matter| matter.stage.is_over()));
        for &unit in register().children(book.id.unit) {
            let below = world.book(BookId { unit, ..book.id });
            let settled = below.is_some_and(|below| below.state() == State::Settled);
            prop_assert!(settled || missing.contains_key(&unit), "{unit} had not settled");
        }
    }
    Ok(())
}

proptest! {
    // A run is long: three hundred commands, each decided twice.
    #![proptest_config(Config { cases: 64, ..Config::default() })]

    #[test]
    fn a_settled_year_never_changes(policy in policy(), steps in steps()) {
        run(policy, steps)?;
    }

    #[test]
    fn reading_the_journal_again_gives_the_same_books(policy in policy(), steps in steps()) {
        let county = run(policy, steps)?;
        prop_assert!(county.world.books().eq(county.told_again().books()));
    }
}

/// The properties mean little if chance never leads anywhere.
#[test]
fn chance_leads_to_every_fact_and_to_settled_books_of_all_levels() {
    let names = RefCell::new(BTreeSet::new());
    let config = Config { cases: 512, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        .run(&(policy(), steps()), |(policy, steps)| {
            let county = run(policy, steps)?;
            let mut names = names.borrow_mut();
            names.extend(county.books.iter().map(|event| event.fact.kind().to_owned()));
            let settled = county.world.books().filter(|book| book.state() == State::Settled);
            names.extend(settled.map(|book| book.id.unit.to_string()));
            let refused = |refusal: &Refusal| matches!(refusal, Refusal::YearSettled { .. });
            names.extend(county.refusals.iter().any(refused).then(|| "YearSettled".to_owned()));
            Ok(())
        })
        .unwrap();
    // 10 facts, 4 units, and that a matter of a settled year was refused.
    let names = names.into_inner();
    assert_eq!(names.len(), 10 + 4 + 1, "{names:?}");
}
