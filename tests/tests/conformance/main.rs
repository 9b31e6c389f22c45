//! Every public method, from the descriptors: a new one without cases fails here, and says what is wanted.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod access;
mod alignment;
mod appraisal;
mod cases;
mod contract;
mod escalation;
mod exchange;
mod fields;
mod funding;
mod harm;
mod intake;
mod joint;
mod person;
mod reads;
mod refusal;
mod walk;
mod work;
mod year_books;

use yishi_store::Engine;
use yishi_tests::both_engines;

use alignment::Alignment;
use appraisal::Appraisal;
use cases::Cases as _;
use escalation::Escalation;
use exchange::Exchange;
use funding::Funding;
use intake::Intake;
use joint::JointMatters;
use person::Persons;
use walk::walk;
use work::Work;
use year_books::YearBooks;

/// Services that are walked.
const WALKED: [&str; 10] = [
    Alignment::SERVICE,
    Appraisal::SERVICE,
    Escalation::SERVICE,
    Exchange::SERVICE,
    Funding::SERVICE,
    Intake::SERVICE,
    JointMatters::SERVICE,
    Persons::SERVICE,
    Work::SERVICE,
    YearBooks::SERVICE,
];

both_engines!(
    intake_says_why_it_refuses_and_keeps_no_trace,
    joint_matters_say_why_they_refuse_and_keep_no_trace,
    contacts_say_why_they_refuse_and_keep_no_trace,
    alignment_says_why_it_refuses_and_keeps_no_trace,
    the_work_says_why_it_refuses_and_keeps_no_trace,
    year_books_say_why_they_refuse_and_keep_no_trace,
    exchange_says_why_it_refuses_and_keeps_no_trace,
    escalation_says_why_it_refuses_and_keeps_no_trace,
    funding_says_why_it_refuses_and_keeps_no_trace,
    appraisal_says_why_it_refuses_and_keeps_no_trace
);

async fn intake_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Intake>(place).await;
}

async fn joint_matters_say_why_they_refuse_and_keep_no_trace<E: Engine>(place: &str) {
    walk::<E, JointMatters>(place).await;
}

async fn contacts_say_why_they_refuse_and_keep_no_trace<E: Engine>(place: &str) {
    walk::<E, Persons>(place).await;
}

async fn alignment_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Alignment>(place).await;
}

async fn the_work_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Work>(place).await;
}

async fn year_books_say_why_they_refuse_and_keep_no_trace<E: Engine>(place: &str) {
    walk::<E, YearBooks>(place).await;
}

async fn exchange_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Exchange>(place).await;
}

async fn escalation_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Escalation>(place).await;
}

async fn funding_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Funding>(place).await;
}

async fn appraisal_says_why_it_refuses_and_keeps_no_trace<E: Engine>(place: &str) {
    walk::<E, Appraisal>(place).await;
}

/// That each of its methods has cases the walk of the service sees to.
#[test]
fn whatever_changes_something_is_walked() {
    for rpc in contract::described().iter().filter(|rpc| rpc.mutates()) {
        assert!(
            WALKED.contains(&rpc.service()),
            "{}: no cases; tell them in a file beside {}, and walk its service in {}",
            rpc.name,
            Intake::FILE,
            file!()
        );
    }
}

/// What a field holds is told once, and of no field that is gone.
#[test]
fn every_row_is_of_a_field() {
    fields::rows_are_of_fields();
}
